import { ChainStreams } from "../../layers/index.js";
import { Digest } from "../../math/digest.js";
import { copyStates, DeepBeliefStack } from "../../models/dbn/deep-belief-stack.js";
import { setLabels } from "../../models/dbn/labels.js";
import { type DeepBeliefNet, deepFeatures } from "../../models/index.js";
import type { DataSource } from "../data.js";

/** Options of `upPassSource`. */
export interface UpPassOptions {
  /** The number of the RBM that learns, at least 1. */
  readonly level: number;
  /**
   * What the layers pass up: "samples" of each layer, or "means" of all but the one that the RBM sees. What it sees is drawn
   * either way.
   */
  readonly passing: "samples" | "means";
  /** The class of every row, for the top RBM of a net with labels. */
  readonly labels?: ArrayLike<number> | undefined;
}

/** Streams of a batch loader's generator, one for the data and one for the layers above. */
const STREAMS = { data: 0, layers: 1 };

/**
 * The data of an upper RBM of a deep belief net: the states of its visible layer, drawn anew in every epoch given new draws of
 * the data. Nothing is stored; each batch passes up when it is needed, through the RBMs below as they are at the first batch.
 */
export function upPassSource(net: DeepBeliefNet, data: DataSource, options: UpPassOptions): DataSource {
  const { level, passing, labels } = options;
  const { visible } = net.rbms[level];
  const classes = labels === undefined ? 0 : net.classes;
  const row: DataSource["row"] = (r, out) => {
    const values = data.row(r, new Float64Array(net.visible.width));
    const features = deepFeatures(net, { rows: 1, columns: values.length, values }, { layer: level });
    out.fill(0);
    out.set(features.values);
    if (labels !== undefined) out[out.length - classes + labels[r]] = 1;
    return out;
  };
  return {
    rows: data.rows,
    digest: () => digestOf(net, data, options),
    row,
    table: () => {
      const values = new Float32Array(data.rows * visible.width);
      const one = new Float64Array(visible.width);
      for (let r = 0; r < data.rows; r++) values.set(row(r, one), r * visible.width);
      return { rows: data.rows, columns: visible.width, values };
    },
    loader: (workspace, batch, random) => {
      const stack = new DeepBeliefStack(workspace, net, batch, level);
      const load = data.loader(workspace, batch, random.fork(STREAMS.data));
      const streams = new ChainStreams(workspace, random.fork(STREAMS.layers), batch);
      let loaded = false;
      return (to, order, epoch) => {
        if (!loaded) stack.load();
        loaded = true;
        load(stack.visible[0], order, epoch);
        streams.chains.set(order);
        for (let l = 0; l < level; l++) {
          const means = passing === "means" && l > 0;
          stack.infer(l, streams, epoch, means);
          if (l === level - 1) continue;
          if (passing === "means") stack.copyMeansUp(l);
          else stack.copyUp(l);
        }
        copyStates(stack.hidden[level - 1], to);
        if (labels !== undefined) setLabels(to, classes, (r) => labels[order[r]]);
      };
    },
  };
}

/** A hash of the data, the RBMs below and how they pass up. */
function digestOf({ rbms }: DeepBeliefNet, data: DataSource, { level, passing, labels }: UpPassOptions): string {
  const digest = new Digest();
  for (const { visible, hidden, weights } of rbms.slice(0, level)) {
    for (const numbers of [weights.values, visible.parameters, hidden.parameters]) {
      digest.add(new Uint32Array(numbers.slice().buffer));
    }
  }
  if (labels !== undefined) digest.add(Uint32Array.from(labels));
  return `${data.digest()}-${digest.hex()}-${passing}`;
}

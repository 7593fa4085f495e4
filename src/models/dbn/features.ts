import { ArgumentError, requireFiniteResults, requireInteger } from "../../errors.js";
import { buildFitting, defaultWorkspace, type MakeWorkspace } from "../../kernels/index.js";
import { ChainStreams } from "../../layers/chain-streams.js";
import { asData, type Data, type DataMatrix } from "../../math/data-matrix.js";
import type { Random } from "../../math/random.js";
import type { DeepBeliefNet } from "./deep-belief-net.js";
import { DeepBeliefStack } from "./deep-belief-stack.js";

/** Options of the features of a deep belief net. */
export interface DeepFeatureOptions {
  /** The layer, 1 for the first hidden one; defaults to the top one. */
  readonly layer?: number | undefined;
  /** If given, states are drawn layer by layer instead of propagating means; row r draws from its own stream. */
  readonly random?: Random | undefined;
  readonly workspace?: MakeWorkspace | undefined;
}

/** Number of rows per batch. */
const ROWS = 256;

/**
 * The up-pass: the activations of a hidden layer of a deep belief net given data,
 *
 *     q^(l+1) = <h^(l+1) | h^l = q^l>,   q^0 = v,
 *
 * means of means, or with `random` states that are drawn from Q(h^(l+1) | h^l) layer by layer. The values of label units are
 * set to 0. Sums are in single precision.
 *
 * @param data rows of values of the visible layer, or of their means, such as grey values for binary units; with `random`
 *   they must be states
 * @returns a row for every row of data
 * @throws ShapeError for rows of another width, DataError for values that are not finite or, with `random`, not states,
 *   ArgumentError for a layer out of range
 */
export function deepFeatures(
  net: DeepBeliefNet,
  data: Data,
  { layer = net.rbms.length, random, workspace = defaultWorkspace }: DeepFeatureOptions = {},
): DataMatrix {
  const { rows, columns, values } = asData("data", data, net.visible.width);
  requireInteger("layer", layer, 1, net.rbms.length);
  if (random !== undefined) net.visible.check("data", values);
  if (random !== undefined && layer === net.rbms.length && net.labels !== undefined) {
    throw new ArgumentError(
      `layer is ${layer}, whose states depend on labels; expected at most ${layer - 1}, or omit random`,
    );
  }
  const size = Math.min(ROWS, rows);
  const { workspace: room, built } = buildFitting(workspace, (place) => ({
    stack: new DeepBeliefStack(place, net, size, layer),
    streams: random && new ChainStreams(place, random, size),
  }));
  const { stack, streams } = built;
  try {
    stack.load();
    const [first, last] = [stack.visible[0], stack.hidden[layer - 1]];
    const { width } = last.layer.units;
    const out = new Float32Array(rows * width);
    for (let from = 0; from < rows; from += size) {
      first.rows = Math.min(size, rows - from);
      const part = values.subarray(from * columns, (from + first.rows) * columns);
      if (streams === undefined) first.means.set(part);
      else {
        for (let r = 0; r < first.rows; r++) {
          first.load(r, part.subarray(r * columns, (r + 1) * columns));
          streams.chains[r] = from + r;
        }
      }
      for (let l = 0; l < layer; l++) {
        if (streams === undefined) stack.inferMeans(l);
        else stack.infer(l, streams, 0);
        if (l === layer - 1) continue;
        if (streams === undefined) stack.copyMeansUp(l);
        else stack.copyUp(l);
      }
      for (let r = 0; r < last.rows; r++) {
        const row = out.subarray((from + r) * width, (from + r + 1) * width);
        if (streams === undefined) row.set(last.means.subarray(r * width, (r + 1) * width));
        else last.read(r, row);
      }
    }
    return { rows, columns: width, values: requireFiniteResults("features", out) };
  } finally {
    room.dispose();
  }
}

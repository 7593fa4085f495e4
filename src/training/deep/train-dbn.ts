import { ArgumentError, requireInteger, requireOptions } from "../../errors.js";
import type { MakeWorkspace } from "../../kernels/index.js";
import { Random } from "../../math/random.js";
import type { DeepBeliefNet } from "../../models/index.js";
import type { SavedCheckpoint, TrainingCheckpoint } from "../rbm/checkpoint.js";
import { asDataSource, type DataSource, type TrainingData } from "../rbm/data.js";
import { asSettings, type TrainOptions } from "../rbm/options.js";
import type { TrainingReport } from "../rbm/report.js";
import { trainFrom } from "../rbm/train.js";
import { countClasses } from "./class-labels.js";
import { layerOf, restoreBelow, withBelow } from "./dbn-checkpoint.js";
import { upPassSource } from "./up-pass-source.js";

/** How one RBM of a deep belief net learns; its seed is made of that of the whole training unless it has its own. */
export type LayerTraining = Omit<TrainOptions, "resume" | "workspace" | "signal">;

/** How a deep belief net learns. */
export interface DeepBeliefTraining {
  /** One for each RBM, from the lowest to the top. */
  readonly layers: readonly LayerTraining[];
  /** The class of every row, for a net with label units. */
  readonly labels?: ArrayLike<number> | undefined;
  /**
   * What goes up to the RBM that learns: "samples", drawn layer by layer, or "means" of the layers below the one that it sees.
   * Its own data are drawn either way, afresh in every epoch. "samples" where it is left out.
   */
  readonly passing?: "samples" | "means" | undefined;
  /** A whole number: the same seed gives the same bits. 0 where it is left out. */
  readonly seed?: number | undefined;
  /** A checkpoint to go on from, of the same net, data and settings. */
  readonly resume?: SavedCheckpoint | undefined;
  readonly workspace?: MakeWorkspace | undefined;
  /** Ends the work between two updates. */
  readonly signal?: AbortSignal | undefined;
}

/** How the training of a deep belief net stands: that of the RBM that learns, and which one it is. */
export interface DeepBeliefReport extends TrainingReport {
  /** The RBM that learns: 1 is the lowest. */
  readonly layer: number;
  readonly layers: number;
}

/**
 * Greedy training of a deep belief net, RBM by RBM from below: each learns from the states that the layers below infer from the
 * data, and then stays as it is. If an upper RBM starts as the one below turned upside down, every step that makes its
 * likelihood of these states greater also raises a lower bound on log p(v) (Hinton, Osindero and Teh, A fast learning algorithm
 * for deep belief nets, 2006). The top RBM of a net with labels sees the class of each row beside them.
 *
 * The states that an upper RBM learns from are drawn when they are needed and never kept, so that the memory is that of the data
 * and of the net. A checkpoint holds the RBMs below, too.
 *
 * @throws ArgumentError where there are not as many `layers` as RBMs, or for a checkpoint of another training; ShapeError or
 *   DataError for labels that do not fit; and what `train` throws
 */
export async function* trainDeepBeliefNet(
  net: DeepBeliefNet,
  data: TrainingData,
  options: DeepBeliefTraining,
): AsyncGenerator<DeepBeliefReport, void> {
  requireOptions(options, "{ layers }");
  const { layers, labels, passing = "samples", seed = 0, resume, workspace, signal } = options;
  const { rbms } = net;
  if (layers?.length !== rbms.length) {
    throw new ArgumentError(
      `layers has ${layers?.length ?? "no"} entries for ${rbms.length} RBMs; give options for each`,
    );
  }
  if (passing !== "samples" && passing !== "means") {
    throw new ArgumentError(`passing is ${JSON.stringify(passing)}; expected "samples" or "means"`);
  }
  requireInteger("seed", seed, 0);
  const source = asDataSource(data, net.visible);
  // An RBM's turn may come hours later.
  layers.forEach((layer, l) => {
    requireOptions(layer, "{ epochs }", `options of layers[${l}]`);
    asSettings(layer, source.rows);
  });
  requireLabels(net, labels, source);
  const first = resume === undefined ? 0 : layerOf(resume, rbms.length) - 1;
  if (resume !== undefined) restoreBelow(net, first, resume);
  const random = new Random(seed);
  for (let l = first; l < rbms.length; l++) {
    const isTop = l === rbms.length - 1;
    const own = l === 0 ? source : upPassSource(net, source, { level: l, passing, labels: isTop ? labels : undefined });
    const [low, high] = random.fork(l).key;
    const training = trainFrom(rbms[l], own, {
      seed: low + high * 2 ** 32,
      ...layers[l],
      resume: l === first ? resume : undefined,
      workspace,
      signal,
    });
    for await (const report of training) {
      const checkpoint = (): TrainingCheckpoint => withBelow(net, l, report.checkpoint());
      yield { ...report, checkpoint, layer: l + 1, layers: rbms.length };
    }
  }
}

function requireLabels({ classes }: DeepBeliefNet, labels: ArrayLike<number> | undefined, { rows }: DataSource): void {
  if ((labels !== undefined) !== classes > 0) {
    const [given, has] = labels === undefined ? ["missing", "has"] : ["given", "has no"];
    throw new ArgumentError(`labels are ${given} but the net ${has} label units; give both or none`);
  }
  if (labels !== undefined) countClasses("labels", labels, rows, classes);
}

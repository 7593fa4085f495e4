import { ArgumentError, CheckpointError } from "../../errors.js";
import { Random } from "../../math/random.js";
import { DeepBeliefNet, type Rbm } from "../../models/index.js";
import { type OptionsOf, readOptions } from "../../options.js";
import { type LiveArrays, requireArray, requireKind, type SavedCheckpoint, settingsOf } from "../checkpoint.js";
import { asDataSource, type DataSource, type TrainingData } from "../data.js";
import { requireClasses } from "../labels.js";
import { type RbmOptionValues, type RbmReport, rbmOptions, readRbmOptions } from "../rbm/options.js";
import { RbmStage } from "../rbm/stage.js";
import {
  type LayerReport,
  type Monitor,
  monitorsOf,
  type Status,
  splitOptions,
  type TrainingCommon,
  type TrainingKind,
  type TrainingStage,
} from "../training.js";
import { upPassSource } from "./up-pass-source.js";

/** The options of deep belief net training that are plain data: those of all RBMs, and what one passes to the next. */
export const deepBeliefOptions = {
  ...rbmOptions,
  passing: {
    type: "choice",
    values: ["samples", "means"],
    default: "samples",
    help: "what the lower layers pass up",
  },
} as const;

/** Options of one RBM of a deep belief net, where they differ from the common ones. */
export interface LayerTraining extends Partial<RbmOptionValues> {
  readonly reportEvery?: number | undefined;
  readonly monitors?: readonly Monitor<Rbm>[] | undefined;
}

/** Options of deep belief net training. */
export interface DeepBeliefTraining
  extends Omit<OptionsOf<typeof deepBeliefOptions>, "epochs">,
    Omit<TrainingCommon<Rbm>, "monitors"> {
  /** Passes over the data of each RBM; may be omitted if `layers` has it for all. */
  readonly epochs?: number | undefined;
  /** Options of each RBM that differ from the common ones, from the lowest to the top. */
  readonly layers?: readonly LayerTraining[] | undefined;
  /** The class of every row, for a net with label units. */
  readonly labels?: ArrayLike<number> | undefined;
}

/** State of the training of a deep belief net: the state of the RBM that learns, and its number. */
export interface DeepBeliefReport extends RbmReport, LayerReport {}

/**
 * Greedy training of a deep belief net, RBM by RBM from below: each learns from the states that the layers below infer from the
 * data, and then stays as it is. If an upper RBM starts as the transposed RBM below, every step that increases its
 * likelihood of these states also raises a lower bound on log p(v) (Hinton, Osindero and Teh, A fast learning algorithm
 * for deep belief nets, 2006). The top RBM of a net with labels also sees the class of each row.
 *
 * The states that an upper RBM learns from are drawn when they are needed and never stored, so that memory holds only the data
 * and the net. With `passing` "means" the layers below its visible layer pass up means; its own data are drawn either way,
 * anew in every epoch. The seed of each RBM is derived from the common seed unless `layers` has one. A checkpoint also holds
 * the RBMs below.
 *
 * @throws ArgumentError if the number of `layers` is not the number of RBMs, ShapeError or DataError for labels that do not fit
 */
export const deepBeliefTraining: TrainingKind<DeepBeliefNet, TrainingData, DeepBeliefTraining, DeepBeliefReport> = {
  name: "dbn",
  title: "a deep belief net",
  reference: "Hinton, Osindero and Teh 2006",
  options: deepBeliefOptions,
  trains: (model): model is DeepBeliefNet => model instanceof DeepBeliefNet,
  plan(net, data, options) {
    const { data: given, run } = splitOptions<DeepBeliefNet, Omit<DeepBeliefTraining, "monitors">>(net, options);
    const { layers, labels, passing: asked, seed: wholeSeed, ...common } = given;
    const { rbms } = net;
    if (layers !== undefined && layers.length !== rbms.length) {
      throw new ArgumentError(`layers has ${layers.length} entries for ${rbms.length} RBMs; give options for each`);
    }
    const { passing, seed } = readOptions(
      "the training of a deep belief net",
      { passing: deepBeliefOptions.passing, seed: deepBeliefOptions.seed },
      { passing: asked, seed: wholeSeed },
    );
    const source = asDataSource(data, net.visible);
    requireLabels(net, labels, source);
    const random = new Random(seed);
    // All options are checked now: an upper RBM may start hours later.
    const plans = rbms.map((rbm, l) => {
      const [low, high] = random.fork(l).key;
      const { monitors = [], reportEvery: every, ...own } = { reportEvery: undefined, ...layers?.[l] };
      const values = { ...common, seed: low + high * 2 ** 32, ...own } as RbmOptionValues;
      const owner = `the training of RBM ${l + 1}`;
      return {
        settings: readRbmOptions(values, source.rows, owner),
        run: { ...run, reportEvery: every ?? run.reportEvery, monitors: monitorsOf(rbm, monitors) },
      };
    });
    return {
      stages: rbms.length,
      stageOf: (saved) => layerOf(saved, rbms.length),
      start(l, saved) {
        if (saved !== undefined) restoreBelow(net, l, saved);
        const isTop = l === rbms.length - 1;
        const passed =
          l === 0 ? source : upPassSource(net, source, { level: l, passing, labels: isTop ? labels : undefined });
        const { settings, run: own } = plans[l];
        return new LayerStage(new RbmStage(rbms[l], passed, settings, own), net, l);
      },
    };
  },
};

/** The kind of its checkpoints. */
const KIND = "deep belief training 2";

/** The training of one RBM of a net; its checkpoints also hold the RBMs below, which stay as they are. */
class LayerStage implements TrainingStage<DeepBeliefReport> {
  readonly kind = KIND;
  readonly arrays: LiveArrays;
  readonly #own: TrainingStage<RbmReport>;
  readonly #layer: number;
  readonly #layers: number;

  constructor(own: TrainingStage<RbmReport>, net: DeepBeliefNet, l: number) {
    this.#own = own;
    this.#layer = l + 1;
    this.#layers = net.rbms.length;
    this.arrays = new Map([...own.arrays, ...partsBelow(net, l)]);
  }

  get epochs() {
    return this.#own.epochs;
  }

  get isOver() {
    return this.#own.isOver;
  }

  get seed() {
    return this.#own.seed;
  }

  get reportEvery() {
    return this.#own.reportEvery;
  }

  get monitors() {
    return this.#own.monitors;
  }

  settings(): Record<string, string> {
    return { ...this.#own.settings(), layer: String(this.#layer) };
  }

  begin(): void {
    this.#own.begin();
  }

  restore(): void {
    this.#own.restore();
  }

  update(): boolean {
    return this.#own.update();
  }

  store(): void {
    this.#own.store();
  }

  status(over: boolean): Status<DeepBeliefReport> {
    return { ...this.#own.status(over), layer: this.#layer, layers: this.#layers };
  }

  dispose(): void {
    this.#own.dispose();
  }
}

/**
 * The number of the RBM that a checkpoint belongs to; 0 is the lowest.
 *
 * @throws CheckpointError if the checkpoint does not have it
 */
function layerOf(saved: SavedCheckpoint, layers: number): number {
  requireKind(saved, KIND);
  const text = settingsOf(saved).settings?.layer;
  const layer = Number(text);
  if (Number.isInteger(layer) && layer >= 1 && layer <= layers) return layer - 1;
  throw new CheckpointError(`the checkpoint has layer ${text ?? "missing"}; expected a layer from 1 to ${layers}`, {
    setting: "layer",
    saved: text,
    wanted: `1 to ${layers}`,
  });
}

/** Sets the RBMs below number l to those of a checkpoint, or none of them if it lacks one. */
function restoreBelow(net: DeepBeliefNet, l: number, { arrays }: SavedCheckpoint): void {
  const below = partsBelow(net, l);
  for (const [name, array] of below) requireArray(name, arrays instanceof Map ? arrays.get(name) : undefined, array);
  for (const [name, array] of below) array.set(arrays.get(name) as Float64Array);
}

function partsBelow({ rbms }: DeepBeliefNet, l: number): [name: string, array: Float64Array][] {
  return rbms.slice(0, l).flatMap(({ visible, hidden, weights }, below): [string, Float64Array][] => [
    [`rbms.${below}.weights`, weights.values],
    [`rbms.${below}.visible`, visible.parameters],
    [`rbms.${below}.hidden`, hidden.parameters],
  ]);
}

function requireLabels({ classes }: DeepBeliefNet, labels: ArrayLike<number> | undefined, { rows }: DataSource): void {
  if ((labels !== undefined) !== classes > 0) {
    const [given, has] = labels === undefined ? ["missing", "has"] : ["given", "has no"];
    throw new ArgumentError(`labels are ${given} but the net ${has} label units; give both or none`);
  }
  if (labels !== undefined) requireClasses("labels", labels, rows, classes);
}

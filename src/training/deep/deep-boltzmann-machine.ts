import { ArgumentError } from "../../errors.js";
import { DeepBoltzmannMachine } from "../../models/index.js";
import { type OptionsOf, type ResolvedOptions, readOptions } from "../../options.js";
import { settingsOf } from "../checkpoint.js";
import { asDataSource, type DataSource, type TrainingData } from "../data.js";
import { optimisers } from "../optimisers/index.js";
import {
  batchOf,
  describeOptions,
  type MonitorContext,
  splitOptions,
  type TrainingCommon,
  type TrainingKind,
  type TrainingReport,
} from "../training.js";
import { JointStage } from "./joint-stage.js";
import { PretrainingStage } from "./pretraining-stage.js";

const NUMBER = { type: "number", low: 0, high: Number.MAX_VALUE } as const;

/** The options of both phases. */
const layerOptions = {
  epochs: { type: "integer", low: 1, help: "passes over the data, of each layer in pre-training" },
  batch: { type: "integer", low: 1, optional: true, help: "batch size (default 100, at most the number of rows)" },
  rate: { ...NUMBER, scheduled: true, default: 0.01, help: "learning rate" },
  optimiser: {
    type: "made",
    sort: "optimiser",
    has: "start",
    from: optimisers,
    default: "momentum",
    help: "optimiser",
  },
  l2: { ...NUMBER, default: 0, help: "L2 weight decay" },
} as const;

const jointOptions = {
  chains: { type: "integer", low: 1, default: 100, help: "number of chains of the negative phase" },
  steps: {
    type: "integer",
    low: 1,
    default: 5,
    help: "Gibbs steps, each of all layers, per update",
  },
  maxSweeps: {
    type: "integer",
    low: 1,
    default: 30,
    help: "maximum number of mean-field sweeps in the positive phase",
  },
  tolerance: { type: "number", low: 0, default: 1e-3, help: "largest change of a mean at mean-field convergence" },
} as const;

/** The options of deep Boltzmann machine training that are plain data; the last four are of the joint phase. */
export const deepBoltzmannOptions = {
  phase: {
    type: "choice",
    values: ["joint", "pretraining"],
    default: "joint",
    help: "joint training of both layers, or pre-training of one after the other",
  },
  ...layerOptions,
  seed: { type: "integer", low: 0, default: 0, help: "random seed" },
  ...jointOptions,
} as const;

/** Options of one layer of weights, or of both. */
export type DeepLayerSettings = ResolvedOptions<typeof layerOptions> & { readonly batch: number };

/** Options of the estimates of both phases of joint training. */
export type JointSettings = ResolvedOptions<typeof jointOptions>;

type Given = OptionsOf<typeof deepBoltzmannOptions>;

/** Options of deep Boltzmann machine training. */
export interface DeepBoltzmannTraining extends Omit<Given, "epochs">, TrainingCommon<DeepBoltzmannMachine> {
  /** Passes over the data; may be omitted if `layers` has it for both. */
  readonly epochs?: number | undefined;
  /** In pre-training: options of each layer of weights that differ from the common ones, from the lowest. */
  readonly layers?:
    | readonly [lower: Partial<OptionsOf<typeof layerOptions>>, upper: Partial<OptionsOf<typeof layerOptions>>]
    | undefined;
}

/** State of the training of a deep Boltzmann machine. */
export interface DeepBoltzmannReport extends TrainingReport {
  readonly phase: "joint" | "pretraining";
  /** In pre-training: the layer of weights that learns; 1 is the lower one. */
  readonly layer?: 1 | 2;
  readonly layers?: 2;
  /**
   * Joint: mean of -log p(v | h^1) at the means of h^1; in pre-training of the layer below given drawn states of the one above.
   * Over the rows of the last batch, in nats per row; 0 before the first epoch is over.
   */
  readonly reconstructionError: number;
  /** Joint: number of mean-field sweeps, averaged over the batches of the epoch. */
  readonly sweeps?: number;
}

/**
 * Trains a deep Boltzmann machine (Salakhutdinov and Hinton, Deep Boltzmann machines, 2009).
 *
 * `phase` "pretraining" trains it layer by layer, by two RBMs that compensate for the layer that each of them lacks: h^1 has
 * twice its input from v in the lower one, p(h^1 | v) = sigmoid(2 W_1^T v + c), and twice that from h^2 in the upper one, whose
 * data are states of h^1 drawn from this distribution. Both learn by CD-1, with the doubled weights in both phases. The machine
 * has the weights of both, not doubled, and the biases of h^1 are the mean of those in the two RBMs.
 *
 * `phase` "joint" trains both layers together: in the positive phase the hidden layers have the mean field mu of each row of
 * data; in the negative phase persistent chains sample the machine. The gradients are
 *
 *     <v mu^1T> - <v h^1T>_model by W_1,   <mu^1 mu^2T> - <h^1 h^2T>_model by W_2,
 *
 * and likewise for the biases: ascent of the variational lower bound.
 *
 * If the weights of a layer are all 0, they are first drawn from a normal distribution of standard deviation 0.01.
 */
export const deepBoltzmannTraining: TrainingKind<
  DeepBoltzmannMachine,
  TrainingData,
  DeepBoltzmannTraining,
  DeepBoltzmannReport
> = {
  name: "dbm",
  title: "a deep Boltzmann machine",
  reference: "Salakhutdinov and Hinton 2009",
  options: deepBoltzmannOptions,
  trains: (model): model is DeepBoltzmannMachine => model instanceof DeepBoltzmannMachine,
  plan(machine, data, options) {
    const split = splitOptions<DeepBoltzmannMachine, DeepBoltzmannTraining>(options);
    const { layers, phase: asked, seed: given, chains, steps, maxSweeps, tolerance, ...common } = split.data;
    const { phase, seed } = readOptions(
      OWNER,
      { phase: deepBoltzmannOptions.phase, seed: deepBoltzmannOptions.seed },
      { phase: asked, seed: given },
    );
    const source = asDataSource(data, machine.visible);
    const settingsOfLayer = (own: object, owner: string): DeepLayerSettings => {
      const read = readOptions(owner, layerOptions, { ...common, ...own });
      return { ...read, batch: batchOf(read.batch, source.rows) };
    };
    const { workspace, reportEvery, monitors } = split;
    const rest = {
      workspace,
      reportEvery,
      monitors: monitors.map((monitor) => (context: MonitorContext) => monitor(machine, context)),
      seed,
    };
    const machineSettings = () => describeMachine(machine, source, seed);
    const joint = { chains, steps, maxSweeps, tolerance };
    if (phase === "joint") {
      if (layers !== undefined)
        throw new ArgumentError('layers are given, but they belong to phase "pretraining"; omit them');
      const settings = settingsOfLayer({}, OWNER);
      const phases = readOptions(OWNER, jointOptions, joint);
      const describe = () => ({ ...machineSettings(), ...describeOptions(settings), ...describeOptions(phases) });
      return { stages: 1, start: () => new JointStage(machine, source, settings, phases, { ...rest, describe }) };
    }
    const stray = Object.entries(joint).find(([, value]) => value !== undefined);
    if (stray !== undefined) throw new ArgumentError(`${stray[0]} is given, but it belongs to phase "joint"; omit it`);
    if (layers !== undefined && layers.length !== 2) {
      throw new ArgumentError(
        `layers has ${(layers as readonly unknown[]).length} entries; give options for both layers`,
      );
    }
    const both = [0, 1].map((l) => settingsOfLayer(layers?.[l] ?? {}, `the pre-training of layer ${l + 1}`));
    return {
      stages: 2,
      stageOf: (saved) => (settingsOf(saved).settings?.layer === "2" ? 1 : 0),
      start(stage) {
        const l = stage === 0 ? 0 : 1;
        const describe = () => ({
          ...machineSettings(),
          ...describeOptions(both[l]),
          layer: String(l + 1),
          below: l === 0 ? "none" : JSON.stringify(describeOptions(both[0])),
        });
        return new PretrainingStage(machine, l, source, both[l], { ...rest, describe });
      },
    };
  },
};

const OWNER = "the training of a deep Boltzmann machine";

/** What must be the same for a checkpoint to be resumed, besides the settings. */
function describeMachine(machine: DeepBoltzmannMachine, source: DataSource, seed: number): Record<string, string> {
  return {
    layers: [machine.visible, ...machine.hidden].map(({ type, count }) => `${count} ${type}`).join(", "),
    data: `${source.rows} rows with digest ${source.digest()}`,
    seed: String(seed),
  };
}

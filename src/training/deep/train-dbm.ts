import { requireInteger, requireNumber } from "../../errors.js";
import { buildFitting } from "../../kernels/index.js";
import { Random } from "../../math/random.js";
import type { DeepBoltzmannMachine } from "../../models/index.js";
import { restoreCheckpointOf, takeCheckpointOf } from "../checkpoint-of.js";
import type { TrainingCheckpoint } from "../rbm/checkpoint.js";
import { asDataSource, type TrainingData } from "../rbm/data.js";
import {
  asCommon,
  asLayerSettings,
  type DeepLayerOptions,
  type DeepTrainingCommon,
  describeCommon,
  describeLayer,
} from "./dbm-options.js";
import { inSlices } from "./in-slices.js";
import { JointTraining } from "./joint-training.js";

/** How a deep Boltzmann machine learns. */
export interface DeepBoltzmannTraining extends DeepLayerOptions, DeepTrainingCommon {
  /** Chains of the negative phase; 100 where it is left out. */
  readonly chains?: number | undefined;
  /** Steps of Gibbs sampling, of all layers each, between two updates; 5 where it is left out. */
  readonly steps?: number | undefined;
  /** Sweeps of mean field in the positive phase, at most; 30 where it is left out. */
  readonly maxSweeps?: number | undefined;
  /** Mean field has converged once no mean of the lower layer moves further in a sweep; 1e-3 where it is left out. */
  readonly tolerance?: number | undefined;
}

/** How the training of a deep Boltzmann machine stands. The machine has the weights of this moment until the next report. */
export interface DeepBoltzmannReport {
  /** Epochs that are over. */
  readonly epoch: number;
  readonly updates: number;
  /** At this point of their schedules. */
  readonly rate: number;
  readonly momentum: number;
  /** Mean of -log p(v | h^1) at the means of h^1, over the rows of the last batch, nats a row. */
  readonly reconstructionError: number;
  /** Sweeps of mean field, averaged over the batches of the epoch. */
  readonly sweeps: number;
  /** All that is needed to go on from here, with the same bits; to be called before the next report is asked for. */
  checkpoint(): TrainingCheckpoint;
}

const KIND = { kind: "deep Boltzmann training 1", name: "a deep Boltzmann machine's training" };

/**
 * Trains both layers of a deep Boltzmann machine together (Salakhutdinov and Hinton, Deep Boltzmann machines, 2009): in the
 * positive phase the hidden layers have the mean field mu of each row of data, in the negative phase persistent chains say what
 * the machine does freely,
 *
 *     W_1 <- W_1 + rate (<v mu^1T> - <v h^1T>_model),   W_2 <- W_2 + rate (<mu^1 mu^2T> - <h^1 h^2T>_model),
 *
 * and so for the biases: ascent of the variational lower bound. `pretrainDeepBoltzmannMachine` gives weights to start from;
 * weights that are all 0 are first drawn from a normal distribution of standard deviation 0.01. The same seed gives the same
 * bits, with any workspace and any threads, and so does a training that was resumed from a checkpoint.
 *
 * @throws ArgumentError for an option out of its range or a checkpoint of another training, ShapeError or DataError for data
 *   that do not fit the visible units, EngramError where parameters stop being finite, the signal's reason where it was aborted
 */
export async function* trainDeepBoltzmannMachine(
  machine: DeepBoltzmannMachine,
  data: TrainingData,
  options: DeepBoltzmannTraining,
): AsyncGenerator<DeepBoltzmannReport, void> {
  const source = asDataSource(data, machine.visible);
  const settings = asLayerSettings(options, source.rows);
  const { chains = 100, steps = 5, maxSweeps = 30, tolerance = 1e-3 } = options;
  requireInteger("chains", chains, 1);
  requireInteger("steps", steps, 1);
  requireInteger("maxSweeps", maxSweeps, 1);
  requireNumber("tolerance", tolerance, 0);
  const { seed, resume, workspace, signal } = asCommon(options);
  const random = new Random(seed);
  const phases = { chains, steps, maxSweeps, tolerance };
  const { workspace: room, built } = buildFitting(
    workspace,
    (place) => new JointTraining(place, machine, source, settings, phases, random),
  );
  try {
    let described: Record<string, string> | undefined;
    const settled = () => {
      const asText = Object.fromEntries(Object.entries(phases).map(([name, value]) => [name, String(value)]));
      described ??= { ...describeCommon(machine, source, seed), ...describeLayer(settings), ...asText };
      return described;
    };
    if (resume === undefined) built.begin();
    else {
      restoreCheckpointOf(KIND, resume, built.arrays, settled());
      built.refresh();
    }
    while (built.epoch < settings.epochs) {
      const told = await inSlices(built.learn(), signal);
      built.store();
      const { epoch } = built;
      const [rate, momentum] = [settings.rate.at(epoch), settings.momentum.at(epoch)];
      yield { ...told, epoch, rate, momentum, checkpoint: () => takeCheckpointOf(KIND, built.arrays, settled()) };
    }
  } finally {
    room.dispose();
  }
}

import { ArgumentError } from "../../errors.js";
import type { Rbm } from "../../models/index.js";
import { Pauses } from "../../pauses.js";
import { asDataSource, type DataSource, type TrainingData } from "./data.js";
import { asSettings, describeSettings, type TrainOptions } from "./options.js";
import type { TrainingReport } from "./report.js";
import { Training } from "./training.js";

/**
 * Trains an RBM of any two unit types by stochastic gradient ascent on the mean of log p(v) over the data, in mini-batches
 * in an order that is drawn for every epoch. The work is done in single precision in a workspace; at every report, at least
 * one an epoch, weights and parameters are written to the machine. A step of each is
 *
 *     step <- momentum step + rate (<v h^T>_data - <v h^T>_model - l2 W - l1 sgn(W)),   W <- W + step,
 *
 * and so for the parameters of the units, without decay (Smolensky, Information processing in dynamical systems, 1986;
 * Hinton, A practical guide to training restricted Boltzmann machines, 2012). Hidden values enter by their means given the
 * visible ones, which are states in both phases.
 *
 * With `sparsity` the gradients of c_j and W_ij get cost (target - q_j), times <v_i>_data for the weights, where q_j is a
 * running mean of the hidden value (Lee, Ekanadham and Ng, Sparse deep belief net model for visual area V2, 2008; Hinton
 * 2012, section 11). With `centred` the steps are those of v and h less running means mu and lambda of the data, in
 * (v - mu)^T W (h - lambda), while the machine has ordinary biases all the time (Montavon and Mueller, Deep Boltzmann
 * machines and the centering trick, 2012; Melchior, Fischer and Wiskott, How to center deep Boltzmann machines, 2016).
 * Precisions stay fixed unless `learnPrecisions` is set; then their logarithms are learned, so that they stay above 0. Biases
 * stay fixed where `learnBiases` is false.
 *
 * A machine whose weights are all 0 could not break the symmetry of its hidden units: its weights are first drawn from a
 * normal distribution of standard deviation 0.01. The same seed gives the same bits, with any workspace and any threads,
 * and so does a training that was resumed from a checkpoint.
 *
 * @throws ArgumentError for an option out of its range, a batch larger than the data, or a checkpoint of another training,
 *   ShapeError or DataError for data that do not fit the visible units; EngramError where parameters stop being finite,
 *   while the machine keeps those of the last report; the signal's reason where it was aborted
 */
export async function* train(
  rbm: Rbm,
  data: TrainingData,
  options: TrainOptions,
): AsyncGenerator<TrainingReport, void> {
  yield* trainFrom(rbm, asDataSource(data, rbm.visible), options);
}

/** `train` with data that have been checked, or that are made as they are needed. */
export async function* trainFrom(
  rbm: Rbm,
  source: DataSource,
  options: TrainOptions,
): AsyncGenerator<TrainingReport, void> {
  const settings = asSettings(options, source.rows);
  const { signal, resume, monitors = [] } = options;
  signal?.throwIfAborted();
  const training = new Training(rbm, source, settings, describeSettings(settings));
  try {
    training.begin(resume);
    const pauses = new Pauses();
    while (training.epoch < settings.epochs) {
      if (pauses.due) await pauses.take();
      signal?.throwIfAborted();
      const over = training.update();
      if (!over && training.updates % settings.reportEvery !== 0) continue;
      training.store();
      const values: Record<string, number> = {};
      const warnings: string[] = [];
      const { epoch, updates } = training;
      const status = training.status(over);
      for (const monitor of over ? monitors : []) {
        const measured = await monitor(rbm, { epoch, updates, seed: settings.seed, signal });
        Object.assign(values, measured.values);
        warnings.push(...(measured.warnings ?? []));
      }
      let current = true;
      const checkpoint = () => {
        if (current) return training.checkpoint();
        throw new ArgumentError("checkpoint: the training has gone on; call it before the next report is asked for");
      };
      yield { ...status, values, warnings: [...status.warnings, ...warnings], checkpoint };
      current = false;
    }
  } finally {
    training.dispose();
  }
}

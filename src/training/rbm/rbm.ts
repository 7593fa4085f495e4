import { Rbm } from "../../models/index.js";
import { asDataSource, type TrainingData } from "../data.js";
import { splitOptions, type TrainingKind } from "../training.js";
import { type RbmReport, type RbmTraining, rbmOptions, readRbmOptions } from "./options.js";
import { RbmStage } from "./stage.js";

/**
 * Trains an RBM of any two unit types by stochastic gradient ascent on the mean of log p(v) over the data, in mini-batches
 * in a new random order in every epoch. Arithmetic is in single precision in a workspace. The gradient of W is
 *
 *     <v h^T>_data - <v h^T>_model - l2 W - l1 sgn(W),
 *
 * and likewise for the parameters of the units, without decay (Smolensky, Information processing in dynamical systems, 1986;
 * Hinton, A practical guide to training restricted Boltzmann machines, 2012); `method` estimates the mean of the model and
 * `optimiser` makes the step. Hidden values enter by their means given the visible ones, which are states in both phases.
 *
 * With `sparsity` the gradients of c_j and W_ij get sparsityCost (sparsity - q_j), times <v_i>_data for the weights, where q_j
 * is a running mean of the hidden value (Lee, Ekanadham and Ng, Sparse deep belief net model for visual area V2, 2008; Hinton
 * 2012, section 11). With `centred` the steps are those of v and h less running means mu and lambda of the data, in
 * (v - mu)^T W (h - lambda), while the machine has ordinary biases all the time (Montavon and Mueller, Deep Boltzmann
 * machines and the centering trick, 2012; Melchior, Fischer and Wiskott, How to center deep Boltzmann machines, 2016).
 * Precisions stay fixed unless `learnPrecisions` is set; then their logarithms are learned, so that they stay above 0. Biases
 * stay fixed where `learnBiases` is false.
 *
 * A machine whose weights are all 0 could not break the symmetry of its hidden units: its weights are first drawn from a
 * normal distribution of standard deviation 0.01.
 */
export const rbmTraining: TrainingKind<Rbm, TrainingData, RbmTraining, RbmReport> = {
  name: "rbm",
  title: "an RBM",
  reference: "Smolensky 1986; Hinton 2012",
  options: rbmOptions,
  trains: (model): model is Rbm => model instanceof Rbm,
  plan(rbm, data, options) {
    const source = asDataSource(data, rbm.visible);
    const { data: given, run } = splitOptions<Rbm, RbmTraining>(rbm, options);
    const settings = readRbmOptions(given, source.rows);
    return { stages: 1, start: () => new RbmStage(rbm, source, settings, run) };
  },
};

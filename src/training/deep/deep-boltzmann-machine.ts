import { ArgumentError } from "../../errors.js";
import { DeepBoltzmannMachine } from "../../models/index.js";
import { readOptions } from "../../options.js";
import { settingsOf } from "../checkpoint.js";
import { asDataSource, type DataSource, type TrainingData } from "../data.js";
import { batchOf, describeOptions, splitOptions, type TrainingKind } from "../training.js";
import {
  type DeepBoltzmannReport,
  type DeepBoltzmannTraining,
  type DeepLayerSettings,
  deepBoltzmannOptions,
  jointOptions,
  layerOptions,
} from "./deep-boltzmann-options.js";
import { JointStage } from "./joint-stage.js";
import { PretrainingStage } from "./pretraining-stage.js";

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
    const { data: own, run } = splitOptions<DeepBoltzmannMachine, DeepBoltzmannTraining>(machine, options);
    const { layers, phase: asked, seed: given, chains, steps, maxSweeps, tolerance, ...common } = own;
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
    const machineSettings = () => describeMachine(machine, source, seed);
    const joint = { chains, steps, maxSweeps, tolerance };
    if (phase === "joint") {
      if (layers !== undefined)
        throw new ArgumentError('layers are given, but they belong to phase "pretraining"; omit them');
      const settings = settingsOfLayer({}, OWNER);
      const phases = readOptions(OWNER, jointOptions, joint);
      const describe = () => ({ ...machineSettings(), ...describeOptions(settings), ...describeOptions(phases) });
      return { stages: 1, start: () => new JointStage(machine, source, settings, phases, { ...run, seed, describe }) };
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
        return new PretrainingStage(machine, l, source, both[l], { ...run, seed, describe });
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

import { boltzmannTraining } from "./boltzmann/boltzmann.js";
import { classifierTraining } from "./deep/classifier.js";
import { deepBeliefTraining } from "./deep/deep-belief-net.js";
import { deepBoltzmannTraining } from "./deep/deep-boltzmann-machine.js";
import { denseTraining } from "./dense/dense-classifier.js";
import { rbmTraining } from "./rbm/rbm.js";
import type { TrainingKind, TrainingReport } from "./training.js";

/** All kinds of training. A new trainable model is one file and one entry here. */
export const trainings: readonly [
  typeof rbmTraining,
  typeof boltzmannTraining,
  typeof deepBeliefTraining,
  typeof deepBoltzmannTraining,
  typeof classifierTraining,
  typeof denseTraining,
] = [rbmTraining, boltzmannTraining, deepBeliefTraining, deepBoltzmannTraining, classifierTraining, denseTraining];

/** The types of data, options and reports of `train` for a model. */
export type TrainingOf<Model> = (typeof trainings)[number] extends infer Kind
  ? Kind extends TrainingKind<infer Own, infer Data, infer Options, infer Report extends TrainingReport>
    ? Model extends Own
      ? { model: Own; data: Data; options: Options; report: Report }
      : never
    : never
  : never;

/** The models that `train` trains. */
export type Trainable = (typeof trainings)[number] extends infer Kind
  ? Kind extends TrainingKind<infer Own, infer _Data, infer _Options, infer _Report extends TrainingReport>
    ? Own
    : never
  : never;

/** Training data of a model. */
export type TrainingDataOf<Model> = TrainingOf<Model>["data"];

/** Training options of a model. */
export type TrainingOptionsOf<Model> = TrainingOf<Model>["options"];

/** Training reports of a model. */
export type TrainingReportOf<Model> = TrainingOf<Model>["report"];

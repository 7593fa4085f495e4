import { boltzmannKind } from "./boltzmann/kind.js";
import { deepBoltzmannKind } from "./dbm/kind.js";
import { classifierKind } from "./dbn/classifier-kind.js";
import { deepBeliefKind } from "./dbn/kind.js";
import { denseClassifierKind } from "./dense/kind.js";
import type { ModelKind } from "./model-kind.js";
import { rbmKind } from "./rbm/kind.js";

export { boltzmannKind, classifierKind, deepBeliefKind, deepBoltzmannKind, denseClassifierKind, rbmKind };

/** All kinds of models that files can hold. A new kind is one file and one line here. */
export const modelKinds: readonly ModelKind[] = [
  rbmKind,
  boltzmannKind,
  deepBeliefKind,
  deepBoltzmannKind,
  classifierKind,
  denseClassifierKind,
];

import type { Rbm } from "../../src/models/index.js";
import { loadModel } from "../../src/node/index.js";

/** The RBM of a file, and its notes. */
export async function loadRbm(path: string) {
  const { kind, model, ...rest } = await loadModel(path);
  if (kind.name !== "rbm") throw new Error(`${path} holds a ${kind.title}`);
  return { rbm: model as Rbm, ...rest };
}

import { DeepBoltzmannMachine, type Random } from "../../../src/index.js";
import { LAYERS, normals } from "../../units/layers.js";

/** A machine of small layers of the given types, with random weights and biases. */
export function randomDeepMachine(
  types: readonly [string, string, string],
  counts: readonly [number, number, number],
  random: Random,
  strength = 0.6,
): DeepBoltzmannMachine {
  const [visible, lower, upper] = types.map((type, l) => LAYERS[type](counts[l], random));
  const weights = (n: number, k: number) =>
    Array.from({ length: n }, () => normals(k, random).map((w) => strength * w));
  return new DeepBoltzmannMachine({
    visible,
    hidden: [lower, upper],
    weights: [weights(counts[0], counts[1]), weights(counts[1], counts[2])],
  });
}

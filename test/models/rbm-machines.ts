import { type Random, Rbm, type Units } from "../../src/index.js";
import { logSumExp } from "../../src/math/log-sum-exp.js";
import type { Rows } from "../../src/units/index.js";
import { LAYERS, nodes, normals } from "../units/layers.js";

/** The unit types with finitely many states. */
export const FINITE = ["binary", "spin", "softmax"];

/** Every unit type of one list with every one of the other. */
export const pairs = (types: readonly string[], others: readonly string[]) =>
  types.flatMap((a) => others.map((b): [string, string] => [a, b]));

/** A machine with weights that are weak enough for any pair of unit types. */
export function machine(visible: Units, hidden: Units, random: Random, strength = 0.3): Rbm {
  const weights = Array.from({ length: visible.width }, () => normals(hidden.width, random).map((w) => w * strength));
  return new Rbm({ visible, hidden, weights });
}

/** One unit of real values or three others: few enough states for sums over both layers. */
export const smallLayer = (type: string, random: Random) => LAYERS[type](FINITE.includes(type) ? 3 : 1, random);

/** Row r of a batch; shares its values. */
export const rowOf = (rows: Rows, r: number, width: number) => rows.subarray(r * width, (r + 1) * width);

/** The state of one layer beside every row of the other. */
export function repeat(row: Rows, times: number): Float64Array {
  const rows = new Float64Array(row.length * times);
  for (let r = 0; r < times; r++) rows.set(row, r * row.length);
  return rows;
}

/** A number drawn with the given probabilities. */
export function drawFrom(probabilities: readonly number[], random: Random): number {
  let left = random.uniform();
  for (let k = 0; k < probabilities.length - 1; k++) {
    left -= probabilities[k];
    if (left < 0) return k;
  }
  return probabilities.length - 1;
}

/** log of exp(-beta E(v, h)) and the weights of the nodes, for all pairs of nodes, v by v. */
export function jointLogs(rbm: Rbm, beta: number) {
  const [v, h] = [nodes(rbm.visible), nodes(rbm.hidden)];
  const width = rbm.visible.width;
  const logs = Array.from(v.logWeights, (logWeight, r) => {
    const energies = rbm.energy(repeat(rowOf(v.rows, r, width), h.logWeights.length), h.rows);
    return energies.map((energy, s) => logWeight + h.logWeights[s] - beta * energy);
  });
  return { v, h, logs, logZ: logSumExp(logs.map(logSumExp)) };
}

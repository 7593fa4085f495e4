import { expect } from "vitest";
import type { Random } from "../../src/math/index.js";
import { BoltzmannMachine, type BoltzmannOptions } from "../../src/models/index.js";
import type { Units } from "../../src/units/index.js";
import { normals } from "../units/layers.js";

/** A symmetric matrix of normal numbers with a diagonal of zeros. */
export function symmetric(size: number, random: Random, strength = 1): number[][] {
  const rows = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) rows[i][j] = rows[j][i] = strength * random.normal();
  }
  return rows;
}

/** A machine with all couplings drawn. */
export function randomMachine(visible: Units, hidden: Units | undefined, random: Random, strength = 0.7) {
  const k = hidden?.count ?? 0;
  const parts: BoltzmannOptions = { visible, visibleCouplings: symmetric(visible.count, random, strength) };
  if (hidden === undefined) return new BoltzmannMachine(parts);
  return new BoltzmannMachine({
    ...parts,
    hidden,
    weights: Array.from({ length: visible.count }, () => normals(k, random).map((w) => w * strength)),
    hiddenCouplings: symmetric(k, random, strength),
  });
}

/** All states of all units, a row each: bit i of a row's number says whether unit i has its upper value. */
export function allStates({ units, low, high }: BoltzmannMachine): Float64Array[] {
  return Array.from({ length: 2 ** units }, (_, word) =>
    Float64Array.from({ length: units }, (_, i) => ((word >> i) & 1 ? high[i] : low[i])),
  );
}

/** The same for the visible units, in one batch. */
export function visibleStates({ visible, low, high }: BoltzmannMachine): Float64Array {
  const n = visible.count;
  return Float64Array.from({ length: 2 ** n * n }, (_, at) => {
    const [word, i] = [Math.floor(at / n), at % n];
    return (word >> i) & 1 ? high[i] : low[i];
  });
}

/** E of every state, from the formula: -1/2 x L x - a x. */
export function energies(machine: BoltzmannMachine): number[] {
  const { units, bias } = machine;
  const L = machine.couplings.values;
  return allStates(machine).map((x) => {
    let energy = 0;
    for (let i = 0; i < units; i++) {
      energy -= bias[i] * x[i];
      for (let j = 0; j < units; j++) energy -= (L[i * units + j] * x[i] * x[j]) / 2;
    }
    return energy;
  });
}

/** p of every state, by the sum of all. */
export function boltzmannWeights(machine: BoltzmannMachine, beta = 1): { p: number[]; logZ: number } {
  const weights = energies(machine).map((energy) => Math.exp(-beta * energy));
  const Z = weights.reduce((sum, w) => sum + w, 0);
  return { p: weights.map((w) => w / Z), logZ: Math.log(Z) };
}

/** Numbers that are equal one by one up to the given digit. */
export function expectClose(given: ArrayLike<number>, expected: ArrayLike<number>, digits: number): void {
  expect(given).toHaveLength(expected.length);
  for (let k = 0; k < expected.length; k++) expect(given[k], `entry ${k}`).toBeCloseTo(expected[k], digits);
}

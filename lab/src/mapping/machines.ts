import { toMatrix } from "engram/interactions";
import { hebb, projection } from "engram/learning";
import { hebbianFactor, type PatternFactor, qrFactor, squareRootFactor, svdFactor, toRbm } from "engram/mapping";
import { type BitMatrix, bitDistance, bitMatrix, exp, logSumExp, symmetricEigen } from "engram/math";
import { Hopfield, type HopfieldNet } from "engram/memories";
import type { Rbm } from "engram/models";
import { PatternSet } from "engram/patterns";
import { filters } from "../boltzmann/greys.js";
import type { Bins, Exact, Portrait, Recipe, Scales } from "./protocol.js";
import type { FactorName } from "./setting.js";

/** A Hopfield memory and the RBM that is the same model. */
export interface Machines {
  readonly memory: Hopfield;
  readonly net: HopfieldNet;
  readonly rbm: Rbm;
  /** The chosen pattern, one row. */
  readonly chosen: BitMatrix;
  readonly scales: Scales;
}

const factors: Record<FactorName, () => PatternFactor> = {
  qr: qrFactor,
  squareRoot: squareRootFactor,
  svd: svdFactor,
  hebbian: hebbianFactor,
};

/** Bins that the energies get, and the most that the overlaps get. */
const ENERGY_BINS = 60;
const OVERLAP_BINS = 50;

/** Largest number of units for which all states are enumerated. */
export const listedUnits = 16;

/**
 * The memory of the patterns and its RBM, without self-couplings: these add a constant to the energy, but single-spin
 * dynamics with them would have another stationary distribution.
 *
 * @throws DataError for linearly dependent patterns, which this net cannot store
 */
export function machinesOf({ patterns, chosen, factor, field }: Omit<Recipe, "cue" | "beta" | "seed">): Machines {
  const set = PatternSet.from(patterns);
  const thresholds = Float64Array.from(patterns[chosen], (unit) => (unit === 1 ? -field : field));
  const way = factors[factor]();
  const rule = way.rule === "hebb" ? hebb({ selfCoupling: false }) : projection({ selfCoupling: false });
  const memory = new Hopfield(set.units, { rule, thresholds }).store(set);
  const { rbm, net, shift } = toRbm(memory, { factor: way });
  return { memory, net, rbm, chosen: set.select([chosen]).bits, scales: scalesOf(rbm, shift, field) };
}

/** No energy is below -1/2 lambda N + shift - N field, with the largest eigenvalue lambda of W^T W, nor above shift + N field. */
function scalesOf({ weights }: Rbm, shift: number, field: number): Scales {
  const { rows: n, columns: p, values } = weights;
  const gram = new Float64Array(p * p);
  for (let k = 0; k < values.length; k++) {
    for (let j = 0; j < p; j++) gram[(k % p) * p + j] += values[k] * values[k - (k % p) + j];
  }
  const [lambda] = symmetricEigen({ rows: p, columns: p, values: gram }).values;
  const margin = 1e-6 * n;
  const low = shift - (lambda * n) / 2 - n * field - margin;
  const high = shift + n * field + margin;
  // An overlap is one of N + 1 values, 2 / N apart: each bin holds the same number of them.
  const together = Math.ceil((n + 1) / OVERLAP_BINS);
  return {
    energy: { low, width: (high - low) / ENERGY_BINS, count: ENERGY_BINS },
    overlap: { low: -1 - 1 / n, width: (2 * together) / n, count: Math.ceil((n + 1) / together) },
  };
}

export function binOf({ low, width, count }: Bins, value: number): number {
  return Math.max(0, Math.min(count - 1, Math.floor((value - low) / width)));
}

export function portraitOf({ net, rbm }: Machines): Portrait {
  const { rows: n, columns: p, values } = rbm.weights;
  const couplings = toMatrix(net.interaction);
  let largest = 0;
  let residue = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (i === j) continue;
      let product = 0;
      for (let mu = 0; mu < p; mu++) product += values[i * p + mu] * values[j * p + mu];
      largest = Math.max(largest, Math.abs(couplings[i * n + j]));
      residue = Math.max(residue, Math.abs(couplings[i * n + j] - product));
    }
  }
  return {
    couplings: Uint8Array.from(couplings, (x) => 128 + Math.round((127 * x) / (largest || 1))),
    filters: filters(rbm.weights),
    largest,
    residue,
  };
}

/** The overlap m = (1/N) xi . s of every row with the chosen pattern. */
export function overlapsOf(states: BitMatrix, chosen: BitMatrix): Float64Array {
  return Float64Array.from(
    { length: states.rows },
    (_, r) => 1 - (2 * bitDistance(states, r, chosen, 0)) / states.columns,
  );
}

/** The distribution exp(-beta E(s)) / Z, from all 2^N states; undefined where there are too many. */
export function exactOf({ net, chosen, scales }: Machines, beta: number): Exact | undefined {
  const n = net.units;
  if (n > listedUnits) return undefined;
  const states = bitMatrix(2 ** n, n);
  for (let r = 0; r < states.rows; r++) states.words[r * states.stride] = r;
  const energy = net.interaction.energies(states);
  const overlap = overlapsOf(states, chosen);
  const logZ = logSumExp(energy.map((e) => -beta * e));
  const energies = new Float64Array(scales.energy.count);
  const overlaps = new Float64Array(scales.overlap.count);
  let [meanEnergy, meanOverlap] = [0, 0];
  for (let r = 0; r < states.rows; r++) {
    const probability = exp(-beta * energy[r] - logZ);
    energies[binOf(scales.energy, energy[r])] += probability;
    overlaps[binOf(scales.overlap, overlap[r])] += probability;
    meanEnergy += probability * energy[r];
    meanOverlap += probability * overlap[r];
  }
  return { energies, overlaps, meanEnergy, meanOverlap };
}

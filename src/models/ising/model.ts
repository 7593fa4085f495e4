import { ArgumentError, DataError, requireInteger } from "../../errors.js";
import { type Linear, quadratic, requireLinear, SparseCouplings } from "../../interactions/index.js";
import { asThresholds } from "../../interactions/quadratic.js";
import { spinAt } from "../../math/bits.js";
import { HopfieldNet } from "../../memories/net.js";
import type { PatternSet, State } from "../../patterns/index.js";
import { asState } from "../../patterns/pattern-set.js";
import { requireSummable } from "../boltzmann/parts.js";

/** The interaction J of the spins i and j. */
export type Bond = readonly [i: number, j: number, interaction: number];

/** Options of an Ising model. */
export interface IsingOptions {
  /** H_i, one value per spin; defaults to zero. */
  readonly field?: ArrayLike<number> | undefined;
  /** Constant that is added to every energy; defaults to 0. */
  readonly constant?: number | undefined;
}

/**
 * The Ising model: spins s_i of -1 or +1 that interact in pairs, in an external field, with the energy
 *
 *     E(s) = -sum over bonds J_ij s_i s_j - sum_i H_i s_i + constant.
 *
 * It is a Hopfield net with W_ij = W_ji = J_ij and theta_i = -H_i, state for state and energy for energy (Rojas, Neural
 * Networks, 1996, section 13.2.3; Hopfield 1982), so that `glauber` and `metropolis` sample it. `IsingLattice` samples
 * only the square lattice, and much faster.
 */
export class IsingModel {
  readonly spins: number;
  /** Every pair once, i < j. */
  readonly bonds: readonly Bond[];
  readonly field: Float64Array;
  readonly constant: number;

  /**
   * @param bonds in any order; the interactions of a repeated pair are added
   * @throws ArgumentError for a bond of a spin with itself or with an unknown spin, DataError for values that are not finite,
   *   or whose magnitudes add up to more than 2^900, ShapeError for a field that does not fit
   */
  constructor(spins: number, bonds: readonly Bond[], { field, constant = 0 }: IsingOptions = {}) {
    requireInteger("spins", spins, 1, 2 ** 26);
    this.spins = spins;
    this.field = asThresholds(field, spins, "field");
    if (!Number.isFinite(constant)) throw new DataError(`constant is ${constant}; expected a finite number`);
    this.constant = constant;
    const sums = new Map<number, number>();
    bonds.forEach(([i, j, interaction], k) => {
      requireInteger(`bonds[${k}][0]`, i, 0, spins - 1);
      requireInteger(`bonds[${k}][1]`, j, 0, spins - 1);
      if (i === j)
        throw new ArgumentError(`bonds[${k}] joins spin ${i} to itself; expected two spins: its energy is constant`);
      if (!Number.isFinite(interaction))
        throw new DataError(`bonds[${k}][2] is ${interaction}; expected a finite number`);
      const pair = Math.min(i, j) * spins + Math.max(i, j);
      sums.set(pair, (sums.get(pair) ?? 0) + interaction);
    });
    this.bonds = Array.from(sums, ([pair, sum]): Bond => [Math.floor(pair / spins), pair % spins, sum]);
    requireSummable(
      "interactions, field and constant",
      this.bonds.map(([, , sum]) => sum),
      this.field,
      [constant],
    );
  }

  /**
   * The Ising model of a Hopfield net. Self-couplings W_ii add -1/2 sum W_ii to every energy: the constant. (They do enter
   * the net's dynamics, which the Ising model does not have.)
   *
   * @throws ArgumentError if W is not symmetric: such a net has no energy
   */
  static fromNet({ interaction, units }: HopfieldNet): IsingModel {
    const linear = requireLinear(interaction, "an Ising model");
    const bonds: Bond[] = [];
    const rows = rowsOf(linear, units);
    let constant = 0;
    let largest = 0;
    for (const row of rows) for (const w of row) largest = Math.max(largest, Math.abs(w));
    for (let i = 0; i < units; i++) {
      constant -= rows[i][i] / 2;
      for (let j = i + 1; j < units; j++) {
        const [w, back] = [rows[i][j], rows[j][i]];
        if (Math.abs(w - back) > ROUNDING * largest) {
          const both = `W[${i}][${j}] is ${w} but W[${j}][${i}] is ${back}`;
          throw new ArgumentError(`couplings are not symmetric: ${both}; an Ising model needs W_ij = W_ji`);
        }
        if (w !== 0 || back !== 0) bonds.push([i, j, (w + back) / 2]);
      }
    }
    return new IsingModel(units, bonds, { field: linear.thresholds.map((theta) => 0 - theta), constant });
  }

  /** The Hopfield net with the same energies minus the constant: W_ij = J_ij, theta = -H. */
  toNet(): HopfieldNet {
    const neighbours = Array.from({ length: this.spins }, (): [number, number][] => []);
    for (const [i, j, interaction] of this.bonds) {
      neighbours[i].push([j, interaction]);
      neighbours[j].push([i, interaction]);
    }
    const starts = new Uint32Array(this.spins + 1);
    const entries = neighbours.flatMap((row, i) => {
      starts[i + 1] = starts[i] + row.length;
      return row.sort(([j], [k]) => j - k);
    });
    const rows = {
      starts,
      columns: Uint32Array.from(entries, ([j]) => j),
      weights: Float64Array.from(entries, ([, interaction]) => interaction),
    };
    const thresholds = this.field.map((h) => 0 - h);
    return new HopfieldNet(quadratic(new SparseCouplings(rows, this.spins), thresholds));
  }

  /** E(s) */
  energy(state: PatternSet | State): number {
    const bits = asState("state", state, this.spins);
    let energy = this.constant;
    for (const [i, j, interaction] of this.bonds) energy -= interaction * spinAt(bits, 0, i) * spinAt(bits, 0, j);
    for (let i = 0; i < this.spins; i++) energy -= this.field[i] * spinAt(bits, 0, i);
    return energy;
  }

  /** m = (1/n) sum_i s_i, from -1 to 1. */
  magnetisation(state: PatternSet | State): number {
    const bits = asState("state", state, this.spins);
    let sum = 0;
    for (let i = 0; i < this.spins; i++) sum += spinAt(bits, 0, i);
    return sum / this.spins;
  }
}

/** Transposed couplings that differ by less than this part of the largest differ by rounding and count as symmetric. */
const ROUNDING = 2 ** -40;

function rowsOf(linear: Linear, units: number): Float64Array[] {
  return Array.from({ length: units }, (_, i) => {
    const row = new Float64Array(units);
    linear.row(i, row);
    return row;
  });
}

/**
 * The square lattice of L x L spins with periodic boundaries: spin y L + x interacts with its four neighbours.
 *
 * @param size L, at least 3: with 2, a spin would have the same neighbour twice
 */
export function squareLattice(
  size: number,
  { interaction = 1, field = 0 }: { readonly interaction?: number; readonly field?: number } = {},
): IsingModel {
  requireInteger("size", size, 3, 4096);
  const bonds: Bond[] = [];
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      bonds.push([y * size + x, y * size + ((x + 1) % size), interaction]);
      bonds.push([y * size + x, ((y + 1) % size) * size + x, interaction]);
    }
  }
  return new IsingModel(size * size, bonds, { field: new Float64Array(size * size).fill(field) });
}

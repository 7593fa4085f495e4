import { ArgumentError, DataError, requireFiniteResult, requireInteger } from "../../errors.js";
import { estimateSeries, jackknife, type SeriesEstimate } from "../../math/blocking.js";
import { exp } from "../../math/elementary.js";
import { type Random, requireRandom } from "../../math/random.js";
import type { Warning } from "../../warnings.js";
import { requireSummable } from "../boltzmann/parts.js";
import { requireTemperature } from "./exact.js";
import { type IsingModel, squareLattice } from "./model.js";

/** Options of a square lattice. */
export interface LatticeOptions {
  /** T, above 0 and finite, in units of J / k_B with J = 1. */
  readonly temperature: number;
  readonly random: Random;
  /** J of neighbours, positive for a ferromagnet; defaults to 1. */
  readonly interaction?: number | undefined;
  /** H, the same for all spins; defaults to 0. */
  readonly field?: number | undefined;
  /** The Metropolis or the Glauber rule; defaults to "metropolis". */
  readonly algorithm?: "metropolis" | "glauber" | undefined;
  /** Initial state: all spins +1, close to equilibrium below T_c, or random; defaults to "up". */
  readonly start?: "up" | "random" | undefined;
}

/** Duration of a measurement. */
export interface MeasureOptions {
  /** Number of sweeps to measure, one state each. */
  readonly sweeps: number;
  /** Number of equilibration sweeps before them; defaults to a tenth of `sweeps`. */
  readonly warmup?: number | undefined;
}

/** Means over a run, with errors that account for its autocorrelation. */
export interface LatticeMeasurement {
  readonly sweeps: number;
  /** E / n */
  readonly energy: SeriesEstimate;
  /** |m|, m = (1/n) sum_i s_i */
  readonly magnetisation: SeriesEstimate;
  /** m^2 */
  readonly squaredMagnetisation: SeriesEstimate;
  /** Binder's cumulant U = 1 - <m^4> / (3 <m^2>^2): 2/3 in an ordered phase, 0 in the disordered one (Binder 1981). */
  readonly binder: { readonly value: number; readonly standardError: number };
  /** Why the errors are not reliable; absent if they are. */
  readonly warning?: Warning;
}

/**
 * The square lattice of L x L spins with periodic boundaries, E = -J sum s_i s_j - H sum s_i, sampled at temperature T:
 * a spin whose flip costs dE = 2 s_i (J sum of neighbours + H) flips
 *
 * - with probability min(1, exp(-dE / T)): "metropolis" (Metropolis and others, 1953);
 * - with probability 1 / (1 + exp(dE / T)): "glauber" (Glauber 1963).
 *
 * A sweep visits every spin once in checkerboard order, first those with even x + y, then the others. Every visit leaves
 * exp(-E / T) / Z invariant, in any order; probabilities are rounded to multiples of 2^-32, and each visit draws one random
 * word. Energy and magnetisation are updated as integers.
 *
 * ```ts
 * const lattice = new IsingLattice(32, { temperature: 2.269, random: new Random(1) });
 * const { magnetisation, binder } = lattice.measure({ sweeps: 10_000 });
 * ```
 */
export class IsingLattice {
  readonly size: number;
  readonly temperature: number;
  readonly interaction: number;
  readonly field: number;
  readonly #random: Random;
  readonly #spins: Int8Array;
  /** The 32-bit word below which a spin flips, for the sum of its neighbours (-4, -2 ... 4) and its state (-1, +1). */
  readonly #flips: Float64Array;
  /** sum over bonds of s_i s_j, and sum of s_i. */
  #bonds = 0;
  #sum = 0;

  /**
   * @throws ArgumentError for a size below 3, a temperature that is not above 0, or a missing generator, DataError for an
   *   interaction or a field that is not finite, or if the magnitudes of those of all spins add up to more than 2^900
   */
  constructor(
    size: number,
    { temperature, random, interaction = 1, field = 0, algorithm = "metropolis", start = "up" }: LatticeOptions,
  ) {
    requireInteger("size", size, 3, 4096);
    requireTemperature(temperature);
    requireFinite("interaction", interaction);
    requireFinite("field", field);
    requireSummable("interactions and fields", [2 * size * size * interaction, size * size * field]);
    requireOneOf("algorithm", algorithm, ["metropolis", "glauber"]);
    requireOneOf("start", start, ["up", "random"]);
    this.size = size;
    this.temperature = temperature;
    this.interaction = interaction;
    this.field = field;
    this.#random = requireRandom(random, "a lattice at a temperature");
    this.#flips = Float64Array.from({ length: 10 }, (_, k) => {
      const spin = (k & 1) * 2 - 1;
      const cost = (2 * spin * (interaction * ((k >> 1) * 2 - 4) + field)) / temperature;
      return 2 ** 32 * (algorithm === "glauber" ? 1 / (1 + exp(cost)) : Math.min(1, exp(-cost)));
    });
    this.#spins = Int8Array.from({ length: size * size }, () => (start === "up" || random.bernoulli(0.5) ? 1 : -1));
    this.#count();
  }

  #count(): void {
    const { size } = this;
    this.#spins.forEach((spin, k) => {
      const x = k % size;
      const right = this.#spins[k - x + ((x + 1) % size)];
      const below = this.#spins[(k + size) % (size * size)];
      this.#bonds += spin * (right + below);
      this.#sum += spin;
    });
  }

  /** A copy of the current state, spin y L + x. */
  spins(): Int8Array {
    return this.#spins.slice();
  }

  /** E of the current state. */
  get energy(): number {
    return 0 - this.interaction * this.#bonds - this.field * this.#sum;
  }

  /** m of the current state, from -1 to 1. */
  get magnetisation(): number {
    return this.#sum / this.#spins.length;
  }

  /** The lattice as an Ising model, with its bonds, energies and Hopfield net. */
  model(): IsingModel {
    return squareLattice(this.size, { interaction: this.interaction, field: this.field });
  }

  /** Makes sweeps of n visits each. */
  sweep(count = 1): this {
    requireInteger("count", count, 0);
    for (let k = 0; k < count; k++) {
      this.#visit(0);
      this.#visit(1);
    }
    return this;
  }

  /** Visits the spins with x + y of that parity, row by row. */
  #visit(parity: number): void {
    const { size } = this;
    const spins = this.#spins;
    const flips = this.#flips;
    const random = this.#random;
    let bonds = 0;
    let sum = 0;
    for (let y = 0; y < size; y++) {
      const row = y * size;
      const above = y === 0 ? spins.length - size : row - size;
      const below = y === size - 1 ? 0 : row + size;
      for (let x = (y + parity) & 1; x < size; x += 2) {
        const left = x === 0 ? row + size - 1 : row + x - 1;
        const right = x === size - 1 ? row : row + x + 1;
        const neighbours = spins[left] + spins[right] + spins[above + x] + spins[below + x];
        const spin = spins[row + x];
        if (random.word() >= flips[neighbours + 4 + ((spin + 1) >> 1)]) continue;
        spins[row + x] = -spin;
        bonds -= 2 * spin * neighbours;
        sum -= 2 * spin;
      }
    }
    this.#bonds += bonds;
    this.#sum += sum;
  }

  /**
   * Continues from the current state and measures after every sweep.
   *
   * @throws ArgumentError for fewer than 16 sweeps, DataError if the square of an energy overflows
   */
  measure({ sweeps, warmup = Math.ceil(sweeps / 10) }: MeasureOptions): LatticeMeasurement {
    requireInteger("sweeps", sweeps, 16);
    requireInteger("warmup", warmup, 0);
    this.sweep(warmup);
    const energies = new Float64Array(sweeps);
    const absolutes = new Float64Array(sweeps);
    for (let t = 0; t < sweeps; t++) {
      this.sweep();
      energies[t] = this.energy / this.#spins.length;
      absolutes[t] = Math.abs(this.magnetisation);
    }
    return measurementOf(energies, absolutes);
  }
}

/** The measurement of two series: energies per spin, and |m|. */
function measurementOf(energies: Float64Array, absolutes: Float64Array): LatticeMeasurement {
  const squares = absolutes.map((m) => m * m);
  const fourths = squares.map((square) => square * square);
  const estimates = {
    energy: estimateSeries(energies),
    magnetisation: estimateSeries(absolutes),
    squaredMagnetisation: estimateSeries(squares),
  };
  requireFiniteResult("standard error of the energy", estimates.energy.standardError);
  const longest = Math.max(...Object.values(estimates).map(({ blockLength }) => blockLength));
  const binder = jackknife([squares, fourths], longest, ([square, fourth]) => 1 - fourth / (3 * square * square));
  const slow = Object.entries(estimates).filter(([, { reliable }]) => !reliable);
  const sweeps = energies.length;
  if (slow.length === 0) return { sweeps, ...estimates, binder };
  const quantities = slow.map(([name]) => name);
  return { sweeps, ...estimates, binder, warning: { code: "too-few-sweeps", sweeps, quantities } };
}

function requireFinite(name: string, value: number): void {
  if (!Number.isFinite(value)) throw new DataError(`${name} is ${value}; expected a finite number`);
}

function requireOneOf(name: string, value: string, choices: readonly string[]): void {
  if (!choices.includes(value)) {
    throw new ArgumentError(
      `${name} is ${JSON.stringify(value)}; expected ${choices.map((c) => `"${c}"`).join(" or ")}`,
    );
  }
}

import { type Disposes, disposeSymbol } from "../../disposing.js";
import { asynchronous, type SpinProcess } from "../../dynamics/index.js";
import { ArgumentError, requireMethod } from "../../errors.js";
import { type Couplings, DenseCouplings, type Interaction, type Net, quadratic } from "../../interactions/index.js";
import { asThresholds } from "../../interactions/quadratic.js";
import { defaultKernels, type Kernels } from "../../kernels/index.js";
import { bitMatrix, spinAt } from "../../math/bits.js";
import { asMatrix, type Matrix, matrix } from "../../math/matrix.js";
import { PatternSet, type State } from "../../patterns/index.js";
import { asState } from "../../patterns/pattern-set.js";
import { type Run, type RunOptions, run } from "../net.js";

/** A state of both layers, or of one: the other is then sgn of its field. */
export interface BamCue {
  readonly left?: PatternSet | State | undefined;
  readonly right?: PatternSet | State | undefined;
}

/** A state of both layers, as spins. */
export interface BamState {
  /** x, n spins. */
  readonly left: Int8Array;
  /** y, k spins. */
  readonly right: Int8Array;
}

/** Options of a BAM with given weights. */
export interface BamNetOptions {
  /** theta of the left layer, one value per unit; defaults to zero. */
  readonly leftThresholds?: ArrayLike<number> | undefined;
  readonly rightThresholds?: ArrayLike<number> | undefined;
  readonly kernels?: Kernels | undefined;
}

/** The final state of a run of a BAM, with its evidence: that of `Run`, for both layers. */
export interface BamRun extends Omit<Run, "state" | "bits"> {
  readonly state: BamState;
}

/** Couplings of n + k units that join two layers, the left layer first. */
export interface JoinedCouplings {
  readonly leftUnits: number;
  readonly couplings: Couplings;
}

/**
 * The bidirectional associative memory (Kosko, Bidirectional associative memories, 1988): a left layer x of n units and a
 * right layer y of k units, joined by n x k given weights W; `Bam` is the memory that learns them. Units of one layer are
 * not coupled. With thresholds theta_l and theta_r the update is
 *
 *     y <- sgn(x W - theta_r),   x <- sgn(y W^T - theta_l),   a unit with zero field keeps its state,
 *
 * and the energy is (Rojas, Neural Networks, 1996, section 13.1)
 *
 *     E(x, y) = -1/2 x W y^T + 1/2 theta_r . y + 1/2 theta_l . x.
 *
 * If y_j changes to y_j', E changes by -1/2 (y_j' - y_j) (x W - theta_r)_j. A unit changes to the sign of its field, so the
 * change is negative. The same holds for x_i, and for all units of a layer at once, which do not enter each other's fields.
 * There are finitely many states, so the net settles from any of them for all real weights W.
 *
 * It is the Hopfield net of n + k units whose couplings join the layers, with twice this energy, so every dynamics runs it:
 * `asynchronous()` unit by unit, which needs a generator, and `asynchronous({ order: "fixed" })` layer by layer, the
 * default. With `synchronous()`, both layers at once, it may cycle with length two. Fields below 2^-33 count as zero.
 */
export class BamNet implements Net, Disposes {
  readonly leftUnits: number;
  readonly rightUnits: number;
  /** The interaction of the n + k units, the left layer first, with twice the energy. */
  readonly interaction: Interaction;

  /**
   * @param weights n rows of k: `weights[i][j]` joins unit i of the left layer to unit j of the right one; or couplings of
   *   n + k units
   * @throws ShapeError for rows of different lengths or thresholds that do not fit, DataError for values that are not finite
   */
  constructor(
    weights: Matrix | ArrayLike<ArrayLike<number>> | JoinedCouplings,
    { leftThresholds, rightThresholds, kernels = defaultKernels() }: BamNetOptions = {},
  ) {
    const { leftUnits: n, couplings } = "couplings" in weights ? weights : joinLayers(weights, kernels);
    const k = couplings.units - n;
    this.leftUnits = n;
    this.rightUnits = k;
    const thresholds = new Float64Array(n + k);
    thresholds.set(asThresholds(leftThresholds, n, "leftThresholds"));
    thresholds.set(asThresholds(rightThresholds, k, "rightThresholds"), n);
    this.interaction = quadratic(couplings, thresholds);
  }

  /** W, n x k, computed at each access. */
  get weights(): Matrix {
    const { leftUnits: n, rightUnits: k } = this;
    const weights = matrix(n, k);
    const row = new Float64Array(n + k);
    for (let i = 0; i < n; i++) {
      this.interaction.linear?.row(i, row);
      weights.values.set(row.subarray(n), i * k);
    }
    return weights;
  }

  /** E(x, y) = -1/2 x W y^T + 1/2 theta_r . y + 1/2 theta_l . x of a state of both layers. */
  energy({ left, right }: { readonly left: PatternSet | State; readonly right: PatternSet | State }): number {
    return this.interaction.energies(this.join(left, right).bits)[0] / 2 + 0;
  }

  /** The state of n + k units for a cue: a missing layer becomes sgn of its field, sgn(0) = +1. */
  complete({ left, right }: BamCue): PatternSet {
    if (left === undefined && right === undefined) {
      throw new ArgumentError("cue has no layer; give it a left state, a right one, or both");
    }
    const unknown = (units: number) => new Int8Array(units).fill(1);
    const given = this.join(left ?? unknown(this.leftUnits), right ?? unknown(this.rightUnits));
    if (left !== undefined && right !== undefined) return given;
    const answer = bitMatrix(1, given.units);
    this.interaction.step(given.bits, answer);
    const spins = new PatternSet(answer).spins(0);
    return this.join(left ?? spins.subarray(0, this.leftUnits), right ?? spins.subarray(this.leftUnits));
  }

  /** Both layers as one state of n + k units. */
  join(left: PatternSet | State, right: PatternSet | State): PatternSet {
    const x = new PatternSet(asState("left", left, this.leftUnits));
    return joinPatterns(x, new PatternSet(asState("right", right, this.rightUnits)));
  }

  /** Starts a run that can be advanced unit by unit: a process of the n + k units. */
  start(cue: BamCue, { dynamics = LAYER_BY_LAYER, random }: RunOptions = {}): SpinProcess {
    requireMethod("dynamics", dynamics, "start");
    return dynamics.start(this.interaction, this.complete(cue).bits, random);
  }

  /** Runs from a cue until it settles or the dynamics reaches its largest number of sweeps. */
  run(cue: BamCue, options: RunOptions = {}): BamRun {
    return this.split(this.runJoined(cue, options));
  }

  /** The same run as one of the n + k units, with their energy, which is twice that of the BAM. */
  runJoined(cue: BamCue, { dynamics = LAYER_BY_LAYER, ...options }: RunOptions = {}): Run {
    return run(this.interaction, this.complete(cue).bits, { dynamics, ...options });
  }

  /** A run of the n + k units as one of the two layers, with half the energy. */
  split({ state, converged, period, sweeps, flips, cueEnergy, energy, trace }: Run): BamRun {
    return {
      state: { left: state.slice(0, this.leftUnits), right: state.slice(this.leftUnits) },
      converged,
      period,
      sweeps,
      flips,
      cueEnergy: cueEnergy / 2,
      energy: energy / 2,
      ...(trace === undefined ? {} : { trace: trace.map((value) => value / 2) }),
    };
  }

  /** Releases memory of the kernels now, not when it is garbage-collected; the net runs as before, if asked again. */
  dispose(): void {
    this.interaction.dispose();
  }

  [disposeSymbol](): void {
    this.dispose();
  }
}

const LAYER_BY_LAYER = asynchronous({ order: "fixed" });

/** Couplings of n + k units as a matrix, with W and W^T as its off-diagonal blocks. */
function joinLayers(weights: Matrix | ArrayLike<ArrayLike<number>>, kernels: Kernels): JoinedCouplings {
  const { rows: n, columns: k, values } = asMatrix("weights", weights);
  const size = n + k;
  const joined = new Float64Array(size * size);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < k; j++) {
      joined[i * size + n + j] = values[i * k + j];
      joined[(n + j) * size + i] = values[i * k + j];
    }
  }
  return { leftUnits: n, couplings: new DenseCouplings(joined, size, kernels) };
}

/**
 * Row r of x, then row r of y, as one pattern, with the label of y or else of x.
 *
 * @param sign of y: -1 gives the patterns (x, -y)
 */
export function joinPatterns(x: PatternSet, y: PatternSet, sign: 1 | -1 = 1): PatternSet {
  const n = x.units;
  const bits = bitMatrix(x.count, n + y.units);
  for (let r = 0; r < x.count; r++) {
    const words = bits.words.subarray(r * bits.stride, (r + 1) * bits.stride);
    words.set(x.bits.words.subarray(r * x.bits.stride, (r + 1) * x.bits.stride));
    for (let j = 0, at = n; j < y.units; j++, at++) {
      if (sign * spinAt(y.bits, r, j) > 0) words[at >>> 5] |= 1 << (at & 31);
    }
  }
  return new PatternSet(bits, { labels: y.labels ?? x.labels });
}

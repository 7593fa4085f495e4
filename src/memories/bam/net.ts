import { asynchronous, type Process } from "../../dynamics/index.js";
import { ArgumentError } from "../../errors.js";
import { DenseCouplings } from "../../interactions/index.js";
import { defaultKernels, type Kernels } from "../../kernels/index.js";
import { bitMatrix } from "../../math/bits.js";
import { asMatrix, type Matrix } from "../../math/matrix.js";
import { PatternSet, type State } from "../../patterns/index.js";
import { asState } from "../../patterns/pattern-set.js";
import { asThresholds, HopfieldNet, type Run, type RunOptions } from "../hopfield/net.js";

/** A state of both layers, or of one: the other is then what the given one calls up. */
export interface BamCue {
  readonly left?: PatternSet | State | undefined;
  readonly right?: PatternSet | State | undefined;
}

/** Choices of a BAM. */
export interface BamNetOptions {
  /** theta of the left layer, one value a unit; zero where they are left out. */
  readonly leftThresholds?: ArrayLike<number> | undefined;
  readonly rightThresholds?: ArrayLike<number> | undefined;
  readonly kernels?: Kernels | undefined;
}

/** Where a run of a BAM ended, and the evidence: that of `Run`, with both layers. */
export interface BamRun extends Omit<Run, "state" | "bits"> {
  /** x, n spins. */
  readonly left: Int8Array;
  /** y, k spins. */
  readonly right: Int8Array;
}

/**
 * The bidirectional associative memory (Kosko, Bidirectional associative memories, 1988): a left layer x of n units and a
 * right layer y of k units, joined by n x k weights W that are given by hand; `Bam` is the memory that learns them.
 * Units of a layer do not feel each other. With thresholds theta_l and theta_r the fields are
 *
 *     y <- sgn(x W - theta_r),   x <- sgn(y W^T - theta_l),   a unit with zero field keeps its state,
 *
 * and the energy is (Rojas, Neural Networks, 1996, section 13.1)
 *
 *     E(x, y) = -1/2 x W y^T + 1/2 theta_r . y + 1/2 theta_l . x.
 *
 * Where y_j changes to y_j', E changes by -1/2 (y_j' - y_j) (x W - theta_r)_j, and a unit changes to the sign of its
 * field: by less than 0. The same holds for x_i, and for all units of a layer at once, since they do not enter each
 * other's fields. There are finitely many states, so the net settles from any of them, whatever the real weights W.
 *
 * It is the Hopfield net of n + k units whose couplings join the layers, `net`, with twice this energy. Hence every
 * dynamics runs it: unit by unit `asynchronous()`, which needs a generator, and layer by layer
 * `asynchronous({ order: "fixed" })`, the default, which visits a layer whose units do not feel each other. With
 * `synchronous()`, both layers at once, it may cycle with length two. Fields below 2^-33 count as zero.
 */
export class BamNet {
  readonly leftUnits: number;
  readonly rightUnits: number;
  readonly weights: Matrix;
  /** The same net as one of n + k units, the left layer first. */
  readonly net: HopfieldNet;

  /**
   * @param weights n rows of k: `weights[i][j]` joins unit i of the left layer to unit j of the right one
   * @throws ShapeError for rows of different lengths or thresholds that do not fit, DataError for what is not finite
   */
  constructor(
    weights: Matrix | ArrayLike<ArrayLike<number>>,
    { leftThresholds, rightThresholds, kernels = defaultKernels() }: BamNetOptions = {},
  ) {
    this.weights = asMatrix("weights", weights);
    const { rows: n, columns: k, values } = this.weights;
    this.leftUnits = n;
    this.rightUnits = k;
    const size = n + k;
    const joined = new Float64Array(size * size);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < k; j++) {
        joined[i * size + n + j] = values[i * k + j];
        joined[(n + j) * size + i] = values[i * k + j];
      }
    }
    const thresholds = new Float64Array(size);
    thresholds.set(asThresholds(leftThresholds, n, "leftThresholds"));
    thresholds.set(asThresholds(rightThresholds, k, "rightThresholds"), n);
    this.net = new HopfieldNet(new DenseCouplings(joined, size, kernels), thresholds);
  }

  /** E(x, y) = -1/2 x W y^T + 1/2 theta_r . y + 1/2 theta_l . x of a state of both layers. */
  energy({ left, right }: { readonly left: PatternSet | State; readonly right: PatternSet | State }): number {
    return this.net.energy(this.join(left, right)) / 2;
  }

  /** The state of n + k units that a cue stands for: a layer that is missing becomes sgn of its field, sgn(0) = +1. */
  complete({ left, right }: BamCue): PatternSet {
    if (left === undefined && right === undefined) {
      throw new ArgumentError("cue has no layer; give it a left state, a right one, or both");
    }
    const unknown = (units: number) => new Int8Array(units).fill(1);
    const given = this.join(left ?? unknown(this.leftUnits), right ?? unknown(this.rightUnits));
    if (left !== undefined && right !== undefined) return given;
    const called = bitMatrix(1, given.units);
    this.net.couplings.step(given.bits, this.net.thresholds, called);
    const spins = new PatternSet(called).spins(0);
    return this.join(left ?? spins.subarray(0, this.leftUnits), right ?? spins.subarray(this.leftUnits));
  }

  /** Both layers as one state of n + k units. */
  join(left: PatternSet | State, right: PatternSet | State): PatternSet {
    const x = new PatternSet(asState("left", left, this.leftUnits));
    return joinLayers(x, new PatternSet(asState("right", right, this.rightUnits)));
  }

  /** Sets a cue on its way, to be watched unit by unit: a process of the n + k units. */
  start(cue: BamCue, options: RunOptions = {}): Process {
    return this.net.start(this.complete(cue), { ...options, dynamics: options.dynamics ?? LAYER_BY_LAYER });
  }

  /** Runs from a cue until it settles or the dynamics gives up. */
  run(cue: BamCue, options: RunOptions = {}): BamRun {
    return this.split(this.runJoint(cue, options));
  }

  /** The same run as one of the n + k units, with their energy, which is twice that of the BAM. */
  runJoint(cue: BamCue, options: RunOptions = {}): Run {
    return this.net.run(this.complete(cue), { ...options, dynamics: options.dynamics ?? LAYER_BY_LAYER });
  }

  /** A run of the n + k units as one of the two layers, with half the energy. */
  split({ state, converged, period, sweeps, flips, cueEnergy, energy, trace }: Run): BamRun {
    return {
      converged,
      period,
      sweeps,
      flips,
      left: state.slice(0, this.leftUnits),
      right: state.slice(this.leftUnits),
      cueEnergy: cueEnergy / 2,
      energy: energy / 2,
      ...(trace === undefined ? {} : { trace: trace.map((value) => value / 2) }),
    };
  }
}

const LAYER_BY_LAYER = asynchronous({ order: "fixed" });

/** Row r of x, then row r of y, as one pattern, under the name of y or else of x. */
export function joinLayers(x: PatternSet, y: PatternSet): PatternSet {
  const rows = Array.from({ length: x.count }, (_, r) => [...x.spins(r), ...y.spins(r)]);
  return PatternSet.from(rows, { labels: y.labels ?? x.labels });
}

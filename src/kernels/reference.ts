import { disposeSymbol } from "../disposing.js";
import { type BitMatrix, bitMatrix, bitRow, spinAt } from "../math/bits.js";
import { gridShift, roundToGrid } from "../math/grid.js";
import {
  type FieldOperator,
  type Kernels,
  type OperatorWalk,
  type PatternOperator,
  type PatternOperatorDescription,
  requireMiddle,
  type SparseRows,
  tie,
} from "./kernels.js";
import { referenceProjector } from "./reference-projector.js";
import { ReferenceVectorScreen } from "./reference-screen.js";
import { ReferenceSeparationOperator } from "./reference-separation.js";
import { ReferenceVectorOperator } from "./reference-vectors.js";
import { overlapsOf, ReferenceWalk, stepOf } from "./reference-walk.js";

/** The formulas of `kernels.ts` in plain TypeScript: the oracle for every other backend. */
export const referenceKernels: Kernels = {
  name: "reference",
  patternOperator: (description) => new ReferencePatternOperator(description),
  separationOperator: (description) => new ReferenceSeparationOperator(description),
  denseOperator: (weights, units) => new ReferenceDenseOperator(weights, units),
  sparseOperator: (rows, units) => new ReferenceSparseOperator(rows, units),
  vectorOperator: (vectors, use) => new ReferenceVectorOperator(vectors, use),
  vectorScreen: (vectors, comparison) => new ReferenceVectorScreen(vectors, comparison),
  projector: referenceProjector,
};

class ReferencePatternOperator implements PatternOperator {
  readonly patterns: number;
  readonly units: number;
  readonly bits: BitMatrix;
  readonly middle: Float64Array | undefined;
  readonly #divisor: number;
  readonly #diagonal: Float64Array | undefined;
  readonly #margin: number;

  constructor({ patterns, middle, divisor, diagonal }: PatternOperatorDescription) {
    requireMiddle(patterns, middle);
    this.patterns = patterns.rows;
    this.units = patterns.columns;
    this.bits = bitMatrix(patterns.rows, patterns.columns, patterns.words.slice());
    this.middle = middle?.slice();
    this.#divisor = divisor;
    this.#diagonal = diagonal?.slice();
    this.#margin = middle === undefined ? 0 : tie;
  }

  overlaps(states: BitMatrix, out: Int32Array): void {
    overlapsOf(this.bits, states, out);
  }

  /** c = A X s of a one-row state, on a grid. */
  coefficients(state: BitMatrix): Float64Array {
    const overlaps = new Int32Array(this.patterns);
    this.overlaps(state, overlaps);
    if (this.middle === undefined) return Float64Array.from(overlaps);
    const c = new Float64Array(this.patterns);
    for (let nu = 0; nu < this.patterns; nu++) {
      for (let mu = 0; mu < this.patterns; mu++) c[mu] += this.middle[nu * this.patterns + mu] * overlaps[nu];
    }
    roundToGrid(c);
    return c;
  }

  /** h_i = (sum_mu c_mu xi_mu,i - d_i s_i) / divisor */
  field(c: Float64Array, i: number, spin: number): number {
    let votes = 0;
    for (let mu = 0; mu < this.patterns; mu++) votes += c[mu] * spinAt(this.bits, mu, i);
    if (this.#diagonal !== undefined) votes -= this.#diagonal[i] * spin;
    return votes / this.#divisor;
  }

  fields(states: BitMatrix, out: Float64Array): void {
    for (let r = 0; r < states.rows; r++) {
      const c = this.coefficients(bitRow(states, r));
      for (let i = 0; i < this.units; i++) out[r * this.units + i] = this.field(c, i, spinAt(states, r, i));
    }
  }

  step(states: BitMatrix, thresholds: Float64Array, out: BitMatrix): void {
    stepOf(this, this.#margin, states, thresholds, out);
  }

  walk(state: BitMatrix): OperatorWalk {
    return new ReferencePatternWalk(this, state, this.#margin);
  }

  dispose(): void {}

  [disposeSymbol](): void {
    this.dispose();
  }
}

/** Keeps c = A X s up to date: a flip of unit j adds 2 s_j A x_j, with x_j column j of X. */
class ReferencePatternWalk extends ReferenceWalk {
  readonly #operator: ReferencePatternOperator;
  readonly #c: Float64Array;

  constructor(operator: ReferencePatternOperator, state: BitMatrix, margin: number) {
    super(state, margin);
    this.#operator = operator;
    this.#c = operator.coefficients(state);
  }

  override field(unit: number): number {
    return this.#operator.field(this.#c, unit, spinAt(this.state, 0, unit));
  }

  protected override flipped(j: number, spin: number): void {
    const { bits, middle, patterns } = this.#operator;
    if (middle === undefined) {
      for (let mu = 0; mu < patterns; mu++) this.#c[mu] += 2 * spin * spinAt(bits, mu, j);
      return;
    }
    const change = new Float64Array(patterns);
    for (let nu = 0; nu < patterns; nu++) {
      const vote = spinAt(bits, nu, j);
      for (let mu = 0; mu < patterns; mu++) change[mu] += vote * middle[nu * patterns + mu];
    }
    for (let mu = 0; mu < patterns; mu++) this.#c[mu] += 2 * spin * change[mu];
    roundToGrid(this.#c);
  }
}

class ReferenceDenseOperator implements FieldOperator {
  readonly units: number;
  readonly weights: Float64Array;

  /** The weights are put on one grid, that of the largest row sum of magnitudes, so that fields are exact sums. */
  constructor(weights: Float64Array, units: number) {
    this.units = units;
    let magnitude = 0;
    for (let i = 0; i < units; i++) {
      let sum = 0;
      for (let j = 0; j < units; j++) sum += Math.abs(weights[i * units + j]);
      magnitude = Math.max(magnitude, sum);
    }
    const shift = gridShift(magnitude);
    this.weights = weights.map((w) => w + shift - shift);
  }

  field(state: BitMatrix, r: number, i: number): number {
    let sum = 0;
    for (let j = 0; j < this.units; j++) sum += this.weights[i * this.units + j] * spinAt(state, r, j);
    return sum;
  }

  fields(states: BitMatrix, out: Float64Array): void {
    for (let r = 0; r < states.rows; r++) {
      for (let i = 0; i < this.units; i++) out[r * this.units + i] = this.field(states, r, i);
    }
  }

  step(states: BitMatrix, thresholds: Float64Array, out: BitMatrix): void {
    stepOf(this, tie, states, thresholds, out);
  }

  walk(state: BitMatrix): OperatorWalk {
    return new ReferenceExactWalk(this, state);
  }

  dispose(): void {}

  [disposeSymbol](): void {
    this.dispose();
  }
}

class ReferenceSparseOperator implements FieldOperator {
  readonly units: number;
  readonly #rows: SparseRows;

  constructor({ starts, columns, weights }: SparseRows, units: number) {
    this.units = units;
    this.#rows = { starts: starts.slice(), columns: columns.slice(), weights: weights.slice() };
  }

  field(state: BitMatrix, r: number, i: number): number {
    const { starts, columns, weights } = this.#rows;
    let sum = 0;
    for (let k = starts[i]; k < starts[i + 1]; k++) sum += weights[k] * spinAt(state, r, columns[k]);
    return sum;
  }

  fields(states: BitMatrix, out: Float64Array): void {
    for (let r = 0; r < states.rows; r++) {
      for (let i = 0; i < this.units; i++) out[r * this.units + i] = this.field(states, r, i);
    }
  }

  step(states: BitMatrix, thresholds: Float64Array, out: BitMatrix): void {
    stepOf(this, tie, states, thresholds, out);
  }

  walk(state: BitMatrix): OperatorWalk {
    return new ReferenceExactWalk(this, state);
  }

  dispose(): void {}

  [disposeSymbol](): void {
    this.dispose();
  }
}

/** Computes each field anew: the sums are exact, so updating them would give the same. */
class ReferenceExactWalk extends ReferenceWalk {
  readonly #operator: ReferenceDenseOperator | ReferenceSparseOperator;

  constructor(operator: ReferenceDenseOperator | ReferenceSparseOperator, state: BitMatrix) {
    super(state, tie);
    this.#operator = operator;
  }

  override field(unit: number): number {
    return this.#operator.field(this.state, 0, unit);
  }

  protected override flipped(): void {}
}

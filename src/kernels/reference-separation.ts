import { disposeSymbol } from "../disposing.js";
import { type BitMatrix, bitMatrix, bitRow, spinAt } from "../math/bits.js";
import { powerOfTwo } from "../math/elementary.js";
import { gridShift } from "../math/grid.js";
import { LOWEST_EXPONENT, type Scaled } from "../math/scaled.js";
import {
  LEAST_EXPONENT,
  NEGLIGIBLE,
  type OperatorWalk,
  type SeparatedStates,
  type SeparationDescription,
  type SeparationOperator,
} from "./kernels.js";
import { overlapsOf, ReferenceWalk, stepOf } from "./reference-walk.js";

/** The coefficients of a state: c_mu for its votes, the sum of its b, and the power of two that fields are multiplied by. */
interface Coefficients {
  readonly c: Float64Array;
  readonly self: number;
  readonly scale: number;
}

/** The formulas of `SeparationDescription`. */
export class ReferenceSeparationOperator implements SeparationOperator {
  readonly patterns: number;
  readonly units: number;
  readonly bits: BitMatrix;
  readonly #description: SeparationDescription;

  constructor({ patterns, votes, selves, exponents, divisor, values, valueExponents }: SeparationDescription) {
    this.patterns = patterns.rows;
    this.units = patterns.columns;
    this.bits = bitMatrix(patterns.rows, patterns.columns, patterns.words.slice());
    this.#description = {
      patterns: this.bits,
      votes: votes.slice(),
      selves: selves.slice(),
      exponents: exponents.slice(),
      divisor,
      values: values.slice(),
      valueExponents: valueExponents.slice(),
    };
  }

  evaluate<T>(states: BitMatrix, use: (evaluated: SeparatedStates) => T): T {
    const overlaps = (r: number) => {
      const out = new Int32Array(this.patterns);
      this.overlaps(bitRow(states, r), out);
      return out;
    };
    return use({
      fields: (out) => this.fields(states, out),
      step: (thresholds, out) => this.step(states, thresholds, out),
      sum: (r) => this.#sum(overlaps(r)),
      nearest(r) {
        const products = overlaps(r);
        const product = products.reduce((most, o) => Math.max(most, o));
        return { index: products.indexOf(product), product };
      },
      overlaps,
    });
  }

  #sum(overlaps: Int32Array): Scaled {
    const { values, valueExponents } = this.#description;
    const entries = Array.from(overlaps, (o) => (o + this.units) / 2);
    const top = entries.reduce((most, k) => Math.max(most, valueExponents[k]), LOWEST_EXPONENT);
    let total = 0;
    for (const k of entries) {
      const less = top - valueExponents[k];
      if (less <= 1000) total += values[k] * powerOfTwo(-less);
    }
    return { mantissa: total, exponent: top };
  }

  overlaps(states: BitMatrix, out: Int32Array): void {
    overlapsOf(this.bits, states, out);
  }

  coefficients(overlaps: Int32Array): Coefficients {
    const { votes, selves, exponents } = this.#description;
    const entries = Array.from(overlaps, (o) => (o + this.units) / 2);
    const top = entries.reduce((most, k) => Math.max(most, exponents[k]), LOWEST_EXPONENT);
    const scaled = (values: Float64Array) =>
      Float64Array.from(entries, (k) => {
        const less = top - exponents[k];
        return less > NEGLIGIBLE ? 0 : values[k] * powerOfTwo(-less);
      });
    const [c, b] = [scaled(votes), scaled(selves)];
    let magnitude = 0;
    for (let mu = 0; mu < c.length; mu++) magnitude = magnitude + Math.abs(c[mu]) + Math.abs(b[mu]);
    const shift = gridShift(magnitude);
    let self = 0;
    for (let mu = 0; mu < c.length; mu++) {
      c[mu] = c[mu] + shift - shift;
      self += b[mu] + shift - shift;
    }
    return { c, self, scale: powerOfTwo(Math.max(top, LEAST_EXPONENT)) };
  }

  field({ c, self, scale }: Coefficients, i: number, spin: number): number {
    let votes = 0;
    for (let mu = 0; mu < this.patterns; mu++) votes += c[mu] * spinAt(this.bits, mu, i);
    return ((votes - self * spin) / this.#description.divisor) * scale;
  }

  fields(states: BitMatrix, out: Float64Array): void {
    const overlaps = new Int32Array(this.patterns);
    for (let r = 0; r < states.rows; r++) {
      this.overlaps(bitRow(states, r), overlaps);
      const coefficients = this.coefficients(overlaps);
      for (let i = 0; i < this.units; i++) {
        out[r * this.units + i] = this.field(coefficients, i, spinAt(states, r, i));
      }
    }
  }

  step(states: BitMatrix, thresholds: Float64Array, out: BitMatrix): void {
    stepOf(this, 0, states, thresholds, out);
  }

  walk(state: BitMatrix): OperatorWalk {
    return new ReferenceSeparationWalk(this, state);
  }

  dispose(): void {}

  [disposeSymbol](): void {
    this.dispose();
  }
}

/** Keeps the overlaps up to date: a flip of unit j adds 2 s_j x_j, with x_j column j of X. */
class ReferenceSeparationWalk extends ReferenceWalk {
  readonly #operator: ReferenceSeparationOperator;
  readonly #overlaps: Int32Array;
  #coefficients: Coefficients;

  constructor(operator: ReferenceSeparationOperator, state: BitMatrix) {
    super(state, 0);
    this.#operator = operator;
    this.#overlaps = new Int32Array(operator.patterns);
    operator.overlaps(state, this.#overlaps);
    this.#coefficients = operator.coefficients(this.#overlaps);
  }

  override field(unit: number): number {
    return this.#operator.field(this.#coefficients, unit, spinAt(this.state, 0, unit));
  }

  protected override flipped(j: number, spin: number): void {
    const { bits, patterns } = this.#operator;
    for (let mu = 0; mu < patterns; mu++) this.#overlaps[mu] += 2 * spin * spinAt(bits, mu, j);
    this.#coefficients = this.#operator.coefficients(this.#overlaps);
  }
}

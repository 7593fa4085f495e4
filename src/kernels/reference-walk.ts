import { disposeSymbol } from "../disposing.js";
import { type BitMatrix, bitDistance, bitMatrix, bitRow, spinAt } from "../math/bits.js";
import type { FieldOperator, OperatorWalk } from "./kernels.js";

/* What the operators of the reference share. */

/** -1, +1, or `state` where the field is within `margin` of the threshold. */
function respond(field: number, threshold: number, margin: number, state: number): number {
  if (field === threshold || Math.abs(field - threshold) < margin) return state;
  return field > threshold ? 1 : -1;
}

function setSpin(bits: BitMatrix, r: number, j: number, spin: number): void {
  const at = r * bits.stride + (j >>> 5);
  const mask = 1 << (j & 31);
  bits.words[at] = spin > 0 ? bits.words[at] | mask : bits.words[at] & ~mask;
}

/** One synchronous step, row by row: all fields first, then all units. */
export function stepOf(
  operator: FieldOperator,
  margin: number,
  states: BitMatrix,
  thresholds: Float64Array,
  out: BitMatrix,
): void {
  const fields = new Float64Array(operator.units);
  for (let r = 0; r < states.rows; r++) {
    operator.fields(bitRow(states, r), fields);
    for (let i = 0; i < operator.units; i++) setSpin(out, r, i, respond(fields[i], thresholds[i], margin, 1));
  }
}

/** out[r * p + mu] = xi_mu . s_r */
export function overlapsOf(patterns: BitMatrix, states: BitMatrix, out: Int32Array): void {
  for (let r = 0; r < states.rows; r++) {
    for (let mu = 0; mu < patterns.rows; mu++) {
      out[r * patterns.rows + mu] = patterns.columns - 2 * bitDistance(states, r, patterns, mu);
    }
  }
}

/** A walk; its subclasses compute the field of a unit and what one flip changes. */
export abstract class ReferenceWalk implements OperatorWalk {
  protected readonly state: BitMatrix;
  readonly #margin: number;

  constructor(state: BitMatrix, margin: number) {
    this.state = bitMatrix(1, state.columns, state.words.slice());
    this.#margin = margin;
  }

  abstract field(unit: number): number;

  /** Updates the sums that the walk keeps, after unit j was set to `spin`. */
  protected abstract flipped(j: number, spin: number): void;

  visit(order: Uint32Array, thresholds: Float64Array, noise?: Float64Array): number {
    let flips = 0;
    for (let k = 0; k < order.length; k++) {
      const i = order[k];
      const state = spinAt(this.state, 0, i);
      const threshold = noise === undefined ? thresholds[i] : thresholds[i] + noise[k];
      const spin = respond(this.field(i), threshold, this.#margin, state);
      if (spin === state) continue;
      setSpin(this.state, 0, i, spin);
      this.flipped(i, spin);
      flips++;
    }
    return flips;
  }

  read(out: BitMatrix): void {
    out.words.set(this.state.words);
  }

  dispose(): void {}

  [disposeSymbol](): void {
    this.dispose();
  }
}

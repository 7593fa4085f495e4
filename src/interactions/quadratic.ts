import { disposeSymbol } from "../disposing.js";
import { DataError, ShapeError } from "../errors.js";
import { defaultKernels, type Kernels } from "../kernels/index.js";
import { type BitMatrix, spinAt } from "../math/bits.js";
import type { Couplings } from "./couplings.js";
import { DenseCouplings } from "./dense.js";
import { PatternCouplings } from "./from-patterns.js";
import type { Interaction, InteractionParts, Linear, Walk } from "./interaction.js";
import { SparseCouplings } from "./sparse.js";

/**
 * The quadratic energy E(s) = -1/2 s^T W s + theta . s (Hopfield 1982), with the fields h = W s - theta.
 *
 * @param thresholds theta, n values; defaults to zero
 * @throws ShapeError or DataError for thresholds that do not fit or are not finite
 */
export function quadratic(couplings: Couplings, thresholds?: ArrayLike<number>): Interaction {
  const theta = asThresholds(thresholds, couplings.units);
  const n = couplings.units;
  const linear: Linear = {
    row: (i, out) => couplings.row(i, out),
    thresholds: theta,
    withThresholds: (other) => quadratic(couplings, other),
    parts: couplings.parts,
  };
  return {
    units: n,
    linear,
    thresholds: theta,
    kept: couplings.kept,
    parts: { couplings: couplings.parts, thresholds: theta },
    fields(states, out) {
      couplings.fields(states, out);
      const length = states.rows * n;
      for (let k = 0, i = 0; k < length; k++, i = i + 1 === n ? 0 : i + 1) out[k] -= theta[i];
    },
    step: (states, out) => couplings.step(states, theta, out),
    walk: (state) => walkOf(couplings, theta, state),
    energies: (states) => energiesOf(couplings, theta, states),
    dispose: () => couplings.dispose(),
    [disposeSymbol]: () => couplings.dispose(),
  };
}

function walkOf(couplings: Couplings, thresholds: Float64Array, state: BitMatrix): Walk {
  const walk = couplings.walk(state);
  return {
    field: (unit) => walk.field(unit) - thresholds[unit],
    visit: (order, noise) => walk.visit(order, thresholds, noise),
    read: (out) => walk.read(out),
    dispose: () => walk.dispose(),
    [disposeSymbol]: () => walk.dispose(),
  };
}

function energiesOf(couplings: Couplings, thresholds: Float64Array, states: BitMatrix): Float64Array {
  const isZero = thresholds.every((theta) => theta === 0);
  return couplings.quadratic(states).map((square, r) => {
    let energy = -square / 2;
    // Zeros change no energy but that of -0.
    if (isZero && energy !== 0) return energy;
    for (let i = 0; i < states.columns; i++) energy += thresholds[i] * spinAt(states, r, i);
    return energy;
  });
}

/** Rebuilds an interaction from its parts, with the same fields and energies, bit for bit. */
export function interactionFrom(
  { couplings, thresholds }: InteractionParts,
  kernels: Kernels = defaultKernels(),
): Interaction {
  switch (couplings.kind) {
    case "patterns":
      return quadratic(new PatternCouplings(couplings.description, kernels), thresholds);
    case "dense":
      return quadratic(new DenseCouplings(couplings.weights, couplings.units, kernels), thresholds);
    case "sparse":
      return quadratic(new SparseCouplings(couplings.rows, couplings.units, kernels), thresholds);
  }
}

/** A checked copy of the given thresholds; zeros if they are omitted. */
export function asThresholds(
  thresholds: ArrayLike<number> | undefined,
  units: number,
  name = "thresholds",
): Float64Array {
  if (thresholds === undefined) return new Float64Array(units);
  if (thresholds.length !== units) {
    throw new ShapeError(`${name} has ${thresholds.length} values but the network has ${units} units`);
  }
  const values = Float64Array.from(thresholds);
  const bad = values.findIndex((theta) => !Number.isFinite(theta));
  if (bad >= 0) throw new DataError(`${name}[${bad}] is ${values[bad]}; expected a finite number`);
  return values;
}

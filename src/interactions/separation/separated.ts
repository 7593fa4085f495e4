import { disposeSymbol } from "../../disposing.js";
import {
  defaultKernels,
  type Kernels,
  type SeparatedStates,
  type SeparationDescription,
  type SeparationOperator,
} from "../../kernels/index.js";
import { type BitMatrix, bitRows } from "../../math/bits.js";
import { powerOfTwo } from "../../math/elementary.js";
import { difference, LOWEST_EXPONENT, type Scaled, sum, unscaled } from "../../math/scaled.js";
import type { Interaction } from "../interaction.js";
import type { Separation } from "./separation.js";

/** States whose overlaps are held at once. */
const TOGETHER = 64;

/**
 * The energy E(s) = -sum_mu F(xi_mu . s) of a dense associative memory (Krotov and Hopfield, Dense associative memory for pattern
 * recognition, 2016). Fields are differences of energies, h_i = (E(s_i = -1) - E(s_i = +1)) / 2: exact sums on a grid over
 * patterns, of which those that the largest terms dwarf add nothing. Energies below the range of float64 are 0.
 *
 * @param patterns p patterns of n units, copied when first needed
 */
export function separated(
  patterns: BitMatrix,
  separation: Separation,
  kernels: Kernels = defaultKernels(),
): Interaction {
  const n = patterns.columns;
  const zeros = new Float64Array(n);
  const divisor = separation.divisor(n);
  let made: SeparationOperator | undefined;
  const operator = () => {
    made ??= kernels.separationOperator(separationOf(patterns, separation));
    return made;
  };
  const dispose = () => {
    made?.dispose();
    made = undefined;
  };
  return {
    units: n,
    kept: { patterns, overlaps: (states, out) => operator().overlaps(states, out) },
    fields: (states, out) => operator().fields(states, out),
    step: (states, out) => operator().step(states, zeros, out),
    walk(state) {
      const walk = operator().walk(state);
      return {
        field: (unit) => walk.field(unit),
        visit: (order, noise) => walk.visit(order, zeros, noise),
        read: (out) => walk.read(out),
        dispose: () => walk.dispose(),
        [disposeSymbol]: () => walk.dispose(),
      };
    },
    energies(states) {
      const energies = new Float64Array(states.rows);
      for (let first = 0; first < states.rows; first += TOGETHER) {
        const block = bitRows(states, first, Math.min(states.rows, first + TOGETHER));
        operator().evaluate(block, (evaluated) => {
          for (let r = 0; r < block.rows; r++) energies[first + r] = energyOf(evaluated, r, divisor);
        });
      }
      return energies;
    },
    evaluate: (states, use) =>
      operator().evaluate(states, (evaluated) => {
        return use({
          energies: (rows) => Float64Array.from(rows, (r) => energyOf(evaluated, r, divisor)),
          fields: (out) => evaluated.fields(out),
          step: (out) => evaluated.step(zeros, out),
          nearest: (r) => evaluated.nearest(r),
          overlaps: (r) => evaluated.overlaps(r),
        });
      }),
    dispose,
    [disposeSymbol]: dispose,
  };
}

/** The tables of `SeparationDescription`, from G[r] = F(r + 1) - F(r - 1). */
export function separationOf(patterns: BitMatrix, separation: Separation): SeparationDescription {
  const n = patterns.columns;
  const F = valuesOf(separation, n);
  // G of -n + 1 + 2 k. Those beyond the ends cancel in every field: an overlap of n has no unit that could raise it.
  const gaps = Array.from({ length: n }, (_, k) => difference(F[k + 1], F[k]));
  const divisor = separation.divisor(n);
  const [votes, selves] = [new Float64Array(n + 1), new Float64Array(n + 1)];
  const exponents = new Int32Array(n + 1);
  for (let k = 0; k <= n; k++) {
    const above = gaps[Math.min(k, n - 1)];
    const below = gaps[Math.max(k - 1, 0)];
    const [a, b] = [sum(above, below), difference(above, below)];
    const top = Math.max(a.exponent, b.exponent);
    votes[k] = relative(a, top);
    selves[k] = relative(b, top);
    exponents[k] = top === LOWEST_EXPONENT ? top : top - divisor.exponent;
  }
  const values = Float64Array.from(F, ({ mantissa }) => mantissa);
  const valueExponents = Int32Array.from(F, ({ exponent }) => exponent);
  return { patterns, votes, selves, exponents, divisor: 4 * divisor.mantissa, values, valueExponents };
}

/** a 2^-top */
function relative({ mantissa, exponent }: Scaled, top: number): number {
  return top - exponent > 1000 ? 0 : mantissa * powerOfTwo(exponent - top);
}

/** F(2 k - n) times the divisor, k = 0 ... n. */
function valuesOf(separation: Separation, n: number): Scaled[] {
  return Array.from({ length: n + 1 }, (_, k) => separation.at(2 * k - n, n));
}

function energyOf(evaluated: SeparatedStates, r: number, divisor: Scaled): number {
  const { mantissa, exponent } = evaluated.sum(r);
  return -unscaled({ mantissa: mantissa / divisor.mantissa, exponent: exponent - divisor.exponent });
}

import { disposeSymbol } from "../disposing.js";
import { type BitMatrix, spinAt } from "../math/bits.js";
import type { Interaction, Walk } from "./interaction.js";

/**
 * The same energy with thresholds, E(s) + theta . s: its fields are h_i - theta_i. Couplings take them as their own; of any other
 * interaction the fields are shifted.
 *
 * @param thresholds theta, n values, in place of those that the interaction has
 */
export function withThresholds(interaction: Interaction, thresholds: Float64Array): Interaction {
  return interaction.linear?.withThresholds(thresholds) ?? shifted(interaction, thresholds);
}

function shifted(interaction: Interaction, thresholds: Float64Array): Interaction {
  const { units: n, kept, evaluate } = interaction;
  const shift = (fields: Float64Array) => {
    for (let k = 0, i = 0; k < fields.length; k++, i = i + 1 === n ? 0 : i + 1) fields[k] -= thresholds[i];
  };
  const raise = (energy: number, states: BitMatrix, r: number) => {
    let sum = energy;
    for (let i = 0; i < n; i++) sum += thresholds[i] * spinAt(states, r, i);
    return sum;
  };
  /** out = sgn(h - theta) from fields h. */
  const follow = (fields: Float64Array, out: BitMatrix) => {
    shift(fields);
    out.words.fill(0);
    for (let k = 0; k < fields.length; k++) {
      const [r, i] = [Math.floor(k / n), k % n];
      if (fields[k] >= 0) out.words[r * out.stride + (i >>> 5)] |= 1 << (i & 31);
    }
  };
  return {
    units: n,
    thresholds,
    kept,
    fields(states, out) {
      interaction.fields(states, out);
      shift(out.subarray(0, states.rows * n));
    },
    step(states, out) {
      const fields = new Float64Array(states.rows * n);
      interaction.fields(states, fields);
      follow(fields, out);
    },
    evaluate:
      evaluate &&
      ((states, use) =>
        evaluate(states, (evaluation) =>
          use({
            ...evaluation,
            energies: (rows) => evaluation.energies(rows).map((energy, k) => raise(energy, states, rows[k])),
            fields(out) {
              evaluation.fields(out);
              shift(out);
            },
            step(out) {
              const fields = new Float64Array(states.rows * n);
              evaluation.fields(fields);
              follow(fields, out);
            },
          }),
        )),
    walk: (state) => shiftedWalk(interaction.walk(state), thresholds),
    energies: (states) => interaction.energies(states).map((energy, r) => raise(energy, states, r)),
    dispose: () => interaction.dispose(),
    [disposeSymbol]: () => interaction.dispose(),
  };
}

/** A visit compares h_i with its noise: thresholds are noise that is always the same. */
function shiftedWalk(walk: Walk, thresholds: Float64Array): Walk {
  return {
    field: (unit) => walk.field(unit) - thresholds[unit],
    visit: (order, noise) =>
      walk.visit(
        order,
        Float64Array.from(order, (i, k) => thresholds[i] + (noise?.[k] ?? 0)),
      ),
    read: (out) => walk.read(out),
    dispose: () => walk.dispose(),
    [disposeSymbol]: () => walk.dispose(),
  };
}

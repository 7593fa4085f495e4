import { disposeSymbol } from "../disposing.js";
import { type BitMatrix, bitMatrix, spinAt } from "../math/bits.js";
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
  const { units: n, kept } = interaction;
  const fields = (states: BitMatrix, out: Float64Array) => {
    interaction.fields(states, out);
    for (let k = 0, i = 0; k < states.rows * n; k++, i = i + 1 === n ? 0 : i + 1) out[k] -= thresholds[i];
  };
  return {
    units: n,
    thresholds,
    kept,
    fields,
    step(states, out) {
      const room = new Float64Array(states.rows * n);
      fields(states, room);
      const next = bitMatrix(states.rows, n);
      for (let k = 0; k < room.length; k++) {
        const [r, i] = [Math.floor(k / n), k % n];
        if (room[k] >= 0) next.words[r * next.stride + (i >>> 5)] |= 1 << (i & 31);
      }
      out.words.set(next.words);
    },
    walk: (state) => shiftedWalk(interaction.walk(state), thresholds),
    energies: (states) =>
      interaction.energies(states).map((energy, r) => {
        let sum = energy;
        for (let i = 0; i < n; i++) sum += thresholds[i] * spinAt(states, r, i);
        return sum;
      }),
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

import { disposeSymbol } from "../disposing.js";
import type { BitMatrix } from "../math/bits.js";
import { asMask } from "../patterns/mask.js";
import type { Interaction, Walk } from "./interaction.js";

/**
 * The same energy where some units are held in the state that they have, as if every other state of them had an infinite one:
 * their fields are +Infinity or -Infinity, so that no dynamics turns them, and the others follow the fields that they have beside
 * them. Glauber dynamics then samples exp(-beta E) / Z given the held units.
 *
 * @param held n entries, 1 or true for units that are held
 * @throws ShapeError for another number of entries, DataError for others than 0 and 1, ArgumentError where all units are held
 */
export function clamped(interaction: Interaction, held: ArrayLike<number | boolean>): Interaction {
  const { units: n, thresholds, kept, evaluate } = interaction;
  const mask = asMask("clamped", held, n, { things: "units", all: 1, remedy: "leave some free" });
  const words = new Uint32Array(Math.ceil(n / 32));
  for (let i = 0; i < n; i++) words[i >>> 5] |= mask[i] << (i & 31);
  const holdFields = (states: BitMatrix, out: Float64Array) => {
    for (let i = 0; i < n; i++) {
      if (mask[i] === 0) continue;
      for (let r = 0; r < states.rows; r++) out[r * n + i] = infinite(states, r, i);
    }
  };
  const holdStates = (before: Uint32Array, out: BitMatrix) => {
    for (let k = 0; k < out.words.length; k++) {
      const own = words[k % out.stride];
      out.words[k] = (before[k] & own) | (out.words[k] & ~own);
    }
  };
  return {
    units: n,
    thresholds,
    kept,
    fields(states, out) {
      interaction.fields(states, out);
      holdFields(states, out);
    },
    step(states, out) {
      const before = states.words.slice();
      interaction.step(states, out);
      holdStates(before, out);
    },
    evaluate:
      evaluate &&
      ((states, use) =>
        evaluate(states, (evaluation) =>
          use({
            ...evaluation,
            fields(out) {
              evaluation.fields(out);
              holdFields(states, out);
            },
            step(out) {
              const before = states.words.slice();
              evaluation.step(out);
              holdStates(before, out);
            },
          }),
        )),
    walk: (state) => new ClampedWalk(interaction.walk(state), mask, state),
    energies: (states) => interaction.energies(states),
    // What is shared is not released with a run.
    dispose() {},
    [disposeSymbol]() {},
  };
}

/** A walk that passes over the held units. */
class ClampedWalk implements Walk {
  readonly #walk: Walk;
  readonly #mask: Uint8Array;
  readonly #held: BitMatrix;

  constructor(walk: Walk, mask: Uint8Array, { rows, columns, stride, words }: BitMatrix) {
    this.#walk = walk;
    this.#mask = mask;
    this.#held = { rows, columns, stride, words: words.slice() };
  }

  field(unit: number): number {
    return this.#mask[unit] === 1 ? infinite(this.#held, 0, unit) : this.#walk.field(unit);
  }

  visit(order: Uint32Array, noise?: Float64Array): number {
    const mask = this.#mask;
    const some = order.filter((unit) => mask[unit] === 0);
    return some.length === order.length
      ? this.#walk.visit(order, noise)
      : this.#walk.visit(
          some,
          noise?.filter((_, k) => mask[order[k]] === 0),
        );
  }

  read(out: BitMatrix): void {
    this.#walk.read(out);
  }

  dispose(): void {
    this.#walk.dispose();
  }

  [disposeSymbol](): void {
    this.dispose();
  }
}

function infinite({ words, stride }: BitMatrix, r: number, i: number): number {
  return (words[r * stride + (i >>> 5)] >>> (i & 31)) & 1 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
}

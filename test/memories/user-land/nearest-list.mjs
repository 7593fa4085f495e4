// @ts-check
import { ArgumentError, PatternSet } from "engram";
import { Packing, packPatterns, unpackPatterns } from "engram/memories";
import { readOptions } from "engram/options";

/** @typedef {import("engram").State} State */

/** A memory that looks every stored pattern through for the one with the most units in common with the cue. */
export class NearestList {
  kind = "nearest-list";
  /** @type {PatternSet | undefined} */
  items;

  /** @param {number} units @param {boolean} reversed */
  constructor(units, reversed) {
    this.units = units;
    /** Whether the negative of a stored pattern may be the answer. */
    this.reversed = reversed;
  }

  /** @param {PatternSet | State | ArrayLike<State>} given */
  store(given) {
    const added = this.#take(given);
    this.items = this.items === undefined ? added : this.items.concat(added);
    return this;
  }

  /** @param {number | ArrayLike<number>} rows */
  forget(rows) {
    const gone = typeof rows === "number" ? [rows] : Array.from(rows);
    const all = Array.from({ length: this.items?.count ?? 0 }, (_, row) => row);
    const unknown = gone.find((row) => !all.includes(row));
    if (unknown !== undefined) throw new ArgumentError(`row ${unknown} is not stored; there are ${all.length}`);
    const kept = all.filter((row) => !gone.includes(row));
    this.items = kept.length === 0 ? undefined : this.items?.select(kept);
    return this;
  }

  /** @param {PatternSet | State} cue */
  recall(cue) {
    const overlaps = this.overlaps(cue);
    const sizes = this.reversed ? overlaps.map(Math.abs) : overlaps;
    const index = sizes.indexOf(Math.max(...sizes));
    const sign = overlaps[index] < 0 && this.reversed ? -1 : 1;
    const label = this.items?.labels?.[index];
    return {
      state: this.#stored()
        .spins(index)
        .map((s) => sign * s),
      nearest: { index, overlap: overlaps[index], ...(label === undefined ? {} : { label }) },
      converged: true,
      sweeps: 1,
      warnings: [],
    };
  }

  /** @param {PatternSet | State | ArrayLike<State>} cues */
  recallMany(cues) {
    const set = this.#take(cues);
    return Array.from({ length: set.count }, (_, r) => this.recall(set.select([r])));
  }

  /** @param {PatternSet | State} cue */
  start(cue) {
    const answer = this.recall(cue).state;
    let state = this.#take(cue).spins(0);
    const process = {
      sweeps: 0,
      period: 0,
      read: () => state.slice(),
      advance() {
        const changed = state.filter((s, i) => s !== answer[i]).length;
        if (process.period === 0) process.sweeps++;
        process.period = 1;
        state = answer;
        return changed;
      },
      dispose() {},
    };
    return process;
  }

  /** @param {PatternSet | State} state */
  overlaps(state) {
    const items = this.#stored();
    const spins = this.#take(state).spins(0);
    const product = (/** @type {number} */ mu) => items.spins(mu).reduce((sum, s, i) => sum + s * spins[i], 0);
    return Float64Array.from({ length: items.count }, (_, mu) => product(mu) / this.units);
  }

  inspect() {
    return { kind: this.kind, units: this.units, stored: this.items?.count ?? 0, warnings: [] };
  }

  dispose() {}

  /** @param {PatternSet | State | ArrayLike<State>} given */
  #take(given) {
    const set =
      given instanceof PatternSet ? given : PatternSet.from(/** @type {State[]} */ (isOne(given) ? [given] : given));
    if (set.units === this.units) return set;
    throw new ArgumentError(`a pattern has ${set.units} units; expected ${this.units}`);
  }

  #stored() {
    if (this.items === undefined) throw new ArgumentError("the list is empty; store patterns before recalling");
    return this.items;
  }
}

const isOne = (/** @type {State | ArrayLike<State>} */ given) => typeof given[0] === "number";

const options = /** @type {const} */ ({
  reversed: { type: "boolean", default: false, help: "let the negative of a pattern be the answer" },
});

/** @type {import("engram").MemoryKind<NearestList>} */
export default {
  name: "nearest-list",
  summary: "patterns in a list; recalls the one that is nearest",
  reference: "none",
  items: "patterns",
  options,
  recallOptions: {},
  module: import.meta.url,
  create(size, given) {
    if (typeof size !== "number" || size < 1)
      throw new ArgumentError("a list has one layer; give it a number of units");
    return new NearestList(size, readOptions("nearest-list", options, given).reversed);
  },
  pack({ items, units, reversed }) {
    if (items === undefined) throw new ArgumentError("the list is empty; store patterns before saving it");
    const packing = new Packing("nearest-list").set("units", units).set("reversed", reversed);
    packPatterns(packing, items);
    return packing;
  },
  unpack(parts) {
    const units = parts.integer("units", 1);
    const reversed = parts.choice("reversed", ["true", "false"]) === "true";
    const items = unpackPatterns(parts, units);
    parts.requireDone("nearest list");
    return new NearestList(units, reversed).store(items);
  },
};

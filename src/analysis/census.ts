import { ArgumentError, ShapeError } from "../errors.js";
import type { Net } from "../interactions/index.js";
import { bitDistance, bitRow } from "../math/bits.js";
import { type Attractor, classify } from "../memories/attractor.js";
import type { PatternSet, State } from "../patterns/index.js";
import { asPatternSet } from "../patterns/pattern-set.js";
import { allStates, statesOf } from "./all-states.js";

/** Largest number of units of a net whose 2^n states are enumerated. */
export const CENSUS_UNITS = 24;

/** Largest number of attractors that a census describes. */
const ENTRIES = 100_000;

/** Options of a census. */
export interface CensusOptions {
  /**
   * The dynamics whose attractors to find: "asynchronous" for fixed points, s_i h_i >= 0; "synchronous", sgn(0) = +1, for
   * fixed points and cycles with the sizes of their basins. Defaults to "asynchronous".
   */
  readonly dynamics?: "asynchronous" | "synchronous" | undefined;
}

/** One attractor of a net. */
export interface CensusEntry {
  /** The state as a word, bit i for unit i; the smallest one of a cycle. */
  readonly word: number;
  /** The same state as n spins. */
  readonly state: Int8Array;
  /** 1 for a fixed point, the length of a cycle. */
  readonly period: number;
  /** E(s) of that state. */
  readonly energy: number;
  readonly attractor: Attractor;
  /** Number of the 2^n states that end here; only for synchronous dynamics, where it does not depend on an order. */
  readonly basin?: number;
}

/** All attractors of a net. */
export interface Census {
  readonly units: number;
  /** In the order of their words. */
  readonly entries: readonly CensusEntry[];
  readonly counts: Readonly<Record<"stored" | "reversed" | "mixture" | "spurious" | "cycle", number>>;
}

/**
 * All attractors of a net of at most 24 units, by enumerating its 2^n states, each classified by the stored patterns: one
 * of them, the negative of one, a mixture with its signs, a cycle, or spurious.
 *
 * @throws ArgumentError for more than 24 units or more than 100,000 attractors
 */
export function census(net: Net, patterns: PatternSet | ArrayLike<State>, options: CensusOptions = {}): Census {
  const set = asPatternSet("patterns", patterns, net.interaction.units);
  if (options.dynamics !== "synchronous") return describeAttractors(net, set, fixedPoints(net));
  const cycles = synchronousAttractors(net);
  const words = Uint32Array.from(cycles, ({ states }) => states[0]);
  return describeAttractors(net, set, words, cycles);
}

/**
 * The fixed points of asynchronous dynamics, s_i h_i >= 0 for every unit, as words in ascending order. `part` [from, to)
 * is a range of the 2^n states in Gray code order, which workers may share; the results of the parts together are the whole.
 */
export function fixedPoints(net: Net, part?: readonly [from: number, to: number]): Uint32Array {
  return allStates(net.interaction, CENSUS_UNITS, "a census")
    .fixedPoints(...(part ?? []))
    .sort();
}

/** A fixed point or a cycle of synchronous dynamics. */
export interface SynchronousAttractor {
  /** Its states as words, in the order of the dynamics, beginning with the smallest. */
  readonly states: Uint32Array;
  /** Number of the 2^n states that end on it, including its own. */
  readonly basin: number;
}

/**
 * All fixed points and cycles of synchronous dynamics, sgn(0) = +1, with the sizes of their basins, in the order of their
 * smallest states. With symmetric couplings no cycle is longer than two (Goles, Fogelman and Pellegrin 1985).
 *
 * @param successors the table of all successors, if workers have filled it; defaults to `successorTable(net)`
 */
export function synchronousAttractors(net: Net, successors?: Uint32Array): SynchronousAttractor[] {
  const table = successors ?? successorTable(net);
  // The attractor of each state: 0 if not visited yet, WALK on the current walk, otherwise its index plus one.
  const labels = new Uint32Array(table.length);
  const WALK = 0xffffffff;
  const found: { states: Uint32Array; basin: number }[] = [];
  for (let start = 0; start < table.length; start++) {
    if (labels[start] !== 0) continue;
    let state = start;
    while (labels[state] === 0) {
      labels[state] = WALK;
      state = table[state];
    }
    const isNew = labels[state] === WALK;
    if (isNew) found.push({ states: cycleFrom(table, state), basin: 0 });
    const label = isNew ? found.length : labels[state];
    for (state = start; labels[state] === WALK; state = table[state]) {
      labels[state] = label;
      found[label - 1].basin++;
    }
  }
  return found.sort((a, b) => a.states[0] - b.states[0]);
}

/**
 * The successor, as a word, of each of the 2^n states of a net of at most 24 units by one synchronous step. Workers may
 * fill parts [from, to) of the Gray code order into one shared `table`.
 */
export function successorTable(net: Net, part?: readonly [from: number, to: number], table?: Uint32Array): Uint32Array {
  const states = allStates(net.interaction, CENSUS_UNITS, "a table of successors");
  const size = 2 ** states.units;
  const out = table ?? new Uint32Array(size);
  if (out.length !== size) throw new ShapeError(`table has ${out.length} entries; ${states.units} units need ${size}`);
  states.fillSuccessors(out, ...(part ?? []));
  return out;
}

/** The cycle through a state, beginning with its smallest. */
function cycleFrom(table: Uint32Array, state: number): Uint32Array {
  let least = state;
  let length = 1;
  for (let s = table[state]; s !== state; s = table[s]) {
    least = Math.min(least, s);
    length++;
  }
  const states = new Uint32Array(length);
  states[0] = least;
  for (let k = 1; k < length; k++) states[k] = table[states[k - 1]];
  return states;
}

/**
 * Classifies attractors that were found in parts.
 *
 * @param words their states, the smallest one of a cycle
 * @param cycles the same attractors as returned by `synchronousAttractors`, in the same order
 */
export function describeAttractors(
  net: Net,
  patterns: PatternSet | ArrayLike<State>,
  words: Uint32Array,
  cycles?: readonly SynchronousAttractor[],
): Census {
  const n = net.interaction.units;
  const set = asPatternSet("patterns", patterns, n);
  if (words.length > ENTRIES) {
    throw new ArgumentError(
      `the network has ${words.length} attractors; a census describes at most ${ENTRIES}: count them with fixedPoints`,
    );
  }
  const states = statesOf(words, n);
  const energies = net.interaction.energies(states);
  const overlaps = new Int32Array(set.count);
  const counts = { stored: 0, reversed: 0, mixture: 0, spurious: 0, cycle: 0 };
  const entries = Array.from(words, (word, k): CensusEntry => {
    const state = bitRow(states, k);
    const period = cycles?.[k].states.length ?? 1;
    for (let mu = 0; mu < set.count; mu++) overlaps[mu] = n - 2 * bitDistance(state, 0, set.bits, mu);
    const attractor: Attractor = period > 1 ? { kind: "cycle", parts: [] } : classify(state, set, overlaps);
    counts[attractor.kind as keyof typeof counts]++;
    const basin = cycles === undefined ? {} : { basin: cycles[k].basin };
    return { word, state: spinsOf(word, n), period, energy: energies[k], attractor, ...basin };
  });
  return { units: n, entries, counts };
}

/** A state given as a word, as spins. */
export function spinsOf(word: number, units: number): Int8Array {
  return Int8Array.from({ length: units }, (_, i) => ((word >>> i) & 1) * 2 - 1);
}

import {
  census,
  type GraphState,
  type StateGraph,
  type SynchronousAttractor,
  stateGraph,
  synchronousAttractors,
} from "engram/analysis";
import { DenseCouplings, quadratic } from "engram/interactions";
import { referenceKernels } from "engram/kernels";
import { HopfieldNet, learnLogic } from "engram/memories";
import { endsOf, type Move } from "./attractors.js";
import type { Setting } from "./setting.js";
import { setOf } from "./words.js";

/** What an attractor is; "other" where nothing is stored that it could be told from. */
export type Kind = "stored" | "reversed" | "mixture" | "spurious" | "other" | "cycle";

/** An attractor at temperature 0. */
export interface Valley {
  /** One state, or more that are never left. */
  readonly words: readonly number[];
  readonly kind: Kind;
  /** Tells valleys of the kind "other" from each other: 0, 1, 2, ... */
  readonly series: number;
  /** E of the first of them. */
  readonly energy: number;
  /** Whether its states follow each other in one order. */
  readonly isCycle: boolean;
  /** Number of states from which every run ends here, and the mean over all states of the probability that it does. */
  readonly sure: number;
  readonly share: number;
}

/** A move between states that is drawn as an arrow. */
export interface Arrow extends Move {
  readonly from: number;
  /** Whether E is higher where it leads. */
  readonly rises: boolean;
}

/** What there is to know of a net: all of its states. */
export interface Analysis {
  readonly net: HopfieldNet;
  readonly units: number;
  readonly states: readonly GraphState[];
  readonly arrows: readonly Arrow[];
  readonly valleys: readonly Valley[];
  /** shares[word * valleys + k]: the probability that a run from a state ends in valley k. */
  readonly shares: Float64Array;
  /** Of each state the valley that it is in; -1 for the others. */
  readonly valleyOf: Int32Array;
  readonly synchronous: readonly SynchronousAttractor[];
  /** Whether E falls with every move: W is symmetric and no self-coupling is negative. */
  readonly hasEnergy: boolean;
  readonly isSymmetric: boolean;
  /** Whether a self-coupling is negative. */
  readonly opposesItself: boolean;
  readonly stored: readonly number[];
  /** The states that shall be stable and are not. */
  readonly lost: readonly number[];
  /** Whether there are weights that hold what shall be stable. */
  readonly storable: Storable;
}

/** "holds": this net does; "never": no weights do; "learnable": others do; "unfound": learning found none. */
export type Storable = "holds" | "never" | "learnable" | "unfound";

/** The part of a setting that makes a net. */
export type NetSetting = Pick<Setting, "units" | "weights" | "thresholds" | "stored" | "update" | "temperature">;

/** Energies closer than this are one: sums of rounded weights. */
const CLOSE = 1e-9;

export function netOf({ units, weights, thresholds }: Pick<Setting, "units" | "weights" | "thresholds">): HopfieldNet {
  return new HopfieldNet(
    quadratic(new DenseCouplings(weights, units, referenceKernels), Float64Array.from(thresholds)),
  );
}

/** Everything about a net: at most 1,024 states, some tens of milliseconds. */
export function analyse(setting: NetSetting): Analysis {
  const { units, weights, stored, update, temperature } = setting;
  const net = netOf(setting);
  const cold = stateGraph(net);
  const isOne = update === "one";
  const still = movesOf(cold, isOne);
  const drawn = isOne && temperature > 0 ? movesOf(stateGraph(net, { temperature }), true) : still;
  const ends = endsOf(still);
  const kinds = kindsOf(net, stored, isOne);
  const count = ends.sets.length;
  const valleyOf = new Int32Array(cold.states.length).fill(-1);
  let others = 0;
  const valleys = ends.sets.map((words, k): Valley => {
    for (const word of words) valleyOf[word] = k;
    let [sure, share] = [0, 0];
    for (let word = 0; word < cold.states.length; word++) {
      share += ends.shares[word * count + k] / cold.states.length;
      if (ends.shares[word * count + k] > 1 - CLOSE) sure++;
    }
    const kind = words.length > 1 ? "cycle" : (kinds.get(words[0]) ?? "other");
    const energy = cold.states[words[0]].energy + 0;
    const series = kind === "other" ? others++ : 0;
    return { words, kind, series, energy, isCycle: ends.isCycle[k], sure, share };
  });
  const opposesItself = Array.from({ length: units }, (_, i) => weights[i * units + i]).some((w) => w < 0);
  const isRising = (from: number, to: number) => cold.states[to].energy > cold.states[from].energy + CLOSE;
  const lost = stored.filter((word) => !cold.states[word].fixed);
  return {
    net,
    units,
    states: cold.states,
    arrows: drawn.flatMap((moves, from) => moves.map((move) => ({ ...move, from, rises: isRising(from, move.to) }))),
    valleys,
    shares: ends.shares,
    valleyOf,
    synchronous: synchronousAttractors(net),
    hasEnergy: cold.symmetric && !opposesItself,
    isSymmetric: cold.symmetric,
    opposesItself,
    stored,
    lost,
    storable: storable(stored, lost, units),
  };
}

/** The moves that leave a state, by one unit or by all. */
function movesOf({ states }: StateGraph, isOne: boolean): Move[][] {
  return states.map(({ word, asynchronous, synchronous }) => {
    if (isOne) return asynchronous.filter(({ to }) => to !== word);
    return synchronous === word ? [] : [{ to: synchronous, probability: 1 }];
  });
}

/** The kinds of the fixed points of a net that shall hold some states. */
function kindsOf(net: HopfieldNet, stored: readonly number[], isOne: boolean): Map<number, Kind> {
  if (stored.length === 0) return new Map();
  const { entries } = census(net, setOf(stored, net.units), { dynamics: isOne ? "asynchronous" : "synchronous" });
  return new Map(entries.map(({ word, attractor }) => [word, attractor.kind as Kind]));
}

function storable(stored: readonly number[], lost: readonly number[], units: number): Storable {
  if (cancelling(stored, units) !== undefined) return "never";
  if (lost.length === 0) return "holds";
  return learned(stored, units) === undefined ? "unfound" : "learnable";
}

/**
 * A unit whose conditions s_i h_i > 0 cancel: the sum over the stored states is 0 for any weights, as for the third unit of
 * XOR, so that not all are positive.
 */
export function cancelling(stored: readonly number[], units: number): number | undefined {
  const spin = (word: number, i: number) => ((word >>> i) & 1) * 2 - 1;
  const all = Array.from({ length: units }, (_, i) => i);
  // Of XOR every unit does: the last one is the output.
  return all.findLast((i) => {
    // A state whose neighbour is stored, too, is to have a field of 0 there.
    if (stored.length === 0 || stored.some((word) => stored.includes(word ^ (1 << i)))) return false;
    const sums = all.map((j) => stored.reduce((sum, word) => sum + spin(word, i) * (j === i ? 1 : spin(word, j)), 0));
    return sums.every((sum) => sum === 0);
  });
}

/** The net that perceptron learning finds for some states, if it does. */
export function learned(stored: readonly number[], units: number): HopfieldNet | undefined {
  try {
    return learnLogic({ name: "these units", units: [], states: setOf(stored, units) }, 500).net;
  } catch {
    return undefined;
  }
}

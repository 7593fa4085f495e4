import { requireNumber } from "../errors.js";
import { type Net, toMatrix } from "../interactions/index.js";
import { exp } from "../math/elementary.js";
import { allStates, statesOf } from "./all-states.js";
import { spinsOf, successorTable } from "./census.js";

/** Largest number of units of a state graph: 4,096 states. */
const GRAPH_UNITS = 12;

/** One state of a net with its transitions. */
export interface GraphState {
  /** The state as a word, bit i for unit i: its index among the states. */
  readonly word: number;
  readonly state: Int8Array;
  /** E(s) */
  readonly energy: number;
  /** h_i */
  readonly fields: Float64Array;
  /** Transitions by the update of a random unit with their probabilities, including staying, by ascending word. */
  readonly asynchronous: readonly { readonly to: number; readonly probability: number }[];
  /** Successor by a synchronous step, sgn(0) = +1. */
  readonly synchronous: number;
  /** Whether the state is a fixed point of asynchronous dynamics, s_i h_i >= 0. */
  readonly fixed: boolean;
}

/** All states of a small net. */
export interface StateGraph {
  readonly units: number;
  readonly states: readonly GraphState[];
  /** Whether W is symmetric, so that asynchronous dynamics lower the energy. True for an energy without W. */
  readonly symmetric: boolean;
}

/**
 * The state graph of a net of at most 12 units: its 2^n states with their energies, and the transitions of asynchronous
 * and of synchronous dynamics. At a temperature T above 0 a picked unit becomes +1 with probability
 * 1 / (1 + exp(-2 h / T)) (Glauber 1963); at 0 it follows its field, and keeps its state where that is zero.
 *
 * @throws ArgumentError for more than 12 units or a negative temperature
 */
export function stateGraph(net: Net, { temperature = 0 }: { readonly temperature?: number } = {}): StateGraph {
  requireNumber("temperature", temperature, 0);
  const small = allStates(net.interaction, GRAPH_UNITS, "a state graph");
  const n = small.units;
  const successors = successorTable(net);
  const words = Uint32Array.from(successors.keys());
  const energies = net.interaction.energies(statesOf(words, n));
  const states = Array.from(words, (word): GraphState => {
    const fields = new Float64Array(n);
    small.fieldsOf(word, fields);
    const moves: { to: number; probability: number }[] = [];
    let staying = 0;
    let fixed = true;
    for (let i = 0; i < n; i++) {
      const aligned = ((word >>> i) & 1 ? 1 : -1) * fields[i];
      const wants = aligned <= -small.margin;
      fixed &&= !wants;
      const flips = temperature > 0 ? 1 / (1 + exp((2 * aligned) / temperature)) : wants ? 1 : 0;
      staying += 1 - flips;
      if (flips > 0) moves.push({ to: word ^ (1 << i), probability: flips / n });
    }
    if (staying > 0) moves.push({ to: word, probability: staying / n });
    moves.sort((a, b) => a.to - b.to);
    const [energy, synchronous] = [energies[word], successors[word]];
    return { word, state: spinsOf(word, n), energy, fields, asynchronous: moves, synchronous, fixed };
  });
  return {
    units: n,
    states,
    symmetric: net.interaction.linear === undefined || isSymmetric(toMatrix(net.interaction), n),
  };
}

function isSymmetric(weights: Float64Array, n: number): boolean {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      // Up to rounding in W_ij and W_ji.
      const [a, b] = [weights[i * n + j], weights[j * n + i]];
      if (Math.abs(a - b) > 2 ** -40 * Math.max(Math.abs(a), Math.abs(b))) return false;
    }
  }
  return true;
}

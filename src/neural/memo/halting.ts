import type { Random } from "../../math/random.js";
import { type Maker, type MakerOf, type Making, maker, type OptionSpecs } from "../../options.js";
import { type Linear, linear, linearParameters } from "../layers/linear.js";
import { filledParameter, normalParameter } from "../parameters.js";
import {
  add,
  affine,
  detach,
  inverseRoot,
  multiply,
  sigmoid,
  softplus,
  square,
  subtract,
  tanh,
} from "../tape/operations/elementwise.js";
import { sum, sumRows } from "../tape/operations/rows.js";
import { columns, concat, entry, reshape } from "../tape/operations/shape.js";
import { spread } from "../tape/operations/spread.js";
import { constant, type Tensor } from "../tape/tensor.js";

/** When to stop after a hop. */
export interface Halts {
  /** Of each hop but the last, [episodes, 1]: the input of the probability to stop, which is its sigmoid. */
  readonly stops: readonly Tensor[];
  /** The expected reward from there. */
  readonly values: readonly Tensor[];
}

/** How a machine decides how many hops it takes. */
export interface Halting {
  /** Reward that each hop costs; 0 where all hops are taken. */
  readonly cost: number;
  /** A tree of parameters. */
  parameters(hops: number, random: Random): object;
  /**
   * Traces the decisions.
   *
   * @param attention of each hop, [episodes, weights]; no derivative passes through it
   */
  trace(parameters: object, attention: readonly Tensor[]): Halts;
}

/** Builds the maker of a halting. */
export function halting<const Specs extends OptionSpecs>(making: Making<Halting, Specs>): MakerOf<Halting, Specs> {
  return maker("halting", making);
}

/** All hops, always. */
export const fixed = halting({
  name: "fixed",
  summary: "all hops, always",
  reference: "Banino et al. 2020",
  options: {},
  create: () => ({ cost: 0, parameters: () => ({}), trace: () => ({ stops: [], values: [] }) }),
});

interface Policy<Leaf> {
  readonly hops: Leaf;
  readonly gates: Linear<Leaf>;
  readonly candidate: Linear<Leaf>;
  readonly stop: Linear<Leaf>;
  readonly value: Linear<Leaf>;
}

/**
 * A gated recurrent unit looks at how far the attention moved in a hop, 1 - sum_i sqrt(w_i w'_i) (Hellinger's distance,
 * squared), and at the number of the hop, and gives the probability to stop. It learns by REINFORCE with the reward 1 for a
 * right answer less `cost` for each hop, and a learned baseline (Banino et al., MEMO, 2020, section 3.2). With a cost of 0
 * nothing is gained by stopping, and all hops are taken.
 */
export const reinforce = halting({
  name: "reinforce",
  summary: "stops when another hop is not worth its cost, learned by REINFORCE",
  reference: "Banino et al. 2020; Williams 1992",
  options: {
    cost: {
      type: "number",
      low: 0,
      high: 1,
      default: 0.05,
      help: "reward that each hop costs; a right answer gives 1",
    },
    policyUnits: { type: "integer", low: 1, high: 10_000, default: 16, help: "units of the recurrent policy" },
  },
  create: ({ cost, policyUnits: units }) => ({
    cost,
    parameters: (hops, random) => ({
      hops: normalParameter([hops, units], 1, random.fork(0)),
      gates: linearParameters(2 * units + 1, 2 * units, random.fork(1)),
      candidate: linearParameters(2 * units + 1, units, random.fork(2)),
      // At the start a machine rarely stops early, so that it learns what later hops are good for.
      stop: { weights: normalParameter([units, 1], 0.1, random.fork(3)), bias: filledParameter([1], -2) },
      value: { weights: normalParameter([units, 1], 0.1, random.fork(4)), bias: filledParameter([1], 0.5) },
    }),
    trace(parameters, attention) {
      const own = parameters as Policy<Tensor>;
      const episodes = attention[0].shape[0];
      let state = constant(0, [episodes, units]);
      const [stops, values]: [Tensor[], Tensor[]] = [[], []];
      for (let hop = 0; hop + 1 < attention.length; hop++) {
        const moved =
          hop === 0 ? constant(1, [episodes, 1]) : distance(detach(attention[hop - 1]), detach(attention[hop]));
        const number = spread(reshape(entry(own.hops, hop), [units]), [episodes, units]);
        const seen = concat([moved, number]);
        const gates = sigmoid(linear(concat([seen, state]), own.gates));
        const [update, reset] = [columns(gates, 0, units), columns(gates, units, 2 * units)];
        const next = tanh(linear(concat([seen, multiply(reset, state)]), own.candidate));
        state = add(multiply(affine(update, -1, 1), state), multiply(update, next));
        stops.push(linear(state, own.stop));
        values.push(linear(state, own.value));
      }
      return { stops, values };
    },
  }),
});

/** All haltings, the default first. */
export const haltings: readonly Maker<Halting>[] = [fixed, reinforce];

/** 1 - sum_i sqrt(p_i q_i), of rows of weights, which may sum to less than 1. */
function distance(p: Tensor, q: Tensor): Tensor {
  const both = affine(multiply(p, q), 1, 1e-12);
  const roots = sumRows(multiply(both, inverseRoot(both)));
  // Rows hold the weights of several heads: their mean.
  return affine(multiply(roots, inverseRoot(multiply(norms(p), norms(q)))), -1, 1);
}

function norms(p: Tensor): Tensor {
  return affine(sumRows(p), 1, 1e-12);
}

/** A way to stop that was taken, and what it gave. */
export interface Halted extends Halts {
  /** Of each hop but the last, [episodes, 1]: 1 where it stops after this hop if it comes so far, else 0. */
  readonly halts: readonly Tensor[];
  /** Of each hop, [episodes, 1]: 1 if the answer after it is right. */
  readonly right: readonly Tensor[];
  readonly cost: number;
}

/**
 * Of each hop, [episodes, 1]: 1 where it is the last. The last hop of all is taken by all that have not stopped before.
 */
export function endsOf(halts: readonly Tensor[], episodes: number): { ends: Tensor[]; alive: Tensor[] } {
  const [ends, alive]: [Tensor[], Tensor[]] = [[], [constant(1, [episodes, 1])]];
  for (const halt of halts) {
    const before = alive[alive.length - 1];
    ends.push(multiply(before, halt));
    alive.push(multiply(before, affine(halt, -1, 1)));
  }
  return { ends: [...ends, alive[alive.length - 1]], alive };
}

/**
 * The loss of REINFORCE (Williams, Simple statistical gradient-following algorithms for connectionist reinforcement learning,
 * 1992), summed over episodes: with the reward R = right - cost hops of how it ended, and for the hops t at which it decided,
 *
 *     sum_t -(R - v_t) log p(decision_t) + (v_t - R)^2 / 2,
 *
 * where no derivative passes through R - v_t in the first term. Its expected gradient is that of -E[R].
 */
export function haltingLoss({ stops, values, halts, right, cost }: Halted): Tensor {
  const episodes = right[0].shape[0];
  const { ends, alive } = endsOf(halts, episodes);
  const reward = detach(
    ends.map((end, hop) => multiply(end, affine(right[hop], 1, -cost * (hop + 1)))).reduce((a, b) => add(a, b)),
  );
  const losses = stops.map((input, hop) => {
    // -log p of stopping is softplus(x) - x, of going on softplus(x).
    const surprise = subtract(softplus(input), multiply(input, halts[hop]));
    const policy = multiply(surprise, detach(subtract(reward, values[hop])));
    const baseline = affine(square(subtract(values[hop], reward)), 0.5);
    return sum(multiply(add(policy, baseline), alive[hop]));
  });
  return losses.reduce((a, b) => add(a, b), constant(0));
}

import { ArgumentError } from "../errors.js";
import { requireLinear } from "../interactions/index.js";
import type { Random } from "../math/random.js";
import { Hopfield, HopfieldNet } from "../memories/index.js";
import { Rbm } from "../models/index.js";
import type { PatternSet } from "../patterns/index.js";
import { packed, spinsOf } from "./block-gibbs.js";
import { requireSpins } from "./hidden-density.js";
import type { UnrestrictedMachine } from "./unrestricted.js";

/** A model with an energy of N spins: a net, or a machine with its hidden units summed out. */
export type SpinModel = Hopfield | HopfieldNet | Rbm | UnrestrictedMachine;

/** The view of a model that `certify` uses. */
export interface SpinView {
  readonly units: number;
  /** Largest number of terms of a sum in the model. */
  readonly terms: number;
  /** Sum of the magnitudes of all terms of an energy: rounding errors are relative to it. */
  readonly size: number;
  /** E of every row of spins; the free energy at beta if there are hidden units. */
  energies(states: Float64Array): Float64Array;
  /** E(s, <h | s>) of every row, if the hidden units are gaussian: the free energy up to a constant. */
  readonly throughHidden?: (states: Float64Array) => Float64Array;
  readonly stored?: PatternSet | undefined;
  /** The state that is recalled from one row of spins, if the model supports recall. */
  readonly recall?: (state: Float64Array, random: Random) => Float64Array;
}

export function viewOf(name: string, model: SpinModel, beta: number): SpinView {
  if (model instanceof Hopfield) {
    if (model.net === undefined)
      throw new ArgumentError(`${name} is an empty memory; store patterns before certifying it`);
    return { ...viewOfNet(model.net), stored: model.items };
  }
  if (model instanceof HopfieldNet) return viewOfNet(model);
  if (model instanceof Rbm) return viewOfRbm(model, beta);
  if (typeof model?.freeEnergy === "function") return viewOfUnrestricted(model, beta);
  throw new ArgumentError(
    `${name} is not a Hopfield, HopfieldNet, Rbm or UnrestrictedMachine; pass mapping.net or mapping.rbm`,
  );
}

function viewOfNet(net: HopfieldNet): SpinView {
  const n = net.units;
  const linear = requireLinear(net.interaction, "certify");
  const { parts, thresholds } = linear;
  const bias = sumOfMagnitudes(thresholds);
  const shared = {
    units: n,
    energies: (states: Float64Array) => net.interaction.energies(packed(states, n)),
    recall: (state: Float64Array, random: Random) => spinsOf(net.run(Array.from(state), { random }).bits),
  };
  if (parts.kind === "patterns") {
    const { patterns, middle, divisor, diagonal } = parts.description;
    const p = patterns.rows;
    const inner = middle === undefined ? p : sumOfMagnitudes(middle);
    const outer = diagonal === undefined ? 0 : sumOfMagnitudes(diagonal);
    return { ...shared, terms: n + p, size: (n * n * inner + outer) / (2 * divisor) + bias };
  }
  const row = new Float64Array(n);
  let size = 0;
  for (let i = 0; i < n; i++) {
    linear.row(i, row);
    size += sumOfMagnitudes(row) / 2;
  }
  return { ...shared, terms: n, size: size + bias };
}

function viewOfRbm(rbm: Rbm, beta: number): SpinView {
  requireSpins(rbm);
  const n = rbm.visible.count;
  const inputs = largestInputs(rbm.weights.values, rbm.hidden.width);
  const reach = (sign: 1 | -1) =>
    Math.abs(
      rbm.hidden.cumulant(
        inputs.map((x) => sign * x),
        beta,
        new Float64Array(1),
      )[0],
    ) / beta;
  const view: SpinView = {
    units: n,
    terms: n + rbm.hidden.width,
    size: sumOfMagnitudes(rbm.visible.parameters) + reach(1) + reach(-1),
    energies: (states) => rbm.freeEnergy(states, { beta }),
    recall: (state) => settle(rbm, state, beta),
  };
  if (rbm.hidden.type !== "gaussian") return view;
  return { ...view, throughHidden: (states) => rbm.energy(states, rbm.hiddenMean(states, { beta })) };
}

const MOST_STEPS = 20;

/** s -> sgn(<s | h>) at h = <h | s>, until a fixed point or the limit of steps. */
function settle(rbm: Rbm, state: Float64Array, beta: number): Float64Array {
  let s = state;
  for (let made = 0; made < MOST_STEPS; made++) {
    const means = rbm.visibleMean(rbm.hiddenMean(s, { beta }), { beta });
    const before = s;
    s = means.map((m, i) => (m === 0 ? before[i] : m < 0 ? -1 : 1));
    if (s.every((x, i) => x === before[i])) break;
  }
  return s;
}

function viewOfUnrestricted(machine: UnrestrictedMachine, beta: number): SpinView {
  const { rows: n, columns: p, values } = machine.weights;
  const reach = largestInputs(values, p);
  let size = sumOfMagnitudes(machine.bias);
  machine.covariance.values.forEach((c, at) => {
    size += (Math.abs(c) * reach[Math.floor(at / p)] * reach[at % p]) / 2;
  });
  return { units: n, terms: n + 2 * p, size, energies: (states) => machine.freeEnergy(states, { beta }) };
}

/** sum_i |W_ij| of every column: a bound on the inputs. */
function largestInputs(weights: Float64Array, columns: number): Float64Array {
  const sums = new Float64Array(columns);
  weights.forEach((w, at) => {
    sums[at % columns] += Math.abs(w);
  });
  return sums;
}

function sumOfMagnitudes(values: Float64Array): number {
  return values.reduce((sum, x) => sum + Math.abs(x), 0);
}

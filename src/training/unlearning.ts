import type { Dynamics } from "../dynamics/index.js";
import { requireInteger, requireNumber, requireOptions } from "../errors.js";
import { DenseCouplings, type Net, quadratic, requireLinear, toMatrix } from "../interactions/index.js";
import type { Kernels } from "../kernels/index.js";
import { type Random, requireRandom } from "../math/random.js";
import { HopfieldNet } from "../memories/index.js";
import { Pauses } from "../pauses.js";

/** Options of `unlearning`. */
export interface UnlearningOptions {
  /** Number of dreams, at least 1. */
  readonly dreams: number;
  /** epsilon, the strength of a dream relative to storing a pattern by Hebb's rule; defaults to 0.01. */
  readonly rate?: number | undefined;
  readonly random: Random;
  /** The dynamics of a dream; defaults to `asynchronous()`. */
  readonly dynamics?: Dynamics | undefined;
  readonly kernels?: Kernels | undefined;
  /** Aborts the work between two dreams. */
  readonly signal?: AbortSignal | undefined;
}

/** The result of one dream. */
export interface Dream {
  /** 0 for the first. */
  readonly index: number;
  /** The state in which it settled, n spins. */
  readonly state: Int8Array;
  readonly converged: boolean;
  readonly sweeps: number;
  /** Energy of the state before it was unlearned. */
  readonly energy: number;
  /** The net after this dream; it is valid until the next dream is requested, the last one permanently. */
  readonly net: HopfieldNet;
}

/**
 * Unlearning ("dreaming"): the net relaxes from a random state to an attractor s, mostly a spurious one, and
 *
 *     W_ij <- W_ij - epsilon s_i s_j / n for all j other than i
 *
 * makes it shallower, dream after dream (Hopfield, Feinstein and Palmer, Unlearning has a stabilizing effect in collective
 * memories, 1983). Up to a point this evens out how well the stored patterns are recalled; past it they are lost too.
 * The net that is given stays as it is; thresholds and self-couplings are kept. Dream k draws from stream k of the
 * generator.
 *
 * @throws ArgumentError if options are out of range or the interaction has no couplings, the signal's reason if it was aborted
 */
export async function* unlearning(net: Net, options: UnlearningOptions): AsyncGenerator<Dream, void> {
  requireOptions(options, "{ dreams, random }");
  const { dreams, rate = 0.01, random, dynamics, kernels, signal } = options;
  requireInteger("dreams", dreams, 1);
  requireNumber("rate", rate, 0, Number.MAX_VALUE);
  const source = requireRandom(random, "unlearning");
  const { interaction } = net;
  const { units } = interaction;
  const { thresholds } = requireLinear(interaction, "unlearning");
  const weights = toMatrix(interaction);
  const made = () => new HopfieldNet(quadratic(new DenseCouplings(weights, units, kernels), thresholds));
  let current = made();
  const pauses = new Pauses();
  for (let index = 0; index < dreams; index++) {
    if (pauses.due) await pauses.take();
    signal?.throwIfAborted();
    const stream = source.fork(index);
    const start = Int8Array.from({ length: units }, () => (stream.bernoulli(0.5) ? 1 : -1));
    const { state, converged, sweeps, energy } = current.run(start, { dynamics, random: stream });
    subtract(weights, state, rate);
    current.interaction.dispose();
    current = made();
    yield { index, state, converged, sweeps, energy, net: current };
  }
}

/** The net after all dreams of `unlearning`. */
export async function unlearn(net: Net, options: UnlearningOptions): Promise<HopfieldNet> {
  let last = new HopfieldNet(net.interaction);
  for await (const dream of unlearning(net, options)) last = dream.net;
  return last;
}

function subtract(weights: Float64Array, state: Int8Array, rate: number): void {
  const n = state.length;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) if (j !== i) weights[i * n + j] -= (rate * state[i] * state[j]) / n;
  }
}

import { disposeSymbol } from "../disposing.js";
import type { Dynamics, SpinProcess } from "../dynamics/index.js";
import { requireInteger, ShapeError } from "../errors.js";
import type { MakeWorkspace } from "../kernels/index.js";
import { type BitMatrix, bitDistance, bitMatrix, spinAt } from "../math/bits.js";
import { type Random, requireRandom } from "../math/random.js";
import { type Rbm, WorkspaceChains } from "../models/index.js";
import { PatternSet } from "../patterns/index.js";
import { requireBeta } from "../units/units.js";
import { requireSpins } from "./hidden-density.js";

/** Options of block Gibbs dynamics. */
export interface BlockGibbsOptions {
  /** Inverse temperature, above 0. */
  readonly beta: number;
  /** Number of sweeps of a run, as a sampler does not settle; defaults to 100. */
  readonly sweeps?: number | undefined;
}

/**
 * Dynamics of a Hopfield net by its equivalent RBM: all hidden units are drawn given the spins, then all spins given the
 * hidden units. Its stationary distribution is exp(-beta E(s)) / Z, that of Glauber dynamics without self-couplings. A sweep
 * costs O(N p), and its spins can be drawn at once. Couplings and thresholds are those of the RBM, so make the RBM by
 * `toRbm` of the net on which the dynamics is started. Fields are in single precision.
 *
 * ```ts
 * const { rbm } = toRbm(memory);
 * memory.recall(cue, { dynamics: blockGibbs(rbm, { beta: 4 }), random: new Random(1) });
 * ```
 *
 * @throws ArgumentError for visible units that are not spins, a beta that is not above 0 or sweeps below 1; at the start of
 *   a run, for a missing generator, and ShapeError for a net of another size
 */
export function blockGibbs(rbm: Rbm, { beta, sweeps = 100 }: BlockGibbsOptions): Dynamics {
  requireSpins(rbm);
  requireBeta(beta);
  requireInteger("sweeps", sweeps, 1);
  return {
    name: "blockGibbs",
    maxSweeps: sweeps,
    start(net, cue, random) {
      const { units } = net;
      if (units !== rbm.visible.count) {
        throw new ShapeError(`the net has ${units} units but the RBM has ${rbm.visible.count} visible ones`);
      }
      const source = requireRandom(random, "block Gibbs dynamics");
      return new BlockGibbsProcess(new WorkspaceChains(rbm, { random: source, visible: spinsOf(cue), beta }), cue);
    },
  };
}

class BlockGibbsProcess implements SpinProcess {
  readonly period = 0;
  sweeps = 0;
  flips = 0;
  readonly #chain: WorkspaceChains;
  #state: BitMatrix;

  constructor(chain: WorkspaceChains, cue: BitMatrix) {
    this.#chain = chain;
    this.#state = bitMatrix(1, cue.columns, cue.words.slice());
  }

  get visits(): number {
    return this.sweeps * this.#state.columns;
  }

  advance(): number {
    const next = this.#chain.advance().bits();
    const changed = bitDistance(this.#state, 0, next, 0);
    this.sweeps++;
    this.flips += changed;
    this.#state = next;
    return changed;
  }

  read(): BitMatrix {
    return bitMatrix(1, this.#state.columns, this.#state.words.slice());
  }

  dispose(): void {
    this.#chain.dispose();
  }

  [disposeSymbol](): void {
    this.dispose();
  }
}

/** Options of sampling a net by its RBM. */
export interface SampleThroughOptions {
  /** The draws of chain r depend only on this generator and r, not on the other chains or their number. */
  readonly random: Random;
  /** Inverse temperature, above 0; defaults to 1. */
  readonly beta?: number | undefined;
  /** Number of independent chains, started at random spins; defaults to 1. */
  readonly chains?: number | undefined;
  /** Number of states from every chain; defaults to 1. */
  readonly states?: number | undefined;
  /** Number of sweeps before the first state; defaults to 100. */
  readonly burnIn?: number | undefined;
  /** Number of sweeps between states; defaults to 1. */
  readonly every?: number | undefined;
  /** Workspace that stores and computes the chains; defaults to `defaultWorkspace`. */
  readonly workspace?: MakeWorkspace | undefined;
}

/**
 * States of a Hopfield net at inverse temperature beta, drawn by block Gibbs sampling of its RBM: `states` of every chain,
 * chain after chain. After enough sweeps each is a draw from exp(-beta E(s)) / Z; those of one chain are correlated. Cold
 * chains stay near one pattern: many short chains reach more patterns than a long one. Fields are in single precision.
 *
 * @throws ArgumentError for visible units that are not spins, or an option out of its range
 */
export function sampleThroughRbm(rbm: Rbm, options: SampleThroughOptions): PatternSet {
  const { random, beta = 1, chains = 1, states = 1, burnIn = 100, every = 1, workspace } = options;
  requireSpins(rbm);
  requireInteger("chains", chains, 1);
  requireInteger("states", states, 1);
  requireInteger("burnIn", burnIn, 0);
  requireInteger("every", every, 1);
  const sampled = bitMatrix(chains * states, rbm.visible.count);
  const { stride } = sampled;
  const gibbs = new WorkspaceChains(rbm, { random, beta, count: chains, workspace });
  try {
    gibbs.advance(burnIn);
    for (let k = 0; k < states; k++) {
      const { words } = gibbs.advance(every).bits();
      for (let r = 0; r < chains; r++) {
        sampled.words.set(words.subarray(r * stride, (r + 1) * stride), (r * states + k) * stride);
      }
    }
  } finally {
    gibbs.dispose();
  }
  return new PatternSet(sampled);
}

/** States as rows of spins. */
export function spinsOf(bits: BitMatrix): Float64Array {
  const n = bits.columns;
  return Float64Array.from({ length: bits.rows * n }, (_, k) => spinAt(bits, Math.floor(k / n), k % n));
}

/** Rows of spins as bits. */
export function packed(rows: Float64Array, n: number): BitMatrix {
  const bits = bitMatrix(rows.length / n, n);
  for (let k = 0; k < rows.length; k++) {
    const j = k % n;
    if (rows[k] > 0) bits.words[Math.floor(k / n) * bits.stride + (j >>> 5)] |= 1 << (j & 31);
  }
  return bits;
}

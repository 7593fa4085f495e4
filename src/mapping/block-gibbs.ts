import type { Dynamics, SpinProcess } from "../dynamics/index.js";
import { requireInteger, ShapeError } from "../errors.js";
import type { MakeWorkspace } from "../kernels/index.js";
import { type BitMatrix, bitDistance, bitMatrix, spinAt } from "../math/bits.js";
import { type Random, requireRandom } from "../math/random.js";
import { type Rbm, WorkspaceChains } from "../models/index.js";
import { PatternSet } from "../patterns/index.js";
import { requireBeta } from "../units/units.js";
import { requireSpins } from "./hidden-density.js";

/** Choices of block Gibbs dynamics. */
export interface BlockGibbsOptions {
  /** Inverse temperature, above 0. */
  readonly beta: number;
  /** Sweeps to run: a sampler does not settle. */
  readonly sweeps?: number | undefined;
}

/**
 * The dynamics of a Hopfield net through the RBM that is the same model: all hidden units are drawn given the spins, then
 * all spins given the hidden units. Its stationary distribution is exp(-beta E(s)) / Z, that of Glauber dynamics without
 * self-couplings; a sweep costs O(N p), and its spins can be drawn at once. It moves the net that it is started on only if
 * the RBM was made of it by `toRbm`: couplings and thresholds are those of the RBM. Fields are in single precision.
 *
 * ```ts
 * const { rbm } = toRbm(memory);
 * memory.recall(cue, { dynamics: blockGibbs(rbm, { beta: 4 }), random: new Random(1) });
 * ```
 *
 * @throws ArgumentError for visible units that are not spins, a beta that is not above 0 or sweeps below 1; started, for
 *   a missing generator, and ShapeError for a net of another size
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
}

/** How to sample a net through its RBM. */
export interface SampleThroughOptions {
  /** What chain r draws depends on this generator and r alone, neither on the other chains nor on their number. */
  readonly random: Random;
  /** Inverse temperature, above 0; 1 where it is left out. */
  readonly beta?: number | undefined;
  /** Independent chains, started at random spins; 1 where it is left out. */
  readonly chains?: number | undefined;
  /** States to take from every chain; 1 where it is left out. */
  readonly states?: number | undefined;
  /** Sweeps before the first state; 100 where it is left out. */
  readonly burnIn?: number | undefined;
  /** Sweeps from a state to the next; 1 where it is left out. */
  readonly every?: number | undefined;
  /** Where the chains live and who computes; `defaultWorkspace` where it is left out. */
  readonly workspace?: MakeWorkspace | undefined;
}

/**
 * States of a Hopfield net at inverse temperature beta, drawn by block Gibbs sampling on its RBM: `states` of every chain,
 * one chain's after the other's. After enough sweeps each is a draw from exp(-beta E(s)) / Z; those of one chain are
 * correlated. Cold chains stay with the pattern that they came to: many short ones see more than a long one. Fields are in
 * single precision.
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

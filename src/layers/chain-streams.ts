import type { Workspace } from "../kernels/workspace.js";
import { Random } from "../math/random.js";

/**
 * The random numbers of the chains in the rows of a batch. What chain c draws at a step depends on the generator, c and
 * the step alone: neither on the other chains nor on what was drawn before. So each draw with the same generator needs
 * a step of its own.
 */
export class ChainStreams {
  /** The key of the generator, for `Workspace.draw`. */
  readonly key: Uint32Array;
  /** The number of the chain in each row; initially r in row r. */
  readonly chains: Uint32Array;
  readonly #random: Random;

  constructor(workspace: Workspace, random: Random, rows: number) {
    const [low, high] = random.key;
    this.key = workspace.words(2);
    this.key.set([low, high]);
    this.chains = workspace.words(rows);
    for (let r = 0; r < rows; r++) this.chains[r] = r;
    this.#random = new Random(low + high * 2 ** 32);
  }

  /** The streams of the first `rows` rows at a step, for `Units.sample`. */
  at(step: number, rows: number): Random[] {
    const random = this.#random.fork(step);
    return Array.from({ length: rows }, (_, r) => random.fork(this.chains[r]));
  }
}

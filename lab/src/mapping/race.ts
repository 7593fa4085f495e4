import { glauber, type SpinProcess } from "engram/dynamics";
import { type BitMatrix, bitMatrix, Random } from "engram/math";
import { GibbsChains } from "engram/models";
import { PatternSet } from "engram/patterns";
import { Averages } from "./averages.js";
import { type Machines, overlapsOf } from "./machines.js";
import type { Frame, Recipe } from "./protocol.js";

/** States whose energies are computed at a time. */
const BATCH = 64;
/** Ratio of the sweeps of one point of the course to those of the point before. */
const NEXT = 1.08;

/**
 * Glauber dynamics of the net and block Gibbs sampling of the RBM from the same cue at the same inverse temperature, sweep
 * by sweep, with running averages of both.
 */
export class Race {
  readonly #machines: Machines;
  readonly #glauber: SpinProcess;
  readonly #gibbs: GibbsChains;
  readonly #averages: readonly [Averages, Averages];
  /** The next states of either chain. */
  readonly #states: readonly [BitMatrix, BitMatrix];
  readonly #course: number[] = [];
  #due = 1;
  sweeps = 0;

  constructor(machines: Machines, { cue, beta, seed }: Pick<Recipe, "cue" | "beta" | "seed">) {
    const { memory, rbm, scales } = machines;
    const random = new Random(seed);
    const visible = Float64Array.from(cue, (unit) => 2 * unit - 1);
    this.#machines = machines;
    this.#glauber = memory.start(PatternSet.from([cue]), { dynamics: glauber({ beta }), random: random.fork(1) });
    this.#gibbs = new GibbsChains(rbm, { random: random.fork(2), visible, beta });
    this.#averages = [new Averages(cue.length, scales), new Averages(cue.length, scales)];
    this.#states = [bitMatrix(BATCH, cue.length), bitMatrix(BATCH, cue.length)];
  }

  /** Makes up to the given number of sweeps with either, fewer if the time is over. */
  advance(sweeps: number, isLate: () => boolean = () => false): void {
    for (let made = 0; made < sweeps && (made === 0 || !isLate()); ) {
      const batch = Math.min(BATCH, sweeps - made);
      this.#advance(batch);
      made += batch;
    }
  }

  #advance(sweeps: number): void {
    const [ours, theirs] = this.#states;
    const n = ours.columns;
    theirs.words.fill(0);
    for (let r = 0; r < sweeps; r++) {
      this.#glauber.advance(n);
      ours.words.set(this.#glauber.read().words, r * ours.stride);
      const { visible } = this.#gibbs.advance();
      for (let i = 0; i < n; i++) if (visible[i] > 0) theirs.words[r * theirs.stride + (i >>> 5)] |= 1 << (i & 31);
    }
    const { net, chosen } = this.#machines;
    const energies = this.#states.map((states) => net.interaction.energies(states));
    const overlaps = this.#states.map((states) => overlapsOf(states, chosen));
    for (let r = 0; r < sweeps; r++) {
      for (const k of [0, 1]) this.#averages[k].add(this.#states[k], r, energies[k][r], overlaps[k][r]);
      this.sweeps++;
      if (this.sweeps < this.#due) continue;
      this.#course.push(this.sweeps, this.#averages[0].overlap.mean, this.#averages[1].overlap.mean);
      this.#due = Math.ceil(this.#due * NEXT);
    }
  }

  read(run: number): Frame {
    const { words } = this.#glauber.read();
    const { visible } = this.#gibbs;
    return {
      run,
      sweeps: this.sweeps,
      glauber: this.#averages[0].read(Uint8Array.from(visible, (_, i) => (words[i >>> 5] >>> (i & 31)) & 1)),
      gibbs: this.#averages[1].read(Uint8Array.from(visible, (x) => (x > 0 ? 1 : 0))),
      course: this.#course.slice(),
    };
  }

  dispose(): void {
    this.#glauber.dispose();
  }
}

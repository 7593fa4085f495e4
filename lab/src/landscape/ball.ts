import type { Walk } from "engram/interactions";
import { Random } from "engram/math";
import type { Analysis } from "./net.js";
import type { Setting } from "./setting.js";
import { rowsOf } from "./words.js";

/** States of the path that are kept. */
const LONGEST_PATH = 200;

/** Where the ball stands, and how it came there. */
export interface Standing {
  readonly word: number;
  /** The states that it was in, the present one last. */
  readonly path: readonly number[];
  readonly visits: number;
  readonly flips: number;
  /** The unit that is updated next, and what its field is compared with; undefined where all are updated at once. */
  readonly next: { readonly unit: number; readonly noise: number } | undefined;
}

/**
 * A state that moves: by one unit after the other in random order, each of them once a sweep, by all units at once, or at a
 * temperature T > 0 by Glauber's rule, in which a field is compared with T / 2 times logistic noise in place of 0.
 */
export class Ball {
  readonly #analysis: Analysis;
  readonly #isOne: boolean;
  readonly #temperature: number;
  readonly #random: Random;
  readonly #walk: Walk;
  readonly #order: Uint32Array;
  /** Number of updates after which each state was found. */
  readonly counts: Float64Array;
  #word: number;
  #path: number[];
  #visits = 0;
  #flips = 0;
  #noise = 0;

  constructor(
    analysis: Analysis,
    { at, seed, update, temperature }: Pick<Setting, "at" | "seed" | "update" | "temperature">,
  ) {
    const { units, net } = analysis;
    this.#analysis = analysis;
    this.#isOne = update === "one";
    this.#temperature = temperature;
    this.#random = new Random(seed);
    this.#walk = net.interaction.walk(rowsOf([at], units));
    this.#order = Uint32Array.from({ length: units }, (_, i) => i);
    this.counts = new Float64Array(2 ** units);
    this.#word = at;
    this.#path = [at];
    this.#plan();
  }

  /** The order of the next sweep, and the noise of the next update. */
  #plan(): void {
    if (!this.#isOne) return;
    if (this.#visits % this.#order.length === 0) this.#random.permutation(this.#order);
    this.#noise = this.#temperature > 0 ? (this.#random.logistic() * this.#temperature) / 2 : 0;
  }

  /** Whether no update changes anything any more. */
  get isSettled(): boolean {
    if (!this.#isOne) return this.#analysis.states[this.#word].synchronous === this.#word;
    return this.#temperature === 0 && this.#analysis.states[this.#word].fixed;
  }

  get standing(): Standing {
    const next = { unit: this.#order[this.#visits % this.#order.length], noise: this.#noise };
    const [word, visits, flips] = [this.#word, this.#visits, this.#flips];
    return { word, path: this.#path.slice(), visits, flips, next: this.#isOne ? next : undefined };
  }

  /** One update: of a unit, or of all. */
  step(): void {
    const { units, states } = this.#analysis;
    const before = this.#word;
    if (this.#isOne) {
      const unit = this.#order[this.#visits % units];
      const flips = this.#walk.visit(Uint32Array.of(unit), Float64Array.of(this.#noise));
      if (flips > 0) this.#word ^= 1 << unit;
      this.#flips += flips;
      this.#visits++;
    } else {
      this.#word = states[before].synchronous;
      for (let i = 0; i < units; i++) this.#flips += ((before ^ this.#word) >>> i) & 1;
      this.#visits += units;
    }
    this.counts[this.#word]++;
    if (this.#word !== before) {
      this.#path.push(this.#word);
      if (this.#path.length > LONGEST_PATH) this.#path.shift();
    }
    this.#plan();
  }

  /** Updates to the end of the sweep. */
  sweep(): void {
    const { units } = this.#analysis;
    do this.step();
    while (this.#visits % units !== 0);
  }
}

import { Random } from "engram/math";
import { GibbsChains, type Rbm } from "engram/models";
import { greys } from "./greys.js";

/** One chain from a picture, some pixels of it clamped, of a machine that may learn meanwhile. */
export class Dreamer {
  readonly #random: Random;
  readonly #clamped: readonly number[];
  #visible: Float64Array;
  #chains: GibbsChains | undefined;
  #temperature = 0;
  #step = 0;

  /** @param visible units of 0 and 1 @param held 1 where a pixel is clamped */
  constructor(visible: Uint8Array, held: Uint8Array, seed: number) {
    this.#random = new Random(seed).fork(2);
    this.#visible = Float64Array.from(visible);
    this.#clamped = Array.from(held.keys()).filter((i) => held[i] === 1);
  }

  get step(): number {
    return this.#step;
  }

  /** Takes steps at a temperature; gives p(v | h) of the last one, one byte a pixel, and clamped pixels as they are. */
  advance(rbm: Rbm, steps: number, temperature: number): Uint8Array {
    if (this.#chains?.rbm !== rbm || temperature !== this.#temperature) this.#open(rbm, temperature);
    const chains = (this.#chains as GibbsChains).advance(steps);
    this.#step += steps;
    this.#visible = chains.visible;
    const means = rbm.visibleMean(chains.hidden, { beta: chains.beta });
    for (const i of this.#clamped) means[i] = chains.visible[i];
    return greys(means);
  }

  /** Goes on from where the chain is. */
  #open(rbm: Rbm, temperature: number): void {
    this.#temperature = temperature;
    this.#chains = new GibbsChains(rbm, {
      random: this.#random.fork(this.#step),
      visible: this.#visible,
      clamped: this.#clamped,
      beta: 1 / temperature,
    });
  }
}

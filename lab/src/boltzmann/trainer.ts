import { Random } from "engram/math";
import { Rbm } from "engram/models";
import type { Schedule } from "engram/options";
import {
  contrastiveDivergence,
  fastWeights,
  initialise,
  persistent,
  type RbmReport,
  type TrainingMethod,
  tempering,
  train,
} from "engram/training";
import { binary } from "engram/units";
import type { Pictures } from "./pictures.js";
import type { Recipe } from "./protocol.js";

/** Number of inverse temperatures of parallel tempering, and the lowest of them: few, so that training stays fast. */
const TEMPERATURES = 5;
const LOWEST = 0.5;

/** A machine that learns by as many updates at a time as are asked for. */
export class Trainer {
  readonly rbm: Rbm;
  readonly #recipe: Recipe;
  readonly #pictures: Pictures;
  #rate = 0;
  #every = 0;
  #reports: AsyncGenerator<RbmReport, void> | undefined;
  #last: RbmReport | undefined;

  /** Starts with small random weights, and with visible biases that have the means of the pictures. */
  constructor(recipe: Recipe, pictures: Pictures) {
    this.#recipe = recipe;
    this.#pictures = pictures;
    this.rbm = new Rbm({ visible: binary(pictures.training.units), hidden: binary(recipe.hidden) });
    initialise(this.rbm, { random: new Random(recipe.seed).fork(1), data: pictures.training });
  }

  /** Whether the training must be resumed from a checkpoint because the number of updates between reports changes. */
  begins(updates: number): boolean {
    return updates !== this.#every;
  }

  /**
   * Learns until the number of updates is a multiple of the given one, or an epoch ends.
   *
   * @throws EngramError where the training diverges; it cannot go on then
   */
  async advance(updates: number, rate: number): Promise<RbmReport> {
    this.#rate = rate;
    if (this.begins(updates)) await this.#open(updates);
    const { value } = await this.#reports!.next();
    if (value === undefined) throw new Error("the training is over; reset it");
    this.#last = value;
    return value;
  }

  /** Releases the memory of the training now, not when it is garbage-collected. */
  async dispose(): Promise<void> {
    await this.#reports?.return();
  }

  /** Goes on from the last report, with other distances between reports; the bits are those of an unbroken run. */
  async #open(updates: number): Promise<void> {
    const resume = this.#last?.checkpoint();
    await this.#reports?.return();
    const { batch, seed, decay: l2 } = this.#recipe;
    // A schedule, so that the rate may be changed by hand.
    const rate: Schedule = { name: "by hand", options: {}, at: () => this.#rate };
    const method = methodOf(this.#recipe);
    const options = { method, batch, seed, l2, rate, epochs: Number.MAX_SAFE_INTEGER, reportEvery: updates, resume };
    this.#reports = train(this.rbm, this.#pictures.training, options);
    this.#every = updates;
  }
}

function methodOf({ method, steps }: Recipe): TrainingMethod {
  if (method === "cd") return contrastiveDivergence({ steps });
  if (method === "pcd") return persistent({ steps });
  if (method === "fpcd") return fastWeights({ steps });
  return tempering({ steps, temperatures: TEMPERATURES, lowest: LOWEST });
}

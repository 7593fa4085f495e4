import { ArgumentError } from "../../errors.js";
import { exp } from "../../math/elementary.js";
import type { Random } from "../../math/random.js";
import { maker } from "../../options.js";
import type { LiveArrays } from "../checkpoint.js";
import { BlockChains } from "./block-chains.js";
import { equalisedLadder } from "./ladder.js";
import type { BatchStatistics, MethodSetting, ModelChains } from "./method.js";
import { persistentOptions } from "./persistent-options.js";

/**
 * Parallel tempering: persistent chains at a ladder of inverse temperatures, exp(-beta E(v, h)), from hot ones, which mix
 * fast, to the model itself at beta 1. After every step neighbours swap their visible states with the probability
 *
 *     min(1, exp(L_a(v') + L_b(v) - L_a(v) - L_b(v'))),   L_beta(v) = log sum_h exp(-beta E(v, h)),
 *
 * which does not depend on the hidden states; the pairs (0, 1), (2, 3), ... alternate with (1, 2), (3, 4), ... (Desjardins,
 * Courville, Bengio, Vincent and Delalleau, Tempered Markov chain Monte Carlo for training of restricted Boltzmann
 * machines, 2010; Cho, Raiko and Ilin, Parallel tempering is efficient for learning restricted Boltzmann machines, 2010).
 * `chains` run at each temperature. The ladder is `temperatures` inverse temperatures at equal distances from `lowest` to 1,
 * or `ladder` itself if it is given.
 *
 * @throws ArgumentError for a ladder that does not ascend to 1
 */
export const tempering = maker("training method", {
  name: "pt",
  summary: "parallel tempering",
  reference: "Desjardins and others 2010; Cho, Raiko and Ilin 2010",
  options: {
    ...persistentOptions,
    temperatures: { type: "integer", low: 2, default: 10, help: "number of temperatures" },
    lowest: { type: "number", above: 0, below: 1, default: 0.1, help: "lowest inverse temperature" },
    ladder: {
      type: "numbers",
      least: 2,
      above: 0,
      optional: true,
      help: "inverse temperatures, ascending to 1, in place of temperatures and lowest",
    },
    adapt: {
      type: "boolean",
      default: false,
      help: "adapt the temperatures after every epoch to equal acceptance rates of swaps",
    },
  },
  create: ({ steps, chains, adapt, ...given }) => {
    const ladder = ladderOf(given);
    return {
      start: (setting: MethodSetting): ModelChains =>
        new TemperedChains(setting, steps, chains ?? setting.batch, ladder, adapt),
    };
  },
});

interface Ladder {
  readonly temperatures: number;
  readonly lowest: number;
  readonly ladder: readonly number[] | undefined;
}

function ladderOf({ ladder, temperatures, lowest }: Ladder): number[] {
  if (ladder === undefined) {
    return Array.from({ length: temperatures }, (_, t) => {
      const part = t / (temperatures - 1);
      return lowest + (1 - lowest) * part;
    }).fill(1, temperatures - 1);
  }
  const rising = ladder.every((beta, t) => t === 0 || beta > ladder[t - 1]);
  if (!rising || ladder.at(-1) !== 1) {
    throw new ArgumentError(
      `ladder is ${JSON.stringify(ladder)}; expected numbers above 0 that ascend to 1, such as [0.3, 1]`,
    );
  }
  return [...ladder];
}

class TemperedChains implements ModelChains {
  readonly arrays: LiveArrays;
  readonly #steps: number;
  readonly #rows: number;
  readonly #adapt: boolean;
  readonly #random: Random;
  readonly #levels: readonly BlockChains[];
  readonly #betas: Float64Array;
  /** Number of swap rounds so far. */
  readonly #rounds = new Float64Array(1);
  /** Swaps of this epoch between each temperature and the next. */
  readonly #tried: Float64Array;
  readonly #accepted: Float64Array;
  /** L at the chains' own temperature and at that of their partner, own and partner's states, a row each. */
  readonly #logs: readonly Float64Array[];

  constructor(
    { workspace, stack, random }: MethodSetting,
    steps: number,
    rows: number,
    ladder: readonly number[],
    adapt: boolean,
  ) {
    this.#steps = steps;
    this.#rows = rows;
    this.#adapt = adapt;
    this.#random = random.fork(ladder.length);
    this.#levels = ladder.map((_, t) => new BlockChains(workspace, stack, rows, random.fork(t)));
    this.#betas = Float64Array.from(ladder);
    this.#tried = new Float64Array(ladder.length - 1);
    this.#accepted = new Float64Array(ladder.length - 1);
    this.#logs = Array.from({ length: 4 }, () => new Float64Array(rows));
    this.arrays = new Map<string, Float64Array | Float32Array | Uint32Array>([
      ...this.#levels.flatMap((level, t) => [...level.arrays(`level${t}.`)]),
      ["ladder", this.#betas],
      ["rounds", this.#rounds],
      ["tried", this.#tried],
      ["accepted", this.#accepted],
    ]);
  }

  begin(): void {
    this.#levels.forEach((level, t) => {
      level.begin(this.#betas[t]);
    });
  }

  restore(): void {
    // The whole state is in the arrays.
  }

  advance(): BatchStatistics {
    const last = this.#levels.length - 1;
    for (let step = 1; step <= this.#steps; step++) {
      this.#levels.forEach((level, t) => {
        level.stack.down(0, level.hidden, level.visible);
        level.drawVisible(this.#betas[t]);
        level.stack.up(0, level.visible, level.hidden);
      });
      const round = this.#rounds[0]++;
      const random = this.#random.fork(round);
      for (let t = round % 2; t < last; t += 2) this.#swap(t, random);
      this.#levels.forEach((level, t) => {
        level.drawHidden(this.#betas[t], t === last && step === this.#steps);
      });
    }
    return this.#levels[last];
  }

  endEpoch(): void {
    if (this.#adapt) this.#betas.set(equalisedLadder(this.#betas, this.swapRates()));
    this.#tried.fill(0);
    this.#accepted.fill(0);
  }

  swapRates(): number[] {
    return Array.from(this.#tried, (tried, t) => (tried === 0 ? 0 : this.#accepted[t] / tried));
  }

  ladder(): number[] {
    return Array.from(this.#betas);
  }

  /** Proposes swaps between the chains at temperatures t and t + 1; the inputs of the hidden units are swapped as well. */
  #swap(t: number, random: Random): void {
    const [a, b] = [this.#levels[t], this.#levels[t + 1]];
    const [betaA, betaB] = [this.#betas[t], this.#betas[t + 1]];
    const [ownA, ownB, otherA, otherB] = this.#logs;
    logWeights(a, betaA, ownA);
    logWeights(b, betaB, ownB);
    logWeights(a, betaB, otherA);
    logWeights(b, betaA, otherB);
    for (let r = 0; r < this.#rows; r++) {
      this.#tried[t]++;
      // Always drawn: the random numbers of the other chains must not depend on this one.
      const u = random.uniform();
      if (u >= exp(Math.min(0, otherA[r] + otherB[r] - ownA[r] - ownB[r]))) continue;
      this.#accepted[t]++;
      a.visible.swap(r, b.visible, r);
      a.hidden.swap(r, b.hidden, r);
    }
  }
}

function logWeights({ stack, visible, hidden }: BlockChains, beta: number, out: Float64Array): void {
  stack.weights[0].logWeights(visible, hidden, beta, out, true);
}

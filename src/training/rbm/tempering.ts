import { ArgumentError, requireInteger, requireNumber } from "../../errors.js";
import { exp } from "../../math/elementary.js";
import type { Random } from "../../math/random.js";
import { BlockChains } from "./block-chains.js";
import { equalisedLadder } from "./ladder.js";
import type { LiveArrays, MethodSetting, ModelChains, Phase, TrainingMethod } from "./method.js";

/** Chains at several temperatures. */
export interface TemperingOptions {
  /** k, steps of Gibbs sampling at each update; 1 where it is left out. */
  readonly steps?: number | undefined;
  /** Number of chains at each temperature; as many as a batch has rows where it is left out. */
  readonly chains?: number | undefined;
  /** Number of temperatures, at least 2; 10 where it is left out. */
  readonly temperatures?: number | undefined;
  /** The lowest inverse temperature, above 0 and below 1; 0.1 where it is left out. The others lie at equal distances. */
  readonly lowest?: number | undefined;
  /** The inverse temperatures themselves, ascending, the last one 1, instead of `temperatures` and `lowest`. */
  readonly ladder?: readonly number[] | undefined;
  /** Whether the ladder is moved after every epoch so that swaps are rejected equally often along it; false if left out. */
  readonly adapt?: boolean | undefined;
}

/**
 * Parallel tempering: persistent chains at a ladder of inverse temperatures, exp(-beta E(v, h)), from hot ones that wander
 * to the model itself at beta 1. After every step neighbours swap their visible states with the probability
 *
 *     min(1, exp(L_a(v') + L_b(v) - L_a(v) - L_b(v'))),   L_beta(v) = log sum_h exp(-beta E(v, h)),
 *
 * so that the hidden states never count; the pairs (0, 1), (2, 3), ... take turns with (1, 2), (3, 4), ... (Desjardins,
 * Courville, Bengio, Vincent and Delalleau, Tempered Markov chain Monte Carlo for training of restricted Boltzmann
 * machines, 2010; Cho, Raiko and Ilin, Parallel tempering is efficient for learning restricted Boltzmann machines, 2010).
 *
 * @throws ArgumentError for steps or chains that are no whole number of at least 1, or a ladder that does not ascend to 1
 */
export function tempering(options: TemperingOptions = {}): TrainingMethod {
  const { steps = 1, chains, adapt = false } = options;
  requireInteger("steps", steps, 1);
  if (chains !== undefined) requireInteger("chains", chains, 1);
  const ladder = asLadder(options);
  return {
    name: "tempering",
    options: { steps, chains, ladder, adapt },
    start: (setting) => new TemperedChains(setting, steps, chains ?? setting.batch, ladder, adapt),
  };
}

function asLadder({ ladder, temperatures = 10, lowest = 0.1 }: TemperingOptions): number[] {
  if (ladder === undefined) {
    requireInteger("temperatures", temperatures, 2);
    requireNumber("lowest", lowest, Number.MIN_VALUE, 1 - Number.EPSILON);
    return Array.from({ length: temperatures }, (_, t) => {
      const part = t / (temperatures - 1);
      return lowest + (1 - lowest) * part;
    }).fill(1, temperatures - 1);
  }
  const rising = ladder.every((beta, t) => beta > (t === 0 ? 0 : ladder[t - 1]));
  if (ladder.length < 2 || !rising || ladder.at(-1) !== 1) {
    throw new ArgumentError(
      `ladder is ${JSON.stringify(ladder)}; expected numbers above 0 that rise to 1, as [0.3, 1]`,
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
  /** Rounds of swaps so far. */
  readonly #rounds = new Float64Array(1);
  /** Swaps of this epoch between each temperature and the next. */
  readonly #tried: Float64Array;
  readonly #accepted: Float64Array;
  /** L at the chains' own temperature and at that of their partner, own and partner's states, a row each. */
  readonly #logs: readonly Float64Array[];

  constructor(
    { workspace, machine, random }: MethodSetting,
    steps: number,
    rows: number,
    ladder: readonly number[],
    adapt: boolean,
  ) {
    this.#steps = steps;
    this.#rows = rows;
    this.#adapt = adapt;
    this.#random = random.fork(ladder.length);
    this.#levels = ladder.map((_, t) => new BlockChains(workspace, machine, rows, random.fork(t)));
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
    // Everything lies in the arrays.
  }

  advance(): Phase {
    const last = this.#levels.length - 1;
    for (let step = 1; step <= this.#steps; step++) {
      this.#levels.forEach((level, t) => {
        level.machine.toVisible(level.hidden, level.visible);
        level.drawVisible(this.#betas[t]);
        level.machine.toHidden(level.visible, level.hidden);
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

  /** Offers the chains at temperature t those at t + 1; what the visible units do to the hidden ones goes with them. */
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
      // Drawn in any case: what the other chains draw must not depend on this one.
      const u = random.uniform();
      if (u >= exp(Math.min(0, otherA[r] + otherB[r] - ownA[r] - ownB[r]))) continue;
      this.#accepted[t]++;
      a.visible.swap(r, b.visible, r);
      a.hidden.swap(r, b.hidden, r);
    }
  }
}

function logWeights({ machine, visible, hidden }: BlockChains, beta: number, out: Float64Array): void {
  machine.logWeights(visible, hidden, beta, out, true);
}

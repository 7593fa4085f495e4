import { asynchronous, glauber } from "../dynamics/index.js";
import { requireInteger, requireNumber } from "../errors.js";
import { defaultKernels, type Kernels } from "../kernels/index.js";
import { hebb, type LearningRule } from "../learning/index.js";
import { bitDistance, bitRow } from "../math/bits.js";
import { type Estimate, estimateMean } from "../math/estimate.js";
import type { Random } from "../math/random.js";
import { flipExactly, randomPatterns } from "../patterns/index.js";

/** One draw of a retrieval experiment: random patterns are learned, and some of them recalled. */
export interface RetrievalSetting {
  /** n */
  readonly units: number;
  /** p: the load is p / n. */
  readonly patterns: number;
  /** T: 0 (the default) runs asynchronous dynamics until it settles, above 0 Glauber dynamics. */
  readonly temperature?: number | undefined;
  /** The rule that learns; the default is `hebb()`. */
  readonly rule?: LearningRule | undefined;
  /** Overlap of the start with the pattern, from 0 to 1; the default is 1, the pattern itself. */
  readonly start?: number | undefined;
  /** How many of the patterns are recalled; the default is 1. */
  readonly cues?: number | undefined;
  /** The most sweeps at T = 0 (1000 by default); all sweeps above it (200), of which the second half is averaged. */
  readonly sweeps?: number | undefined;
  readonly kernels?: Kernels | undefined;
}

/** What a draw gave. */
export interface RetrievalDraw {
  /** m, the overlap with the pattern at the end (T = 0) or averaged over time; the mean over the cues. */
  readonly overlap: number;
  /** The part of the runs that settled; none does above T = 0. */
  readonly settled: number;
  /** Sweeps, the mean over the cues. */
  readonly sweeps: number;
}

/**
 * Retrieval overlap in one set of random patterns. It depends on the setting and on `random` alone: draws may be shared
 * by workers, draw k with stream k.
 *
 * @throws ArgumentError for a negative temperature, a start outside [0, 1] or more cues than patterns
 */
export function retrievalOfDraw(setting: RetrievalSetting, random: Random): RetrievalDraw {
  const { units, patterns, temperature = 0, start = 1, cues = 1, kernels = defaultKernels() } = setting;
  requireNumber("temperature", temperature, 0, Number.MAX_VALUE);
  requireNumber("start", start, 0, 1);
  requireInteger("cues", cues, 1, patterns);
  const sweeps = setting.sweeps ?? (temperature > 0 ? 200 : 1000);
  requireInteger("sweeps", sweeps, 1);
  const dynamics = temperature > 0 ? glauber({ beta: 1 / temperature, sweeps }) : asynchronous({ maxSweeps: sweeps });
  const set = randomPatterns(patterns, units, random.fork(0));
  const { interaction } = (setting.rule ?? hebb()).learn(set, kernels);
  const flips = Math.round((units * (1 - start)) / 2);
  let overlap = 0;
  let settled = 0;
  let made = 0;
  for (let r = 0; r < cues; r++) {
    const target = bitRow(set.bits, r);
    const cue = flipExactly(set.select([r]), flips, random.fork(1).fork(r));
    const process = dynamics.start(interaction, cue.bits, random.fork(2).fork(r));
    let sum = 0;
    let measured = 0;
    while (process.period === 0 && process.sweeps < sweeps) {
      process.advance(units);
      if (temperature === 0 || 2 * process.sweeps <= sweeps) continue;
      sum += units - 2 * bitDistance(process.read(), 0, target, 0);
      measured++;
    }
    if (measured === 0) sum = units - 2 * bitDistance(process.read(), 0, target, 0);
    overlap += sum / Math.max(measured, 1) / units;
    if (process.period > 0) settled++;
    made += process.sweeps;
    process.dispose();
  }
  interaction.dispose();
  return { overlap: overlap / cues, settled: settled / cues, sweeps: made / cues };
}

/** Choices of a retrieval experiment. */
export interface RetrievalOptions extends RetrievalSetting {
  /** Independent sets of patterns, at least three. */
  readonly draws: number;
  /** Draw k takes stream k. */
  readonly random: Random;
  readonly signal?: AbortSignal | undefined;
}

/** How far a retrieval experiment has come. */
export interface RetrievalProgress {
  readonly done: number;
  readonly draws: number;
  readonly last: RetrievalDraw;
  /** Mean overlap with its error between draws, once there are three. */
  readonly estimate?: Estimate;
}

/** Retrieval overlap over freshly drawn patterns, draw by draw; the last progress has the result. */
export async function* retrieval({
  draws,
  random,
  signal,
  ...setting
}: RetrievalOptions): AsyncGenerator<RetrievalProgress> {
  requireInteger("draws", draws, 3);
  const overlaps: number[] = [];
  for (let k = 0; k < draws; k++) {
    signal?.throwIfAborted();
    const last = retrievalOfDraw(setting, random.fork(k));
    overlaps.push(last.overlap);
    const estimate = overlaps.length >= 3 ? { estimate: estimateMean(overlaps) } : {};
    yield { done: k + 1, draws, last, ...estimate };
  }
}

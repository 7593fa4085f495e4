import { asynchronous, glauber } from "../dynamics/index.js";
import { requireInteger, requireNumber } from "../errors.js";
import { defaultKernels, type Kernels } from "../kernels/index.js";
import { hebb, type LearningRule } from "../learning/index.js";
import { bitDistance, bitRow } from "../math/bits.js";
import { type Estimate, estimateMean } from "../math/estimate.js";
import type { Random } from "../math/random.js";
import { flipExactly, randomPatterns } from "../patterns/index.js";

/** Settings of a draw of a retrieval experiment, which learns random patterns and recalls some of them. */
export interface RetrievalSetting {
  /** n */
  readonly units: number;
  /** p: the load is p / n. */
  readonly patterns: number;
  /** T: 0 runs asynchronous dynamics until it settles, above 0 Glauber dynamics; defaults to 0. */
  readonly temperature?: number | undefined;
  /** Learning rule; defaults to `hebb()`. */
  readonly rule?: LearningRule | undefined;
  /** Overlap of the start with the pattern, from 0 to 1; defaults to 1, the pattern itself. */
  readonly start?: number | undefined;
  /** Number of patterns to recall; defaults to 1. */
  readonly cues?: number | undefined;
  /** Largest number of sweeps at T = 0 (default 1000); number of sweeps above, the second half averaged (default 200). */
  readonly sweeps?: number | undefined;
  readonly kernels?: Kernels | undefined;
}

/** Result of a draw. */
export interface RetrievalDraw {
  /** m, the overlap with the pattern at the end (T = 0) or averaged over time; the mean over the cues. */
  readonly overlap: number;
  /** Fraction of the runs that settled; 0 above T = 0. */
  readonly settled: number;
  /** Number of sweeps, the mean over the cues. */
  readonly sweeps: number;
}

/**
 * Retrieval overlap in one set of random patterns. It depends only on the setting and on `random`: workers may share the
 * draws, draw k with stream k.
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

/** Options of a retrieval experiment. */
export interface RetrievalOptions extends RetrievalSetting {
  /** Number of independent sets of patterns, at least three. */
  readonly draws: number;
  /** Draw k uses stream k. */
  readonly random: Random;
  readonly signal?: AbortSignal | undefined;
}

/** Progress of a retrieval experiment. */
export interface RetrievalProgress {
  readonly done: number;
  readonly draws: number;
  readonly last: RetrievalDraw;
  /** Mean overlap with its error between draws, from the third draw on. */
  readonly estimate?: Estimate;
}

/** Retrieval overlap over new random patterns, draw by draw; the last progress has the result. */
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

import { ArgumentError, requireInteger } from "../../errors.js";
import { square } from "../../math/elementary.js";
import type { Random } from "../../math/random.js";
import { distance } from "../../math/vector.js";
import type { EnergyMemory, EnergyRecallOptions } from "./energy-memory.js";
import type { EpisodeSource } from "./training.js";

/** How well damaged patterns of fresh episodes are recalled: means over patterns. */
export interface EnergyScore {
  /** Number of recalls. */
  readonly recalls: number;
  /** Number of units on the wrong side of the middle of the range, with the standard error over episodes, and in the cues. */
  readonly wrong: number;
  readonly wrongError: number;
  readonly cueWrong: number;
  /** Mean squared error of a unit, with its standard error over episodes, and of the cues. */
  readonly distortion: number;
  readonly distortionError: number;
  readonly cueDistortion: number;
  /** The part of the recalls in which a step was halved, because the energy would have risen. */
  readonly halved: number;
}

/**
 * Writes fresh episodes into an empty memory, one after the other, and recalls each of their patterns from its cue.
 *
 * @throws ArgumentError for a memory that is not empty, or fewer than two episodes
 */
export function scoreEnergyMemory(
  memory: EnergyMemory,
  source: EpisodeSource,
  { episodes, random, ...recalling }: EnergyRecallOptions & { readonly episodes: number; readonly random: Random },
): EnergyScore {
  if (memory.items !== undefined) throw new ArgumentError("the memory holds patterns; score an empty one");
  requireInteger("episodes", episodes, 2);
  const { units, range } = source.patterned;
  const count = source.patterns;
  const middle = (range[0] + range[1]) / 2;
  const [patterns, cues] = [new Float64Array(count * units), new Float64Array(count * units)];
  const rows = (values: Float64Array) =>
    Array.from({ length: count }, (_, r) => values.slice(r * units, (r + 1) * units));
  const each: { readonly wrong: number; readonly distortion: number }[] = [];
  let [cueWrong, cueDistortion, halved] = [0, 0, 0];
  for (let e = 0; e < episodes; e++) {
    source.draw(patterns, cues, random.fork(e));
    const stored = rows(patterns);
    memory.store(stored);
    const recalls = memory.recallMany(rows(cues), recalling);
    memory.forget(Array.from(stored.keys()));
    let [wrong, squares] = [0, 0];
    recalls.forEach(({ state, halvings }, r) => {
      if (halvings > 0) halved++;
      wrong += sides(state, stored[r], middle);
      squares += square(distance(state, stored[r]));
    });
    each.push({ wrong: wrong / count, distortion: squares / patterns.length });
    cueWrong += sides(cues, patterns, middle) / count;
    cueDistortion += square(distance(cues, patterns)) / patterns.length;
  }
  const [wrong, wrongError] = meanOf(each.map((episode) => episode.wrong));
  const [distortion, distortionError] = meanOf(each.map((episode) => episode.distortion));
  return {
    recalls: episodes * count,
    wrong,
    wrongError,
    cueWrong: cueWrong / episodes,
    distortion,
    distortionError,
    cueDistortion: cueDistortion / episodes,
    halved: halved / (episodes * count),
  };
}

/** Number of entries on other sides of the middle. */
function sides(a: Float64Array, b: Float64Array, middle: number): number {
  return a.reduce((total, x, i) => total + (x > middle === b[i] > middle ? 0 : 1), 0);
}

/** The mean and its standard error. */
function meanOf(numbers: readonly number[]): [mean: number, error: number] {
  const mean = numbers.reduce((total, x) => total + x, 0) / numbers.length;
  const squares = numbers.reduce((total, x) => total + (x - mean) * (x - mean), 0);
  return [mean, Math.sqrt(squares / (numbers.length - 1) / numbers.length)];
}

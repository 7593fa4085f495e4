import { retrievalOfDraw } from "engram/analysis";
import { hebb, type LearningRule, projection, storkey } from "engram/learning";
import { Random } from "engram/math";
import type { Point, Recipe } from "./protocol.js";
import type { RuleName } from "./setting.js";

/** Patterns of a set that are recalled, at most. */
const CUES = 5;
/** Sweeps at a temperature above 0, of which the second half counts. */
const SWEEPS = 60;

const rules: Record<RuleName, () => LearningRule> = {
  hebb: () => hebb(),
  projection: () => projection(),
  storkey: () => storkey(),
};

/** Sums of the draws at one number of patterns. */
interface Sums {
  draws: number;
  sum: number;
  squares: number;
}

/** Measures the overlap with a stored pattern at the end of a recall, over sets of random patterns, at several loads. */
export class Meter {
  readonly #recipe: Recipe;
  readonly #random: Random;
  readonly #sums: readonly Sums[];
  readonly #rule: LearningRule;
  /** The place that comes next in the round. */
  #next = 0;
  #made = 0;

  constructor(recipe: Recipe) {
    this.#recipe = recipe;
    this.#random = new Random(recipe.seed);
    this.#rule = rules[recipe.rule]();
    this.#sums = recipe.counts.map(() => ({ draws: 0, sum: 0, squares: 0 }));
  }

  /** A draw at a place: a set of patterns of its own, the same whatever was drawn elsewhere. */
  draw(place: number): void {
    const { units, counts, temperature, start } = this.#recipe;
    const patterns = counts[place];
    const own = this.#sums[place];
    const { overlap } = retrievalOfDraw(
      {
        units,
        patterns,
        temperature,
        start,
        rule: this.#rule,
        cues: Math.min(CUES, patterns),
        ...(temperature > 0 && { sweeps: SWEEPS }),
      },
      this.#random.fork(place).fork(own.draws),
    );
    own.draws++;
    own.sum += overlap;
    own.squares += overlap ** 2;
  }

  /** The next draw: every second one where somebody looks, the others in turn. */
  step(looked: number): void {
    this.#made++;
    if (this.#made % 2 === 0) {
      this.draw(looked);
      return;
    }
    this.draw(this.#next);
    this.#next = (this.#next + 1) % this.#sums.length;
  }

  read(): Point[] {
    return this.#sums.map(({ draws, sum, squares }) => {
      const mean = sum / draws;
      const variance = Math.max(0, squares - draws * mean ** 2) / (draws - 1);
      return { draws, mean, error: Math.sqrt(variance / draws) };
    });
  }
}

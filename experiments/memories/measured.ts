import { flip, PatternSet, type Random } from "engram";
import { bitDistance, log, pow } from "engram/math";
import type { BudgetedMeans, Counted } from "./contestant.js";
import type { Source } from "./patterns.js";

/** Cues of one set with one damage. */
export interface Count {
  readonly cues: number;
  readonly exact: number;
  /** The nearest stored pattern is that of the cue: the ceiling, with ties by lot. */
  readonly ceiling: number;
  /** Wrong bits of all answers, and those of them in the second half of a pattern. */
  readonly wrong: number;
  readonly late: number;
}

/** How cues are made of patterns. */
export interface Damage {
  readonly name: string;
  /** The probability that a bit is flipped; absent where the second half of the bits is drawn anew. */
  readonly flipped?: number;
}

const percent = (share: number) => `${Math.round(100 * share)} %`;

/** The damages by their numbers, which name streams of random numbers: a further one comes at the end. */
export const DAMAGES: readonly Damage[] = [
  ...[0, 0.1, 0.2, 0.3, 0.4, 0.25].map((flipped) => ({ name: `${percent(flipped)} flipped`, flipped })),
  { name: "half hidden" },
];

/** The damage at which the number of patterns is chosen. */
export const CHOSEN_AT = 1;

/** Larger numbers of patterns are tried up to this multiple of the best one, and until less than this part is recalled. */
const BEYOND = 4;
const GIVEN_UP = 0.5;

/** How thoroughly is measured. */
export interface Effort {
  /** Sets of patterns with which a memory's number of patterns is chosen, and with which it is then measured. */
  readonly trials: number;
  readonly draws: number;
  /** Patterns of a set from which cues are made, at most; one cue each. */
  readonly cues: number;
  /** Numbers of patterns that are tried, in a factor of two. */
  readonly perOctave: number;
}

/** What was measured of a memory with the number of patterns of which it recalls most, 1 where it never recalls any. */
export interface Found {
  /** The largest number of patterns that fit, and the chosen one; 0 where it does not fit. */
  readonly most: number;
  readonly patterns: number;
  readonly bits: number;
  /** damages x draws */
  readonly counts: readonly (readonly Count[])[];
}

/** Chooses the number of patterns with some sets, and measures with others. */
export async function measured(
  memory: Counted,
  source: Source,
  { trials, draws, cues, perOctave }: Effort,
  means: BudgetedMeans,
): Promise<Found> {
  const { budget, random } = means;
  const most = Math.min(memory.most(source.units, budget), source.count);
  const measure = (patterns: number, damages: readonly Damage[], stream: Random) =>
    countsOf(memory, source, { patterns, damages, cues }, { ...means, random: stream });
  let chosen = { patterns: Math.min(1, most), recalled: 0 };
  for (const patterns of numbersUpTo(most, perOctave)) {
    let recalled = 0;
    for (let k = 0; k < trials; k++) {
      const [count] = await measure(patterns, [DAMAGES[CHOSEN_AT]], random.fork(0).fork(patterns).fork(k));
      recalled += (patterns * count.exact) / count.cues / trials;
    }
    if (recalled > chosen.recalled) chosen = { patterns, recalled };
    if (patterns > BEYOND * chosen.patterns && recalled < GIVEN_UP * chosen.recalled) break;
  }
  const { patterns } = chosen;
  const sets: Count[][] = [];
  for (let k = 0; k < draws && patterns > 0; k++) sets.push(await measure(patterns, DAMAGES, random.fork(1).fork(k)));
  const counts = DAMAGES.map((_, level) => sets.map((set) => set[level]));
  return { most, patterns, bits: patterns === 0 ? 0 : memory.bits(source.units, patterns, budget), counts };
}

/** Ascending numbers of patterns up to the largest, with a fixed number of them per factor of two. */
function numbersUpTo(most: number, perOctave: number): number[] {
  if (most < 1) return [];
  const powers = Array.from({ length: Math.ceil((perOctave * log(most)) / Math.LN2) }, (_, k) =>
    Math.round(pow(2, k / perOctave)),
  );
  return [...new Set([...powers.filter((patterns) => patterns < most), most])];
}

interface Task {
  readonly patterns: number;
  readonly damages: readonly Damage[];
  readonly cues: number;
}

/** Stores a set and recalls from damaged cues. Where a memory cannot hold the set, the cue stands. */
async function countsOf(
  { learn }: Counted,
  source: Source,
  { patterns, damages, cues: most }: Task,
  means: BudgetedMeans,
): Promise<Count[]> {
  const [draw, damage, recalling, learning] = [0, 1, 2, 3].map((k) => means.random.fork(k));
  const stored = source.draw(patterns, draw.fork(0));
  const wanted = stored.select(draw.fork(1).sample(Math.min(most, patterns), patterns));
  const recall = await learn(stored, { ...means, random: learning });
  return damages.map((one, level) => {
    const cues = damaged(wanted, one, damage.fork(level));
    const answers = recall?.(cues, recalling.fork(level)) ?? cues;
    let [exact, ceiling, wrong, late] = [0, 0, 0, 0];
    for (let r = 0; r < cues.count; r++) {
      const distance = bitDistance(answers.bits, r, wanted.bits, r);
      wrong += distance;
      if (distance === 0) exact++;
      else late += lateDistance(answers.spins(r), wanted.spins(r));
      ceiling += chanceOfNearest(stored, cues, r, wanted);
    }
    return { cues: cues.count, exact, ceiling, wrong, late };
  });
}

function damaged(patterns: PatternSet, { flipped }: Damage, random: Random): PatternSet {
  if (flipped !== undefined) return flip(patterns, flipped, random);
  const rows = Array.from({ length: patterns.count }, (_, r) => patterns.spins(r));
  for (const row of rows) for (let i = row.length >> 1; i < row.length; i++) row[i] = 2 * random.integer(2) - 1;
  return PatternSet.from(rows);
}

/** Bits of the second half that differ. */
function lateDistance(a: Int8Array, b: Int8Array): number {
  let count = 0;
  for (let i = a.length >> 1; i < a.length; i++) if (a[i] !== b[i]) count++;
  return count;
}

/** The chance that the nearest stored pattern is the wanted one, where equal distances are decided by lot. */
function chanceOfNearest(stored: PatternSet, cues: PatternSet, r: number, wanted: PatternSet): number {
  const own = bitDistance(cues.bits, r, wanted.bits, r);
  let [tied, same] = [0, 0];
  for (let mu = 0; mu < stored.count; mu++) {
    const distance = bitDistance(cues.bits, r, stored.bits, mu);
    if (distance < own) return 0;
    if (distance > own) continue;
    tied++;
    if (bitDistance(stored.bits, mu, wanted.bits, r) === 0) same++;
  }
  return same / tied;
}

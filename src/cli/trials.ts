import type { Dynamics } from "../dynamics/index.js";
import { internal } from "../errors.js";
import { Digest, Random } from "../math/index.js";
import type { Attractor, Hopfield, Recall } from "../memories/index.js";
import { overlap, type PatternSet } from "../patterns/index.js";

/** What to recall from. */
export interface Sources {
  /** What is damaged to make cues. */
  readonly patterns: PatternSet;
  /** The stored pattern that each of them is; absent where they are no stored ones. */
  readonly rows?: readonly number[];
}

/** How to run trials. Trial t takes source t mod p, and all that is random in it comes from stream t of the seed. */
export interface TrialPlan {
  readonly sources: Sources;
  readonly trials: number;
  readonly seed: number;
  readonly damage: (source: PatternSet, random: Random) => PatternSet;
  readonly dynamics: Dynamics;
}

/** One recall and what it is measured by. */
export interface Trial {
  readonly cue: PatternSet;
  readonly recall: Recall;
  /** The stored pattern that should come back; where nobody knows, the one nearest to what came back. */
  readonly target: number;
  /** Overlap of the cue, and of what came back, with the target. */
  readonly cueOverlap: number;
  readonly overlap: number;
}

/** Runs the trials one after the other, as they are asked for. */
export function* runTrials(memory: Hopfield, stored: PatternSet, plan: TrialPlan): Generator<Trial> {
  const { sources, seed, damage, dynamics } = plan;
  const random = new Random(seed);
  for (let t = 0; t < plan.trials; t++) {
    const stream = random.fork(t);
    const source = t % sources.patterns.count;
    const cue = damage(sources.patterns.select([source]), stream.fork(0));
    const recall = memory.recall(cue, { dynamics, random: stream.fork(1) });
    const target = sources.rows?.[source] ?? recall.nearest.index;
    const truth = stored.select([target]);
    yield { cue, recall, target, cueOverlap: overlap(cue, truth), overlap: overlap(recall.state, truth) };
  }
}

/** What trials come to. `exact` counts the recalls that gave back their target to the last unit. */
export interface Summary {
  readonly trials: number;
  readonly exact: number;
  readonly converged: number;
  readonly meanCueOverlap: number;
  readonly meanOverlap: number;
  readonly meanSweeps: number;
  readonly attractors: Readonly<Partial<Record<Attractor["kind"], number>>>;
  /** Over the packed recalled states, in the order of the trials. */
  readonly digest: string;
}

/** Adds trials up, and keeps the first of them; there must be one. */
export function summarise(trials: Iterable<Trial>): { summary: Summary; first: Trial } {
  let first: Trial | undefined;
  let [count, exact, converged, cueOverlaps, overlaps, sweeps] = [0, 0, 0, 0, 0, 0];
  const attractors: Partial<Record<Attractor["kind"], number>> = {};
  const digest = new Digest();
  for (const trial of trials) {
    const { recall } = trial;
    first ??= trial;
    count++;
    if (trial.overlap === 1) exact++;
    if (recall.converged) converged++;
    cueOverlaps += trial.cueOverlap;
    overlaps += trial.overlap;
    sweeps += recall.sweeps;
    attractors[recall.attractor.kind] = (attractors[recall.attractor.kind] ?? 0) + 1;
    digest.add(recall.bits.words);
  }
  if (first === undefined) throw internal("there was no trial");
  const summary: Summary = {
    trials: count,
    exact,
    converged,
    meanCueOverlap: cueOverlaps / count,
    meanOverlap: overlaps / count,
    meanSweeps: sweeps / count,
    attractors,
    digest: digest.hex(),
  };
  return { summary, first };
}

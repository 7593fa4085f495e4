import { internal } from "../../errors.js";
import { type BitMatrix, bitDistance, Digest, Random } from "../../math/index.js";
import {
  type AnyMemory,
  type Attractor,
  type Items,
  isPairs,
  type Pairs,
  type Recall,
  selectItems,
} from "../../memories/index.js";
import { type AnyVectorSet, flip, flipExactly, occlude, PatternSet, type Region } from "../../patterns/index.js";

/** The side of a pair that a cue belongs to. */
export type Side = "left" | "right";

/** How cues are damaged: a region is covered first, then units are flipped. */
export interface Damage {
  readonly occlude?: Region | undefined;
  readonly flip?: number | undefined;
  readonly flipExactly?: number | undefined;
}

/** How to run trials. Trial t uses source t mod p, and draws its random numbers from stream t of the seed. */
export interface TrialPlan {
  /** The patterns that are damaged to make cues. */
  readonly sources: PatternSet;
  /** The index of the stored item of each source; absent if the sources are not stored. */
  readonly rows?: readonly number[] | undefined;
  /** The side of the sources in a memory of pairs. */
  readonly side: Side;
  readonly seed: number;
  readonly damage: Damage;
  /** 1 for units that are held during the recall, if the memory can do that. */
  readonly clamped?: Uint8Array | undefined;
}

/** One recall and its measures. */
export interface Trial {
  readonly cue: PatternSet;
  readonly recall: Recall;
  /** The stored item that should be recalled; if it is unknown, the one nearest to the recalled state. */
  readonly target: number;
  /** Overlap of the cue with the target. */
  readonly cueOverlap: number;
  /** Overlap of the recalled state with the target; absent if the result is not a state of its units. */
  readonly overlap?: number;
  /** Whether the target was recalled exactly; for a replay, whether it was in order. */
  readonly exact: boolean;
}

/** Runs trials `from` to before `to`. The options of the recall are those of the memory's kind. */
export function* runTrials(
  memory: AnyMemory,
  plan: TrialPlan,
  options: Readonly<Record<string, unknown>>,
  from: number,
  to: number,
): Generator<Trial> {
  const items = memory.items as Items;
  const random = new Random(plan.seed);
  for (let t = from; t < to; t++) {
    const stream = random.fork(t);
    const source = t % plan.sources.count;
    const cue = damaged(plan.sources.select([source]), plan.damage, stream.fork(0));
    const given = isPairs(items) ? { [plan.side]: cue } : cue;
    const held = plan.clamped && { clamped: plan.clamped };
    const recall = memory.recall(given, { ...options, ...held, random: stream.fork(1) });
    yield judge(items, plan, cue, recall, plan.rows?.[source] ?? recall.nearest.index);
  }
}

function damaged(source: PatternSet, damage: Damage, random: Random): PatternSet {
  const covered = damage.occlude === undefined ? source : occlude(source, damage.occlude);
  if (damage.flip !== undefined) return flip(covered, damage.flip, random);
  return damage.flipExactly === undefined ? covered : flipExactly(covered, damage.flipExactly, random);
}

function judge(items: Items, { side }: TrialPlan, cue: PatternSet, recall: Recall, target: number): Trial {
  const answer = side === "left" ? "right" : "left";
  const wanted = selectItems(items, [target]);
  const asked = isPairs(wanted) ? wanted[side] : wanted;
  const { ordered, bits } = recall as { readonly ordered?: boolean; readonly bits?: BitMatrix };
  const state = bits !== undefined && !isPairs(recall.state) ? bits : stateOf(recall.state, answer);
  const overlap = overlapOf(isPairs(wanted) ? wanted[answer] : wanted, state);
  return {
    cue,
    recall,
    target,
    cueOverlap: overlapOf(asked, cue.bits) ?? 0,
    ...(overlap === undefined ? {} : { overlap }),
    exact: ordered ?? (overlap === undefined ? recall.nearest.index === target : overlap === 1 && isWhole(recall)),
  };
}

/** Whether both sides of a pair were recalled, if the recall reports it. */
function isWhole({ state, nearest }: Recall): boolean {
  return !isPairs(state) || nearest.overlap === 1;
}

/** A recalled state, or one side of a recalled pair. */
export function stateOf(state: unknown, side: Side): ArrayLike<number> {
  return (isPairs(state) ? (state as unknown as Pairs<never>)[side] : state) as ArrayLike<number>;
}

/** m = (1/n) x . s with the one vector of a set; undefined if the state has another length. */
function overlapOf(set: PatternSet | AnyVectorSet, state: BitMatrix | ArrayLike<number>): number | undefined {
  if ("words" in state) {
    if (state.columns !== set.units) return undefined;
    if (set instanceof PatternSet) return (set.units - 2 * bitDistance(set.bits, 0, state, 0)) / set.units;
    return overlapOf(set, new PatternSet(state).spins(0));
  }
  if (state.length !== set.units) return undefined;
  const wanted = set instanceof PatternSet ? set.spins(0) : set.row(0);
  let [product, square] = [0, 0];
  for (let i = 0; i < wanted.length; i++) {
    product += wanted[i] * state[i];
    square += wanted[i] * wanted[i];
  }
  return product / square;
}

/** The summary of all trials. */
export interface Summary {
  readonly trials: number;
  readonly exact: number;
  readonly converged: number;
  readonly meanCueOverlap: number;
  readonly meanOverlap?: number;
  readonly meanSweeps: number;
  readonly attractors?: Readonly<Partial<Record<Attractor["kind"], number>>>;
  /** Over the recalled states, in the order of the trials. */
  readonly digest: string;
}

/** Summarises trials, and returns the first of them; there must be at least one. */
export function summarise(trials: Iterable<Trial>): { summary: Summary; first: Trial } {
  let first: Trial | undefined;
  let [count, exact, converged, cueOverlaps, overlaps, measured, sweeps] = [0, 0, 0, 0, 0, 0, 0];
  const attractors: Partial<Record<Attractor["kind"], number>> = {};
  const digest = new Digest();
  for (const trial of trials) {
    const { recall } = trial;
    const { attractor } = recall as { readonly attractor?: Attractor };
    first ??= trial;
    count++;
    if (trial.exact) exact++;
    if (recall.converged) converged++;
    cueOverlaps += trial.cueOverlap;
    if (trial.overlap !== undefined) {
      overlaps += trial.overlap;
      measured++;
    }
    sweeps += recall.sweeps;
    if (attractor !== undefined) attractors[attractor.kind] = (attractors[attractor.kind] ?? 0) + 1;
    addState(digest, recall);
  }
  if (first === undefined) throw internal("there was no trial");
  const summary: Summary = {
    trials: count,
    exact,
    converged,
    meanCueOverlap: cueOverlaps / count,
    ...(measured === 0 ? {} : { meanOverlap: overlaps / measured }),
    meanSweeps: sweeps / count,
    ...(Object.keys(attractors).length === 0 ? {} : { attractors }),
    digest: digest.hex(),
  };
  return { summary, first };
}

/** Adds a state to a digest: spins as bits, and all other numbers in double precision. */
function addState(digest: Digest, recall: Recall): void {
  const { bits } = recall as { readonly bits?: PatternSet["bits"] };
  const addNumbers = (values: ArrayLike<number>) => digest.add(new Uint32Array(Float64Array.from(values).buffer));
  if (bits !== undefined) digest.add(bits.words);
  else if (!isPairs(recall.state)) addNumbers(recall.state as ArrayLike<number>);
  else for (const side of ["left", "right"] as const) addNumbers(stateOf(recall.state, side));
}

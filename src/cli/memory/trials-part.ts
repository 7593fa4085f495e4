// Only the modules that a thread needs: it starts in a third of the time that whole folders take.
import { loadExtensions } from "../../node/parallel/extensions.js";
import { type PackedMemory, unpackMemory, unpackOptions } from "../../node/parallel/memory.js";
import { PatternSet } from "../../patterns/pattern-set.js";
import { runTrials, type Trial, type TrialPlan } from "./trials.js";

/** What all trials share, as sent to a thread. */
export interface TrialsWork {
  readonly memory: PackedMemory;
  readonly plan: Omit<TrialPlan, "sources"> & { readonly sources: Pick<PatternSet, "bits" | "shape"> };
  readonly options: Readonly<Record<string, unknown>>;
  /** Modules that the options need. */
  readonly modules: readonly string[];
}

/** A range [from, to) of the trials. */
export type TrialsPart = readonly [from: number, to: number];

/** A trial packed for the return: the cue as bits. */
export type PackedTrial = Omit<Trial, "cue"> & { readonly cue: PatternSet["bits"] };

/** For `mapParallel`: the trials of a part. */
export default async function prepare(work: TrialsWork): Promise<(part: TrialsPart) => PackedTrial[]> {
  const { memory, kind } = await unpackMemory(work.memory);
  const options = unpackOptions(kind, work.options, await loadExtensions(work.modules));
  const { sources } = work.plan;
  const plan = { ...work.plan, sources: new PatternSet(sources.bits, { shape: sources.shape }) };
  return ([from, to]) => {
    return Array.from(runTrials(memory, plan, options, from, to), (trial) => ({ ...trial, cue: trial.cue.bits }));
  };
}

import type { MakeWorkspace } from "../../kernels/index.js";
import { workspaceThreads } from "../../node/index.js";
import type { StoredModel } from "../../storage/index.js";
import type { GreySet, GreySetOptions } from "../io/grey-set.js";
import { ProgressBar } from "../io/progress.js";
import type { ForKind, TrainedModel } from "../io/trained-model.js";

/** The options of `engram score`. */
export interface ScoreOptions extends Omit<GreySetOptions, "data"> {
  data?: string;
  stories?: string;
  binarise?: string;
  threshold?: number;
  method?: "exact" | "annealing";
  chains?: number;
  temperatures?: number;
  draws?: number;
  seed: number;
  threads?: number;
  json?: true;
}

/** The result: numbers for JSON, lines of text, and, for an estimate, whether to trust it. */
export interface Score {
  readonly record: { readonly [key: string]: unknown };
  readonly lines: readonly string[];
  readonly trusted?: boolean;
  readonly verdict?: string;
}

/** How models of one kind are scored. */
export interface Scoring extends ForKind {
  /** The options of `engram score` that it takes besides the common ones. */
  readonly options: readonly ("method" | "chains" | "temperatures" | "draws")[];
  score(model: TrainedModel<never>, set: GreySet, options: ScoreOptions): Promise<Score>;
}

/** How models that are not asked about images are scored. */
export interface OwnScoring<Model = never> extends ForKind {
  /** The options of `engram score` that it takes besides the common ones. */
  readonly options: readonly "stories"[];
  scoreOwn(stored: StoredModel<Model>, options: ScoreOptions): Promise<Score>;
}

/** Defaults, as in published runs. */
export const usualAnnealing = { chains: 500, temperatures: 1000 };

/** Does work over threads, with a progress bar. */
export async function withBar<Result>(
  label: string,
  threads: number | undefined,
  work: (workspace: MakeWorkspace, progress: (done: number, total: number) => void) => Result | Promise<Result>,
): Promise<Result> {
  const pool = await workspaceThreads(threads);
  const bar = new ProgressBar(label);
  try {
    return await work(pool.makeWorkspace, (done, total) => bar.update(done, total));
  } finally {
    bar.clear();
    await pool.dispose();
  }
}

export function nats(x: number): string {
  return x.toFixed(2);
}

/** "between -120.31 and -119.80" */
export function within(low: number, high: number): string {
  return `between ${nats(low)} and ${nats(high)}`;
}

import type { RuleName } from "./setting.js";
import type { Place } from "./theory.js";

/** What is measured. */
export interface Recipe {
  readonly rule: RuleName;
  readonly units: number;
  /** Numbers of patterns, ascending. */
  readonly counts: readonly number[];
  readonly temperature: number;
  /** Overlap of the cue with its pattern. */
  readonly start: number;
  readonly seed: number;
}

export type Request =
  | { readonly kind: "begin"; readonly run: number; readonly recipe: Recipe }
  /** Makes draws for a while, every second one at the place that one looks at; or `draws` of them there. */
  | { readonly kind: "measure"; readonly run: number; readonly at: number; readonly draws?: number };

/** What is known at a number of patterns. */
export interface Point {
  readonly draws: number;
  /** The overlap at the end: mean of the draws, and the standard error of that. */
  readonly mean: number;
  readonly error: number;
}

export type Reply =
  | { readonly kind: "points"; readonly run: number; readonly points: readonly Point[] }
  /** A line of theory: all of it, or nothing where there is none. */
  | { readonly kind: "line"; readonly run: number; readonly line: readonly Place[] }
  /** The line of phases of Hebb's rule, which is always the same. */
  | { readonly kind: "phases"; readonly line: readonly Place[] }
  | { readonly kind: "refused"; readonly run: number; readonly error: string };

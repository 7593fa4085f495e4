import type { PatternSet, Random } from "engram";
import type { Kernels, MakeWorkspace } from "engram/kernels";

/** What learning may use beside the patterns. */
export interface Means {
  readonly random: Random;
  readonly kernels: Kernels;
  readonly workspace: MakeWorkspace;
  readonly signal: AbortSignal;
}

/** The same, with the bits that the memory may keep. */
export interface BudgetedMeans extends Means {
  readonly budget: number;
}

/** What a memory keeps of its patterns. */
export type Form = "the patterns" | "whole numbers" | "rounded numbers";

/** What a memory recalls from each cue. */
export type Learned = (cues: PatternSet, random: Random) => PatternSet;

/** Learns patterns; undefined where the memory cannot hold them. */
export type Learn = (stored: PatternSet, means: BudgetedMeans) => Learned | undefined | Promise<Learned | undefined>;

/** How a memory of n units is counted, and how it learns. */
export interface Counted {
  /** The largest number of patterns of n bits that it may be given within a budget of bits; 0 where it does not fit at all. */
  most(units: number, budget: number): number;
  /** Bits that it keeps of that many patterns. */
  bits(units: number, patterns: number, budget: number): number;
  readonly learn: Learn;
}

interface Named {
  readonly name: string;
  readonly keeps: Form;
  /** What is counted as stored, in words. */
  readonly counted: string;
}

/** A memory that is compared with others at the same number of stored bits, and needs no training. */
export interface Untrained extends Named, Counted {
  readonly train?: undefined;
}

/** What a memory was before it stored anything: its trained weights, which are not counted as memory. */
export interface Trained extends Counted {
  /** How many numbers training has changed. */
  readonly weights: number;
  /** How long it was trained on what, in words. */
  readonly training: string;
}

/** A memory that is trained once on other patterns of the same kind, before it stores any. */
export interface Trainee extends Named {
  /** One for each budget of bits. */
  train(lessons: Lessons, budgets: readonly number[], means: Means): Promise<readonly Trained[]>;
}

export type Contestant = Untrained | Trainee;

/** What is learned from before patterns are stored. */
export interface Lessons {
  readonly units: number;
  /** Patterns of which none is stored later; undefined for random patterns, which are drawn. */
  readonly patterns: PatternSet | undefined;
  /** Hundreds of updates of a training; each memory takes its own share of them. */
  readonly hundreds: number;
}

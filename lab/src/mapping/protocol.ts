import type { Certificate } from "engram/mapping";
import type { SeriesEstimate } from "engram/math";
import type { FactorName } from "./setting.js";

/** The net, its RBM and where both start. */
export interface Recipe {
  /** Units of 0 and 1, a pattern each. */
  readonly patterns: readonly Uint8Array[];
  readonly chosen: number;
  readonly factor: FactorName;
  readonly field: number;
  /** Units of 0 and 1. */
  readonly cue: Uint8Array;
  readonly beta: number;
  readonly seed: number;
}

/** What the page asks of the worker. Requests are answered in order. */
export type Request =
  | {
      /** Make both machines, and start both; answered with `begun`, and later `certificate`. */
      readonly kind: "begin";
      readonly run: number;
      readonly recipe: Recipe;
    }
  | {
      /** Make up to `sweeps` sweeps with either, fewer if that takes long; answered with one frame. */
      readonly kind: "advance";
      readonly run: number;
      readonly sweeps: number;
    };

/** Both machines, to be looked at. A byte a number: 128 for 0, and the largest of them 1 or 255. */
export interface Portrait {
  /** J, N x N. */
  readonly couplings: Uint8Array;
  /** The columns of W, filter after filter. */
  readonly filters: Uint8Array;
  /** The largest |J_ij|, and the largest |J_ij - (W W^T)_ij|, i other than j. */
  readonly largest: number;
  readonly residue: number;
}

/** Bins of equal width. */
export interface Bins {
  readonly low: number;
  readonly width: number;
  readonly count: number;
}

/** Where the energies and overlaps of a model lie. */
export interface Scales {
  readonly energy: Bins;
  readonly overlap: Bins;
}

/** Histogram and mean of one quantity of a chain. */
export interface Reading {
  /** States in every bin. */
  readonly counts: Float64Array;
  readonly mean: number;
  /** Absent until there are enough states for an estimate. */
  readonly estimate: SeriesEstimate | undefined;
}

/** One chain as it stands. */
export interface ChainFrame {
  /** Units of 0 and 1. */
  readonly state: Uint8Array;
  /** Mean magnetisation of every pixel, -1 to 1. */
  readonly magnetisation: Float64Array;
  readonly energy: Reading;
  readonly overlap: Reading;
}

export interface Frame {
  readonly run: number;
  /** Sweeps that either has made, a state each. */
  readonly sweeps: number;
  readonly glauber: ChainFrame;
  readonly gibbs: ChainFrame;
  /** Sweeps, the mean overlap so far of Glauber dynamics, that of block Gibbs: in turn, at ever larger distances. */
  readonly course: readonly number[];
}

/** The distribution itself, where all states can be listed: probabilities of the bins, and the means. */
export interface Exact {
  readonly energies: Float64Array;
  readonly overlaps: Float64Array;
  readonly meanEnergy: number;
  readonly meanOverlap: number;
}

export type Reply =
  | {
      readonly kind: "begun";
      readonly run: number;
      readonly portrait: Portrait;
      readonly scales: Scales;
      readonly frame: Frame;
    }
  | { readonly kind: "refused"; readonly run: number; readonly error: string }
  | {
      readonly kind: "certificate";
      readonly run: number;
      readonly certificate: Certificate;
      readonly exact: Exact | undefined;
    }
  | { readonly kind: "frame"; readonly frame: Frame };

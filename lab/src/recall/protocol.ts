import type { Attractor, HopfieldInspection } from "engram/memories";
import type { Failure, Named } from "../options.js";

/** Packed patterns in a message to or from the worker, as a pattern set keeps them. */
export interface Packed {
  readonly count: number;
  readonly units: number;
  readonly words: Uint32Array;
}

/** Learn these patterns, in place of what was learned before; answered with a report. */
export interface Learn {
  readonly kind: "learn";
  readonly patterns: Packed | undefined;
  readonly rule: Named;
}

/** Start a run from a cue; answered with a frame, as are all requests that carry the number of the run. */
export interface Start {
  readonly kind: "start";
  readonly run: number;
  readonly cue: Uint8Array;
  readonly dynamics: Named;
  readonly seed: number;
}

/** Make up to `visits` unit updates, or go to the end of the sweep; answered with a frame. */
export interface Advance {
  readonly kind: "advance";
  readonly run: number;
  readonly visits: number | "sweep";
}

/** What the page asks of the worker. Requests are answered in order. */
export type Request = Learn | Start | Advance;

/** What the memory is, or why it could not learn. */
export interface Report {
  readonly inspection?: HopfieldInspection;
  /** The energy of each stored pattern. */
  readonly energies?: readonly number[];
  readonly error?: Failure;
}

/** The state of a run when the worker answered. */
export interface Frame {
  readonly run: number;
  readonly words: Uint32Array;
  readonly visits: number;
  readonly sweeps: number;
  readonly flips: number;
  /** 0 while it moves, 1 on a fixed point, the length of a cycle. */
  readonly period: number;
  /** Whether it has run as many sweeps as its dynamics asks for; it may go on for as many more. */
  readonly ended: boolean;
  /** Overlap with every stored pattern. */
  readonly overlaps: Float64Array;
  /** Visits and energy, in turn, at a few points since the frame before. */
  readonly energies: readonly number[];
  /** Where it settled. */
  readonly attractor?: Attractor;
}

export type Reply =
  | { readonly kind: "report"; readonly report: Report }
  | { readonly kind: "frame"; readonly frame: Frame }
  /** The run could not be started. */
  | { readonly kind: "refused"; readonly run: number; readonly error: Failure };

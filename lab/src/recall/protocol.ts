import type { Attractor, Inspection } from "engram/memories";
import type { DynamicsName, RuleName } from "./setting.js";

/** Packed patterns on their way to or from the worker, as a pattern set keeps them. */
export interface Packed {
  readonly count: number;
  readonly units: number;
  readonly words: Uint32Array;
}

/** What the page asks of the worker. Requests are answered in order. */
export type Request =
  | {
      /** Learn these patterns, in place of what was learned before. */
      readonly kind: "learn";
      readonly patterns: Packed | undefined;
      readonly rule: RuleName;
      readonly selfCoupling: boolean;
    }
  | {
      /** Set a cue on its way; frames carry the number of the run. */
      readonly kind: "start";
      readonly run: number;
      readonly cue: Uint8Array;
      readonly dynamics: DynamicsName;
      readonly beta: number;
      readonly seed: number;
    }
  | {
      /** Make so many unit updates, or go to the end of the sweep; answered with one frame. */
      readonly kind: "advance";
      readonly run: number;
      readonly visits: number | "sweep";
    }
  | {
      /** Fetch the digits of a data set; answered with `digits`. */
      readonly kind: "digits";
      readonly images: string;
      readonly labels: string;
      readonly perClass: number;
    };

/** What the memory is, or why it could not learn. */
export interface Report {
  readonly inspection?: Inspection;
  /** The energy of each stored pattern. */
  readonly energies?: readonly number[];
  readonly error?: string;
}

/** A state on its way, as it stood when the worker answered. */
export interface Frame {
  readonly run: number;
  readonly words: Uint32Array;
  readonly visits: number;
  readonly sweeps: number;
  readonly flips: number;
  /** 0 while it moves, 1 on a fixed point, the length of a cycle. */
  readonly period: number;
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
  | {
      readonly kind: "digits";
      readonly patterns?: Packed;
      readonly labels?: readonly string[];
      readonly error?: string;
    };

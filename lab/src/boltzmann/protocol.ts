import type { Warning } from "engram";
import type { DataName, MethodName } from "./setting.js";

/** What a machine is made of and learns from. Only the rate may change while it learns. */
export interface Recipe {
  readonly data: DataName;
  readonly hidden: number;
  readonly method: MethodName;
  readonly steps: number;
  readonly decay: number;
  readonly batch: number;
  readonly seed: number;
}

/** What the page asks of the worker. */
export type Request =
  | {
      /** Make a machine in place of the one before; answered with `begun`. */
      readonly kind: "begin";
      readonly run: number;
      readonly recipe: Recipe;
      /** Where the folder of the four MNIST files is, and the digits that come with the lab. */
      readonly digits: { readonly folder: string; readonly bundle: string };
    }
  | {
      /** Train for a number of updates; answered with `frame` or `stopped`. */
      readonly kind: "advance";
      readonly run: number;
      readonly updates: number;
      readonly rate: number;
    }
  | {
      /** Put a chain on a picture, some pixels of it held. */
      readonly kind: "place";
      readonly chain: number;
      readonly visible: Uint8Array;
      readonly held: Uint8Array;
      readonly seed: number;
    }
  | {
      /** Take steps of Gibbs sampling; answered with `dream`. */
      readonly kind: "dream";
      readonly chain: number;
      readonly steps: number;
      readonly temperature: number;
    };

/** What the worker begins with. */
export interface Begun {
  readonly run: number;
  /** Pictures that are trained on, and those that are held out. */
  readonly pictures: number;
  readonly heldOut: number;
  /** Held-out pictures to show and to start from, one unit a byte, and what they show. */
  readonly samples: Uint8Array;
  readonly names: readonly string[];
  /** Whether they are the few digits that come with the lab, since the server has no others. */
  readonly areFew: boolean;
}

/** How far the machine is. Pictures are one byte a unit, 255 for 1; filters have 128 for 0. */
export interface Frame {
  readonly run: number;
  readonly epoch: number;
  readonly updates: number;
  /** Milliseconds that the training took since the frame before; absent where it had to begin. */
  readonly took?: number;
  readonly filters: Uint8Array;
  /** Of the first samples. */
  readonly reconstructions: Uint8Array;
  /** p(v | h) of chains that run freely. */
  readonly fantasies: Uint8Array;
  /** In nats a picture. */
  readonly reconstructionError: number;
  /** Measured now and then; absent between. */
  readonly readings?: Readings;
  /** The part of the hidden units that are the same whatever the picture. */
  readonly dead: number;
  readonly warnings: readonly Warning[];
}

/** What takes too long for every frame. */
export interface Readings {
  /** Of held-out pictures, in nats a picture. */
  readonly pseudoLikelihood: number;
  /** F of held-out pictures less that of pictures trained on, in nats. */
  readonly gap: number;
}

export type Reply =
  | { readonly kind: "begun"; readonly begun: Begun }
  | { readonly kind: "absent"; readonly run: number; readonly error: string }
  | { readonly kind: "frame"; readonly frame: Frame }
  | { readonly kind: "stopped"; readonly run: number; readonly error: string }
  | { readonly kind: "dream"; readonly chain: number; readonly step: number; readonly means: Uint8Array };

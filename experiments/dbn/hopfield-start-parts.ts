import type { Start } from "../smart-zilman-2021/starts.js";
import type { LayerPoint } from "./expert-layer.js";

export type Parameters = {
  /** Training and test images, the first ones of the files. */
  images: number;
  test: number;
  /** Hidden units of each expert of the first layer and of the second. */
  k: [first: number, second: number];
  starts: Start[];
  /** Nets from each start. */
  runs: { [start in Start]?: number };
  epochs: number;
  /** Epochs after which a layer is tested, ascending from 0. */
  tested: number[];
  batch: number;
  /** CD-k. */
  steps: number;
  rate: number;
};

/** The layers that are tested: the second one on top of the first before its training, and after it. */
export type Stage = "first" | "second on untrained" | "second on trained";
export const stages: readonly Stage[] = ["first", "second on untrained", "second on trained"];

/** One net from one start, and the second layer on top of its untrained first one. */
export interface Part {
  readonly start: Start;
  readonly run: number;
  readonly trained: number;
  readonly tested: number;
  readonly stages: Readonly<Record<Stage, readonly LayerPoint[]>>;
  /** Untrained second layers from several starts on the untrained first one of this net, its own start among them. */
  readonly crossed: { readonly [start in Start]?: LayerPoint };
}

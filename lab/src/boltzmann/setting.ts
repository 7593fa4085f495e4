/** Everything that the Train page lets one choose. It is plain data, and the page's address holds all of it. */
export interface Setting {
  readonly data: DataName;
  /** Number of hidden units. */
  readonly hidden: number;
  readonly method: MethodName;
  /** k, steps of Gibbs sampling at each update. */
  readonly steps: number;
  /** Learning rate; it may change while the machine learns. */
  readonly rate: number;
  /** L2 weight decay. */
  readonly decay: number;
  /** Pictures of a batch. */
  readonly batch: number;
  /** Draws the first weights, the order of the pictures and all that the chains draw. */
  readonly seed: number;
  /** Position of the speed slider, 0 to 100; see `updatesPerSecond`. */
  readonly speed: number;
  /** What the board starts from: one of the pictures, a random state, or no ink at all. */
  readonly from: number | "noise" | "blank";
  /** The units in which the board differs from that, as `encodeUnits` writes them. */
  readonly painted: string;
  /** Which pixels the chain keeps. */
  readonly clamp: ClampName;
  /** The pixels that are kept where `clamp` is "own", as `encodeUnits` writes them. */
  readonly held: string;
  /** T = 1 / beta of the chain on the board. */
  readonly temperature: number;
}

export type DataName = "glyphs" | "digits";
export type MethodName = "cd" | "pcd" | "fpcd" | "pt";
export type ClampName = "none" | "upper" | "left" | "own";

export const dataNames: readonly DataName[] = ["glyphs", "digits"];
export const methodNames: readonly MethodName[] = ["cd", "pcd", "fpcd", "pt"];
export const clampNames: readonly ClampName[] = ["none", "upper", "left", "own"];

/** Numbers of hidden units to choose from: squares, so that the filters fill a square sheet. */
export const hiddenCounts: readonly number[] = [16, 25, 36, 49, 64, 81, 100, 144, 196, 256, 400];
export const decays: readonly number[] = [0, 0.0001, 0.001, 0.003, 0.01];
export const batchSizes: readonly number[] = [10, 20, 50, 100, 200];
export const mostSteps = 10;
export const leastRate = 0.001;
export const mostRate = 2;
export const leastTemperature = 0.1;
export const mostTemperature = 3;

/** Pixels along an edge of the pictures. */
export function sideOf(data: DataName): number {
  return data === "glyphs" ? 16 : 28;
}

/** Pictures of the data that the board can start from, at most. */
export function samplesOf(data: DataName): number {
  return data === "glyphs" ? 44 : 40;
}

/** Settings that suit the data: filters show strokes within a few seconds. */
export function suited(data: DataName): Pick<Setting, "data" | "hidden" | "rate" | "decay" | "batch"> {
  return data === "glyphs"
    ? { data, hidden: 64, rate: 0.1, decay: 0.003, batch: 20 }
    : { data, hidden: 100, rate: 0.05, decay: 0.0001, batch: 100 };
}

/** What a first visit shows. */
export const defaultSetting: Setting = {
  ...suited("glyphs"),
  method: "pcd",
  steps: 1,
  seed: 1,
  speed: 75,
  from: 0,
  painted: "",
  clamp: "upper",
  held: "",
  temperature: 1,
};

/** Updates a second at a position of the speed slider: one at the left, 2,000 nearly at the right, then no limit. */
export function updatesPerSecond(speed: number): number {
  return speed >= 100 ? Number.POSITIVE_INFINITY : 2000 ** (speed / 99);
}

/** The pixels that the chain keeps, as 1. */
export function heldPixels(clamp: Exclude<ClampName, "own">, side: number): Uint8Array {
  return Uint8Array.from({ length: side * side }, (_, i) => {
    if (clamp === "none") return 0;
    return Number(clamp === "upper" ? i < (side >> 1) * side : i % side < side >> 1);
  });
}

import { type PresetName, presetNamed } from "./presets.js";

/** Everything that the Landscape page lets one choose. It is plain data, and the page's address holds all of it. */
export interface Setting {
  readonly view: View;
  /** Where the net comes from; "own" once it was changed. */
  readonly preset: PresetName | "own";
  /** Draws the weights of the preset "random". */
  readonly draw: number;
  readonly units: number;
  /** w_ij row by row: from unit j into unit i. */
  readonly weights: readonly number[];
  readonly thresholds: readonly number[];
  /** Whether a change of w_ij changes w_ji, too. */
  readonly locked: boolean;
  /** The states that shall be stable, as words: bit i for unit i. */
  readonly stored: readonly number[];
  readonly update: Update;
  readonly temperature: number;
  /** The state where the ball starts, as a word. */
  readonly at: number;
  /** Draws the order of the updates and their noise. */
  readonly seed: number;
  /** Position of the speed slider, 0 to 100; see `updatesPerSecond`. */
  readonly speed: number;
  readonly surface: SurfaceSetting;
}

/** The second tab: a modern memory over the plane. */
export interface SurfaceSetting {
  readonly patterns: readonly Point[];
  readonly beta: number;
  /** Where retrievals start. */
  readonly starts: readonly Point[];
}

export type Point = readonly [x: number, y: number];

export const views = ["cube", "ladder", "both", "surface"] as const;
export type View = (typeof views)[number];

/** One unit at a time in random order, or all at once. */
export const updates = ["one", "all"] as const;
export type Update = (typeof updates)[number];

export const leastUnits = 2;
export const mostUnits = 10;
export const mostWeight = 99;
export const mostTemperature = 3;
export const mostStored = 8;
export const mostPatterns = 8;
export const mostStarts = 12;
export const leastBeta = 0.2;
export const mostBeta = 40;
/** Half the edge of the square that the surface is shown over. */
export const reach = 1.5;

export const firstSurface: SurfaceSetting = {
  patterns: [
    [0.91, 0.42],
    [0.42, 0.91],
    [-0.87, 0.5],
    [-0.26, -0.97],
  ],
  beta: 6,
  starts: [
    [0.15, 0.1],
    [-0.4, 0.1],
    [0.3, -0.7],
  ],
};

/** The net of a preset, with everything else as on a first visit. */
export function presetSetting(preset: PresetName, draw = 1, units?: number): Setting {
  const { weights, thresholds, stored, at, locked = true } = presetNamed(preset, draw, units);
  return {
    view: "both",
    preset,
    draw,
    units: thresholds.length,
    weights,
    thresholds,
    locked,
    stored,
    update: "one",
    temperature: 0,
    at,
    seed: 1,
    speed: 20,
    surface: firstSurface,
  };
}

/** What a first visit shows. */
export const defaultSetting: Setting = presetSetting("three");

/** Updates a second at a position of the speed slider: one in two seconds at the left, 1,000 at the right. */
export function updatesPerSecond(speed: number): number {
  return 0.5 * 2000 ** (speed / 100);
}

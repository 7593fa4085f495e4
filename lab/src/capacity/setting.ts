/** Everything that the Capacity page lets one choose. It is plain data, and the page's address holds all of it. */
export interface Setting {
  readonly rule: RuleName;
  /** n */
  readonly units: number;
  /** The load p / n that one looks at. */
  readonly load: number;
  /** T; at 0 units follow their fields. */
  readonly temperature: number;
  /** Units of the cue that are flipped, in percent. */
  readonly flipped: number;
  readonly seed: number;
}

export type RuleName = "hebb" | "projection" | "storkey";

export const ruleNames: readonly RuleName[] = ["hebb", "projection", "storkey"];
/** Numbers of units to choose from. */
export const unitCounts: readonly number[] = [50, 100, 200, 500, 1000];
export const mostFlipped = 50;
export const mostTemperature = 1.2;

/** The largest load that is measured: some way beyond what the rule holds. */
export function mostLoad(rule: RuleName): number {
  return { hebb: 0.25, projection: 1, storkey: 0.5 }[rule];
}

export const defaultSetting: Setting = {
  rule: "hebb",
  units: 500,
  load: 0.1,
  temperature: 0,
  flipped: 0,
  seed: 1,
};

/** Loads at which draws are made. */
const POINTS = 25;

/** Numbers of patterns at which draws are made, ascending, none twice. */
export function counts({ rule, units }: Pick<Setting, "rule" | "units">): number[] {
  const all = Array.from({ length: POINTS }, (_, k) => Math.round((units * mostLoad(rule) * (k + 1)) / POINTS));
  return [...new Set(all.map((count) => Math.max(1, Math.min(units, count))))];
}

/** The place among `counts` that is nearest to the load that one looks at. */
export function nearest(setting: Setting): number {
  const all = counts(setting);
  const distance = (k: number) => Math.abs(all[k] / setting.units - setting.load);
  return all.reduce((best, _, k) => (distance(k) < distance(best) ? k : best), 0);
}

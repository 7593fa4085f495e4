import type { Setting } from "./setting.js";

/** Changes of a net, as parts of a setting. */
type Net = Pick<Setting, "units" | "weights" | "thresholds" | "stored" | "locked">;

/** w_ij is `value`, and w_ji, too, where the two are locked. */
export function withWeight({ units, weights, locked }: Net, i: number, j: number, value: number): Partial<Setting> {
  const changed = [...weights];
  changed[i * units + j] = value;
  if (locked) changed[j * units + i] = value;
  return { weights: changed };
}

export function withThreshold({ thresholds }: Net, i: number, value: number): Partial<Setting> {
  return { thresholds: thresholds.map((theta, k) => (k === i ? value : theta)) };
}

/** Weights that are symmetric, each the mean of two, and stay so; or only the first of the two. */
export function withLock({ units: n, weights }: Net, locked: boolean): Partial<Setting> {
  if (!locked) return { locked };
  return { locked, weights: weights.map((w, k) => (w + weights[(k % n) * n + Math.floor(k / n)]) / 2) };
}

/** The first units as they are; new ones have no weights. */
export function changedUnits({ units: n, weights, thresholds, stored }: Net, units: number): Partial<Setting> {
  const isKept = (k: number) => Math.floor(k / units) < n && k % units < n;
  const words = stored.map((word) => word & (2 ** units - 1));
  return {
    units,
    weights: Array.from({ length: units * units }, (_, k) =>
      isKept(k) ? weights[Math.floor(k / units) * n + (k % units)] : 0,
    ),
    thresholds: Array.from({ length: units }, (_, i) => thresholds[i] ?? 0),
    stored: [...new Set(words)].sort((a, b) => a - b),
  };
}

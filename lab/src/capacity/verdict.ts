import type { Verdict } from "../page.js";
import type { Point } from "./protocol.js";
import type { Setting } from "./setting.js";

interface Standing {
  readonly setting: Setting;
  /** Number of patterns that were stored where one looks. */
  readonly patterns: number;
  readonly point: Point | undefined;
  /** The overlap that mean-field theory predicts: 0 beyond the retrieval limit, undefined for a rule without a theory. */
  readonly theory: number | undefined;
}

/** Overlaps from which on a pattern counts as recalled, and below which as forgotten. */
const [RECALLED, FORGOTTEN] = [0.95, 0.6];

/** What the load that one looks at means. */
export function verdictOf({ setting, patterns, point, theory }: Standing): Verdict {
  const { units } = setting;
  if (point === undefined || point.draws === 0) {
    return { headline: "Nothing measured yet", detail: `${patterns} patterns in ${units} units.`, tone: "underway" };
  }
  const { mean, error, draws } = point;
  const spread = draws > 1 ? ` ± ${error.toFixed(3)}` : "";
  const expected = theory === undefined ? "" : ` Theory, of infinitely many units: ${theory.toFixed(3)}.`;
  const detail =
    `${patterns} patterns in ${units} units, load ${(patterns / units).toFixed(3)}: overlap ` +
    `${mean.toFixed(3)}${spread} over ${draws} ${draws === 1 ? "set" : "sets"}.${expected}`;
  if (mean >= RECALLED) return { headline: "It remembers", detail, tone: "found" };
  if (mean >= FORGOTTEN) return { headline: "It recalls with errors", detail, tone: "warned" };
  return { headline: "It has forgotten", detail, tone: "astray" };
}

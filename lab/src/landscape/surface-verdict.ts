import type { Verdict } from "../page.js";
import type { End, Surface } from "./surface.js";
import { shown } from "./words.js";

/** What the ends of retrievals are called. */
export function endInWords({ kind, nearest, effective }: End, patterns: number): string {
  if (kind === "stored") return `pattern ${nearest + 1} alone`;
  if (kind === "average")
    return effective === patterns ? `the average of all ${patterns} patterns` : `an average of ${effective} patterns`;
  return `a mean of ${effective} patterns`;
}

/** What kind of fixed points there are at this beta. */
export function surfaceVerdict({ ends }: Surface, patterns: number, beta: number): Verdict {
  const single = ends.filter(({ kind }) => kind === "stored").length;
  const at = `β = ${shown(beta, 2)}`;
  if (single === patterns) {
    return {
      headline: patterns === 1 ? "One valley" : "Every pattern has a valley of its own",
      detail: `At ${at}, softmax picks one pattern at each of the ${ends.length} ends.`,
      tone: "found",
    };
  }
  if (ends.length === 1) {
    return {
      headline: "One valley: the average",
      detail: `At ${at}, every retrieval ends at ${endInWords(ends[0], patterns)}.`,
      tone: "astray",
    };
  }
  return {
    headline: "Some patterns share a valley",
    detail: `At ${at} there are ${ends.length} ends for ${patterns} patterns; ${single === 1 ? "1 is a single pattern" : `${single} are single patterns`}.`,
    tone: "warned",
  };
}

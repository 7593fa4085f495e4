import type { Attractor } from "engram/memories";
import type { Verdict } from "../page.js";
import { sentence, stopped } from "../words.js";
import type { RecallSession } from "./session.js";
import type { Setting } from "./setting.js";

/** What a verdict is made from. Rows are rows of the stored patterns. */
export interface Standing {
  readonly names: readonly string[];
  /** The stored pattern that the cue was made from, where it was made from one. */
  readonly from?: number | undefined;
  readonly origin: Setting["from"];
  /** Whether the state moves at a temperature. */
  readonly isThermal: boolean;
  /** Whether it has run for as long as its dynamics runs. */
  readonly ended: boolean;
  readonly visits: number;
  readonly sweeps: number;
  readonly period: number;
  readonly overlaps: ArrayLike<number>;
  readonly attractor?: Attractor | undefined;
}

/** From this overlap on a state is spoken of as a noisy copy of the pattern. */
const CLOSE = 0.8;

export function verdictOf(standing: Standing): Verdict {
  if (standing.period > 1) return onCycle(standing);
  if (standing.attractor !== undefined && standing.period === 1) return settled(standing, standing.attractor);
  if (standing.visits === 0) return beforeTheRun(standing);
  return underway(standing);
}

function beforeTheRun(standing: Standing): Verdict {
  const { names, from, origin, overlaps } = standing;
  const detail = closest(standing);
  if (from !== undefined) {
    const headline = overlaps[from] === 1 ? `${quoted(names[from])}, undamaged` : `A damaged ${quoted(names[from])}`;
    return { headline, detail, tone: "underway" };
  }
  const headline = { noise: "A random state", blank: "An empty picture" }[String(origin)];
  return { headline: headline ?? "A picture that is not stored", detail, tone: "underway" };
}

function underway(standing: Standing): Verdict {
  const { names, overlaps, isThermal, ended } = standing;
  const best = strongest(overlaps);
  const over = ended ? `Over after ${count(standing.sweeps, "sweep")}. ` : "";
  const detail = `${over}${closest(standing)}`;
  if (isThermal) {
    const near = overlaps[best] > 0.5;
    const where = `${ended ? "Near" : "Wandering near"} ${quoted(names[best])}`;
    return { headline: near ? where : "Lost in noise", detail, tone: "underway" };
  }
  if (ended) return { headline: "It has not settled", detail, tone: "astray" };
  if (overlaps[best] === 1) {
    const headline = `${quoted(names[best])}, it seems`;
    return { headline, detail: "It has settled when a whole sweep changes nothing.", tone: "underway" };
  }
  return { headline: "Following the fields …", detail, tone: "underway" };
}

function settled(standing: Standing, { kind, parts }: Attractor): Verdict {
  const { names, from, overlaps } = standing;
  const after = `after ${count(standing.sweeps, "sweep")}`;
  const best = strongest(overlaps);
  if (kind === "stored") {
    const [{ index }] = parts;
    const found = from === undefined || from === index;
    return {
      headline: `${quoted(names[index])} recalled exactly`,
      detail: found
        ? `${capital(after)}, the last of which changed nothing.`
        : `${capital(after)}.${astray(standing, index)}`,
      tone: found ? "found" : "astray",
    };
  }
  if (kind === "reversed") {
    return {
      headline: `The negative of ${quoted(names[parts[0].index])}`,
      detail: `${capital(after)}. Without thresholds E(−s) = E(s): each memory brings its negative along.`,
      tone: "astray",
    };
  }
  if (kind === "mixture") {
    const sum = parts.map(({ index, sign }, k) => (sign < 0 ? "− " : k > 0 ? "+ " : "") + names[index]).join(" ");
    return {
      headline: `A mixture: ${sum}`,
      detail: `${capital(after)}: the sign of a sum of memories, a fixed point that nobody stored.`,
      tone: "astray",
    };
  }
  if (overlaps[best] >= CLOSE) {
    return {
      headline: `Almost ${quoted(names[best])}`,
      detail: `${capital(after)}: a fixed point beside the stored picture, at overlap ${fixed(overlaps[best])}.${astray(standing, best)}`,
      tone: "astray",
    };
  }
  return {
    headline: "A spurious state",
    detail: `${capital(after)}: a fixed point that was never stored. ${closest(standing)}`,
    tone: "astray",
  };
}

function onCycle(standing: Standing): Verdict {
  return {
    headline: `A cycle of length ${standing.period}`,
    detail: `Reached after ${count(standing.sweeps, "sweep")}: from here on the same states come back for ever. ${closest(standing)}`,
    tone: "astray",
  };
}

/** That the run ended at another pattern than it should, where it did. */
function astray({ names, from }: Standing, found: number): string {
  return from === undefined || from === found ? "" : ` But the cue was made from ${quoted(names[from])}.`;
}

function closest({ names, overlaps }: Standing): string {
  const best = strongest(overlaps);
  return `Closest to ${quoted(names[best])}, at overlap ${fixed(overlaps[best])}.`;
}

/** The index of the largest overlap, the first of several. */
export function strongest(overlaps: ArrayLike<number>): number {
  let best = 0;
  for (let mu = 1; mu < overlaps.length; mu++) if (overlaps[mu] > overlaps[best]) best = mu;
  return best;
}

function quoted(name: string): string {
  return `“${name}”`;
}

/** An overlap with two decimals and a true minus sign: 1.00 is said of nothing less than 1. */
export function fixed(overlap: number): string {
  const shown = Math.abs(overlap) < 1 ? Math.max(-0.99, Math.min(0.99, overlap)) : overlap;
  return (Math.round(shown * 100) / 100 || 0).toFixed(2).replace("-", "−");
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

function capital(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}

/** Where the page stands while no run does. */
export function withoutRun(session: RecallSession): Verdict {
  const { report, refusal, stored, setting, failure, cue } = session;
  if (failure.value !== undefined) return stopped;
  if (session.isLearning) {
    const what = `${count(stored.value.length, "picture")} of ${cue.value.length} units`;
    return { headline: "Learning …", detail: `${what}, by the rule ${setting.value.rule.name}.`, tone: "underway" };
  }
  if (report.value.error !== undefined) {
    return { headline: "This cannot be stored", detail: sentence(report.value.error.message), tone: "astray" };
  }
  if (refusal.value !== undefined) {
    return { headline: "This cannot run", detail: sentence(refusal.value.message), tone: "astray" };
  }
  if (stored.value.length === 0) {
    const detail = {
      glyphs: "Press pictures in the memory to store them.",
      digits: "Press digits in the memory to store them.",
      images: "Choose images, or drop some on the page.",
    }[setting.value.source];
    return { headline: "Nothing is stored", detail, tone: "underway" };
  }
  return { headline: "…", detail: "", tone: "underway" };
}

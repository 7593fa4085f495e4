import type { Certificate } from "engram/mapping";
import type { Verdict } from "../page.js";
import { grouped, minus, scientific } from "../words.js";
import type { ChainFrame, Exact, Frame, Reading } from "./protocol.js";

/** Whether the net and the RBM are the same model. */
export function certificateInWords(certificate: Certificate | undefined, error: string | undefined): Verdict {
  if (error !== undefined)
    return { headline: "These patterns have no such net", detail: `${sentence(error)}.`, tone: "astray" };
  if (certificate === undefined) return { headline: "Comparing …", detail: "", tone: "underway" };
  const { equal, method, states, largestDifference, tolerance, beta, totalVariation } = certificate;
  const bound = `at most ${scientific(largestDifference)}, where rounding may make ${scientific(tolerance)}`;
  const constant = "once a constant is taken out";
  const detail =
    method === "enumeration"
      ? `Energies of all ${grouped(states)} states, ${constant}, differ by ${bound}. At β = ${beta} the distributions ` +
        `differ by ${scientific(totalVariation ?? 0)} in total variation.`
      : `Energies of ${grouped(states)} states (random, stored, recalled), ${constant}, differ by ${bound}.`;
  return equal
    ? { headline: "The same model", detail, tone: "found" }
    : { headline: "Not the same model", detail, tone: "astray" };
}

/** Standard errors beyond which two means count as different. */
const APART = 4;

/** Whether the two chains agree by now. */
export function raceInWords({ sweeps, glauber, gibbs }: Frame, exact: Exact | undefined): Verdict {
  if (sweeps === 0) {
    return {
      headline: "Both at the cue",
      detail: "Run both: the same net, moved in two ways.",
      tone: "underway",
    };
  }
  const distances = [distance(glauber.overlap, gibbs.overlap), distance(glauber.energy, gibbs.energy)];
  if (distances.some(Number.isNaN)) {
    return {
      headline: `${inSweeps(sweeps)} each`,
      detail: "Too few to compare: the averages still remember the cue.",
      tone: "underway",
    };
  }
  const most = Math.max(...distances);
  const pixel = largestGap(glauber.magnetisation, gibbs.magnetisation);
  const gap =
    `after ${inSweeps(sweeps)} each. Means differ by ${most.toFixed(1)} standard errors at most; ` +
    `those of single pixels by up to ${pixel.toFixed(3)}.`;
  if (![glauber, gibbs].every(isSettled)) {
    return {
      headline: "Not yet comparable",
      detail: `${sentence(gap)} Both change slowly: let them run on, or lower β.`,
      tone: "underway",
    };
  }
  if (most > APART) {
    return {
      headline: "Apart, so far",
      detail: `${sentence(gap)} One has seen a valley that the other has not: a cold chain seldom leaves one.`,
      tone: "astray",
    };
  }
  const others = exact === undefined ? "" : " The dotted line is the distribution itself.";
  return { headline: "Equal averages", detail: `${sentence(gap)}${others}`, tone: "found" };
}

function isSettled({ energy, overlap }: ChainFrame): boolean {
  return energy.estimate?.reliable === true && overlap.estimate?.reliable === true;
}

/** The distance of two means in standard errors of their difference; NaN while an error is not known. */
export function distance(a: Reading, b: Reading): number {
  if (a.estimate === undefined || b.estimate === undefined) return Number.NaN;
  const error = Math.hypot(a.estimate.standardError, b.estimate.standardError);
  const gap = Math.abs(a.mean - b.mean);
  return gap === 0 ? 0 : gap / error;
}

function largestGap(a: Float64Array, b: Float64Array): number {
  return a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i])), 0);
}

/** A mean with its error, as far as it is known. */
export function meanInWords({ mean, estimate }: Reading, digits: number): string {
  if (Number.isNaN(mean)) return "–";
  const value = minus(mean.toFixed(digits));
  return estimate === undefined ? value : `${value} ± ${estimate.standardError.toFixed(digits)}`;
}

function inSweeps(count: number): string {
  return count === 1 ? "1 sweep" : `${grouped(count)} sweeps`;
}

function sentence(text: string): string {
  return text[0].toUpperCase() + text.slice(1);
}

import type { Row } from "engram/experiments";
import type { Verdict as PageVerdict } from "../page.js";
import { countKinds, type Entry, type Kind, kindOf, type Result } from "./catalogue.js";

/** What a verdict is called, and what it says. */
export const verdictWords: Readonly<Record<Kind, { readonly name: string; readonly says: string }>> = {
  agrees: { name: "agrees", says: "All published values lie in our intervals." },
  explained: {
    name: "source differs, explained",
    says: "A published value does not, and a computation of ours shows why: a misprint, another convention, a formula outside its range.",
  },
  differs: { name: "differs", says: "A published value lies outside our interval, and we do not know why." },
  unresolved: {
    name: "not resolved",
    says: "Our interval holds both what the source states and its contrary: more draws would tell.",
  },
  incomparable: {
    name: "not comparable",
    says: "Our setting is smaller than the source’s, or the data are others: neither can be claimed.",
  },
  none: { name: "no committed result", says: "It can be run, but no result of it is committed yet." },
};

const headlines: Readonly<Record<Kind, Pick<PageVerdict, "headline" | "tone">>> = {
  agrees: { headline: "Agrees with the source", tone: "found" },
  explained: { headline: "The source differs, explained", tone: "found" },
  differs: { headline: "Differs from the source", tone: "astray" },
  unresolved: { headline: "Not resolved", tone: "warned" },
  incomparable: { headline: "Not comparable", tone: "underway" },
  none: { headline: "No committed result", tone: "underway" },
};

/** The experiments that are shown, counted. */
export function listInWords(shown: readonly Entry[], all: number): PageVerdict {
  if (shown.length === 0) {
    return {
      headline: "No experiment is like that",
      detail: "Choose another source or verdict, or fewer words.",
      tone: "underway",
    };
  }
  const { agrees, explained, differs, unresolved, incomparable, none } = countKinds(shown);
  const parts = [
    [agrees, agrees === 1 ? "agrees" : "agree"],
    [explained, "explained"],
    [differs, differs === 1 ? "differs" : "differ"],
    [unresolved, "open"],
  ] as const;
  const counted = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  const others = [
    ...(incomparable > 0 ? [`${incomparable} not comparable`] : []),
    ...(none > 0 ? [`${none} without a committed result`] : []),
  ];
  const [headline, rest] = counted.length > 0 ? [counted, others] : [others, []];
  const which = shown.length === all ? `All ${all} experiments.` : `${shown.length} of ${all} experiments.`;
  const detail = rest.length === 0 ? which : `Besides, ${rest.join(", ")}. ${which}`;
  return { headline: headline.join("\u00a0· "), detail, tone: "underway" };
}

/** The result that is shown of an experiment. */
export function resultInWords(
  { title }: Entry,
  result: Pick<Result, "verdict"> | undefined,
  isHere: boolean,
): PageVerdict {
  const { headline, tone } = headlines[kindOf(result?.verdict)];
  return {
    headline: isHere ? `Run here: ${headline[0].toLowerCase()}${headline.slice(1)}` : headline,
    detail: title,
    tone,
  };
}

/** A number in four digits, without trailing zeros; a text as it is. */
export function short(value: number | string | undefined): string {
  return typeof value === "number" ? String(Number(value.toPrecision(4))) : (value ?? "");
}

/** The interval of a row. */
export function interval({ low, high }: Row): string {
  return low === null || high === null ? "exact" : `${short(low)} .. ${short(high)}`;
}

/** A time in seconds, minutes or hours. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/** Parameters by name: "nets 1000, loads 0.1 0.2". */
export function inOneLine(parameters: object): string {
  const text = (value: unknown): string => {
    if (Array.isArray(value)) return value.map(text).join(" ");
    return typeof value === "object" && value !== null ? `(${inOneLine(value)})` : String(value);
  };
  return Object.entries(parameters)
    .map(([name, value]) => `${name} ${text(value)}`)
    .join(", ");
}

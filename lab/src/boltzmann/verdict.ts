import { warningMessage } from "engram";
import type { Verdict } from "../page.js";
import type { Frame } from "./protocol.js";

/** What a verdict is made from. */
export interface Standing {
  readonly running: boolean;
  readonly frame?: Frame | undefined;
  /** Why there is no machine, or why it cannot go on. */
  readonly error?: string | undefined;
  /** Whether the pictures are there or still being fetched. */
  readonly hasPictures: boolean;
}

export function verdictOf({ running, frame, error, hasPictures }: Standing): Verdict {
  if (error !== undefined && !hasPictures) {
    return { headline: "No digits here", detail: `${sentence(error)} Take the glyphs.`, tone: "astray" };
  }
  if (error !== undefined) return { headline: "The training has stopped", detail: sentence(error), tone: "astray" };
  if (frame === undefined) return { headline: "Fetching the pictures …", detail: "", tone: "underway" };
  const headline = headlineOf(running, frame);
  const [warning] = frame.warnings;
  if (warning === undefined) return { headline, detail: detailOf(frame), tone: "underway" };
  const detail = sentence(warningMessage(warning).replace("+-", "±"));
  if (frame.dead > 0.5) return { headline: "Most hidden units are dead", detail, tone: "astray" };
  if (warning.code !== "runaway") return { headline, detail, tone: "warned" };
  return { headline: "It runs away from the data", detail, tone: "astray" };
}

function headlineOf(running: boolean, { updates }: Frame): string {
  if (updates === 0) return running ? "It begins with noise" : "A machine that knows nothing";
  return running ? "Filters are forming" : "What it has learned so far";
}

function detailOf({ updates }: Frame): string {
  if (updates === 0) return "No hidden unit looks for anything yet: its weights are small and random.";
  return "Each tile is a hidden unit: ink where the tile is blue turns it on, ink where it is red turns it off.";
}

function sentence(text: string): string {
  return `${text[0].toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}

import { canvasFor, plain } from "../../node/index.js";
import type { ModelNotes } from "../../storage/index.js";
import { describeRate } from "../train/training-file.js";
import { wrapped } from "./table.js";

/** The notes of a file on the training, in words. */
export function describeTraining(notes: ModelNotes["notes"]): string[] {
  const entries = Object.entries(notes ?? {}).filter(([, value]) => value !== null);
  const titles = entries.map(([key]) => plain(key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)));
  const width = Math.max(0, ...titles.map((title) => title.length));
  const room = Math.max(20, canvasFor(process.stdout).columns - width - 4);
  const lines = entries.flatMap(([key, value], k) =>
    wrapped(plain(key === "earlier" ? earlierInWords(value) : inWords(value)), room).map(
      (line, l) => `  ${(l === 0 ? titles[k] : "").padEnd(width)}  ${line}`,
    ),
  );
  return lines.length === 0 ? [] : ["", "How it was trained:", ...lines];
}

/** A note as text: lists with commas, options by their names. */
function inWords(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(inWords).join(", ");
  if (typeof value !== "object" || value === null) return String(value);
  const parts = Object.entries(value).map(([key, own]) => `${key === "name" ? "" : `${key} `}${inWords(own)}`);
  return parts.length === 0 ? "none" : parts.join(" ");
}

/** The learning rates before the training was resumed with another one. */
function earlierInWords(value: unknown): string {
  const rates = Array.isArray(value) ? (value as { epochs?: unknown; rate?: unknown }[]) : [];
  return rates.map(({ epochs, rate }) => `${describeRate(String(rate))} up to epoch ${String(epochs)}`).join(", ");
}

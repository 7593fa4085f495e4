import pc from "picocolors";
import { plain } from "../../node/index.js";
import { type Warning, warningMessage } from "../../warnings.js";

/** Prints a result: as JSON, or as the lines that a person reads. */
export function print(json: boolean | undefined, result: unknown, lines: () => readonly string[]): void {
  process.stdout.write(`${json ? JSON.stringify(result, null, 2) : lines().join("\n")}\n`);
}

/** Tells a person of something that is not an error; programs find it in the JSON. */
export function warn(json: boolean | undefined, warning: string | undefined): void {
  if (!json && warning !== undefined) process.stderr.write(`${pc.yellow("warning:")} ${plain(warning)}\n`);
}

/** Tells a person of a warning. */
export function printWarning(warning: Warning): void {
  process.stderr.write(`${pc.yellow("warning:")} ${plain(warningMessage(warning))}\n`);
}

/** Warnings for a program: their codes and fields, and the message for people. */
export function shownWarnings(warnings: readonly Warning[]): object[] {
  return warnings.map((warning) => ({ ...warning, message: warningMessage(warning) }));
}

/** A number as a person reads it: four digits, no needless zeros. */
export function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** "1 pattern", "2 patterns". */
export function count(n: number, thing: string): string {
  return `${n} ${thing}${n === 1 ? "" : "s"}`;
}

/** Ends a command with exit code 1 and no line, since what it printed says what failed. */
export class Told extends Error {
  override readonly name = "Told";
}

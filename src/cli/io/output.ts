import pc from "picocolors";
import { plain } from "../../node/index.js";
import { type Warning, warningMessage } from "../../warnings.js";

/** Prints a result, as JSON or as lines of text. */
export function print(json: boolean | undefined, result: unknown, lines: () => readonly string[]): void {
  process.stdout.write(`${json ? JSON.stringify(result, null, 2) : lines().join("\n")}\n`);
}

/** Prints a warning, except with JSON, which contains it. */
export function warn(json: boolean | undefined, warning: string | undefined): void {
  if (!json && warning !== undefined) process.stderr.write(`${pc.yellow("warning:")} ${plain(warning)}\n`);
}

/** Prints a warning on standard error. */
export function printWarning(warning: Warning): void {
  process.stderr.write(`${pc.yellow("warning:")} ${plain(warningMessage(warning))}\n`);
}

/** Warnings for a program: their codes and fields, and the message for people. */
export function shownWarnings(warnings: readonly Warning[]): object[] {
  return warnings.map((warning) => ({ ...warning, message: warningMessage(warning) }));
}

/** A number in four digits, without trailing zeros. */
export function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** "1 pattern", "2 patterns". */
export function count(n: number, thing: string): string {
  return `${n} ${thing}${n === 1 ? "" : "s"}`;
}

/** Ends a command with exit code 1 and no message: its output already reports the failure. */
export class ReportedFailure extends Error {
  override readonly name = "Told";
}

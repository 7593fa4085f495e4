import { createColors } from "picocolors";
import { hasColours, type OutputStream, plain, safeJson, safeText } from "../../node/index.js";
import { type Warning, warningMessage } from "../../warnings.js";

/** The colours of a stream: functions that leave a text as it is where there are none. */
export function inkFor(stream: OutputStream): ReturnType<typeof createColors> {
  return createColors(hasColours(stream));
}

/** Prints a result, as JSON or as lines of text. */
export function print(json: boolean | undefined, result: unknown, lines: () => readonly string[]): void {
  if (json) process.stdout.write(`${safeJson(JSON.stringify(result, null, 2))}\n`);
  else printLines(lines(), process.stdout);
}

/** Prints lines of text on a stream. */
export function printLines(lines: readonly string[], stream: NodeJS.WriteStream): void {
  stream.write(`${safeText(lines.join("\n"), stream)}\n`);
}

/** The longest message: names and texts of files may have any length. */
const longest = 1000;

/** Prints an error or a warning as one line of bounded length on standard error. */
export function complain(word: "engram" | "warning", message: string): void {
  const { stderr } = process;
  const { red, yellow } = inkFor(stderr);
  const line = plain(message.length > longest ? `${message.slice(0, longest)} ...` : message);
  printLines([`${(word === "engram" ? red : yellow)(`${word}:`)} ${line}`], stderr);
}

/** Prints a warning, except with JSON, which contains it. */
export function warn(json: boolean | undefined, warning: string | undefined): void {
  if (!json && warning !== undefined) complain("warning", warning);
}

/** Prints a warning on standard error. */
export function printWarning(warning: Warning): void {
  complain("warning", warningMessage(warning));
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
  override readonly name = "ReportedFailure";
}

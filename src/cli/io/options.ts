import { Command, Option } from "commander";
import { closest } from "fastest-levenshtein";
import { ArgumentError } from "../../errors.js";
import type { Size } from "../../node/index.js";
import type { Region } from "../../patterns/index.js";

/*
 * Types of options. Each function makes a parser for commander; a wrong value is an ArgumentError that names the option, the
 * value and what was expected.
 */

type Parser<T> = (text: string) => T;

export function numberOption(flag: string, low: number, high = Number.POSITIVE_INFINITY): Parser<number> {
  return (text) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (value >= low && value <= high) return value;
    const range = high === Number.POSITIVE_INFINITY ? `of at least ${low}` : `from ${low} to ${high}`;
    throw wrong(flag, text, `a number ${range}`);
  };
}

export function integerOption(flag: string, low: number, high = Number.MAX_SAFE_INTEGER): Parser<number> {
  return (text) => {
    const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= low && value <= high) return value;
    const range = high === Number.MAX_SAFE_INTEGER ? `of at least ${low}` : `from ${low} to ${high}`;
    throw wrong(flag, text, `a whole number ${range}`);
  };
}

export function choiceOption(flag: string, choices: readonly string[]): Parser<string> {
  return (text) => {
    if (choices.includes(text)) return text;
    throw new ArgumentError(unknown(flag, text, choices));
  };
}

/** "10,10,20": one value, or several. */
export function listOption<T>(parser: Parser<T>): Parser<T[]> {
  return (text) => text.split(",").map(parser);
}

/** "32x32", or "20x32": 20 rows of 32 pixels. */
export function sizeOption(flag: string): Parser<Size> {
  return (text) => {
    const [, height, width] = /^([1-9]\d{0,4})x([1-9]\d{0,4})$/i.exec(text) ?? [];
    if (height === undefined) throw wrong(flag, text, "height x width in pixels, such as 32x32");
    return [Number(height), Number(width)];
  };
}

/** "top,left,height,width" in pixels. */
export function regionOption(flag: string): Parser<Region> {
  return (text) => {
    if (!/^\d{1,5}(,\d{1,5}){3}$/.test(text))
      throw wrong(flag, text, "top,left,height,width in pixels, such as 0,0,14,28");
    const [top, left, height, width] = text.split(",").map(Number);
    return { top, left, height, width };
  };
}

/** The message for an unknown name, with the most similar known one. */
export function unknown(what: string, name: string, choices: readonly string[]): string {
  const listed = choices.length > 12 ? `${choices.length} in all` : `there are ${choices.join(", ")}`;
  return `${what} is ${JSON.stringify(name)}; did you mean ${closest(name, choices)}? (${listed})`;
}

function wrong(flag: string, text: string, expected: string): ArgumentError {
  return new ArgumentError(`${flag} is ${JSON.stringify(text)}; expected ${expected}`);
}

/** A command with the options that all have in common; its help ends with an example. */
export function newCommand(name: string, description: string, example: string): Command {
  return new Command(name)
    .description(description)
    .option("--json", "print the result as JSON")
    .addOption(new Option("--debug", "print the stack trace of an error"))
    .addHelpText("after", `\nExample:\n  ${example}`);
}

import { Command, Option } from "commander";
import { ArgumentError } from "../../errors.js";
import { listed, quote, unknownName } from "../../names.js";
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
    const isBounded = high < Number.MAX_SAFE_INTEGER || value > high;
    const range = isBounded ? `from ${low} to ${high}` : `of at least ${low}`;
    throw wrong(flag, text, `a whole number ${range}`);
  };
}

/** The seed of random numbers. */
export function seedOption(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value <= Number.MAX_SAFE_INTEGER) return value;
  throw wrong("--seed", text, `a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`);
}

export function choiceOption(flag: string, choices: readonly string[]): Parser<string> {
  return (text) => {
    if (choices.includes(text)) return text;
    throw unknownName(flag, text, choices);
  };
}

/** "10,10,20": one value, or several. */
export function listOption<T>(parser: Parser<T>): Parser<T[]> {
  return (text) => text.split(",").map(parser);
}

/** The file of `--json [file]`, whose name ends in .json, so that a name meant for something else is not taken for it. */
export function jsonOption(text: string): string {
  if (/\.json$/i.test(text)) return text;
  throw wrong("--json", text, "the name of a file that ends in .json, or nothing: --json alone, at the end, prints");
}

/** "32x32", or "20x32": 20 rows of 32 pixels. */
export function sizeOption(flag: string): Parser<Size> {
  return (text) => {
    const [, height, width] = /^([1-9]\d{0,4})x([1-9]\d{0,4})$/i.exec(text) ?? [];
    if (height === undefined) throw wrong(flag, text, "height x width in pixels, such as 32x32");
    return [Number(height), Number(width)];
  };
}

/** A region of pictures, which a word names by their shape. */
export type RegionOf = (shape: Size) => Region;

/** The words for halves of a picture, and for the middle half of its height and width. */
const regions: Readonly<Record<string, RegionOf>> = {
  top: ([height, width]) => ({ top: 0, left: 0, height: height >> 1, width }),
  bottom: ([height, width]) => ({ top: height >> 1, left: 0, height: height - (height >> 1), width }),
  left: ([height, width]) => ({ top: 0, left: 0, height, width: width >> 1 }),
  right: ([height, width]) => ({ top: 0, left: width >> 1, height, width: width - (width >> 1) }),
  middle: ([height, width]) => ({
    top: height >> 2,
    left: width >> 2,
    height: height - 2 * (height >> 2),
    width: width - 2 * (width >> 2),
  }),
};

/** The values of an option for a region, in its help. */
export const regionHelp = `${listed(Object.keys(regions), "or")}, or top,left,height,width in pixels`;

/** A region: a word, or "top,left,height,width" in pixels. */
export function regionOption(flag: string): Parser<RegionOf> {
  return (text) => {
    if (Object.hasOwn(regions, text)) return regions[text];
    if (!/^\d{1,5}(,\d{1,5}){3}$/.test(text)) throw wrong(flag, text, `${regionHelp}, such as 0,0,14,28`);
    const [top, left, height, width] = text.split(",").map(Number);
    return ([rows, columns]) => {
      if (height > 0 && width > 0 && top + height <= rows && left + width <= columns)
        return { top, left, height, width };
      throw wrong(flag, text, `a region, top,left,height,width, of pictures of ${rows}x${columns}`);
    };
  };
}

function wrong(flag: string, text: string, expected: string): ArgumentError {
  return new ArgumentError(`${flag} is ${quote(text)}; expected ${expected}`);
}

/** A command with the options that all have in common; its help ends with an example. */
export function newCommand(name: string, description: string, example: string): Command {
  return new Command(name)
    .description(description)
    .option("--json", "print the result as JSON")
    .addOption(new Option("--debug", "print the stack trace of an error"))
    .addHelpText("after", `\nExample:\n  ${example}`);
}

import { ArgumentError, DataError } from "../../errors.js";
import { type Items, isPairs, labelOf, selectItems } from "../../memories/index.js";
import { quote, unknownName } from "../../names.js";
import { readImages, type Size } from "../../node/index.js";
import { type AnyVectorSet, PatternSet } from "../../patterns/index.js";
import type { RegionOf } from "../io/options.js";
import type { Damage, Side } from "./trials.js";

/** The options of `engram recall` that select cues. */
export interface CueOptions extends Omit<Damage, "occlude"> {
  occlude?: RegionOf;
  cue?: string;
  side?: string;
  threshold?: number;
  invert?: true;
  pattern?: string;
  trials?: number;
  png?: string;
}

/** The sources of cues: patterns, and the indices of the stored items if they are stored ones. */
export interface Sources {
  readonly patterns: PatternSet;
  readonly rows?: readonly number[];
}

/** Whether the options damage cues. */
export function isDamaged({ flip, flipExactly, occlude }: CueOptions): boolean {
  return flip !== undefined || flipExactly !== undefined || occlude !== undefined;
}

/** Checks for contradictory options. */
export function requireOneSource(options: CueOptions): void {
  const { cue, pattern, trials, threshold, invert, png } = options;
  const contradictions: [boolean, string][] = [
    [
      options.flip !== undefined && options.flipExactly !== undefined,
      "--flip and --flip-exactly cannot be combined; use one of them",
    ],
    [cue !== undefined && pattern !== undefined, "--cue and --pattern cannot be combined; use one of them"],
    [
      cue !== undefined && trials !== undefined,
      "--trials recalls from stored patterns and cannot be combined with --cue; omit it",
    ],
    [
      cue === undefined && threshold !== undefined,
      "--threshold applies to the image of --cue, which is missing; omit it",
    ],
    [
      invert === true && cue === undefined && png === undefined,
      "--invert applies to the images of --cue and --png, which are missing; omit it",
    ],
    [
      png !== undefined && trials !== undefined && trials > 1,
      `--png writes one image but --trials is ${trials}; omit one of them`,
    ],
  ];
  const found = contradictions.find(([holds]) => holds);
  if (found !== undefined) throw new ArgumentError(found[1]);
}

/** The image of `--cue` in the shape of the memory, or the stored patterns that are to be damaged. */
export async function readSources(items: Items, side: Side, options: CueOptions): Promise<Sources> {
  const { cue, pattern, threshold, invert } = options;
  const stored = sideOf(items, side);
  if (options.flipExactly !== undefined && options.flipExactly > stored.units) {
    throw new ArgumentError(`--flip-exactly is ${options.flipExactly}; the memory has ${stored.units} units`);
  }
  if (cue !== undefined) {
    return { patterns: await readImages([cue], { size: requireShape(stored, "--cue"), threshold, invert }) };
  }
  const rows =
    pattern === undefined ? Array.from({ length: stored.count }, (_, row) => row) : [findItem(items, pattern)];
  return { patterns: asPatterns(selectItems(stored, rows)), rows };
}

/** The stored patterns, or one side of the stored pairs. */
export function sideOf(items: Items, side: Side): PatternSet | AnyVectorSet {
  return isPairs(items) ? items[side] : items;
}

/** Height and width of stored pictures, for an option that needs them. */
export function requireShape({ shape }: Pick<PatternSet, "shape">, flag: string): Size {
  if (shape !== undefined) return shape;
  throw new ArgumentError(`${flag} needs a memory of pictures; the patterns of this one have no height and width`);
}

/** Converts vectors of -1 and +1 to patterns, so that they can be damaged. */
function asPatterns(set: PatternSet | AnyVectorSet): PatternSet {
  if (set instanceof PatternSet) return set;
  try {
    return PatternSet.from(
      Array.from({ length: set.count }, (_, r) => set.row(r)),
      set,
    );
  } catch {
    throw new DataError(
      "the memory holds vectors of real numbers, which the command line cannot damage; use the library",
    );
  }
}

/** Finds a stored item by its label, else by its number. */
export function findItem(items: Items, name: string): number {
  const { count } = sideOf(items, "left");
  const labels = Array.from({ length: count }, (_, row) => labelOf(items, row));
  const labelled = labels.indexOf(name);
  if (labelled >= 0) return labelled;
  const row = /^\d+$/.test(name) ? Number(name) : count;
  if (row < count) return row;
  const known = labels.filter((label) => label !== undefined);
  if (known.length > 0) throw unknownName("--pattern", name, [...new Set(known)]);
  throw new ArgumentError(`--pattern is ${quote(name)}; expected one of the numbers 0 to ${count - 1}`);
}

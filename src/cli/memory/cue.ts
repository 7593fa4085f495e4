import { ArgumentError, DataError } from "../../errors.js";
import { type Items, isPairs, labelOf, selectItems } from "../../memories/index.js";
import { unknownName } from "../../names.js";
import { readImages, type Size } from "../../node/index.js";
import { PatternSet, type VectorSet } from "../../patterns/index.js";
import type { Damage, Side } from "./trials.js";

/** The options of `engram recall` that say what is recalled from. */
export interface CueOptions extends Damage {
  cue?: string;
  side?: string;
  threshold?: number;
  invert?: true;
  pattern?: string;
  trials?: number;
  out?: string;
}

/** What is recalled from: patterns, and which stored items they are where they are stored ones. */
export interface Sources {
  readonly patterns: PatternSet;
  readonly rows?: readonly number[];
}

/**
 * Refuses options that contradict each other, before anything is read.
 *
 * @param ordered whether the memory replays a sequence, which may begin with an undamaged pattern
 */
export function requireOneSource(options: CueOptions, ordered: boolean): void {
  const { cue, pattern, trials, threshold, invert, out } = options;
  const isDamaged = options.flip !== undefined || options.flipExactly !== undefined || options.occlude !== undefined;
  const contradictions: [boolean, string][] = [
    [
      cue === undefined && !isDamaged && !ordered,
      "nothing to recall from: give --cue with an image, or damage stored patterns, as by --flip 0.25",
    ],
    [
      options.flip !== undefined && options.flipExactly !== undefined,
      "--flip and --flip-exactly do not go together; give one of them",
    ],
    [
      cue !== undefined && pattern !== undefined,
      "--cue and --pattern do not go together; recall from one or from the other",
    ],
    [cue !== undefined && trials !== undefined, "--trials recalls from stored patterns, not from --cue; leave it out"],
    [cue === undefined && threshold !== undefined, "--threshold cuts the image of --cue; leave it out"],
    [
      invert === true && cue === undefined && out === undefined,
      "--invert is for the images of --cue and --out; leave it out",
    ],
    [
      out !== undefined && trials !== undefined && trials > 1,
      `--out holds one image but --trials is ${trials}; leave one of them out`,
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

/** What is stored, or of pairs one side of it. */
export function sideOf(items: Items, side: Side): PatternSet | VectorSet {
  return isPairs(items) ? items[side] : items;
}

/** Height and width of stored pictures, for an option that cannot do without. */
export function requireShape({ shape }: Pick<PatternSet, "shape">, flag: string): Size {
  if (shape !== undefined) return shape;
  throw new ArgumentError(`${flag} needs a memory of pictures; the patterns of this one have no height and width`);
}

/** Vectors of -1 and +1 as the patterns that they are, so that they can be damaged. */
function asPatterns(set: PatternSet | VectorSet): PatternSet {
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

/** A stored item by its label, else by its number. */
function findItem(items: Items, name: string): number {
  const { count } = sideOf(items, "left");
  const labels = Array.from({ length: count }, (_, row) => labelOf(items, row));
  const labelled = labels.indexOf(name);
  if (labelled >= 0) return labelled;
  const row = /^\d+$/.test(name) ? Number(name) : count;
  if (row < count) return row;
  const known = labels.filter((label) => label !== undefined);
  if (known.length > 0) throw unknownName("--pattern", name, [...new Set(known)]);
  throw new ArgumentError(`--pattern is ${JSON.stringify(name)}; expected one of the numbers 0 to ${count - 1}`);
}

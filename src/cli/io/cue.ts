import { ArgumentError } from "../../errors.js";
import type { Random } from "../../math/index.js";
import { readImages, type Size } from "../../node/index.js";
import { flip, flipExactly, occlude, type PatternSet, type Region } from "../../patterns/index.js";
import type { Sources } from "../trials.js";
import { unknown } from "./options.js";

/** The options of `engram recall` that say what is recalled from. */
export interface CueOptions {
  cue?: string;
  threshold?: number;
  invert?: true;
  pattern?: string;
  flip?: number;
  flipExactly?: number;
  occlude?: Region;
  trials?: number;
  out?: string;
}

/** Refuses options that contradict each other, before anything is read. */
export function requireOneSource(options: CueOptions): void {
  const { cue, pattern, trials, threshold, invert, out } = options;
  const isDamaged = options.flip !== undefined || options.flipExactly !== undefined || options.occlude !== undefined;
  const contradictions: [boolean, string][] = [
    [
      cue === undefined && !isDamaged,
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
export async function readSources(stored: PatternSet, options: CueOptions): Promise<Sources> {
  const { cue, pattern, threshold, invert } = options;
  if (options.flipExactly !== undefined && options.flipExactly > stored.units) {
    throw new ArgumentError(`--flip-exactly is ${options.flipExactly}; the memory has ${stored.units} units`);
  }
  if (cue !== undefined) {
    return { patterns: await readImages([cue], { size: requireShape(stored, "--cue"), threshold, invert }) };
  }
  if (pattern === undefined) return { patterns: stored, rows: Array.from({ length: stored.count }, (_, row) => row) };
  const row = findPattern(stored, pattern);
  return { patterns: stored.select([row]), rows: [row] };
}

/** Height and width of the stored pictures, for an option that cannot do without. */
export function requireShape({ shape }: PatternSet, flag: string): Size {
  if (shape !== undefined) return shape;
  throw new ArgumentError(`${flag} needs a memory of pictures; the patterns of this one have no height and width`);
}

/** Damages a source as the options say: what is covered first, what is flipped then. */
export function damageBy(options: CueOptions): (source: PatternSet, random: Random) => PatternSet {
  return (source, random) => {
    const covered = options.occlude === undefined ? source : occlude(source, options.occlude);
    if (options.flip !== undefined) return flip(covered, options.flip, random);
    return options.flipExactly === undefined ? covered : flipExactly(covered, options.flipExactly, random);
  };
}

/** A stored pattern by its label, else by its number. */
function findPattern(stored: PatternSet, name: string): number {
  const labelled = stored.labels?.indexOf(name) ?? -1;
  if (labelled >= 0) return labelled;
  const row = /^\d+$/.test(name) ? Number(name) : stored.count;
  if (row < stored.count) return row;
  const numbers = `the numbers 0 to ${stored.count - 1}`;
  throw new ArgumentError(
    stored.labels === undefined
      ? `--pattern is ${JSON.stringify(name)}; expected one of ${numbers}`
      : unknown("--pattern", name, [...new Set(stored.labels)]),
  );
}

import { sheet } from "../../data/index.js";
import { ArgumentError, internal } from "../../errors.js";
import { Digest, Random } from "../../math/index.js";
import { type AnyMemory, type Items, isPairs, type ModernAttractor, type Recall } from "../../memories/index.js";
import { canvasFor, drawPictures, parallelRecall, writeGreyPng } from "../../node/index.js";
import { type AnyVectorSet, type Region, VectorSet } from "../../patterns/index.js";
import { warningMessage } from "../../warnings.js";
import { count, print, short, shownWarnings, warn } from "../io/output.js";
import { findItem, requireShape } from "./cue.js";
import type { How, RecallOptions } from "./recall.js";
import { allKinds } from "./user-things.js";
import { readVectorCues } from "./vector-items.js";
import { describeRecall, itemName, type NamedItems } from "./words.js";
import { workersFor } from "./workers.js";

/*
 * Recalls from a memory of real vectors: cues are rows of an array, a picture, or stored vectors that are covered in part or to
 * which noise is added.
 */

interface VectorTrial {
  readonly cue: Float64Array;
  readonly recall: Recall<Float64Array>;
  /** The stored vector that should be recalled, if it is known. */
  readonly target: number | undefined;
}

/** The smallest and the largest entry of stored vectors: black and white. */
type Range = readonly [low: number, high: number];

/** Recalls, and prints the results. */
export async function recallVectors(
  { extensions, choices, options }: How,
  file: string,
  memory: AnyMemory,
): Promise<void> {
  const items = memory.items as Items;
  const [keys, values] = sidesOf(items);
  requireDamageOfVectors(options);
  const { cue, pattern, png, scale, invert, seed, noise, fill } = options;
  const occlude = options.occlude?.(requireShape(keys, "--occlude"));
  const shape = png === undefined ? undefined : requireShape(values, "--png");
  const given = cue === undefined ? undefined : await readVectorCues(cue, keys, invert);
  const only = pattern === undefined ? undefined : findItem(items, pattern);
  const trials = options.trials ?? given?.count ?? 1;
  const random = new Random(seed);
  const targets = Array.from({ length: trials }, (_, t) =>
    given === undefined ? (only ?? t % keys.count) : undefined,
  );
  const cues = targets.map((target, t) => {
    const source = Float64Array.from(given?.row(t) ?? keys.row(target ?? 0));
    return damage(source, { occlude, fill, noise, shape: keys.shape }, random.fork(t));
  });
  const workers = workersFor(memory, trials, options.threads);
  const recalls =
    workers === 1
      ? memory.recallMany(cues, choices)
      : await parallelRecall(memory, cues, { workers, kinds: allKinds(extensions), seed, ...choices });
  const all = targets.map((target, t): VectorTrial => {
    return { cue: cues[t], recall: recalls[t] as Recall<Float64Array>, target };
  });
  const [first] = all;
  if (png !== undefined && shape !== undefined) {
    const [low, high] = rangeOf(values);
    const image = sheet(first.recall.state, { shape, padding: 0, scale: invert ? [high, low] : [low, high] });
    await writeGreyPng(png, image, scale);
  }
  const isStored = given === undefined && occlude === undefined && noise === undefined;
  const { beta } = memory as { readonly beta?: number };
  const setting = { beta, ...choices, cue, pattern, noise, occlude, fill: occlude && (fill ?? MIDDLE), seed };
  const results = all.map(resultOf);
  const summary = summaryOf(all);
  const result = trials === 1 ? results[0] : given === undefined ? summary : { recalls: results };
  print(options.json, { file, kind: memory.kind, ...setting, ...result, png }, () => [
    ...pictures(first, keys, values, items),
    ...all.slice(0, given === undefined ? 1 : mostShown).flatMap((trial) => report(trial, items)),
    ...(given !== undefined && trials > mostShown ? [`... and ${trials - mostShown} more; --json gives all`] : []),
    ...(isStored ? ["Nothing was damaged: the cue was stored. Damage it, for instance by --noise 0.3."] : []),
    ...(given !== undefined || trials === 1 ? [] : ["", ...reportAll(summary)]),
    ...(png === undefined ? [] : [`Wrote ${png}`]),
  ]);
  for (const warning of first.recall.warnings) warn(options.json, warningMessage(warning));
}

/** The stored vectors, and what is recalled of them. */
function sidesOf(items: Items): readonly [keys: AnyVectorSet, values: AnyVectorSet] {
  const [keys, values] = isPairs(items) ? [items.left, items.right] : [items, items];
  if (keys instanceof VectorSet && values instanceof VectorSet) return [keys, values];
  throw internal("a memory of vectors holds patterns");
}

/** The largest number of cues that are reported one by one. */
export const mostShown = 20;

function requireDamageOfVectors({ flip, flipExactly, threshold, side }: RecallOptions): void {
  if (flip !== undefined || flipExactly !== undefined) {
    const flag = flip === undefined ? "--flip-exactly" : "--flip";
    throw new ArgumentError(`${flag} turns spins; this memory holds real vectors: use --noise or --occlude`);
  }
  if (threshold !== undefined)
    throw new ArgumentError("--threshold makes spins; this memory holds real vectors: omit it");
  if (side !== "left") throw new ArgumentError("--side right is for pairs of patterns; omit it");
}

/** Grey: of 10,000 digits with their lower halves covered, 96 % come back by distances, and 13 % with a black cover. */
const MIDDLE = 0.5;

interface Damage {
  readonly occlude: Region | undefined;
  readonly fill: number | undefined;
  readonly noise: number | undefined;
  readonly shape: readonly [number, number] | undefined;
}

/** Covers a region, then adds normal noise to every entry. */
function damage(vector: Float64Array, { occlude, fill = MIDDLE, noise, shape }: Damage, random: Random): Float64Array {
  if (occlude !== undefined && shape !== undefined) {
    for (let y = occlude.top; y < occlude.top + occlude.height; y++) {
      const at = y * shape[1] + occlude.left;
      vector.fill(fill, at, at + occlude.width);
    }
  }
  if (noise !== undefined) for (let i = 0; i < vector.length; i++) vector[i] += noise * random.normal();
  return vector;
}

/** One recall for JSON: all members. */
export function resultOf({ recall, target }: Pick<VectorTrial, "recall" | "target">) {
  const plain = Object.fromEntries(
    Object.entries(recall).map(([key, value]) => [key, value instanceof Float64Array ? Array.from(value) : value]),
  );
  const { sweeps: steps, warnings } = recall;
  const evidence = {
    ...plain,
    sweeps: undefined,
    steps,
    state: Array.from(recall.state),
    warnings: shownWarnings(warnings),
  };
  return target === undefined ? evidence : { target, exact: isExact(recall, target), ...evidence };
}

/** Whether one vector was recalled, the one that the cue was made from. */
function isExact(recall: Recall, target: number | undefined): boolean {
  const { attractor } = recall as { readonly attractor?: ModernAttractor };
  return recall.nearest.index === target && (attractor === undefined || attractor.kind === "stored");
}

function summaryOf(all: readonly VectorTrial[]) {
  const attractors: Record<string, number> = {};
  const digest = new Digest();
  let [exact, converged, steps] = [0, 0, 0];
  for (const { recall, target } of all) {
    const { attractor } = recall as { readonly attractor?: ModernAttractor };
    if (attractor !== undefined) attractors[attractor.kind] = (attractors[attractor.kind] ?? 0) + 1;
    if (isExact(recall, target)) exact++;
    if (recall.converged) converged++;
    steps += recall.sweeps;
    digest.add(new Uint32Array(recall.state.slice().buffer));
  }
  const trials = all.length;
  return { trials, exact, converged, meanSteps: steps / trials, attractors, digest: digest.hex() };
}

/** One recall as text. */
export function report({ recall, target }: Pick<VectorTrial, "recall" | "target">, items: NamedItems): string[] {
  const from = target === undefined ? "From the cue" : `From ${itemName(items, target)}, damaged,`;
  const {
    cueEnergy,
    energy,
    weights = [],
    bound,
    assignment,
    omitted = 0,
    halvings,
  } = recall as typeof recall & {
    readonly weights?: readonly { readonly index: number; readonly weight: number }[] | Float64Array;
    /** Of the distance, or of each reading. */
    readonly bound?: number | Float64Array;
    readonly assignment?: Float64Array;
    readonly omitted?: number;
    readonly halvings?: number;
  };
  return [
    `${from} ${describeRecall(recall, items)}.`,
    [
      ...(cueEnergy === undefined || energy === undefined ? [] : [`energy ${short(cueEnergy)} -> ${short(energy)}`]),
      count(recall.sweeps, "step"),
      ...(typeof bound === "number" ? [`distance at most ${short(bound)}`] : []),
      ...(bound instanceof Float64Array ? [`bound ${short(bound[0])} -> ${short(bound[bound.length - 1])}`] : []),
      ...(assignment === undefined ? [] : [`shares of the machines ${Array.from(assignment, short).join(", ")}`]),
      ...(omitted === 0 ? [] : [`at most ${short(omitted)} of the weight omitted`]),
      ...(halvings === undefined ? [] : [`step halved ${halvings} times`]),
    ].join(", "),
    ...(weights.length > 1 && Array.isArray(weights)
      ? [weights.map(({ index, weight }) => `${itemName(items, index)} ${short(weight)}`).join(", ")]
      : []),
  ];
}

function reportAll({ trials, exact, meanSteps, attractors }: ReturnType<typeof summaryOf>): string[] {
  const kinds = Object.entries(attractors).map(([kind, times]) => `${kind} ${times}`);
  return [
    `That was the first of ${trials} cues; ${exact} of them were recalled as the vector that they came from.`,
    `mean steps ${short(meanSteps)}; attractors: ${kinds.join(", ")}`,
  ];
}

/** Cue, recalled vector and stored vector side by side, if they are pictures: bright is above the middle of what is stored. */
function pictures(
  { cue, recall, target }: VectorTrial,
  keys: AnyVectorSet,
  values: AnyVectorSet,
  items: Items,
): string[] {
  const { shape } = values;
  if (shape === undefined || keys.shape?.join() !== shape.join()) return [];
  const [low, high] = rangeOf(values);
  const spins = (x: ArrayLike<number>) => Int8Array.from(x, (value) => (value > (low + high) / 2 ? 1 : -1));
  const index = target ?? recall.nearest.index;
  const shown = [
    { state: spins(cue), caption: "cue" },
    { state: spins(recall.state), truth: spins(values.row(index)), caption: "recalled" },
    { state: spins(values.row(index)), caption: `stored: ${itemName(items, index)}` },
  ];
  return [drawPictures(shown, shape, canvasFor(process.stdout)), ""];
}

function rangeOf(set: AnyVectorSet): Range {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of set.matrix.values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low < high ? [low, high] : [low, low + 1];
}

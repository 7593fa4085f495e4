import { sheet } from "../../data/index.js";
import { ArgumentError } from "../../errors.js";
import { Digest, Random } from "../../math/index.js";
import { type AnyMemory, type Items, isPairs, type ModernAttractor, type Recall } from "../../memories/index.js";
import { canvasFor, drawPictures, writeGreyPng } from "../../node/index.js";
import { type AnyVectorSet, PatternSet, type Region } from "../../patterns/index.js";
import { warningMessage } from "../../warnings.js";
import { count, print, short, shownWarnings, warn } from "../io/output.js";
import { findItem, requireShape } from "./cue.js";
import type { RecallOptions } from "./recall.js";
import { readVectorCues } from "./vector-items.js";
import { describeRecall, itemName } from "./words.js";

/*
 * Recalls from a memory of real vectors: cues are rows of an array, a picture, or stored vectors that are covered in part or to
 * which noise is added.
 */

interface VectorTrial {
  readonly cue: Float64Array;
  readonly recall: Recall<Float64Array>;
  /** The stored vector that should be recalled, if it is known. */
  readonly target?: number;
}

/** The smallest and the largest entry of stored vectors: black and white. */
type Range = readonly [low: number, high: number];

/** Recalls, and prints the results. */
export async function recallVectors(
  file: string,
  memory: AnyMemory,
  choices: Readonly<Record<string, unknown>>,
  options: RecallOptions,
): Promise<void> {
  const items = memory.items as Items;
  const [keys, values] = (isPairs(items) ? [items.left, items.right] : [items, items]) as AnyVectorSet[];
  requireDamageOfVectors(options);
  const { cue, pattern, png, scale, invert, seed, noise, fill } = options;
  const occlude = options.occlude?.(requireShape(keys, "--occlude"));
  const shape = png === undefined ? undefined : requireShape(values, "--png");
  const rows = cue !== undefined ? undefined : pattern === undefined ? undefined : [findItem(items, pattern)];
  const given = cue === undefined ? undefined : await readVectorCues(cue, keys, invert);
  const trials = options.trials ?? given?.count ?? 1;
  const random = new Random(seed);
  const all = Array.from({ length: trials }, (_, t): VectorTrial => {
    const target = given === undefined ? (rows?.[0] ?? t % keys.count) : undefined;
    const source = Float64Array.from(given === undefined ? keys.row(target ?? 0) : given.row(t));
    const damaged = damage(source, { occlude, fill, noise, shape: keys.shape }, random.fork(t));
    const recall = memory.recall(damaged, choices) as Recall<Float64Array>;
    return { cue: damaged, recall, ...(target !== undefined && { target }) };
  });
  const [first] = all;
  if (png !== undefined && shape !== undefined) {
    const [low, high] = rangeOf(values);
    const image = sheet(first.recall.state, { shape, padding: 0, scale: invert ? [high, low] : [low, high] });
    await writeGreyPng(png, image, scale);
  }
  const isDamaged = occlude !== undefined || noise !== undefined;
  const { beta } = memory as { readonly beta?: number };
  const setting = { beta, ...choices, cue, pattern, noise, occlude, fill: occlude && (fill ?? 0), seed };
  const results = all.map(({ recall, target }) => resultOf(recall, target));
  const result = trials === 1 ? results[0] : given === undefined ? summaryOf(all) : { recalls: results };
  print(options.json, { file, kind: memory.kind, ...setting, ...result, png }, () => [
    ...pictures(first, keys, values, items),
    ...all.slice(0, given === undefined ? 1 : mostShown).flatMap((trial) => report(trial, items, keys)),
    ...(given !== undefined && trials > mostShown ? [`... and ${trials - mostShown} more; --json gives all`] : []),
    ...(given !== undefined || isDamaged
      ? []
      : ["Nothing was damaged: the cue was stored. Damage it, for instance by --noise 0.3."]),
    ...(given !== undefined || trials === 1 ? [] : ["", ...reportAll(summaryOf(all))]),
    ...(png === undefined ? [] : [`Wrote ${png}`]),
  ]);
  for (const warning of first.recall.warnings) warn(options.json, warningMessage(warning));
}

/** The largest number of cues that are reported one by one. */
const mostShown = 20;

function requireDamageOfVectors({ flip, flipExactly, threshold, side }: RecallOptions): void {
  if (flip !== undefined || flipExactly !== undefined) {
    const flag = flip === undefined ? "--flip-exactly" : "--flip";
    throw new ArgumentError(`${flag} turns spins; this memory holds real vectors: use --noise or --occlude`);
  }
  if (threshold !== undefined)
    throw new ArgumentError("--threshold makes spins; this memory holds real vectors: omit it");
  if (side !== "left") throw new ArgumentError("--side right is for pairs of patterns; omit it");
}

interface Damage {
  readonly occlude: Region | undefined;
  readonly fill: number | undefined;
  readonly noise: number | undefined;
  readonly shape: readonly [number, number] | undefined;
}

/** Covers a region, then adds normal noise to every entry. */
function damage(vector: Float64Array, { occlude, fill = 0, noise, shape }: Damage, random: Random): Float64Array {
  if (occlude !== undefined && shape !== undefined) {
    for (let y = occlude.top; y < occlude.top + occlude.height; y++) {
      const at = y * shape[1] + occlude.left;
      vector.fill(fill, at, at + occlude.width);
    }
  }
  if (noise !== undefined) for (let i = 0; i < vector.length; i++) vector[i] += noise * random.normal();
  return vector;
}

/** The evidence of one recall, for JSON. */
function resultOf({ state, sweeps, warnings, ...evidence }: Recall<Float64Array>, target: number | undefined) {
  const plain = Object.fromEntries(Object.entries(evidence).filter(([, value]) => !ArrayBuffer.isView(value)));
  const bits = { ...plain, steps: sweeps, state: Array.from(state), warnings: shownWarnings(warnings) };
  return target === undefined
    ? bits
    : { target, exact: isExact({ state, sweeps, warnings, ...evidence }, target), ...bits };
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

function report({ recall, target }: VectorTrial, items: Items, keys: AnyVectorSet): string[] {
  const from = target === undefined ? "From the cue" : `From ${itemName(items, target)}, damaged,`;
  const {
    cueEnergy,
    energy,
    weights = [],
    bound,
    halvings,
  } = recall as typeof recall & {
    readonly weights?: readonly { readonly index: number; readonly weight: number }[];
    readonly bound?: number;
    readonly halvings?: number;
  };
  return [
    `${from} ${describeRecall(recall, items)}.`,
    [
      ...(cueEnergy === undefined || energy === undefined ? [] : [`energy ${short(cueEnergy)} -> ${short(energy)}`]),
      count(recall.sweeps, "step"),
      ...(bound === undefined ? [] : [`distance at most ${short(bound)}`]),
      ...(halvings === undefined ? [] : [`step halved ${halvings} times`]),
    ].join(", "),
    ...(weights.length > 1 && keys.count > 1
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

function rangeOf(set: AnyVectorSet | PatternSet): Range {
  if (set instanceof PatternSet) return [-1, 1];
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of set.matrix.values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low < high ? [low, high] : [low, low + 1];
}

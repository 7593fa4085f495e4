import type { Command } from "commander";
import { ArgumentError, StorageError } from "../../errors.js";
import { type AnyMemory, type Items, isPairs, type MemoryKind } from "../../memories/index.js";
import { canvasFor, drawPictures, mapParallel, type Size, type UserExtensions, writePng } from "../../node/index.js";
import { packMemory, packOptions } from "../../node/parallel/memory.js";
import type { Made } from "../../options.js";
import { PatternSet, type Region } from "../../patterns/index.js";
import { warningMessage } from "../../warnings.js";
import { addOptionFlags, readOptionFlags, reservedBy } from "../io/option-flags.js";
import {
  choiceOption,
  integerOption,
  newCommand,
  numberOption,
  type RegionOf,
  regionHelp,
  regionOption,
  seedOption,
} from "../io/options.js";
import { count, print, short, shownWarnings, warn } from "../io/output.js";
import { claimOutputs, forceOption, pictureFormat } from "../io/output-files.js";
import { type CueOptions, isDamaged, readSources, requireOneSource, requireShape, sideOf } from "./cue.js";
import { loadAnyMemory } from "./load.js";
import { runTrials, type Side, type Summary, stateOf, summarise, type Trial, type TrialPlan } from "./trials.js";
import type { PackedTrial, TrialsPart, TrialsWork } from "./trials-part.js";
import { allKinds } from "./user-things.js";
import { recallVectors } from "./vector-recall.js";
import { describeRecall, itemName } from "./words.js";
import { workersFor } from "./workers.js";

export interface RecallOptions extends CueOptions {
  noise?: number;
  fill?: number;
  clamp?: RegionOf;
  seed: number;
  side: string;
  threads?: number;
  scale: number;
  force?: true;
  json?: true;
}

/** `engram recall` with flags for the options of the file's kind. */
export function recallCommand(kind: MemoryKind, extensions: UserExtensions): Command {
  const command = newCommand(
    "recall",
    "Recall from an image, or from stored patterns that are damaged first.",
    "engram recall digits.safetensors --flip 0.25 --trials 100 --seed 7",
  )
    .argument("<memory>", "memory file written by engram store; some options depend on its kind")
    .option("--cue <file>", "image to recall from, scaled to the memory's shape; or a .npy file of real vectors")
    .option(
      "--side <side>",
      "side of the pairs that the cue belongs to: left or right",
      choiceOption("--side", ["left", "right"]),
      "left",
    )
    .option(
      "--threshold <grey>",
      "grey value above which a pixel of the cue is +1 (default 127)",
      integerOption("--threshold", 0, 254),
    )
    .option("--invert", "images of --cue and --png are dark on light: dark pixels are +1")
    .option("--pattern <name>", "label or number of the stored item to recall from (default each in turn)")
    .option("--flip <p>", "flip each unit of the cue with probability p", numberOption("--flip", 0, 1))
    .option("--flip-exactly <k>", "flip exactly k units of the cue", integerOption("--flip-exactly", 0))
    .option("--occlude <region>", `cover a part of the cue: ${regionHelp}`, regionOption("--occlude"))
    .option("--clamp <region>", `hold a part of the cue: ${regionHelp}`, regionOption("--clamp"))
    .option(
      "--fill <number>",
      "what covers a part of real vectors, 0 for black to 1 for white (default 0.5)",
      numberOption("--fill", -1e30, 1e30),
    )
    .option(
      "--noise <sd>",
      "add normal noise of this standard deviation to each entry of real vectors",
      numberOption("--noise", 0, 1e30),
    )
    .option("--trials <n>", "number of cues to recall from (default 1)", integerOption("--trials", 1, 10_000_000))
    .option("--seed <n>", "random seed", seedOption, 1)
    .option(
      "--threads <n>",
      "number of threads; the results do not depend on it (default one per core where the work is worth it)",
      integerOption("--threads", 1, 1024),
    )
    .option(
      "--stream",
      "leave real vectors in their file, a .npy file or a stored modern memory, and read it at each step",
    )
    .option("--png <file>", "write the recalled image as a PNG file")
    .option("--scale <n>", "pixels per unit of --png in each direction", integerOption("--scale", 1, 64), 1)
    .addOption(forceOption())
    .option("--kind <module>", "your own module with the memory's kind")
    .option("--rule <module>", "your own module with the memory's learning rule");
  const reserved = reservedBy(command);
  return addOptionFlags(command, kind.recallOptions).action((file: string, options: RecallOptions) => {
    // A wrong file is worth more words than a wrong option.
    return loadAnyMemory(file, extensions).then((memory) => {
      requireOneSource(options);
      const choices = readOptionFlags(kind.recallOptions, { ...options }, reserved);
      return recall({ kind, extensions, choices, options }, file, memory);
    });
  });
}

async function recall(how: How, file: string, memory: AnyMemory): Promise<void> {
  const { kind, choices, options } = how;
  await claimOutputs([{ flag: "--png", path: options.png, format: pictureFormat }], {
    inputs: [
      { flag: "the memory", path: file },
      { flag: "--cue", path: options.cue },
    ],
    force: options.force,
  });
  const { items } = memory;
  if (items === undefined) throw new StorageError(`${file} holds no patterns; write it by engram store`);
  if (options.clamp !== undefined && kind.clamps !== true) {
    throw new ArgumentError(
      `--clamp holds units of a net; a memory of the kind ${kind.name} has none to hold: omit it`,
    );
  }
  if (kind.items === "vectors") return recallVectors(how, file, memory);
  requireNoVectorDamage(options);
  const side = options.side as Side;
  const { patterns, rows } = await readSources(items, side, options);
  const { cue, png, scale, invert, seed, flip, flipExactly } = options;
  const occlude = options.occlude?.(requireShape(sideOf(items, side), "--occlude"));
  const answered = sideOf(items, side === "left" ? "right" : "left");
  const shape = png === undefined ? undefined : requireShape(answered, "--png");
  const clamp = options.clamp?.(requireShape(sideOf(items, side), "--clamp"));
  const clamped = clamp && maskOf(clamp, requireShape(sideOf(items, side), "--clamp"));
  const plan: TrialPlan = { sources: patterns, rows, side, seed, damage: { flip, flipExactly, occlude }, clamped };
  const trials = await perform(memory, plan, how);
  const { summary, first } = summarise(trials);
  if (png !== undefined && shape !== undefined) {
    await writePng(png, stateOf(first.recall.state, side === "left" ? "right" : "left"), shape, scale, invert);
  }
  const setting = { ...settingOf(memory, choices, options, items), occlude, clamp };
  // A sequence is replayed from a pattern as it is.
  const damaged = cue !== undefined || kind.ordered === true ? undefined : isDamaged(options);
  const result = summary.trials === 1 ? { ...summary, ...evidenceOf(first, items) } : summary;
  print(options.json, { file, kind: memory.kind, ...setting, damaged, ...result, png }, () => [
    ...report(first, items, side),
    ...(damaged === false ? ["Nothing was damaged: the cue was stored. Damage it, for instance by --flip 0.25."] : []),
    ...(summary.trials > 1 ? ["", ...reportAll(summary)] : []),
    ...(png === undefined ? [] : [`Wrote ${png}`]),
  ]);
  for (const warning of first.recall.warnings) warn(options.json, warningMessage(warning));
}

/** 1 for the units of a region. */
function maskOf({ top, left, height, width }: Region, [rows, columns]: Size): Uint8Array {
  const mask = new Uint8Array(rows * columns);
  for (let y = top; y < top + height; y++) mask.fill(1, y * columns + left, y * columns + left + width);
  return mask;
}

function requireNoVectorDamage({ noise, fill }: RecallOptions): void {
  if (noise === undefined && fill === undefined) return;
  const flag = noise === undefined ? "--fill" : "--noise";
  throw new ArgumentError(`${flag} is for real vectors; this memory holds spins: use --flip or --occlude`);
}

/** What a recall needs besides the memory and the plan. */
export interface How {
  readonly kind: MemoryKind;
  readonly extensions: UserExtensions;
  readonly choices: Readonly<Record<string, unknown>>;
  readonly options: RecallOptions;
}

/** Runs the trials, in this thread or over several: each trial is the same. */
async function perform(
  memory: AnyMemory,
  plan: TrialPlan,
  { kind, extensions, choices, options }: How,
): Promise<Iterable<Trial>> {
  const { trials = 1 } = options;
  const workers = workersFor(memory, trials, options.threads);
  if (workers === 1) return runTrials(memory, plan, choices, 0, trials);
  const shared: TrialsWork = {
    memory: packMemory(memory, allKinds(extensions)),
    plan: { ...plan, sources: { bits: plan.sources.bits, shape: plan.sources.shape } },
    ...packOptions(kind, choices),
  };
  const size = Math.ceil(trials / (8 * workers));
  const parts = Array.from(
    { length: Math.ceil(trials / size) },
    (_, k): TrialsPart => [k * size, Math.min(trials, (k + 1) * size)],
  );
  const module = new URL("./trials-part.js", import.meta.url);
  const done = await mapParallel<TrialsPart, PackedTrial[]>(module, parts, { workers, shared });
  return done.flat().map((trial) => ({ ...trial, cue: new PatternSet(trial.cue) }));
}

/** The settings of a recall, for JSON. */
function settingOf(
  memory: AnyMemory,
  choices: Readonly<Record<string, unknown>>,
  { cue, pattern, flip, flipExactly, seed, side }: RecallOptions,
  items: Items,
) {
  const { rule } = memory as { readonly rule?: { readonly name: string } };
  const chosen = Object.entries(choices).flatMap(([name, value]): [string, unknown][] => {
    const { name: made, options } = (value ?? {}) as Partial<Made>;
    return made === undefined ? [[name, value]] : [[name, made], ...Object.entries(options ?? {})];
  });
  const sided = isPairs(items) ? { side } : {};
  return { rule: rule?.name, ...Object.fromEntries(chosen), seed, ...sided, cue, pattern, flip, flipExactly };
}

/** The evidence of one recall of any kind: all members except states, arrays of numbers and bits. */
function evidenceOf({ recall, target, cueOverlap, overlap }: Trial, items: Items) {
  const plainly = Object.entries(recall).filter(
    ([key, value]) => key !== "state" && key !== "bits" && !ArrayBuffer.isView(value),
  );
  const { trace } = recall;
  return {
    target: { index: target, label: labelled(items, target) },
    cueOverlap,
    overlap,
    ...Object.fromEntries(plainly),
    ...(trace === undefined ? {} : { trace: Array.from(trace) }),
    warnings: shownWarnings(recall.warnings),
  };
}

function labelled(items: Items, index: number): string | undefined {
  return isPairs(items) ? (items.right.labels ?? items.left.labels)?.[index] : items.labels?.[index];
}

/** One recall as text: pictures if there are any, then the evidence. */
function report({ cue, recall, target, cueOverlap, overlap }: Trial, items: Items, side: Side): string[] {
  const name = itemName(items, target);
  const flips = (recall as { readonly flips?: number }).flips;
  const { cueEnergy, energy } = recall;
  const evidence = [
    overlap === undefined ? `cue overlap ${short(cueOverlap)}` : `overlap ${short(cueOverlap)} -> ${short(overlap)}`,
    ...(cueEnergy === undefined || energy === undefined ? [] : [`energy ${short(cueEnergy)} -> ${short(energy)}`]),
    count(recall.sweeps, "sweep"),
    ...(flips === undefined ? [] : [count(flips, "flip")]),
  ];
  return [
    ...pictures(cue, recall.state, target, items, side),
    `From a cue at overlap ${short(cueOverlap)} with ${name} ${describeRecall(recall, items)}.`,
    evidence.join(", "),
  ];
}

/** Cue, recalled state and stored pattern side by side, if they are pictures. */
function pictures(cue: PatternSet, state: unknown, target: number, items: Items, side: Side): string[] {
  const other = side === "left" ? "right" : "left";
  const [asked, answer] = [sideOf(items, side), sideOf(items, other)];
  const recalled = stateOf(state, other);
  const { shape } = answer;
  if (shape === undefined || recalled.length !== answer.units || asked.shape?.join() !== shape.join()) return [];
  const truthOf = (set: typeof answer) =>
    set instanceof PatternSet ? set.spins(target) : Int8Array.from(set.row(target));
  const shown = [
    { state: cue.spins(0), truth: truthOf(asked), caption: "cue" },
    { state: recalled, truth: truthOf(answer), caption: "recalled" },
    { state: truthOf(answer), caption: `stored: ${itemName(items, target)}` },
  ];
  return [drawPictures(shown, shape, canvasFor(process.stdout)), ""];
}

function reportAll({ trials, exact, meanCueOverlap, meanOverlap, meanSweeps, attractors }: Summary): string[] {
  const overlaps = meanOverlap === undefined ? "" : `, mean overlap ${short(meanCueOverlap)} -> ${short(meanOverlap)}`;
  const kinds = Object.entries(attractors ?? {}).map(([kind, times]) => `${kind} ${times}`);
  return [
    `That was the first of ${trials} cues; ${exact} of them were recalled exactly.`,
    `mean sweeps ${short(meanSweeps)}${overlaps}`,
    ...(kinds.length === 0 ? [] : [`attractors: ${kinds.join(", ")}`]),
  ];
}

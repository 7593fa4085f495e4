import type { Command } from "commander";
import { ArgumentError } from "../../errors.js";
import type { LearningRule } from "../../learning/index.js";
import {
  type AnyMemory,
  countOf,
  type Inspection,
  type Items,
  isPairs,
  type MemoryKind,
  type Size,
} from "../../memories/index.js";
import { activityOf } from "../../memories/stability.js";
import { loadMemory, saveMemory } from "../../node/index.js";
import { PatternSet } from "../../patterns/index.js";
import { type Warning, warningMessage } from "../../warnings.js";
import { rangeOption, strictOption } from "../io/grey-set.js";
import { addOptionFlags, flagOf, readOptionFlags, reservedBy } from "../io/option-flags.js";
import { integerOption, newCommand, sizeOption } from "../io/options.js";
import { count, print, printWarning, shownWarnings, warn } from "../io/output.js";
import { claimOutputs, forceOption, modelFormat } from "../io/output-files.js";
import { isByLabel, withSelection } from "../io/selection.js";
import { type ItemOptions, readItems } from "./items.js";
import { describeItems, describeMemory, howWell } from "./words.js";

/** The largest number of items whose stability is computed by default: the time grows with its square. */
const mostInspected = 10_000;

interface StoreOptions extends ItemOptions {
  out: string;
  /** A memory file to store into. */
  model?: string;
  force?: true;
  json?: true;
}

/** `engram store` with flags for the options of a kind, none with --model; `kinds` are all kinds. */
export function storeCommand(kind: MemoryKind, kinds: readonly MemoryKind[]): Command {
  const command = commonCommand(kind, kinds);
  const reserved = reservedBy(command);
  return addOptionFlags(command, kind.options).action((paths: string[], options: StoreOptions) => {
    const choices = readOptionFlags(kind.options, { ...options }, reserved);
    return store(kind, kinds, choices, paths, options);
  });
}

/** The command without the flags of the kind. */
function commonCommand(kind: MemoryKind, kinds: readonly MemoryKind[]): Command {
  const command = newCommand(
    "store",
    "Store images, pairs of images, vectors or a data set in a memory, and write the memory to a file.",
    kind.items === "pairs"
      ? `engram store --kind ${kind.name} --pairs faces/ names/ --size 16x16 --out pairs.safetensors`
      : kind.items === "vectors"
        ? `engram store vectors.npy --labels words.txt --kind ${kind.name} --out vectors.safetensors`
        : "engram store --data mnist --split test --per-class 1 --out digits.safetensors",
  )
    .argument(
      "[images...]",
      kind.items === "vectors"
        ? "a .npy file of vectors as rows; or PNG, JPEG or WebP files, or folders of them"
        : "PNG, JPEG or WebP files, or folders of them",
    )
    .option("--pairs <paths...>", "pairs of images: two folders, one with left/ and right/, or a CSV of two columns")
    .option("--data <name>", "data set: glyphs (built in), mnist, or a folder of IDX files or of images")
    .option("--split <part>", "part of the data set, such as test (default the only part, or train)");
  if (kind.items === "vectors") {
    command
      .option("--labels <file>", "a text file with a label for each row of vectors.npy, one to a line")
      .option("--values <file>", "a .npy file with the values that are recalled in place of the vectors");
  }
  return withSelection(command)
    .option("--size <HxW>", "scale images to this height and width (default their own size)", sizeOption("--size"))
    .option(
      "--right-size <HxW>",
      "size of the images on the right of --pairs (default --size)",
      sizeOption("--right-size"),
    )
    .option(
      "--threshold <grey>",
      "grey value above which a pixel becomes +1 (default 0 for data sets, 127 for images)",
      integerOption("--threshold", 0, 254),
    )
    .option("--invert", "images are dark on light: dark pixels become +1")
    .addOption(rangeOption())
    .addOption(strictOption())
    .option("--kind <name>", `${kindsInWords(kinds)}, or a module of your own (default ${kinds[0].name})`)
    .option("--model <file>", "store into the memory of this file, such as one that engram train wrote")
    .requiredOption("--out <file>", "memory file to write")
    .addOption(forceOption());
}

/**
 * Refuses flags that belong to another kind.
 *
 * @throws ArgumentError naming the flags of this kind
 */
export function requireOwnFlags(args: readonly string[], kind: MemoryKind, kinds: readonly MemoryKind[]): void {
  const common = commonCommand(kind, kinds).options.length;
  const flagsOf = ({ options }: MemoryKind) =>
    addOptionFlags(commonCommand(kind, kinds), options)
      .options.slice(common)
      .map(({ long }) => long);
  const own = flagsOf(kind);
  const others = new Set(kinds.flatMap(flagsOf));
  const stray = args.map((arg) => arg.replace(/=.*$/s, "")).find((arg) => others.has(arg) && !own.includes(arg));
  if (stray === undefined) return;
  const has =
    own.length === 0 ? "it has no options" : `its options are ${Object.keys(kind.options).map(flagOf).join(", ")}`;
  throw new ArgumentError(`${stray} cannot be used with --kind ${kind.name}; ${has}`);
}

function kindsInWords(kinds: readonly MemoryKind[]): string {
  return `kind of memory: ${kinds.map(({ name }) => name).join(", ")}`;
}

async function store(
  kind: MemoryKind,
  kinds: readonly MemoryKind[],
  choices: Readonly<Record<string, unknown>>,
  paths: string[],
  options: StoreOptions,
): Promise<void> {
  const { out, data, pairs = [], model, force } = options;
  await claimOutputs([{ flag: "--out", path: out, format: modelFormat }], {
    inputs: [
      ...paths.map((path) => ({ flag: "an image to store", path })),
      ...pairs.map((path) => ({ flag: "--pairs", path })),
      { flag: "--data", path: data },
      { flag: "--labels", path: options.labels },
      { flag: "--values", path: options.values },
      { flag: "--model", path: model },
    ],
    force,
  });
  const given = model === undefined ? undefined : await loadMemory(model, { kinds, onWarning: printWarning });
  const size = options.size ?? (given as { readonly shape?: readonly [number, number] } | undefined)?.shape;
  const doubts: Warning[] = [];
  const items = await readItems(
    kind,
    paths,
    isSized(options) || size === undefined ? options : { ...options, size: [...size] },
    (warning) => {
      printWarning(warning);
      doubts.push(warning);
    },
  );
  requireRoom(items, choices, options);
  const memory = (given ?? kind.create(sizeOf(items), choices)).store(items);
  await saveMemory(options.out, memory, { kinds });
  const inspection = kind.items === "vectors" || countOf(items) <= mostInspected ? memory.inspect() : undefined;
  const warnings = inspection?.warnings ?? memory.warnings?.() ?? [];
  print(
    options.json,
    { file: options.out, ...resultOf(memory, items, inspection), warnings: shownWarnings([...doubts, ...warnings]) },
    () => [
      `Stored ${describeItems(items)} in ${options.out}: ${describeMemory(memory)}`,
      inspection === undefined
        ? `${count(countOf(items), "item")}; stability not computed (use engram inspect)`
        : howWell(inspection),
    ],
  );
  for (const warning of warnings) warn(options.json, warningMessage(warning));
}

/** Whether the items have a size of their own. */
function isSized({ data, pairs, size }: StoreOptions): boolean {
  return data !== undefined || pairs !== undefined || size !== undefined;
}

/** The largest number of patterns of a data set that is stored unasked, whatever the rule holds. */
const mostUnasked = 1000;

/** Refuses to store a whole data set, which nobody selected from, by a rule that holds far fewer patterns. */
function requireRoom(items: Items, { rule }: Readonly<Record<string, unknown>>, options: StoreOptions): void {
  const { data, limit } = options;
  if (data === undefined || limit !== undefined || isByLabel(options) || isPairs(items)) return;
  const { name, capacity } = (rule ?? {}) as Partial<LearningRule>;
  if (capacity === undefined || !(items instanceof PatternSet) || items.count <= mostUnasked) return;
  const most = Math.max(1, Math.floor(capacity.load(items.units, activityOf(items)) * items.units));
  if (items.count <= most) return;
  const classes = new Set(items.labels).size;
  const each = Math.floor(most / classes);
  const found = `${data} has ${items.count} patterns, too many for ${name}, which holds about ${most} of ${items.units} units (${capacity.source})`;
  const first = classes > 0 && each > 0 ? `--per-class ${each} or ` : "";
  throw new ArgumentError(`${found}; add ${first}--limit ${most}, or --limit ${items.count} to try all of them`);
}

/** Number of units of the items; for pairs, of both sides. */
function sizeOf(items: Items): Size {
  return isPairs(items) ? { left: items.left.units, right: items.right.units } : items.units;
}

/** The result of storing, for JSON. */
function resultOf(memory: AnyMemory, items: Items, inspection: Inspection | undefined) {
  const notes = notesOf(items);
  const evidence = inspection ?? { kind: memory.kind, units: sizeOf(items), stored: countOf(items) };
  return { [isPairs(items) ? "pairs" : "patterns"]: countOf(items), ...evidence, stabilities: undefined, ...notes };
}

/** Shapes and names of the items, for JSON. */
export function notesOf(items: Items) {
  if (!isPairs(items)) return { shape: items.shape, labels: items.labels };
  const { left, right } = items;
  return { shape: { left: left.shape, right: right.shape }, labels: right.labels ?? left.labels };
}

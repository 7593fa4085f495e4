import type { Command } from "commander";
import { filterSheet } from "../data/index.js";
import { ArgumentError } from "../errors.js";
import type { Matrix } from "../math/index.js";
import type { Hopfield } from "../memories/index.js";
import { modelKinds } from "../models/index.js";
import { loadMemory, loadModel, loadPacked, plain, writeGreyPng } from "../node/index.js";
import type { Packed } from "../packed.js";
import type { ModelNotes, StoredModel } from "../storage/index.js";
import { newCommand } from "./io/options.js";
import { count, print, short, warn } from "./io/output.js";
import { requireShape } from "./io/reading.js";
import { describeMemory, describeModel, patternName } from "./io/words.js";

/** Patterns that are listed for a person. */
const listed = 20;

interface InspectOptions {
  filters?: string;
  json?: true;
}

export function inspectCommand(): Command {
  return newCommand("inspect", "Show what a memory or model file contains.", "engram inspect digits.safetensors --json")
    .argument("<file>", "a file that engram store or engram train wrote")
    .option("--filters <png>", "write a sheet of the filters of the hidden units of a trained model")
    .action(inspect);
}

async function inspect(file: string, { filters, json }: InspectOptions): Promise<void> {
  const { kind } = await loadPacked(file);
  if (modelKinds.some(({ name }) => name === kind)) return inspectModel(file, await loadModel(file), filters, json);
  if (filters !== undefined) throw new ArgumentError(`--filters is for a trained model; ${file} holds none`);
  inspectMemory(file, await loadMemory(file), json);
}

function inspectMemory(file: string, memory: Hopfield, json: true | undefined): void {
  const { patterns } = memory;
  const inspection = memory.inspect();
  const { load, fixedPoints, stabilities, minStability = 0, warning } = inspection;
  print(json, { file, ...inspection, shape: patterns?.shape, labels: patterns?.labels }, () => [
    `${file}: ${describeMemory(memory)}`,
    `load ${short(load)}, ${fixedPoints} of ${count(inspection.patterns, "pattern")} stable, smallest stability ${short(minStability)}`,
    "",
    "stability   pattern",
    ...stabilities
      .slice(0, listed)
      .map((kappa, mu) => `${short(kappa).padEnd(12)}${patterns && patternName(patterns, mu)}`),
    ...(stabilities.length > listed ? [`... and ${stabilities.length - listed} more; --json lists all`] : []),
  ]);
  warn(json, warning);
}

/** What a trained model is: its kind, its layers of units, and how it was trained. */
async function inspectModel(
  file: string,
  stored: StoredModel,
  filters: string | undefined,
  json: true | undefined,
): Promise<void> {
  const { kind, model, shape, notes } = stored;
  const visible = kind.visible(model);
  const packed = kind.pack(model);
  if (filters !== undefined) {
    const weights = firstWeights(packed, visible.width);
    if (weights === undefined) throw new ArgumentError(`--filters goes with hidden units; ${file} has none`);
    await writeGreyPng(filters, filterSheet(weights, { shape: requireShape({ ...stored, visible }, "--filters") }));
  }
  const arrays = Array.from(packed.arrays, ([name, { values, shape: size }]) => {
    let [squares, low, high] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const x of values) {
      squares += x * x;
      low = Math.min(low, x);
      high = Math.max(high, x);
    }
    return { name, shape: size, low, high, rootMeanSquare: Math.sqrt(squares / values.length) };
  });
  print(json, { file, model: kind.name, reference: kind.reference, shape, arrays, notes, filters }, () => [
    `${file}: ${describeModel(stored)} (${kind.reference})`,
    ...arrays.map(
      ({ name, low, high, rootMeanSquare }) =>
        `${name}: ${short(low)} to ${short(high)}, root mean square ${short(rootMeanSquare)}`,
    ),
    ...trained(notes),
    ...(filters === undefined ? [] : ["", `Wrote ${filters}`]),
  ]);
}

/** The weights of the units that see the visible ones, visible values x hidden ones. */
function firstWeights({ arrays }: Packed, visible: number): Matrix | undefined {
  for (const [name, { values, shape }] of arrays) {
    const isFirst = name.endsWith("weights") && shape.length === 2 && shape[0] === visible;
    if (isFirst && values instanceof Float64Array) return { rows: shape[0], columns: shape[1], values };
  }
  return undefined;
}

/** What a file notes of the training. */
function trained(notes: ModelNotes["notes"]): string[] {
  const entries = Object.entries(notes ?? {});
  const width = Math.max(0, ...entries.map(([key]) => plain(key).length));
  const lines = entries.map(([key, value]) => `  ${plain(key).padEnd(width)}  ${plain(JSON.stringify(value))}`);
  return lines.length === 0 ? [] : ["", "How it was trained:", ...lines];
}

import type { Command } from "commander";
import { filterSheet, memorySheet } from "../data/index.js";
import { ArgumentError } from "../errors.js";
import type { Matrix } from "../math/index.js";
import { allModelKinds, kindOfFile, loadModel, type UserExtensions, writeGreyPng } from "../node/index.js";
import type { Packed } from "../packed.js";
import type { StoredModel } from "../storage/index.js";
import { newCommand } from "./io/options.js";
import { print, printWarning, short } from "./io/output.js";
import { claimOutputs, forceOption, pictureFormat } from "./io/output-files.js";
import { requireShape } from "./io/reading.js";
import { describeTraining } from "./io/training-notes.js";
import { describeFacts, describeModel, type FileFacts, factsOf } from "./io/words.js";
import { inspectMemory } from "./memory/inspect.js";
import { loadAnyMemory } from "./memory/load.js";

interface InspectOptions {
  png?: string;
  force?: true;
  json?: true;
}

export function inspectCommand(extensions: UserExtensions): Command {
  return newCommand("inspect", "Show what a memory or model file contains.", "engram inspect digits.safetensors --json")
    .argument("<file>", "file written by engram store or engram train")
    .option("--png <file>", "write the filters of the hidden units, or the memories, of a trained model as a PNG sheet")
    .addOption(forceOption())
    .option("--kind <module>", "your own module with the memory's kind")
    .option("--rule <module>", "your own module with the memory's learning rule")
    .action((file: string, options: InspectOptions) => inspect(file, options, extensions));
}

async function inspect(file: string, { png, force, json }: InspectOptions, extensions: UserExtensions): Promise<void> {
  const inputs = [{ flag: "the model", path: file }];
  await claimOutputs([{ flag: "--png", path: png, format: pictureFormat }], { inputs, force });
  const kind = await kindOfFile(file);
  const facts = await factsOf(file);
  if (allModelKinds.some(({ name }) => name === kind)) {
    return inspectModel(file, await loadModel(file, { onWarning: printWarning }), facts, png, json);
  }
  if (png !== undefined) throw new ArgumentError(`--png is for a trained model; ${file} contains a memory`);
  inspectMemory(file, await loadAnyMemory(file, extensions), facts, json);
}

/** Describes a trained model: its kind, its layers of units, and how it was trained. */
async function inspectModel(
  file: string,
  stored: StoredModel,
  facts: FileFacts,
  png: string | undefined,
  json: true | undefined,
): Promise<void> {
  const { kind, model, shape, notes } = stored;
  const visible = kind.visible(model);
  const packed = kind.pack(model);
  if (png !== undefined) {
    const pictures = kind.filters?.(model);
    const weights = firstWeights(packed, visible.width);
    const pictured = { shape: requireShape({ ...stored, visible }, "--png") };
    if (pictures !== undefined) await writeGreyPng(png, memorySheet(pictures, pictured));
    else if (weights !== undefined) await writeGreyPng(png, filterSheet(weights, pictured));
    else throw new ArgumentError(`--png needs hidden units; the model in ${file} has none`);
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
  print(json, { file, ...facts, model: kind.name, reference: kind.reference, shape, arrays, notes, png }, () => [
    `${file}: ${describeModel(stored)} (${kind.reference})`,
    ...describeFacts(facts),
    "",
    ...arrays.map(
      ({ name, shape: size, low, high, rootMeanSquare }) =>
        `${name} (${size.join(" x ")}): ${short(low)} to ${short(high)}, root mean square ${short(rootMeanSquare)}`,
    ),
    ...describeTraining(notes),
    ...(png === undefined ? [] : ["", `Wrote ${png}`]),
  ]);
}

/** The weights between the visible and the first hidden layer, visible values x hidden values. */
function firstWeights({ arrays }: Packed, visible: number): Matrix | undefined {
  for (const [name, { values, shape }] of arrays) {
    const isFirst = name.endsWith("weights") && shape.length === 2 && shape[0] === visible;
    if (isFirst && values instanceof Float64Array) return { rows: shape[0], columns: shape[1], values };
  }
  return undefined;
}

import type { Command } from "commander";
import { filterSheet } from "../data/index.js";
import { ArgumentError } from "../errors.js";
import type { Hopfield } from "../memories/index.js";
import { loadModel, plain, writeGreyPng } from "../node/index.js";
import type { StoredRbm } from "../storage/index.js";
import { weightNorms } from "../training/index.js";
import { newCommand } from "./io/options.js";
import { count, print, short, warn } from "./io/output.js";
import { requireShape } from "./io/reading.js";
import { describeDeep, describeMemory, describeRbm, patternName } from "./io/words.js";

/** Patterns that are listed for a person. */
const listed = 20;

interface InspectOptions {
  filters?: string;
  json?: true;
}

export function inspectCommand(): Command {
  return newCommand(
    "inspect",
    "Tell what a memory or a trained model is, from its file.",
    "engram inspect digits.safetensors --json",
  )
    .argument("<file>", "a file that engram store or engram train wrote")
    .option("--filters <png>", "write a sheet of what each hidden unit of a trained model looks for")
    .action(inspect);
}

async function inspect(file: string, { filters, json }: InspectOptions): Promise<void> {
  const found = await loadModel(file);
  if (found.model === "rbm") return inspectRbm(file, found, filters, json);
  if (filters !== undefined) throw new ArgumentError(`--filters is for an RBM; ${file} holds another model`);
  if (found.model === "hopfield") return inspectMemory(file, found.memory, json);
  const { model, shape, notes } = found;
  print(json, { file, model, shape, notes }, () => [`${file}: ${describeDeep(found)}`, ...trained(notes)]);
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

async function inspectRbm(file: string, model: StoredRbm, filters: string | undefined, json: true | undefined) {
  const { rbm, shape, notes } = model;
  if (filters !== undefined)
    await writeGreyPng(
      filters,
      filterSheet(rbm.weights, { shape: requireShape({ ...model, visible: rbm.visible }, "--filters") }),
    );
  const { rootMeanSquare, largest } = weightNorms(rbm);
  const layers = Object.entries({ visible: rbm.visible, hidden: rbm.hidden }).map(([layer, units]) => {
    const ranges = Object.entries(units.named).map(([name, values]) => ({
      name,
      low: Math.min(...values),
      high: Math.max(...values),
    }));
    return { layer, type: units.type, count: units.count, parameters: ranges };
  });
  print(json, { file, model: "rbm", shape, layers, weights: { rootMeanSquare, largest }, notes, filters }, () => [
    `${file}: ${describeRbm(model)}`,
    `weights: root mean square ${short(rootMeanSquare)}, largest ${short(largest)}`,
    ...layers.flatMap(({ layer, parameters }) =>
      parameters.map(({ name, low, high }) => `${layer} ${name}: ${short(low)} to ${short(high)}`),
    ),
    ...trained(notes),
    ...(filters === undefined ? [] : ["", `Wrote ${filters}`]),
  ]);
}

/** What a file notes of the training. */
function trained(notes: StoredRbm["notes"]): string[] {
  const lines = Object.entries(notes ?? {}).map(
    ([key, value]) => `  ${plain(key).padEnd(14)}${plain(JSON.stringify(value))}`,
  );
  return lines.length === 0 ? [] : ["", "How it was trained:", ...lines];
}

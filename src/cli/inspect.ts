import type { Command } from "commander";
import { filterSheet } from "../data/index.js";
import { ArgumentError } from "../errors.js";
import { loadModel, plain, type UserExtensions, writeGreyPng } from "../node/index.js";
import type { StoredRbm } from "../storage/index.js";
import { weightNorms } from "../training/index.js";
import { newCommand } from "./io/options.js";
import { print, short } from "./io/output.js";
import { requireShape } from "./io/reading.js";
import { describeDeep, describeRbm } from "./io/words.js";
import { inspectMemory } from "./memory/inspect.js";
import { allKinds } from "./memory/user-things.js";

interface InspectOptions {
  filters?: string;
  json?: true;
}

export function inspectCommand(extensions: UserExtensions): Command {
  return newCommand("inspect", "Show what a memory or model file contains.", "engram inspect digits.safetensors --json")
    .argument("<file>", "a file that engram store or engram train wrote")
    .option("--filters <png>", "write a sheet of what each hidden unit of a trained model looks for")
    .option("--kind <module>", "a module with the kind of the file, where it is your own")
    .option("--rule <module>", "a module with the rule of the memory, where it is your own")
    .action((file: string, options: InspectOptions) => inspect(file, options, extensions));
}

async function inspect(file: string, { filters, json }: InspectOptions, extensions: UserExtensions): Promise<void> {
  const { rules, associationRules, dynamics } = extensions;
  const found = await loadModel(file, { kinds: allKinds(extensions), rules, associationRules, dynamics });
  if (found.model === "rbm") return inspectRbm(file, found, filters, json);
  if (filters !== undefined) throw new ArgumentError(`--filters is for an RBM; ${file} holds another model`);
  if (found.model === "memory") return inspectMemory(file, found.memory, json);
  const { model, shape, notes } = found;
  print(json, { file, model, shape, notes }, () => [`${file}: ${describeDeep(found)}`, ...trained(notes)]);
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

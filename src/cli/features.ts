import { extname } from "node:path";
import type { Command } from "commander";
import { ArgumentError, internal } from "../errors.js";
import { type DeepBeliefNet, deepBeliefKind, deepFeatures, type Rbm, rbmKind } from "../models/index.js";
import { encodeNpz, writeFileAtomic } from "../node/index.js";
import { toTensor } from "../storage/arrays.js";
import { writeSafetensors } from "../storage/index.js";
import { type GreySet, type GreySetOptions, withDataOptions } from "./io/grey-set.js";
import { integerOption, newCommand } from "./io/options.js";
import { count, print } from "./io/output.js";
import { claimOutputs, featureFormats, forceOption } from "./io/output-files.js";
import { meansOf, readFor, readingOf } from "./io/reading.js";
import { type ForKind, loadTrained, type TrainedModel } from "./io/trained-model.js";

interface FeaturesOptions extends GreySetOptions {
  layer?: number;
  out: string;
  force?: true;
  json?: true;
}

/** Number of images whose features are computed at a time. */
const BATCH = 256;

export function featuresCommand(): Command {
  const command = newCommand(
    "features",
    "Compute features of images, the means of a model's hidden units, and write them to a file.",
    "engram features digits.rbm.safetensors --data mnist --split test --out features.npz",
  )
    .argument("<model>", "model file of an RBM or a deep belief net")
    .requiredOption("--data <name>", "images: glyphs (built in), mnist, or a folder of IDX files or of images");
  return withDataOptions(command)
    .option(
      "--layer <n>",
      "number of the hidden layer, 1 for the lowest (default the top one)",
      integerOption("--layer", 1),
    )
    .requiredOption("--out <file>", ".npz, .csv or .safetensors file for the features, and for labels if there are any")
    .addOption(forceOption())
    .action(features);
}

/** Rows of features, and the label of each. */
interface Table {
  readonly columns: number;
  readonly values: Float64Array;
  /** Numbers of classes; names too in a text. */
  readonly labels: GreySet["labels"] | Uint32Array;
}

async function features(file: string, options: FeaturesOptions): Promise<void> {
  const { out, layer, data, force, json } = options;
  await claimOutputs([{ flag: "--out", path: out, format: featureFormats }], {
    inputs: [
      { flag: "the model", path: file },
      { flag: "--data", path: data },
    ],
    force,
  });
  const encode = encoders[extname(out).toLowerCase()];
  if (encode === undefined) throw internal(`no encoder for ${extname(out)}`);
  const { model, use } = await loadTrained(file, featurings);
  const layers = use.layers(model.model);
  if (layer !== undefined && layer > layers) {
    throw new ArgumentError(`--layer is ${layer}, but ${file} holds a model of ${count(layers, "hidden layer")}`);
  }
  const set = await readFor(model, options);
  const values = use.features(model, set, layer);
  const columns = values.length / set.count;
  const { labels, classes } = extname(out).toLowerCase() === ".csv" ? set : numberedLabels(set);
  await writeFileAtomic(out, await encode({ columns, values, labels }));
  const labelled = labels === undefined ? "" : " and their labels";
  print(
    json,
    { file, data: set.name, images: set.count, features: columns, labels: labels !== undefined, classes, out },
    () => [
      `Wrote ${out}: ${count(columns, "feature")} of ${count(set.count, "image")} of ${set.name}${labelled}`,
      ...(classes === undefined || labels === set.labels
        ? []
        : [`Labels are the numbers, from 0, of ${classes.join(", ")}`]),
    ],
  );
}

/** Labels as numbers, for files of numbers: names of classes become their places, and names of single images are left out. */
function numberedLabels(set: GreySet): { labels: Table["labels"]; classes?: readonly string[] } {
  const { labels } = set;
  if (labels === undefined || set.unclassed) return { labels: undefined };
  if (labels instanceof Uint8Array) return { labels };
  const classes = set.classes ?? [...new Set(labels)];
  const places = new Map(classes.map((name, c) => [name, c]));
  const numbers = labels.map((label) => places.get(label) ?? 0);
  return { labels: classes.length > 256 ? Uint32Array.from(numbers) : Uint8Array.from(numbers), classes };
}

/** The features of models of one kind. */
interface Featuring extends ForKind {
  /** Number of hidden layers. */
  layers(model: never): number;
  features(model: TrainedModel<never>, set: GreySet, layer: number | undefined): Float64Array;
}

/** The features of each kind of model; a new kind is one line here. */
const featurings: readonly Featuring[] = [
  { kind: rbmKind, layers: () => 1, features: hiddenMeans },
  { kind: deepBeliefKind, layers: (net: DeepBeliefNet) => net.rbms.length, features: deepMeans },
];

/** <h | v>; grey pixels count as means unless the model's data were cut at a threshold. */
function hiddenMeans(model: TrainedModel<Rbm>, set: GreySet): Float64Array {
  const { visible, hidden } = model.model;
  const reading = readingOf(model);
  const means = new Float64Array(set.count * hidden.width);
  for (let from = 0; from < set.count; from += BATCH) {
    const to = Math.min(set.count, from + BATCH);
    const inputs = model.model.hiddenInputs(meansOf(set, visible, reading, from, to));
    hidden.mean(inputs, 1, means.subarray(from * hidden.width, to * hidden.width));
  }
  return means;
}

/** The means of each layer given the means of the one below. */
function deepMeans(model: TrainedModel<DeepBeliefNet>, set: GreySet, layer: number | undefined): Float64Array {
  const { model: net, visible } = model;
  const values = meansOf(set, visible, readingOf(model), 0, set.count);
  const features = deepFeatures(net, { rows: set.count, columns: visible.width, values }, { layer });
  return Float64Array.from(features.values);
}

const encoders: Readonly<Record<string, (table: Table) => Uint8Array | Promise<Uint8Array>>> = {
  ".npz": ({ columns, values, labels }) => {
    const arrays = new Map([["features", { shape: [values.length / columns, columns], values }]]);
    if (isNumbers(labels)) {
      arrays.set("labels", { shape: [labels.length], values: Float64Array.from(labels) });
    }
    return encodeNpz(arrays);
  },
  ".csv": ({ columns, values, labels }) => {
    const names = Array.from({ length: columns }, (_, j) => `h${j}`);
    const parts = [`${(labels === undefined ? names : ["label", ...names]).join(",")}\n`];
    for (let from = 0; from < values.length; from += columns) {
      const row = Array.from(values.subarray(from, from + columns), (value) => String(Number(value.toPrecision(9))));
      if (labels !== undefined) row.unshift(quoted(String(labels[from / columns])));
      parts.push(`${row.join(",")}\n`);
    }
    return Buffer.concat(parts.map((line) => Buffer.from(line)));
  },
  ".safetensors": ({ columns, values, labels }) => {
    const shape = [values.length / columns, columns];
    const tensors = new Map([["features", toTensor("features", Float32Array.from(values), shape)]]);
    if (isNumbers(labels)) tensors.set("labels", toTensor("labels", labels));
    return writeSafetensors({ tensors, metadata: new Map() });
  },
};

function isNumbers(labels: Table["labels"]): labels is Uint8Array | Uint32Array {
  return labels instanceof Uint8Array || labels instanceof Uint32Array;
}

/** A field of a CSV file (RFC 4180, section 2). */
function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

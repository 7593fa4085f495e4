import { extname } from "node:path";
import type { Command } from "commander";
import { ArgumentError, ShapeError } from "../errors.js";
import { type Rbm, rbmKind } from "../models/index.js";
import { loadScikitLearn, type Size, saveModel, saveScikitLearn } from "../node/index.js";
import { newCommand, sizeOption } from "./io/options.js";
import { print } from "./io/output.js";
import { claimOutputs, forceOption, modelFormat, scikitLearnFormat } from "./io/output-files.js";
import { loadTrained } from "./io/trained-model.js";
import { describeModel } from "./io/words.js";

export function convertCommand(): Command {
  return newCommand(
    "convert",
    "Convert a scikit-learn RBM (.npz) to a model file (.safetensors), or back.",
    "engram convert rbm.npz rbm.safetensors --size 28x28",
  )
    .argument("<from>", "file to read; see below for how Python writes a .npz file")
    .argument("<to>", "file to write")
    .option("--size <HxW>", "height and width of the pictures, for a .npz file (default none)", sizeOption("--size"))
    .addOption(forceOption())
    .addHelpText(
      "after",
      `
From a fitted sklearn.neural_network.BernoulliRBM in Python:
  numpy.savez("rbm.npz", components=rbm.components_,
              intercept_hidden=rbm.intercept_hidden_,
              intercept_visible=rbm.intercept_visible_)
Modules of hflayers are layers, not models: loadHflayers of engram/node reads their weights, written by
  from safetensors.torch import save_file
  save_file(module.state_dict(), "layer.safetensors")`,
    )
    .action(convert);
}

interface ConvertOptions {
  size?: Size;
  force?: true;
  json?: true;
}

async function convert(from: string, to: string, { size, force, json }: ConvertOptions): Promise<void> {
  const [source, target] = [from, to].map((path) => extname(path).toLowerCase());
  if (source === target || [source, target].some((ending) => ending !== ".npz" && ending !== ".safetensors")) {
    throw new ArgumentError(`${from} and ${to} are not one .npz and one .safetensors file; name one of each`);
  }
  const format = target === ".npz" ? scikitLearnFormat : modelFormat;
  const inputs = [{ flag: "the file to read", path: from }];
  await claimOutputs([{ flag: "the file to write", path: to, format }], { inputs, force });
  if (source === ".safetensors") {
    if (size !== undefined)
      throw new ArgumentError("--size is for a .npz file, which does not store the size of pictures; omit it");
    const { model } = await loadTrained(from, [{ kind: rbmKind }]);
    const rbm: Rbm = model.model;
    await saveScikitLearn(to, rbm);
    return print(json, { from, to, visible: rbm.visible.count, hidden: rbm.hidden.count }, () => [
      `Wrote ${to}: ${describeModel(model)}`,
    ]);
  }
  const rbm = await loadScikitLearn(from);
  if (size !== undefined && size[0] * size[1] !== rbm.visible.count) {
    throw new ShapeError(`--size is ${size.join("x")}; the RBM of ${from} has ${rbm.visible.count} visible units`);
  }
  await saveModel(to, rbm, { shape: size });
  print(json, { from, to, visible: rbm.visible.count, hidden: rbm.hidden.count, shape: size }, () => [
    `Wrote ${to}: ${describeModel({ kind: rbmKind, model: rbm, shape: size })}`,
  ]);
}

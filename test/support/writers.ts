import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Hopfield } from "../../src/memories/index.js";
import { DeepBeliefNet, Rbm } from "../../src/models/index.js";
import { saveMemory, saveModel, saveScikitLearn } from "../../src/node/index.js";
import { PatternSet } from "../../src/patterns/index.js";
import { binary } from "../../src/units/index.js";
import { temporaryFolder } from "./folder.js";
import { putDataSet, putPng, randomPictures } from "./pictures.js";

/*
 * All commands that write, one entry for each file that they write.
 */

const size = [4, 4] as const;

/** A command that writes a file, which comes last in its arguments. */
export interface Writer {
  readonly args: readonly string[];
  readonly ending: string;
  /** Files that it reads. */
  readonly inputs: readonly string[];
}

const train = ["--epochs", "1", "--data", "dots"];

export const writers: Readonly<Record<string, Writer>> = {
  store: { args: ["store", "a.png", "b.png", "--out"], ending: ".safetensors", inputs: ["a.png"] },
  "store --data": {
    args: ["store", "--data", "dots", "--out"],
    ending: ".safetensors",
    inputs: ["dots/images-idx3-ubyte", "dots/labels-idx1-ubyte"],
  },
  recall: {
    args: ["recall", "memory", "--cue", "a.png", "--png"],
    ending: ".png",
    inputs: ["memory", "a.png"],
  },
  sample: {
    args: ["sample", "rbm", "--rows", "1", "--burn-in", "1", "--from", "a.png", "--png"],
    ending: ".png",
    inputs: ["rbm", "a.png"],
  },
  "sample --data": {
    args: ["sample", "rbm", "--rows", "1", "--count", "2", "--from", "data", "--data", "pictures", "--png"],
    ending: ".png",
    inputs: ["rbm", "pictures/c.png"],
  },
  inspect: { args: ["inspect", "rbm", "--png"], ending: ".png", inputs: ["rbm"] },
  "features to .npz": { args: ["features", "rbm", "--data", "dots", "--out"], ending: ".npz", inputs: ["rbm"] },
  "features to .csv": { args: ["features", "rbm", "--data", "dots", "--out"], ending: ".csv", inputs: ["rbm"] },
  "features to .safetensors": {
    args: ["features", "rbm", "--data", "dots", "--out"],
    ending: ".safetensors",
    inputs: ["rbm"],
  },
  "convert to .npz": { args: ["convert", "old.safetensors"], ending: ".npz", inputs: ["old.safetensors"] },
  "convert to .safetensors": { args: ["convert", "old.npz"], ending: ".safetensors", inputs: ["old.npz"] },
  "reproduce --json": {
    args: ["reproduce", "rojas-1996/capacity-rule", "--quick", "--json"],
    ending: ".json",
    inputs: [],
  },
  "reproduce --svg": {
    args: ["reproduce", "rojas-1996/capacity-rule", "--quick", "--svg"],
    ending: ".svg",
    inputs: [],
  },
  "train rbm": { args: ["train", "rbm", "--hidden", "2", ...train, "--out"], ending: ".safetensors", inputs: [] },
  "train rbm --png": {
    args: ["train", "rbm", "--hidden", "2", "--epochs", "1", "--data", "pictures", "--out", "new", "--png"],
    ending: ".png",
    inputs: ["pictures/c.png"],
  },
  "train boltzmann": { args: ["train", "boltzmann", ...train, "--out"], ending: ".safetensors", inputs: [] },
  "train dbn": { args: ["train", "dbn", "--layers", "2", ...train, "--out"], ending: ".safetensors", inputs: [] },
  "train dbm": {
    args: ["train", "dbm", "--lower", "2", "--upper", "2", "--pretraining", "1", ...train, "--out"],
    ending: ".safetensors",
    inputs: [],
  },
  "train classifier": {
    args: ["train", "classifier", "--from", "dbn", ...train, "--out"],
    ending: ".safetensors",
    inputs: ["dbn"],
  },
  "train kanerva": {
    args: ["train", "kanerva", "--rows", "3", "--code", "2", "--hidden", "4", "--items", "3", ...train, "--out"],
    ending: ".safetensors",
    inputs: [],
  },
  "train dense-classifier": {
    args: ["train", "dense-classifier", "--memories", "3", ...train, "--out"],
    ending: ".safetensors",
    inputs: [],
  },
  "train memory-network": {
    args: ["train", "memory-network", "--stories", "stories.txt", "--epochs", "1", "--out"],
    ending: ".safetensors",
    inputs: ["stories.txt"],
  },
  "train memo": {
    args: ["train", "memo", "--units", "4", "--dimension", "4", "--episodes", "32", "--epochs", "1", "--out"],
    ending: ".safetensors",
    inputs: [],
  },
};

/** A folder with all that the commands read, gone when the running test is over. */
export async function workplace(): Promise<string> {
  const cwd = temporaryFolder();
  const pictures = randomPictures(4, size);
  for (const [k, name] of ["a", "b", "pictures/c", "pictures/d"].entries()) {
    await putPng(cwd, `${name}.png`, pictures[k], size);
  }
  putDataSet(join(cwd, "dots"), 9, size);
  const rbm = new Rbm({ visible: binary(16), hidden: binary(2) });
  await saveMemory(join(cwd, "memory"), new Hopfield(16).store(PatternSet.from(pictures, { shape: [4, 4] })));
  await saveModel(join(cwd, "rbm"), rbm, { shape: [4, 4] });
  await saveModel(join(cwd, "old.safetensors"), rbm, { shape: [4, 4] });
  await saveModel(join(cwd, "dbn"), DeepBeliefNet.ofLayers([binary(16), binary(2)]), { shape: [4, 4] });
  await saveScikitLearn(join(cwd, "old.npz"), rbm);
  writeFileSync(join(cwd, "stories.txt"), "1 Mary went to the garden.\n2 Where is Mary?\tgarden\t1\n");
  return cwd;
}

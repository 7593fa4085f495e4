import {
  chmodSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Hopfield } from "../../src/memories/index.js";
import { DeepBeliefNet, Rbm } from "../../src/models/index.js";
import { saveMemory, saveModel, saveScikitLearn } from "../../src/node/index.js";
import { PatternSet } from "../../src/patterns/index.js";
import { binary } from "../../src/units/index.js";
import { engram } from "../support/engram.js";
import { temporaryFolder } from "../support/folder.js";
import { putDataSet, putPng, randomPictures } from "../support/pictures.js";

const size = [4, 4] as const;

/** A command that writes a file, which comes last in its arguments. */
interface Writer {
  readonly args: readonly string[];
  readonly ending: string;
  /** Files that it reads. */
  readonly inputs: readonly string[];
}

const train = ["--epochs", "1", "--data", "dots"];

const writers: Readonly<Record<string, Writer>> = {
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
};

const all = Object.entries(writers);

/** A folder with all that the commands read. */
async function workplace(): Promise<string> {
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
  return cwd;
}

const bytesIn = (cwd: string, name: string) => readFileSync(join(cwd, name));

async function refused(cwd: string, args: readonly string[], line: RegExp): Promise<void> {
  const { code, stdout, stderr } = await engram(args, { cwd, env: { XDG_CACHE_HOME: join(cwd, "cache") } });
  expect(stderr).toMatch(/^engram: [^\n]+\n$/);
  expect(stderr).toMatch(line);
  expect([code, stdout]).toEqual([2, ""]);
}

describe.each(all)("engram %s", (_, { args, ending, inputs }) => {
  const env = { XDG_CACHE_HOME: "cache" };

  test("writes over none of its inputs, by whatever name, not even by --force", async () => {
    const cwd = await workplace();
    for (const [k, input] of inputs.entries()) {
      const before = bytesIn(cwd, input);
      // The same file by two other names, whose endings fit.
      symlinkSync(join(cwd, input), join(cwd, `symbolic-${k}${ending}`));
      linkSync(join(cwd, input), join(cwd, `hard-${k}${ending}`));
      const names = [`symbolic-${k}${ending}`, ...(input.includes("/") ? [] : [`hard-${k}${ending}`])];
      if (input.endsWith(ending) || ending === ".safetensors") names.push(input);
      for (const name of names) {
        await refused(
          cwd,
          [...args, name, "--force"],
          /, and so is |; expected a name with the extension |are not one /,
        );
      }
      expect(bytesIn(cwd, input)).toEqual(before);
    }
  });

  test("replaces a file of another format, and a model, by --force alone, and keeps its mode", async () => {
    const cwd = await workplace();
    const others: Record<string, Buffer> = {
      text: Buffer.from("Not to be lost.\n"),
      memory: bytesIn(cwd, "memory"),
      model: bytesIn(cwd, "rbm"),
      arrays: bytesIn(cwd, "old.npz"),
      json: Buffer.from('{ "name": "mine" }\n'),
      drawing: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"></svg>\n'),
    };
    for (const [name, bytes] of Object.entries(others)) {
      const path = join(cwd, `${name}${ending}`);
      writeFileSync(path, bytes);
      await refused(cwd, [...args, `${name}${ending}`], /replace it by --force|overwrite it by --restart/);
      expect(readFileSync(path)).toEqual(bytes);
    }
    chmodSync(join(cwd, `text${ending}`), 0o600);
    const { stderr } = await engram([...args, `text${ending}`, "--force"], { cwd, env });
    expect(stderr.replace(/^warning: .*\n/gm, "")).toBe("");
    expect(bytesIn(cwd, `text${ending}`)).not.toEqual(others.text);
    expect(statSync(join(cwd, `text${ending}`)).mode & 0o777).toBe(0o600);
    expect(readdirSync(cwd).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("refuses an ending that does not fit, a folder that is not there and a read-only file before it works", async () => {
    const cwd = await workplace();
    const names = () => readdirSync(cwd, { recursive: true, encoding: "utf8" }).sort();
    const before = names();
    await refused(cwd, [...args, "new.jpg"], /new\.jpg/);
    await refused(cwd, [...args, `none/new${ending}`], /none is not a folder; make it first/);
    mkdirSync(join(cwd, `folder${ending}`));
    await refused(cwd, [...args, `folder${ending}`], /which is a folder; give the path of a file/);
    writeFileSync(join(cwd, `locked${ending}`), "");
    chmodSync(join(cwd, `locked${ending}`), 0o444);
    await refused(cwd, [...args, `locked${ending}`, "--force"], /locked\.\w+ is read-only; make it writable/);
    expect(names()).toEqual([...before, `folder${ending}`, `locked${ending}`].sort());
  });
});

const repeated = all.filter(
  ([name, { ending }]) =>
    !name.startsWith("train") &&
    !name.startsWith("convert") &&
    (ending !== ".safetensors" || name.startsWith("features")),
);

test.each(repeated)("engram %s may write again what it wrote, and over an empty file", async (_, { args, ending }) => {
  const cwd = await workplace();
  const run = () => engram([...args, `again${ending}`], { cwd, env: { XDG_CACHE_HOME: join(cwd, "cache") } });
  const codes = [(await run()).code, (await run()).code];
  writeFileSync(join(cwd, `again${ending}`), "");
  expect([...codes, (await run()).code]).toEqual([0, 0, 0]);
});

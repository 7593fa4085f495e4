import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { glyphs } from "../../src/data/index.js";
import { type DeepBeliefNet, deepFeatures, labelProbabilities } from "../../src/models/index.js";
import { decodeNpz, loadModel, readGrey } from "../../src/node/index.js";
import { warningMessage } from "../../src/warnings.js";
import { engram, startEngram } from "../support/engram.js";
import { temporaryFolder } from "../support/folder.js";
import { putDataSet } from "../support/pictures.js";

const net = ["train", "dbn", "--data", "glyphs", "--layers", "12,10", "--labels", "--batch", "11", "--threads", "1"];

async function json(cwd: string, ...args: string[]) {
  const { code, stdout, stderr } = await engram([...args, "--threads", "1", "--json"], { cwd });
  // A training reports its progress on standard error.
  expect([code, args[0] === "train" ? "" : stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

async function netOf(cwd: string, name: string): Promise<DeepBeliefNet> {
  const found = await loadModel(join(cwd, name));
  if (found.kind.name !== "dbn") throw new Error(`${name} is a ${found.kind.title}`);
  return found.model as DeepBeliefNet;
}

function glyphRows() {
  const all = glyphs();
  const values = Float64Array.from(Array.from({ length: all.count }, (_, r) => [...all.binary(r)]).flat());
  return { rows: all.count, columns: all.units, values };
}

describe("engram train dbn", () => {
  test("trains RBM by RBM, each as long as it is told, and tells what it did", async () => {
    const cwd = temporaryFolder();
    const result = await json(cwd, ...net, "--epochs", "4,6", "--rate", "0.1,0.05", "--out", "g.dbn.safetensors");
    expect(result).toMatchObject({
      images: 44,
      layers: [12, 10],
      epochs: [4, 6],
      rate: [0.1, 0.05],
      method: ["cd", "pcd"],
    });
    expect(result.classes).toEqual(glyphs().labels);
    expect(result.history.map(({ layer, epoch }: Record<string, number>) => [layer, epoch])).toEqual([
      ...[1, 2, 3, 4].map((epoch) => [1, epoch]),
      ...[1, 2, 3, 4, 5, 6].map((epoch) => [2, epoch]),
    ]);
    const { widths, classes } = await netOf(cwd, "g.dbn.safetensors");
    expect([widths, classes]).toEqual([[256, 12, 10], 44]);
    const told = await engram([...net, "--epochs", "2", "--out", "h.safetensors", "--method", "cd"], { cwd });
    expect(told.stdout).toMatch(
      /^Training a deep belief net of 256-12-10 units and 44 classes, RBM by RBM from below\n/,
    );
    expect(told.stdout).toContain("RBM 1 of 2, 256 x 12, by contrastive divergence\n");
    expect(told.stdout).toMatch(
      /RBM 2 of 2, 56 x 10, by contrastive divergence\n +reconstruction\n +epoch .+\n +1\/2 .+\n +2\/2 /,
    );
    expect(told.stdout).toContain("engram sample h.safetensors --label all");
  });

  test("killed time after time, goes on with --resume and ends with the same bits", async () => {
    const cwd = temporaryFolder();
    const long = [...net, "--epochs", "150"];
    expect((await engram([...long, "--out", "whole.safetensors"], { cwd })).code).toBe(0);
    const kept = join(cwd, "m.checkpoint.safetensors");
    const keptAt = () => statSync(kept, { throwIfNoEntry: false })?.mtimeMs;
    for (let k = 0; k < 2; k++) {
      const child = startEngram([...long, "--out", "m.safetensors", "--every", "0.02", "--resume"], { cwd });
      const before = keptAt();
      while (keptAt() === before) await wait(2);
      await wait(100 * k);
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    const { stdout } = await engram([...long, "--out", "m.safetensors", "--resume"], { cwd });
    expect(stdout).toMatch(/Resuming from m\.checkpoint\.safetensors, after [\d.]+ of 300|has all 300 epochs already/);
    expect(readFileSync(join(cwd, "m.safetensors")).equals(readFileSync(join(cwd, "whole.safetensors")))).toBe(true);
  });

  test("at its end goes on with the top RBM, while those below stay as they are", async () => {
    const cwd = temporaryFolder();
    const train = (epochs: string, ...more: string[]) =>
      engram([...net, "--epochs", epochs, "--out", "m.safetensors", "--keep-checkpoint", ...more], { cwd });
    expect((await train("2,3")).code).toBe(0);
    expect((await train("2,5", "--resume")).stdout).toContain("after 5 of 7 epochs");
    const grown = readFileSync(join(cwd, "m.safetensors"));
    expect((await train("4,5", "--resume")).stderr).toContain(
      "--epochs is 4 for RBM 1, but m.checkpoint.safetensors has it after 2: a trained RBM stays as it is",
    );
    expect((await train("2,4", "--resume")).stderr).toContain("--epochs is 4 for RBM 2 but m.checkpoint");
    expect((await train("2,5")).stderr).toContain("--out is m.safetensors, which exists already; ");
    expect(readFileSync(join(cwd, "m.safetensors")).equals(grown)).toBe(true);
  });
});

describe("what a deep belief net is for", () => {
  test("engram sample makes pictures of a class, or of all", async () => {
    const cwd = temporaryFolder();
    await json(cwd, ...net, "--epochs", "2", "--out", "m.safetensors");
    const sample = ["sample", "m.safetensors", "--burn-in", "2", "--rows", "2", "--steps", "1"];
    const { states, classes } = await json(cwd, ...sample, "--label", "heart", "--count", "3", "--png", "s.png");
    expect(classes).toEqual(["heart", "heart", "heart"]);
    expect(states.map((state: number[]) => state.length)).toEqual([256, 256, 256]);
    expect((await readGrey(join(cwd, "s.png"))).shape).toEqual([2 * (1 + 2 * 17), 2 * (1 + 3 * 17)]);
    expect((await json(cwd, ...sample, "--label", "all")).classes).toEqual(glyphs().labels);
    const { stdout } = await engram([...sample, "--label", "star", "--count", "2"], { cwd });
    expect(stdout).toMatch(/^chain 1: star +chain 2: star$/m);
    const free = await json(cwd, ...sample, "--seed", "2");
    expect(free.states.length).toBe(10);
    expect(glyphs().labels).toEqual(expect.arrayContaining(free.classes));
  });

  test("engram score gives a lower bound with a verdict, and the errors of a net with labels", async () => {
    const cwd = temporaryFolder();
    await json(cwd, ...net, "--epochs", "20", "--out", "m.safetensors");
    const exact = await json(cwd, "score", "m.safetensors", "--data", "glyphs", "--draws", "20");
    expect(exact).toMatchObject({ images: 44, method: "exact sum", trusted: true, draws: 20 });
    expect(exact.lowerBoundLow).toBeLessThan(exact.lowerBound);
    expect(exact.importanceWeighted).toBeGreaterThan(exact.lowerBound);
    const found = labelProbabilities(await netOf(cwd, "m.safetensors"), glyphRows()).values;
    const errors = Array.from({ length: 44 }, (_, r) => {
      const own = found.subarray(44 * r, 44 * (r + 1));
      return own.indexOf(Math.max(...own)) === r ? 0 : 1;
    });
    expect(exact.errors.count).toBe(errors.reduce<number>((a, b) => a + b, 0));
    const annealing = ["score", "m.safetensors", "--data", "glyphs", "--method", "annealing", "--threads", "1"];
    const { code, stdout } = await engram([...annealing, "--chains", "3", "--temperatures", "2"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^log-likelihood +at least -\d+\.\d\d nats per image: a lower bound, itself between /);
    expect(stdout).toMatch(/\nerrors +[\d.]+ % \(\d+ of 44\), .+\nnot to be trusted: .+\n$/);
  });

  test("engram features writes the means of any hidden layer", async () => {
    const cwd = temporaryFolder();
    await json(cwd, ...net, "--epochs", "2", "--out", "m.safetensors");
    const model = await netOf(cwd, "m.safetensors");
    for (const [layer, width] of [
      [1, 12],
      [2, 10],
    ]) {
      const args = ["features", "m.safetensors", "--data", "glyphs", "--layer", String(layer), "--out", "f.npz"];
      expect((await engram(args, { cwd })).stdout).toContain(`${width} features of 44 images`);
      const { values } = (await decodeNpz(readFileSync(join(cwd, "f.npz")))).get("features")!;
      expect(Float32Array.from(values)).toEqual(deepFeatures(model, glyphRows(), { layer }).values);
    }
  });

  test("engram train classifier learns to tell the images, and counts its errors on others", async () => {
    const cwd = temporaryFolder();
    // The test part is the training part: what was learned by heart is told without an error.
    for (const part of ["train-", "t10k-"]) putDataSet(join(cwd, "dots"), 30, [4, 4], part);
    const train = ["--data", "dots", "--layers", "60"];
    await json(cwd, "train", "dbn", ...train, "--epochs", "20", "--out", "m.safetensors");
    const tune = [
      "train",
      "classifier",
      "--from",
      "m.safetensors",
      "--data",
      "dots",
      "--epochs",
      "400",
      "--rate",
      "0.3",
    ];
    const tuned = await json(cwd, ...tune, "--batch", "10", "--out", "c.safetensors");
    expect(tuned).toMatchObject({
      images: 30,
      classes: ["0", "1", "2"],
      warnings: [],
      errors: { count: 0, trials: 30 },
    });
    expect(tuned.history.length).toBe(400);
    const scored = await json(cwd, "score", "c.safetensors", "--data", "dots", "--split", "test");
    expect(scored).toMatchObject({ images: 30, errors: { count: 0, trials: 30, low: 0 } });
    const again = [...tune.slice(0, 3), "c.safetensors", "--data", "dots", "--epochs", "3", "--held-out", "6"];
    const { stdout } = await engram([...again, "--patience", "1", "--out", "d.safetensors"], { cwd });
    expect(stdout).toMatch(/^24 images of 3 classes from dots, and 6 held out\n/);
    expect(stdout).toMatch(/\n +1\/3 .+ 0\.00 +0\.00\n/);
    expect(stdout).toMatch(/\nerrors on dots \(test\): 0\.00 % \(0 of 30\), 0\.00 to 11\.57 % with 95 % confidence\n$/);
  });
});

test("engram train classifier warns where one class for all images would do as well", async () => {
  const cwd = temporaryFolder();
  await json(cwd, "train", "dbn", "--data", "glyphs", "--layers", "40,40", "--epochs", "1", "--out", "n.safetensors");
  const tune = ["train", "classifier", "--from", "n.safetensors", "--data", "glyphs", "--epochs", "2"];
  const tuned = await json(cwd, ...tune, "--out", "c.safetensors");
  const warning = { code: "nothing-learned", errors: 43 / 44, guessed: 43 / 44 } as const;
  expect(tuned.warnings).toEqual([{ ...warning, message: warningMessage(warning) }]);
  const { stderr } = await engram([...tune, "--out", "d.safetensors"], { cwd });
  expect(stderr).toBe(`warning: ${warningMessage(warning)}\n`);
});

test("a net learns in batches of 10, or all at once where there are fewer images", async () => {
  const cwd = temporaryFolder();
  for (const [name, images, batch] of [
    ["dots", 30, 10],
    ["few", 7, 7],
  ] as const) {
    putDataSet(join(cwd, name), images, [4, 4]);
    const train = ["train", "dbn", "--data", name, "--layers", "6,5", "--epochs", "2"];
    expect(await json(cwd, ...train, "--out", `${name}.safetensors`)).toMatchObject({ batch });
    await json(cwd, ...train, "--batch", String(batch), "--out", `${name}-2.safetensors`);
    const [net, same] = [await netOf(cwd, `${name}.safetensors`), await netOf(cwd, `${name}-2.safetensors`)];
    expect(net.rbms[0].weights.values).toEqual(same.rbms[0].weights.values);
  }
});

describe("a fine-tuning that is stopped", () => {
  test("by kill -9 or Ctrl-C goes on with --resume and ends with the same bits", async () => {
    const cwd = temporaryFolder();
    putDataSet(join(cwd, "dots"), 30, [4, 4]);
    await json(cwd, "train", "dbn", "--data", "dots", "--layers", "20", "--epochs", "5", "--out", "n.safetensors");
    const tune = ["train", "classifier", "--from", "n.safetensors", "--data", "dots", "--threads", "1"];
    const long = [...tune, "--epochs", "1500", "--batch", "5", "--held-out", "6", "--dropout", "0.2"];
    expect((await engram([...long, "--out", "whole.safetensors"], { cwd })).code).toBe(0);
    const kept = join(cwd, "c.checkpoint.safetensors");
    const keptAt = () => statSync(kept, { throwIfNoEntry: false })?.mtimeMs;
    const stopped = async (signal: NodeJS.Signals) => {
      const child = startEngram([...long, "--out", "c.safetensors", "--every", "0.02", "--resume"], { cwd });
      let stderr = "";
      child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
      const before = keptAt();
      while (keptAt() === before) await wait(2);
      child.kill(signal);
      const [code] = await once(child, "close");
      return { code, stderr };
    };
    await stopped("SIGKILL");
    const { code, stderr } = await stopped("SIGINT");
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^engram: stopped after \d+ of 1500 epochs; c\.safetensors contains the model so far; repeat the command with --resume to continue\n$/,
    );
    const again = await engram([...long, "--out", "c.safetensors"], { cwd });
    expect(again.stderr).toMatch(
      /^engram: c\.checkpoint\.safetensors holds a training that was stopped after \d+ of 1500 /,
    );
    const other = await engram([...long, "--out", "c.safetensors", "--resume", "--batch", "6"], { cwd });
    expect(other.stderr).toMatch(/^engram: c\.checkpoint\.safetensors holds a training with --batch 5, now 6; /);
    const { stdout } = await engram([...long, "--out", "c.safetensors", "--resume"], { cwd });
    expect(stdout).toMatch(
      /Resuming from c\.checkpoint\.safetensors, after \d+ of 1500 epochs\.\n\n +epoch .+\n +\d+\/1500 /,
    );
    expect(readFileSync(join(cwd, "c.safetensors")).equals(readFileSync(join(cwd, "whole.safetensors")))).toBe(true);
  });

  test("by --patience has ended, and is not gone on with unasked", async () => {
    const cwd = temporaryFolder();
    putDataSet(join(cwd, "dots"), 30, [4, 4]);
    await json(cwd, "train", "dbn", "--data", "dots", "--layers", "20", "--epochs", "5", "--out", "n.safetensors");
    const tune = ["train", "classifier", "--from", "n.safetensors", "--data", "dots", "--held-out", "6"];
    const patient = [...tune, "--epochs", "400", "--patience", "1", "--out", "c.safetensors"];
    const { history, epochs } = await json(cwd, ...patient);
    expect(history.length).toBe(epochs);
    expect(epochs).toBeLessThan(400);
    expect((await engram(patient, { cwd })).stderr).toMatch(/^engram: --out is c\.safetensors, which exists already; /);
    expect((await json(cwd, ...patient, "--resume")).history).toEqual([]);
  });
});

describe("bad input", () => {
  test("is refused in one line", async () => {
    const cwd = temporaryFolder();
    putDataSet(join(cwd, "dots"), 9, [4, 4]);
    const dbn = ["train", "dbn", "--data", "dots", "--out", "n"];
    for (const [name, ...more] of [["labelled", "--labels"], ["plain"]]) {
      await json(cwd, ...dbn, "--layers", "3,2", "--epochs", "1", ...more, "--out", name);
    }
    const rbm = [
      "train",
      "rbm",
      "--data",
      "dots",
      "--hidden",
      "3",
      "--epochs",
      "1",
      "--out",
      "rbm",
      "--keep-checkpoint",
    ];
    await json(cwd, ...rbm);
    const tune = ["train", "classifier", "--data", "dots", "--epochs", "1", "--out", "classifier"];
    await json(cwd, ...tune, "--from", "plain");
    const retune = [...tune, "--restart"];
    for (const [args, line] of [
      [dbn, "required option '--layers <n,...>' not specified"],
      [[...dbn, "--layers", "3,x"], '--layers is "x"; expected a whole number from 1 to 1000000'],
      [[...dbn, "--layers", "3", "--labels"], /^--labels needs at least two hidden layers, but --layers is 3; /],
      [
        [...dbn, "--layers", "3,2", "--epochs", "1,2,3"],
        "--epochs has 3 values for 2 layers; give one for all, or one for each",
      ],
      [
        [...dbn, "--layers", "3,2", "--method", "cd", "--chains", "4"],
        "--chains cannot be used with --method cd; its options are --steps",
      ],
      [
        [...dbn, "--layers", "3,2", "--checkpoint", "rbm.checkpoint.safetensors", "--resume"],
        "rbm.checkpoint.safetensors is not a checkpoint of a deep belief net of 2 hidden layers; give another file with --checkpoint",
      ],
      [["sample", "labelled", "--label", "7"], '--label is "7"; expected all, or one of 0, 1, 2'],
      [["sample", "plain", "--label", "1"], /^--label is "1", but the net was trained without --labels; omit it/],
      [["sample", "rbm", "--label", "1"], "--label cannot be used with a model of the kind rbm; omit it"],
      [["sample", "plain", "--from", "data"], "--from cannot be used with a model of the kind dbn; omit it"],
      [["sample", "plain", "--beta", "2"], "--beta cannot be used with a model of the kind dbn; omit it"],
      [
        ["sample", "classifier"],
        "classifier holds a model of the kind classifier; expected rbm, boltzmann, dbn or dbm",
      ],
      [
        ["score", "rbm", "--data", "dots", "--draws", "3"],
        "--draws cannot be used with a model of the kind rbm; omit it",
      ],
      [
        ["score", "classifier", "--data", "dots", "--chains", "3"],
        "--chains cannot be used with a model of the kind classifier; omit it",
      ],
      [
        ["features", "plain", "--data", "dots", "--layer", "3", "--out", "f.csv"],
        /^--layer is 3, but plain holds a model of 2 hidden layers/,
      ],
      [
        ["features", "rbm", "--data", "dots", "--layer", "2", "--out", "f.csv"],
        /^--layer is 2, but rbm holds a model of 1 hidden/,
      ],
      [[...retune, "--from", "rbm"], "rbm holds a model of the kind rbm; expected dbn or classifier"],
      [[...retune, "--from", "plain", "--patience", "2"], /^--patience needs held-out images, but there are none; /],
      [[...tune, "--from", "plain"], /^--out is classifier, which exists already; give another name, /],
      [[...retune, "--from", "classifier"], "--out is classifier, and so is --from; give each its own file"],
      [[...retune, "--from", "plain", "--limit", "1"], /^dots has images of only one class; /],
    ] as [string[], string | RegExp][]) {
      const { code, stderr } = await engram(args, { cwd });
      expect(stderr).toMatch(/^engram: [^\n]+\n$/);
      const said = stderr.slice("engram: ".length, -1);
      if (typeof line === "string") expect(said).toBe(line);
      else expect(said).toMatch(line);
      expect(code).toBe(2);
    }
  });
});

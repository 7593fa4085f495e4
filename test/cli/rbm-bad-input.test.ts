import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Rbm } from "../../src/models/index.js";
import { saveCheckpoint, saveModel } from "../../src/node/index.js";
import { binary, gaussian } from "../../src/units/index.js";
import { engram } from "../support/engram.js";
import { putDataSet, putPng, randomPictures } from "../support/pictures.js";

const cwd = mkdtempSync(join(tmpdir(), "engram-"));
afterAll(() => rmSync(cwd, { recursive: true }));

/** Something of everything that can go wrong; every test sees to it that it stays as it is. */
beforeAll(async () => {
  putDataSet(join(cwd, "few"), 9, [4, 4]);
  mkdirSync(join(cwd, "empty"));
  writeFileSync(join(cwd, "old"), "old");
  await putPng(cwd, "a.png", randomPictures(1, [4, 4])[0], [4, 4]);
  const machine = (hidden: number) => new Rbm({ visible: binary(16), hidden: binary(hidden) });
  await saveModel(join(cwd, "m"), machine(3), { shape: [4, 4] });
  await saveModel(join(cwd, "plain"), machine(3));
  await saveModel(join(cwd, "large"), machine(30), { shape: [4, 4] });
  await saveModel(join(cwd, "real.safetensors"), new Rbm({ visible: gaussian(16), hidden: binary(3) }), {
    shape: [4, 4],
  });
  writeFileSync(join(cwd, "cut"), readFileSync(join(cwd, "m")).subarray(0, 200));
  writeFileSync(join(cwd, "text.npz"), "no archive");
  await saveCheckpoint(join(cwd, "other.checkpoint.safetensors"), { arrays: new Map(), metadata: {} });
  const trained = ["--hidden", "3", "--epochs", "1", "--out", "t.safetensors", "--keep-checkpoint"];
  await engram(["train", "rbm", "--data", "few", ...trained], { cwd });
});

/** All that lies in a folder: paths and contents. */
function snapshot(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const files = paths.filter((path) => statSync(join(folder, path)).isFile());
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(folder, path), "base64")]));
}

const train = ["train", "rbm", "--data", "few", "--hidden", "3", "--out", "new"];
const resume = [
  "train",
  "rbm",
  "--data",
  "few",
  "--hidden",
  "3",
  "--epochs",
  "3",
  "--out",
  "t.safetensors",
  "--resume",
];

test.each([
  // What to train on
  [["train", "rbm", "--out", "new"], "required option '--data <name>' not specified"],
  [["train", "rbm", "--data", "few"], "required option '--out <file>' not specified"],
  [["train", "rbn"], "unknown command 'rbn' (Did you mean one of dbn, rbm?)"],
  [
    [...train, "--data", "glyps"],
    '--data is "glyps"; did you mean glyphs? (there are glyphs and mnist); or give a folder with IDX files or images',
  ],
  [[...train, "--data", "empty"], /^empty holds no IDX files and no PNG, JPEG or WebP images; expected a folder with/],
  [[...train, "--data", "old"], "old is not a folder; expected one with IDX files or with PNG, JPEG or WebP images"],
  [
    [...train, "--data", "mnist"],
    /^data set mnist not found \(searched .+\); put its IDX files there, or set ENGRAM_DATA/,
  ],
  [[...train, "--data", "glyphs", "--split", "test"], "--split cannot be used with --data glyphs; omit it"],
  [[...train, "--size", "8x8"], "--size cannot be used with --data few; omit it"],
  [[...train, "--limit", "10"], "--limit is 10 but few has only 9 images; use a smaller number"],
  [[...train, "--batch", "10"], "--batch is 10 but there are 9 images to learn from; use a smaller batch"],
  [[...train, "--held-out", "9"], "--held-out is 9 but there are 9 images; use a smaller number"],
  // How to train
  [[...train, "--hidden", "0"], "--hidden is 0; expected a whole number from 1 to 1000000"],
  [[...train, "--chains", "0"], "--chains is 0; expected a whole number of at least 1"],
  [[...train, "--rate", "fast"], '--rate is "fast"; expected a number from 0 to 1000000'],
  [[...train, "--momentum", "1"], "--momentum is 1; expected a number from 0 to below 1"],
  [[...train, "--method", "pdc"], '--method is "pdc"; did you mean pcd? (there are pcd, cd, fpcd and pt)'],
  [[...train, "--visible", "grey"], /^--visible is "grey"; expected "binary", "spin", "gaussian" or "relu"$/],
  [[...train, "--method", "cd", "--chains", "5"], "--chains cannot be used with --method cd; its options are --steps"],
  [
    [...train, "--temperatures", "5"],
    "--temperatures cannot be used with --method pcd; its options are --steps and --chains",
  ],
  [
    [...train, "--visible", "gaussian", "--binarise", "sample"],
    "--binarise cannot be used with --visible gaussian, which takes grey values as they are; omit it",
  ],
  [[...train, "--sparsity", "2"], /^--sparsity is 2; expected /],
  [[...train, "--resume", "--restart"], "option '--restart' cannot be used with option '--resume'"],
  // Places and checkpoints
  [
    [...train, "--out", "old"],
    "--out is old, which exists and is not a model file; give another name, or replace it by --force",
  ],
  [[...train, "--out", ""], '--out is ""; give the path of a file'],
  [[...train, "--png", "./new"], "--png is ./new; expected a name with the extension .png"],
  [
    [...train, "--out", "new", "--checkpoint", "./new"],
    "--checkpoint is ./new, and so is --out; give each its own file",
  ],
  [[...train, "--checkpoint", "new", "--restart"], "--checkpoint is new, and so is --out; give each its own file"],
  [
    ["features", "real.safetensors", "--data", "few", "--out", "real.safetensors"],
    "--out is real.safetensors, and so is the model; give each its own file",
  ],
  [[...train, "--out", "none/m"], "--out is none/m, but none is not a folder; make it first"],
  [[...train, "--out", "empty"], "--out is empty, which is a folder; give the path of a file"],
  [
    [...train, "--checkpoint", "old"],
    "--checkpoint is old, which exists and is not a checkpoint; give another name, or replace it by --force",
  ],
  [
    [...train, "--checkpoint", "m"],
    "--checkpoint is m, which exists and is not a checkpoint; give another name, or replace it by --force",
  ],
  [
    [...train, "--out", "other.safetensors"],
    "other.checkpoint.safetensors is not a checkpoint of engram train; give another file with --checkpoint",
  ],
  [
    [...resume, "--hidden", "4"],
    "t.checkpoint.safetensors holds a training with 3 hidden units, now 4; resume with the original settings, or start over by --restart",
  ],
  [[...resume, "--limit", "8"], /^t\.checkpoint\.safetensors holds a training with 9 images, now 8; /],
  // Models
  [["sample", "none"], "none cannot be read: there is no such file or folder"],
  [["sample", "cut"], /^cut /],
  [
    ["sample", "t.checkpoint.safetensors"],
    /^t\.checkpoint\.safetensors: model is "checkpoint"; expected rbm, .+; a checkpoint is not a finished model/,
  ],
  [
    ["sample", "plain"],
    /^engram sample needs a model of pictures; the file does not contain the height and width of its 16 visible values/,
  ],
  [["sample", "m", "--clamp", "0,0,2,2"], /^--clamp holds a part of the start fixed, but --from is random/],
  [
    ["sample", "m", "--from", "a.png", "--clamp", "3,0,2,2"],
    '--clamp is "3,0,2,2"; expected a region, top,left,height,width, of pictures of 4x4',
  ],
  [["sample", "m", "--from", "nose"], '--from is "nose"; expected random, data or the path of an image'],
  [["sample", "m", "--from", "data"], "--from data needs --data, since the model file does not name its training data"],
  [["sample", "m", "--data", "few"], /^--data and --split are for --from data, but --from is random/],
  [["sample", "m", "--from", "data", "--data", "few"], "--count is 10 but few has only 9 images; use a smaller number"],
  [["sample", "m", "--count", "0"], '--count is "0"; expected a whole number from 1 to 10000'],
  [
    ["score", "m", "--data", "glyphs"],
    "glyphs has images of 16x16 pixels but the model needs 4x4; use the data that it was trained on",
  ],
  [["score", "plain", "--data", "glyphs"], /^glyphs has images of 16x16 pixels but the model has 16 visible values/],
  [["score", "m", "--data", "few", "--chains", "0"], '--chains is "0"; expected a whole number from 2 to 1000000'],
  [
    ["features", "m", "--data", "few", "--out", "f.txt"],
    "--out is f.txt; expected a name with the extension .npz, .csv or .safetensors",
  ],
  [["convert", "m", "old"], "m and old are not one .npz and one .safetensors file; name one of each"],
  [["convert", "text.npz", "x.safetensors"], /^text\.npz is not a zip archive, or its end is missing: /],
  [
    ["convert", "real.safetensors", "x.npz"],
    "the visible units are gaussian; scikit-learn's BernoulliRBM has only binary units",
  ],
  [["inspect", "plain", "--png", "f.png"], /^--png needs a model of pictures; /],
] as [string[], string | RegExp][])("%j is refused in one line, and nothing changes", async (args, line) => {
  const before = snapshot(cwd);
  const env = { ENGRAM_DATA: join(cwd, "no-data"), XDG_DATA_HOME: join(cwd, "none") };
  const { code, stdout, stderr } = await engram(args, { cwd, env });
  expect(stderr).toMatch(/^engram: [^\n]+\n$/);
  const said = stderr.slice("engram: ".length, -1);
  if (typeof line === "string") expect(said).toBe(line);
  else expect(said).toMatch(line);
  expect(code).toBe(2);
  // Not even a training that is to be resumed is announced before it fits.
  expect(stdout).toBe("");
  expect(snapshot(cwd)).toEqual(before);
});

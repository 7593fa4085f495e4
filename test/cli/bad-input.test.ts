import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Hopfield } from "../../src/memories/index.js";
import { saveMemory } from "../../src/node/index.js";
import { PatternSet } from "../../src/patterns/index.js";
import { readSafetensors, type Tensor, writeSafetensors } from "../../src/storage/index.js";
import { engram } from "../support/engram.js";
import { putDataSet, putPng, randomPictures } from "../support/pictures.js";

const size = [4, 4] as const;

const cwd = mkdtempSync(join(tmpdir(), "engram-"));
afterAll(() => rmSync(cwd, { recursive: true }));

/** Something of everything that can go wrong; every test sees to it that it stays as it is. */
beforeAll(async () => {
  const pictures = randomPictures(3, size);
  const file = (name: string, bytes: string | Uint8Array) => writeFileSync(join(cwd, name), bytes);
  for (const [name, picture] of Object.entries({ a: pictures[0], b: pictures[1], twin: pictures[0] })) {
    await putPng(cwd, `${name}.png`, picture, size);
  }
  await putPng(
    cwd,
    "negative.png",
    pictures[0].map((value) => 1 - value),
    size,
  );
  await putPng(cwd, "large.png", new Uint8Array(64), [8, 8]);
  file("text.png", "not an image");
  mkdirSync(join(cwd, "empty"));
  putDataSet(join(cwd, "cut"), 3, size);
  file("cut/images-idx3-ubyte", readFileSync(join(cwd, "cut/images-idx3-ubyte")).subarray(0, 50));
  putDataSet(join(cwd, "few"), 3, size);
  await saveMemory(join(cwd, "m"), new Hopfield(16).store(pictures));
  await saveMemory(join(cwd, "p"), new Hopfield(16).store(PatternSet.from(pictures, { shape: size })));
  const memory = readFileSync(join(cwd, "m"));
  const { metadata, tensors } = readSafetensors(memory);
  const pattern = tensors.get("patterns") as Tensor;
  const forged = (patterns: Tensor) => writeSafetensors({ metadata, tensors: new Map([["patterns", patterns]]) });
  const text = memory.toString("latin1");
  file("old", "old");
  file("nothing", "");
  file("m.cut", memory.subarray(0, memory.length - 2));
  file("m.header", Buffer.concat([Buffer.alloc(8, 255), memory.subarray(8)]));
  file("m.offsets", Buffer.from(text.replace(/("patterns":.*?"data_offsets":\[\d+,\d*)\d\]/, "$19]"), "latin1"));
  file("m.dtype", forged({ ...pattern, dtype: "I8" }));
  file("m.shape", forged({ ...pattern, shape: [2, 3] }));
});

/** All that lies in a folder: paths and contents. */
function snapshot(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const files = paths.filter((path) => statSync(join(folder, path)).isFile());
  return Object.fromEntries(files.map((path) => [path, readFileSync(join(folder, path), "base64")]));
}

// Even where it may be replaced, nothing is written before all input is right.
const out = ["--out", "old", "--force"];

test.each([
  // Images
  [["store", "text.png", ...out], "text.png contains no PNG, JPEG or WebP image; convert it to one"],
  [["store", "none.png", ...out], "none.png cannot be read: there is no such file or folder"],
  [["store", "empty", ...out], "empty holds no PNG, JPEG or WebP images; give a folder that does"],
  [
    ["store", "a.png", "large.png", ...out],
    "large.png is 8x8 pixels but a.png is 4x4; give a size for all, such as 32x32",
  ],
  [["store", "a.png", "--size", "4", ...out], '--size is "4"; expected height x width in pixels, such as 32x32'],
  [
    ["store", "a.png", "b.png", "twin.png", "--rule", "projection", ...out],
    'pattern 2 ("twin") is a duplicate of pattern 0 ("a"); projection needs linearly independent patterns: leave it out, or use another rule',
  ],
  [
    ["store", "a.png", "negative.png", "--rule", "projection", ...out],
    'pattern 1 ("negative") is the negative of pattern 0 ("a"); projection needs linearly independent patterns: leave it out, or use another rule',
  ],
  [["store", ...out], "there is nothing to store: give images, folders of images, --pairs, or --data with a data set"],
  [["store", "a.png"], "required option '--out <file>' not specified"],
  [["store", "a.png", "--out", "none/m"], "--out is none/m, but none is not a folder; make it first"],
  [["store", "a.png", "--out", "empty"], "--out is empty, which is a folder; give the path of a file"],
  // Data sets
  [
    ["store", "--data", "cut", ...out],
    "cut/images-idx3-ubyte holds 50 bytes but its header (3 x 4 x 4) announces 64; it is truncated: download it again",
  ],
  [
    ["store", "--data", "few", "--per-class", "2", ...out],
    "perClass is 2 but class 0 has 1 images; choose at most that number",
  ],
  [["store", "--data", "few", "--split", "tets", ...out], 'few has no part "tets"; expected one of its parts: all'],
  [
    ["store", "--data", "empty", ...out],
    "empty holds no IDX files and no PNG, JPEG or WebP images; expected a folder with files such as train-images-idx3-ubyte.gz, or with images",
  ],
  [
    ["store", "--data", "mnsit", ...out],
    '--data is "mnsit"; did you mean mnist? (there are glyphs and mnist); or give a folder with IDX files or images',
  ],
  [["data", "mnst"], 'data set is "mnst"; did you mean mnist? (there are glyphs and mnist)'],
  [
    ["store", "--data", "mnist", ...out],
    /^data set mnist not found \(searched .+\); put its IDX files there, or set ENGRAM_DATA/,
  ],
  [["store", "--data", "few", "a.png", ...out], "--data few and images (a.png) cannot be combined; use one of them"],
  [["store", "--data", "glyphs", "--per-class", "1", ...out], "--per-class cannot be used with --data glyphs; omit it"],
  [
    ["store", "--data", "glyphs", "--rule", "dense", "--separation", "exponential", "--power", "4", ...out],
    "--power cannot be used with --separation exponential; it belongs to power and rectified",
  ],
  [
    ["store", "--data", "glyphs", "--rule", "dense", "--beta", "2", ...out],
    "--beta cannot be used with --separation power; it belongs to exponential",
  ],
  [
    ["store", "--data", "glyphs", "--rule", "hebb", "--power", "4", ...out],
    "--power cannot be used with --rule hebb; its options are --self-coupling",
  ],
  [["store", "--data", "few", "--size", "4x4", ...out], "--size cannot be used with --data few; omit it"],
  [["store", "a.png", "--per-class", "1", ...out], "--per-class cannot be used with images; omit it"],
  [["store", "a.png", "--range", "0,1", ...out], "--range cannot be used with images; omit it"],
  [
    ["store", "--data", "few", "--range", "1,1", ...out],
    '--range is "1,1"; expected two different numbers, such as 0,4095',
  ],
  // Names and numbers
  [
    ["store", "a.png", "--rule", "projecton", ...out],
    /^--rule is "projecton"; did you mean projection\? \(there are hebb, .*projection.*\)$/,
  ],
  [["sotre"], "unknown command 'sotre' (Did you mean store?)"],
  [["store", "a.png", "--siez", "4x4", ...out], "unknown option '--siez' (Did you mean --size?)"],
  [["recall", "m", "--flip", "1.5"], '--flip is "1.5"; expected a number from 0 to 1'],
  [["recall", "m", "--flip", "NaN"], '--flip is "NaN"; expected a number from 0 to 1'],
  [["recall", "m", "--flip-exactly", "17"], "--flip-exactly is 17; the memory has 16 units"],
  [
    ["recall", "m", "--occlude", "0,0,5,4"],
    "--occlude needs a memory of pictures; the patterns of this one have no height and width",
  ],
  [
    ["recall", "m", "--occlude", "lower"],
    '--occlude is "lower"; expected top, bottom, left, right or middle, or top,left,height,width in pixels, such as 0,0,14,28',
  ],
  [
    ["recall", "p", "--occlude", "0,0,5,4"],
    '--occlude is "0,0,5,4"; expected a region, top,left,height,width, of pictures of 4x4',
  ],
  [["recall", "none"], "none cannot be read: there is no such file or folder"],
  [["recall", "none", "--sweeps", "3"], "none cannot be read: there is no such file or folder"],
  [
    ["recall", "m", "--flip", "0.1", "--seed", "0.5"],
    '--seed is "0.5"; expected a whole number from 0 to 9007199254740991',
  ],
  [["recall", "m", "--flip", "0.1", "--trials", "0"], '--trials is "0"; expected a whole number from 1 to 10000000'],
  [
    ["recall", "m", "--flip", "0.1", "--dynamics", "gluaber"],
    '--dynamics is "gluaber"; did you mean glauber? (there are asynchronous, synchronous, glauber and metropolis)',
  ],
  [["recall", "m", "--flip", "0.1", "--pattern", "3"], '--pattern is "3"; expected one of the numbers 0 to 2'],
  [
    ["recall", "m", "--cue", "a.png"],
    "--cue needs a memory of pictures; the patterns of this one have no height and width",
  ],
  // Memory files
  [["inspect", "none"], "none cannot be read: there is no such file or folder"],
  [
    ["inspect", "text.png"],
    "text.png is not a model file: it is a text; give a file written by engram store or engram train",
  ],
  [
    ["recall", "a.png"],
    "a.png is not a model file: it is a PNG image; give a file written by engram store or engram train",
  ],
  [
    ["inspect", "nothing"],
    "nothing is not a model file: it is empty; give a file written by engram store or engram train",
  ],
  [["inspect", "m.cut"], /^m\.cut: tensor "patterns" ends at byte \d+ of \d+: the file is truncated or forged$/],
  [
    ["recall", "m.cut", "--flip", "0.1"],
    /^m\.cut: tensor "patterns" ends at byte \d+ of \d+: the file is truncated or forged$/,
  ],
  [["inspect", "m.header"], /^m\.header is not a model file: it does not begin like one/],
  [
    ["inspect", "m.offsets"],
    /^m\.offsets: tensor "patterns" ends at byte \d+ of \d+: the file is truncated or forged$/,
  ],
  [["inspect", "m.dtype"], 'm.dtype has I8 of 3 x 2 as "patterns"; expected U8 of n x 2'],
  [["inspect", "m.shape"], 'm.shape has U8 of 2 x 3 as "patterns"; expected U8 of n x 2'],
  // The lab
  [["lab", "--port", "70000"], '--port is "70000"; expected a whole number from 0 to 65535'],
  [["lab", "--port", "http"], '--port is "http"; expected a whole number from 0 to 65535'],
] as [string[], string | RegExp][])("%j is refused in one line, and nothing changes", async (args, line) => {
  const before = snapshot(cwd);
  const env = { ENGRAM_DATA: join(cwd, "no-data"), XDG_DATA_HOME: join(cwd, "none") };
  const { code, stdout, stderr } = await engram(args, { cwd, env });
  expect(stderr).toMatch(/^engram: [^\n]+\n$/);
  const said = stderr.slice("engram: ".length, -1);
  if (typeof line === "string") expect(said).toBe(line);
  else expect(said).toMatch(line);
  expect([code, stdout]).toEqual([2, ""]);
  expect(snapshot(cwd)).toEqual(before);
});

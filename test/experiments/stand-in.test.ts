import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { experimentById, order, perform, type Report } from "engram/experiments";
import { describe, expect, test } from "vitest";
import { reproduce, standInOf } from "../../dist/node/index.js";
import { engram } from "../support/engram.js";
import { temporaryFolder } from "../support/folder.js";
import { putDataSet } from "../support/pictures.js";
import { fakeImages } from "./fake-images.js";

const classes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
const standIn = { name: "others", digest: "00", train: 200, test: 200, shape: [28, 28] as const, classes };

/** A data set of three classes, random pictures of 6 x 6 pixels. */
function putSet(folder: string, { test: count = 45 } = {}): string {
  putDataSet(folder, 90, [6, 6], "train-");
  putDataSet(folder, count, [6, 6], "t10k-");
  return folder;
}

async function reportOn(id: string, parameters: object): Promise<Report> {
  const run = perform(
    { ...order(experimentById(id), { setting: "quick", standIn }), parameters },
    { images: fakeImages },
  );
  for (;;) {
    const { done, value } = await run.next();
    if (done) return value;
  }
}

test("a published value is not compared with what other data give", async () => {
  const report = await reportOn("smart-zilman-2021/figure-5", {
    images: 100,
    test: 60,
    k: [2],
    trained: [],
    starts: ["hopfield"],
    runs: 1,
    epochs: 1,
    tested: [],
    batch: 10,
    steps: 1,
    rate: 1e-4,
    projections: [5],
  });
  expect(report.verdict).toBe("not comparable");
  expect(report.data).toEqual(standIn);
  expect(report.notes[0]).toContain("others, 200 training and 200 test images, in place of MNIST");
  expect(report.rows.length).toBeGreaterThan(0);
  for (const row of report.rows) {
    expect(row).toMatchObject({ verdict: "not comparable" });
    expect(row.remark).toBeUndefined();
  }
});

test("what is said of any data keeps its verdict", async () => {
  const small = { nets: 2, units: 8, patterns: 2 };
  const report = await reportOn("smart-zilman-2021/appendix-b", {
    images: 100,
    ks: [1],
    states: 20,
    recalls: 2,
    small,
  });
  expect(report.verdict).toBe("agrees");
  for (const row of report.rows) expect(row).toMatchObject({ published: 0, verdict: "agrees" });
});

test("an experiment that is not about digits takes no other data", () => {
  const table = experimentById("rojas-1996/table-one-step");
  expect(() => order(table, { standIn })).toThrow(
    /table-one-step does not use images, so it cannot use other data \(others\)/,
  );
});

test("an experiment that needs images like MNIST's says what others are", () => {
  const figure = experimentById("smart-zilman-2021/figure-2");
  const small = { ...standIn, shape: [6, 6] as const };
  expect(() => order(figure, { standIn: small })).toThrow(
    "others has images of 6 x 6 in the classes 0, 1, 2, 3, 4, 5, 6, 7, 8, 9; smart-zilman-2021/figure-2 takes images of 28 x 28 in the classes 0 to 9 alone",
  );
  expect(() => order(figure, { standIn: { ...standIn, classes: [0, 1, 2] } })).toThrow(/in the classes 0, 1, 2; /);
  expect(order(figure, { standIn }).standIn).toBe(standIn);
  expect(order(experimentById("dbn/hopfield-start"), { standIn: small }).standIn).toBe(small);
});

const parameters = {
  images: 80,
  test: 40,
  k: [6, 2],
  starts: ["hopfield", "pca", "normal"],
  runs: { normal: 2 },
  epochs: 1,
  tested: [0, 1],
  batch: 10,
  steps: 1,
  rate: 1e-4,
};

test("worker threads read the folder that stands in, and kept parts of other data are not taken up", async () => {
  const [folder, cache] = [putSet(join(temporaryFolder(), "set")), temporaryFolder()];
  const data = await standInOf("set", folder);
  expect(data).toMatchObject({ name: "set", train: 90, test: 45, shape: [6, 6], classes: [0, 1, 2] });
  const work = { ...order(experimentById("dbn/hopfield-start"), { setting: "quick", standIn: data }), parameters };
  const stop = new AbortController();
  const onProgress = ({ done }: { done: number }) => done >= 1 && stop.abort();
  const options = { data: folder, workers: 1, folder: cache };
  await expect(reproduce(work, { ...options, signal: stop.signal, onProgress })).rejects.toThrow(/abort/i);

  const other = putSet(join(temporaryFolder(), "set"), { test: 42 });
  const otherData = await standInOf("set", other);
  expect(otherData.digest).not.toBe(data.digest);
  const { report, run } = await reproduce({ ...work, standIn: otherData }, { ...options, data: other });
  expect(run.resumed).toBe(0);
  expect(report.rows[0]).toMatchObject({ label: expect.stringContaining("layer 1"), verdict: "not comparable" });
  expect(report.rows[0].published).toBeUndefined();
  // Suppositions of ours are of any data.
  for (const row of report.rows.slice(1)) expect(row.published).toContain("we supposed");
  expect((await reproduce(work, options)).run.resumed).toBeGreaterThanOrEqual(1);
  await expect(reproduce(work, { folder: cache })).rejects.toThrow(/give both or neither/);
});

describe("engram reproduce --data", () => {
  test("takes a folder of IDX files, and says so in table, JSON and figure", async () => {
    const cwd = temporaryFolder();
    putSet(join(cwd, "set"));
    const args = ["reproduce", "smart-zilman-2021/appendix-c", "--quick", "--data", "./set", "--json", "a.json"];
    const env = { XDG_CACHE_HOME: join(cwd, "cache") };
    const { code, stdout } = await engram([...args, "--svg", "a.svg"], { cwd, env });
    expect(code).toBe(0);
    expect(stdout).toContain("verdict: agrees");
    expect(stdout).toContain("The data are ./set, 90 training and 45 test images");
    const record = JSON.parse(readFileSync(join(cwd, "a.json"), "utf8"));
    expect(record.data).toEqual({
      name: "./set",
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      train: 90,
      test: 45,
      shape: [6, 6],
      classes: [0, 1, 2],
    });
    expect(readFileSync(join(cwd, "a.svg"), "utf8")).toContain("Data: ./set, in place of MNIST");
    expect(readdirSync(join(cwd, "cache/engram/experiments"))).toEqual([]);
  });

  const figure = "smart-zilman-2021/figure-5";
  const bad: [what: string, id: string, data: string, complaint: RegExp][] = [
    ["an experiment without images", "rojas-1996/table-one-step", "./set", /table-one-step cannot use other data/],
    ["no such data set", figure, "fasion", /--data/],
    ["a folder that is not there", figure, "./none", /none does not exist/],
    ["a folder without a test part", figure, "./untested", /has no part "test"/],
    ["images unlike those of MNIST", figure, "./set", /set has images of 6 x 6 in the classes 0, 1, 2; \S+5 takes/],
    ["images without labels", figure, "./unlabelled", /has no labels in its part "test"/],
    ["training and test images of two sizes", figure, "./sizes", /training images of 6x6 and test images of 5x7/],
    ["the built-in letters", figure, "glyphs", /glyphs, which has no test part/],
  ];
  test("refuses before anything is worked on what data fit only in part", async () => {
    const cwd = temporaryFolder();
    putSet(join(cwd, "set"));
    const args = ["reproduce", "smart-zilman-2021/appendix-c", figure, "--quick", "--data", "./set"];
    const { code, stdout, stderr } = await engram(args, { cwd, env: { XDG_CACHE_HOME: join(cwd, "cache") } });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^engram: \.\/set has images of 6 x 6 .*figure-5 takes images of 28 x 28/);
  });

  test.each(bad)("exit code 2 for %s", async (_, id, data, complaint) => {
    const cwd = temporaryFolder();
    for (const name of ["set", "untested", "unlabelled", "sizes"]) putSet(join(cwd, name));
    for (const part of ["images-idx3", "labels-idx1"]) rmSync(join(cwd, `untested/t10k-${part}-ubyte`));
    mkdirSync(join(cwd, "elsewhere"));
    renameSync(join(cwd, "unlabelled/t10k-labels-idx1-ubyte"), join(cwd, "elsewhere/labels"));
    putDataSet(join(cwd, "sizes"), 45, [5, 7], "t10k-");
    const { code, stdout, stderr } = await engram(["reproduce", id, "--quick", "--data", data], { cwd });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(complaint);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });
});

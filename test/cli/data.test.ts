import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { engram } from "../support/engram.js";
import { temporaryFolder } from "../support/folder.js";
import { needMnist } from "../support/need.js";
import { putDataSet, putPng, randomPictures } from "../support/pictures.js";

describe("engram data", () => {
  test("tells where it looked and what it found", async () => {
    const cwd = temporaryFolder();
    putDataSet(join(cwd, "dots"), 3, [2, 2]);
    const env = { ENGRAM_DATA: cwd, XDG_DATA_HOME: join(cwd, "home") };
    const { code, stdout } = await engram(["data", "--json"], { cwd, env });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      folders: [cwd, join(cwd, "home/engram")],
      sets: [{ name: "glyphs" }, { name: "dots", folder: join(cwd, "dots") }],
    });
    const text = await engram(["data"], { cwd, env });
    expect(text.stdout).toContain(`dots            ${join(cwd, "dots")}\n`);
    expect(text.stderr).toMatch(/^warning: data set mnist not found .*\n$/);
    expect((await engram(["data", "dots"], { cwd, env })).stdout).toContain(
      "all             3 images of 2x2, 3 classes (images-idx3-ubyte, labels-idx1-ubyte)\n",
    );
  });

  test("tells MNIST files from others of their names", async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, "mnist"));
    writeFileSync(join(cwd, "mnist/t10k-images-idx3-ubyte"), "another");
    const { code, stdout, stderr } = await engram(["data", "mnist"], { cwd, env: { ENGRAM_DATA: cwd } });
    expect(code).toBe(0);
    expect(stdout).toMatch(/t10k-images-idx3-ubyte +another file {2}md5 [0-9a-f]{32}\n/);
    expect(stdout).toMatch(/train-images-idx3-ubyte +missing\n/);
    expect(stderr).toMatch(/t10k-images-idx3-ubyte begins with 61 6e 6f 74; expected an IDX file/);
    expect(stderr).toMatch(/\nwarning: .*download it again\n$/);
  });

  test("finds MNIST's files by the names that readers take", async () => {
    const cwd = temporaryFolder();
    putDataSet(join(cwd, "mnist"), 3, [2, 2], "train-");
    renameSync(join(cwd, "mnist/train-images-idx3-ubyte"), join(cwd, "mnist/train-images.idx3-ubyte"));
    const { stdout } = await engram(["data", "mnist"], { cwd, env: { ENGRAM_DATA: cwd } });
    expect(stdout).toMatch(/train-images\.idx3-ubyte +another file/);
  });

  test("says of damaged files what their readers say", async () => {
    const cwd = temporaryFolder();
    putDataSet(join(cwd, "dots"), 3, [2, 2], "train-");
    const path = join(cwd, "dots/train-images-idx3-ubyte");
    const sound = readFileSync(path);
    rmSync(path);
    const members = [gzipSync(sound.subarray(0, 18)), gzipSync(sound.subarray(18))];
    writeFileSync(`${path}.gz`, Buffer.concat(members));
    const run = (...args: string[]) => engram(args, { cwd, env: { ENGRAM_DATA: cwd } });
    expect((await run("data", "dots")).stdout).toContain("train           3 images of 2x2, 3 classes");
    expect((await run("store", "--data", "dots", "--out", "m.safetensors")).code).toBe(0);
    members[1][members[1].length - 5] ^= 1;
    writeFileSync(`${path}.gz`, Buffer.concat(members));
    const { stderr } = await run("store", "--data", "dots", "--out", "n.safetensors");
    expect(stderr).toMatch(/is a damaged gzip file \(its checksum does not match\): download it again\n$/);
    const found = await run("data", "dots");
    expect(found.stdout).toContain("train           cannot be read");
    expect(found.stderr.replace("warning:", "engram:")).toBe(stderr);
  });

  test("lists folders of images with their parts and classes", async () => {
    const cwd = temporaryFolder();
    const [picture] = randomPictures(1, [4, 4]);
    for (const name of ["train/cat/0.png", "train/cat/1.png", "train/dog/0.png", "test/dog/0.png"]) {
      await putPng(join(cwd, "pets"), name, picture, [4, 4]);
    }
    writeFileSync(join(cwd, "pets/train/cat/1.png"), "broken");
    const env = { ENGRAM_DATA: cwd };
    expect(JSON.parse((await engram(["data", "--json"], { cwd, env })).stdout).sets).toHaveLength(2);
    const { parts } = JSON.parse((await engram(["data", "pets", "--json"], { cwd, env })).stdout);
    expect(parts).toMatchObject([
      { split: "test", images: 1, classes: 1, warnings: [] },
      { split: "train", images: 2, shape: [4, 4], classes: 2, warnings: [{ code: "skipped-pictures" }] },
    ]);
  });

  test("finds the well-known MNIST", async (context) => {
    const folder = needMnist(context);
    const { stdout } = await engram(["data", "mnist", "--json"], { cwd: temporaryFolder() });
    const { files, ...rest } = JSON.parse(stdout);
    expect(rest).toMatchObject({
      name: "mnist",
      folder,
      parts: [
        { split: "test", images: 10_000, shape: [28, 28], classes: 10, warnings: [] },
        { split: "train", images: 60_000, shape: [28, 28], classes: 10, warnings: [] },
      ],
    });
    expect(files.map(({ state }: { state: string }) => state)).toEqual(["ok", "ok", "ok", "ok"]);
  });
});

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { engram } from "../support/engram.js";
import { temporaryFolder } from "../support/folder.js";
import { needMnist } from "../support/need.js";
import { putDataSet } from "../support/pictures.js";

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
    expect((await engram(["data", "dots"], { cwd, env })).stdout).toMatch(/images-idx3-ubyte +all\n/);
  });

  test("tells MNIST files from others of their names", async () => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, "mnist"));
    writeFileSync(join(cwd, "mnist/t10k-images-idx3-ubyte"), "another");
    const { code, stdout, stderr } = await engram(["data", "mnist"], { cwd, env: { ENGRAM_DATA: cwd } });
    expect(code).toBe(0);
    expect(stdout).toMatch(/t10k-images-idx3-ubyte +another file {2}md5 [0-9a-f]{32}\n/);
    expect(stdout).toMatch(/train-images-idx3-ubyte +missing\n/);
    expect(stderr).toMatch(/^warning: .*download it again\n$/);
  });

  test("finds the well-known MNIST", async (context) => {
    const folder = needMnist(context);
    const { stdout } = await engram(["data", "mnist", "--json"], { cwd: temporaryFolder() });
    const { files, ...rest } = JSON.parse(stdout);
    expect(rest).toEqual({ name: "mnist", folder });
    expect(files.map(({ state }: { state: string }) => state)).toEqual(["ok", "ok", "ok", "ok"]);
  });
});

import { execFile } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, watch, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { Random } from "../../src/math/index.js";
import { hopfieldKind } from "../../src/memories/index.js";
import { loadMemory, writeFileAtomic } from "../../src/node/index.js";
import { engram, startEngram } from "../support/engram.js";
import { temporaryFolder } from "../support/folder.js";
import { putDataSet } from "../support/pictures.js";

const random = new Random(11);
/** When to kill: somewhere in the run, or as soon as the folder changes and a little later, in the midst of the writing. */
const moments = Array.from({ length: 12 }, (_, k) => ({
  onChange: k % 2 === 0,
  wait: k % 2 === 0 ? random.uniform() * 4 : random.uniform() * 600,
}));

test("kill -9 in the midst of engram store leaves the old file or the new one", { timeout: 240_000 }, async () => {
  const cwd = temporaryFolder();
  putDataSet(join(cwd, "data"), 3000, [24, 24]);
  const args = (perClass: number) => [
    "store",
    "--data",
    "data",
    "--per-class",
    String(perClass),
    "--rule",
    "hebb",
    "--force",
    "--out",
    "m",
  ];
  const contents: Buffer[] = [];
  for (const perClass of [999, 1000]) {
    expect((await engram(args(perClass), { cwd })).code).toBe(0);
    contents.push(readFileSync(join(cwd, "m")));
  }
  const [before, after] = contents;
  let killed = 0;
  for (const { onChange, wait } of moments) {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "m"), before);
    const child = startEngram([...args(1000).slice(0, -1), join(folder, "m")], { cwd });
    const strike = () => setTimeout(() => child.kill("SIGKILL"), wait);
    const watcher = onChange ? watch(folder, { persistent: false }, strike) : undefined;
    if (!onChange) strike();
    const [, signal] = await once(child, "exit");
    watcher?.close();
    if (signal === "SIGKILL") killed++;
    const left = readFileSync(join(folder, "m"));
    expect(left.equals(before) || left.equals(after)).toBe(true);
    expect((await loadMemory(join(folder, "m"), { kind: hopfieldKind })).items?.count).toBe(
      left.equals(before) ? 2997 : 3000,
    );
    // What a killed run leaves beside it is its temporary file at most, and the next run removes that.
    const names = readdirSync(folder).filter((name) => name !== "m");
    expect(names.every((name) => /^\.m\.[-0-9a-f]+\.engram-tmp$/.test(name))).toBe(true);
    await writeFileAtomic(join(folder, "other"), Uint8Array.of(1));
    expect(readdirSync(folder)).toEqual(["m", "other"]);
  }
  expect(killed).toBeGreaterThan(0);
});

test("kill -9 of an experiment and of trainings loses nothing, and changes no bit of what is resumed", {
  timeout: 300_000,
}, async () => {
  const script = fileURLToPath(new URL("../../scripts/soak.mjs", import.meta.url));
  const args = [script, "--kills", "6", "--round", "2", "--seed", "9"];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^6 kills in \d+ rounds: 0 files lost/m);
});

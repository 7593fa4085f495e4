import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { requireUnlocked, takeLock, takeLocks } from "../../src/node/lock.js";
import { ownMark } from "../../src/node/processes.js";
import { temporaryFolder } from "../support/folder.js";

/** The path of a file with a lock of the given holder beside it. */
function locked(holder: object): string {
  const path = join(temporaryFolder(), "m");
  writeFileSync(`${path}.lock`, JSON.stringify({ ...ownMark(), host: "here", since: "then", id: "other", ...holder }));
  return path;
}

test("a second one is told who holds the lock, until it is released", async () => {
  const path = join(temporaryFolder(), "m");
  const lock = await takeLock("--out", path);
  const { since, host } = JSON.parse(readFileSync(`${path}.lock`, "utf8"));
  const line = `--out is ${path}, which process ${process.pid} on ${host} is writing since ${since}; wait for its end, or give another name`;
  await expect(takeLock("--out", path)).rejects.toThrow(line);
  await expect(requireUnlocked("--out", path)).rejects.toThrow(line);
  await lock.check();
  await lock.release();
  await requireUnlocked("--out", path);
  await (await takeLock("--out", path)).release();
  expect(readdirSync(join(path, ".."))).toEqual([]);
});

test("the lock of a process that has ended is taken over, also if its number was given to another one", async () => {
  const dead = spawnSync(process.execPath, ["-e", ""]).pid;
  const { began } = ownMark();
  for (const holder of [{ pid: dead }, ...(began === 0 ? [] : [{ began: began + 1 }])]) {
    const path = locked(holder);
    const lock = await takeLock("--out", path);
    await lock.check();
    await lock.release();
    expect(readdirSync(join(path, ".."))).toEqual([]);
  }
});

test("the lock of a process elsewhere holds until it gives no sign of life for ten minutes", async () => {
  const path = locked({ place: "00000000", pid: 7 });
  await expect(takeLock("--out", path)).rejects.toThrow(
    `--out is ${path}, which process 7 on here is writing since then; wait for its end, or give another name; if it has ended, remove ${path}.lock`,
  );
  const before = new Date(Date.now() - 660_000);
  utimesSync(`${path}.lock`, before, before);
  await (await takeLock("--out", path)).release();
});

test("a holder notices that its lock was taken over or removed, and leaves the other's alone", async () => {
  const path = join(temporaryFolder(), "m");
  const lock = await takeLock("--out", path);
  writeFileSync(`${path}.lock`, JSON.stringify({ ...ownMark(), pid: 9, host: "there", id: "other" }));
  await expect(lock.check()).rejects.toThrow(/process 9 on there has taken its lock over/);
  await lock.release();
  expect(readdirSync(join(path, ".."))).toEqual(["m.lock"]);
});

test("of several locks all are taken or none", async () => {
  const folder = temporaryFolder();
  const held = await takeLock("--checkpoint", join(folder, "b"));
  await expect(takeLocks({ "--out": join(folder, "a"), "--checkpoint": join(folder, "b") })).rejects.toThrow("process");
  expect(readdirSync(folder)).toEqual(["b.lock"]);
  await held.release();
});

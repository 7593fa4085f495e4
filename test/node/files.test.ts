import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { ArgumentError, StorageError } from "../../src/errors.js";
import { projection } from "../../src/learning/index.js";
import { Hopfield, hopfieldKind } from "../../src/memories/index.js";
import { loadMemory, saveMemory, writeFileAtomic } from "../../src/node/index.js";
import { ownMark } from "../../src/node/processes.js";
import { temporaryFolder } from "../support/folder.js";

/** What the files hold that lie beside a file, itself included, in the order of their names: temporary ones first. */
function contents(path: string): string[] {
  const folder = dirname(path);
  return readdirSync(folder)
    .sort()
    .map((name) => readFileSync(join(folder, name), "utf8"));
}

/** Calls `watch` in place of every `FileHandle.sync` of this test. */
async function watchSync(watch: (handle: FileHandle, sync: () => Promise<void>) => Promise<void>): Promise<void> {
  const handle = await open(tmpdir());
  const prototype: FileHandle = Object.getPrototypeOf(handle);
  await handle.close();
  const sync: () => Promise<void> = Reflect.get(prototype, "sync");
  const spy = vi.spyOn(prototype, "sync").mockImplementation(function (this: FileHandle) {
    return watch(this, () => sync.call(this));
  });
  onTestFinished(() => spy.mockRestore());
}

describe("writeFileAtomic", () => {
  test("writes a new file and replaces an old one, and leaves nothing else behind", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "a.bin");
    await writeFileAtomic(path, Uint8Array.of(1, 2, 3));
    await writeFileAtomic(path, Uint8Array.of(4));
    expect([...readFileSync(path)]).toEqual([4]);
    expect(readdirSync(folder)).toEqual(["a.bin"]);
  });

  test("brings the bytes to the disk before they take their place, and then the folder", async () => {
    const path = join(temporaryFolder(), "a.bin");
    writeFileSync(path, "old");
    const synced: unknown[] = [];
    await watchSync(async (handle, sync) => {
      const kind = (await handle.stat()).isFile() ? "file" : "folder";
      synced.push([kind, contents(path)]);
      await sync();
    });
    await writeFileAtomic(path, Buffer.from("new"));
    expect(synced).toEqual([
      ["file", ["new", "old"]],
      ["folder", ["new"]],
    ]);
  });

  test("keeps the old content where the disk fails to take the new, and says so", async () => {
    const path = join(temporaryFolder(), "a.bin");
    writeFileSync(path, "old");
    const failure = Object.assign(new Error("EIO: i/o error, fsync"), { code: "EIO" });
    await watchSync(() => Promise.reject(failure));
    await expect(writeFileAtomic(path, Buffer.from("new"))).rejects.toThrow(
      `${path} cannot be written: the disk reports an error; check the disk, or give a path on another one`,
    );
    expect(contents(path)).toEqual(["old"]);
  });

  test("follows links, also to a file that does not exist yet", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "far"));
    writeFileSync(join(folder, "far/real"), "old");
    symlinkSync("far/real", join(folder, "link"));
    symlinkSync("link", join(folder, "chain"));
    symlinkSync("far/new", join(folder, "dangling"));
    for (const name of ["link", "chain", "dangling"]) await writeFileAtomic(join(folder, name), Buffer.from(name));
    expect(readFileSync(join(folder, "far/real"), "utf8")).toBe("chain");
    expect(readFileSync(join(folder, "far/new"), "utf8")).toBe("dangling");
    expect(readdirSync(folder)).toEqual(["chain", "dangling", "far", "link"]);
    expect(readdirSync(join(folder, "far"))).toEqual(["new", "real"]);
  });

  test.each([0o600, 0o640, 0o644, 0o666, 0o755])("keeps mode %o of the file that it replaces", async (mode) => {
    const path = join(temporaryFolder(), "a.bin");
    writeFileSync(path, "old");
    chmodSync(path, mode);
    await writeFileAtomic(path, Buffer.from("new"));
    expect([statSync(path).mode & 0o777, readFileSync(path, "utf8")]).toEqual([mode, "new"]);
  });

  test("keeps the owner of the file that it replaces, where it may", async (context) => {
    if (process.getuid?.() !== 0) context.skip("only the administrator may give files away");
    const path = join(temporaryFolder(), "a.bin");
    writeFileSync(path, "old");
    chownSync(path, 1234, 5678);
    await writeFileAtomic(path, Buffer.from("new"));
    const { uid, gid } = statSync(path);
    expect([uid, gid]).toEqual([1234, 5678]);
  });

  test("refuses a file that nobody may write", async () => {
    const path = join(temporaryFolder(), "a.bin");
    writeFileSync(path, "old");
    chmodSync(path, 0o444);
    await expect(writeFileAtomic(path, Buffer.from("new"))).rejects.toThrow(
      `${path} is read-only; make it writable, as by chmod u+w, or give another path`,
    );
    expect(contents(path)).toEqual(["old"]);
  });

  test("succeeds in a folder that may be written and not read", async (context) => {
    if (process.getuid?.() === 0) context.skip("the administrator may read every folder");
    const folder = temporaryFolder();
    chmodSync(folder, 0o300);
    await writeFileAtomic(join(folder, "a.bin"), Buffer.from("new"));
    chmodSync(folder, 0o700);
    expect(contents(join(folder, "a.bin"))).toEqual(["new"]);
  });

  test("removes the temporary files of dead processes, and those of no other", async () => {
    const folder = temporaryFolder();
    const { place, pid, began } = ownMark();
    const dead = spawnSync(process.execPath, ["-e", ""]).pid;
    const name = (mark: string) => `.m.${mark}-0123abcd.engram-tmp`;
    const left = [name(`${place}-${dead}-5`), name(`${place}-${pid}-${began + 1}`)];
    const kept = [name(`${place}-${pid}-${began}`), name(`00000000-${dead}-5`), ".m.engram-tmp", "m.tmp"];
    for (const file of [...left, ...kept]) writeFileSync(join(folder, file), "");
    // Whether the process of another machine runs cannot be seen: its file is abandoned after a day.
    const old = name("00000001-7-5");
    writeFileSync(join(folder, old), "");
    utimesSync(join(folder, old), new Date(), new Date(Date.now() - 90_000_000));
    await writeFileAtomic(join(folder, "other"), Uint8Array.of(1));
    const stillThere = began === 0 ? [left[1], ...kept] : kept;
    expect(readdirSync(folder)).toEqual([...stillThere, "other"].sort());
  });

  test.each([
    ["a folder that is not there", "none/a.bin", "cannot be written: its folder does not exist; make it first"],
    ["a folder", "folder", "is not a file; give the path of a file"],
    ["a path through a file", "file/a.bin", "cannot be written: a part of the path is not a folder; give another path"],
    ["a link to itself", "loop", "cannot be written: it is a link to itself; give another path"],
    [
      "a link into a folder that is not there",
      "dangling",
      "cannot be written: its folder does not exist; make it first",
    ],
    ["a name that is too long", "x".repeat(300), "cannot be written: the name is too long; give a shorter one"],
  ])("refuses %s and leaves nothing behind", async (_, path, line) => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "folder"));
    writeFileSync(join(folder, "file"), "");
    symlinkSync("loop", join(folder, "loop"));
    symlinkSync("none/a.bin", join(folder, "dangling"));
    const failure = await writeFileAtomic(join(folder, path), Uint8Array.of(1)).catch((error) => error);
    expect(failure).toBeInstanceOf(ArgumentError);
    expect(failure.message).toBe(`${join(folder, path)} ${line}`);
    expect(readdirSync(folder)).toEqual(["dangling", "file", "folder", "loop"]);
  });

  test("refuses a path with a NUL character, and an empty one", async () => {
    const failure = await writeFileAtomic("a\0b", Uint8Array.of(1)).catch((error) => error);
    expect(failure).toBeInstanceOf(ArgumentError);
    expect(failure.message).toBe('"a\\u0000b" has a NUL character; give a path without it');
    await expect(writeFileAtomic("", Uint8Array.of(1))).rejects.toThrow('path is ""; give the path of a file');
    await expect(loadMemory("a\0b")).rejects.toThrow(StorageError);
  });

  test("refuses a device", async () => {
    await expect(writeFileAtomic("/dev/null", Uint8Array.of(1))).rejects.toThrow("/dev/null is not a file");
  });

  test("removes the temporary file where the writing fails half-way", async () => {
    const folder = temporaryFolder();
    await expect(writeFileAtomic(join(folder, "a"), {} as Uint8Array)).rejects.toThrow(TypeError);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("loadMemory", () => {
  test("reads what saveMemory wrote", async () => {
    const path = join(temporaryFolder(), "m.safetensors");
    const memory = new Hopfield(3, { rule: projection({ selfCoupling: true }) }).store([1, -1, 1]);
    await saveMemory(path, memory);
    const loaded = await loadMemory(path, { kind: hopfieldKind });
    expect(loaded.rule).toMatchObject({ name: "projection", options: { selfCoupling: true } });
    expect(loaded.items).toEqual(memory.items);
    expect(await loadMemory(path)).toMatchObject({ kind: "hopfield", items: memory.items });
  });

  test("refuses what is no memory, by the file's name", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "short"), "abc");
    writeFileSync(join(folder, "large"), "");
    truncateSync(join(folder, "large"), 2 ** 31 + 1);
    for (const [path, line] of [
      ["none", "cannot be read: there is no such file or folder"],
      ["", "is not a file; give the path of a file"],
      ["short", "is not a model file: it is a text; give a file written by engram store or engram train"],
      ["large", "has 2147483649 bytes; the limit is 2147483648"],
    ]) {
      const failure = await loadMemory(join(folder, path)).catch((error) => error);
      expect(failure).toBeInstanceOf(StorageError);
      expect(failure.message).toBe(`${join(folder, path)} ${line}`);
    }
  });
});

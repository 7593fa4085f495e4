import { mkdirSync, readdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { ArgumentError, StorageError } from "../../src/errors.js";
import { projection } from "../../src/learning/index.js";
import { Hopfield, hopfieldKind } from "../../src/memories/index.js";
import { loadMemory, saveMemory, writeFileAtomic } from "../../src/node/index.js";
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
    await expect(writeFileAtomic(path, Buffer.from("new"))).rejects.toThrow("EIO");
    expect(contents(path)).toEqual(["old"]);
  });

  test("writes through a link to the file that it means", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "real"), "old");
    symlinkSync("real", join(folder, "link"));
    await writeFileAtomic(join(folder, "link"), Uint8Array.of(65));
    expect(readFileSync(join(folder, "real"), "utf8")).toBe("A");
    expect(readdirSync(folder)).toEqual(["link", "real"]);
  });

  test.each([
    ["a folder that is not there", "none/a.bin", "cannot be written: there is no such file or folder"],
    ["a folder", "folder", "is not a file; give the path of a file"],
    ["a path through a file", "file/a.bin", "cannot be written: a part of the path is not a folder"],
    ["a name that is too long", "x".repeat(300), "cannot be written: the name is too long"],
  ])("refuses %s and leaves nothing behind", async (_, path, line) => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "folder"));
    writeFileSync(join(folder, "file"), "");
    const failure = await writeFileAtomic(join(folder, path), Uint8Array.of(1)).catch((error) => error);
    expect(failure).toBeInstanceOf(ArgumentError);
    expect(failure.message).toBe(`${join(folder, path)} ${line}`);
    expect(readdirSync(folder)).toEqual(["file", "folder"]);
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
      ["short", "has 3 bytes; expected a safetensors file: it is truncated or in another format"],
      ["large", "has 2147483649 bytes; the limit is 2147483648"],
    ]) {
      const failure = await loadMemory(join(folder, path)).catch((error) => error);
      expect(failure).toBeInstanceOf(StorageError);
      expect(failure.message).toBe(`${join(folder, path)} ${line}`);
    }
  });
});

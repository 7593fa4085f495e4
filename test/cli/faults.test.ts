import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { engram, engramWithFault, type Fault } from "../support/engram.js";
import { workplace, writers } from "../support/writers.js";

/*
 * Every operation that writes, of every command, fails, alone or with all that follow: the file at the path is the old
 * one or the new one, an error is one line with a path and a remedy, and no temporary file is left. With ENGRAM_FAULTS=all
 * each operation fails in every way; else some operations of each command fail, from its first to its last, each in one way.
 */

const codes = ["ENOSPC", "EACCES", "EIO", "EMFILE"] as const;
const isWhole = process.env.ENGRAM_FAULTS === "all";

/** Operations of a command that fail if not all do. */
const SOME = { read: 3, write: 5 };

/** Whether operation k of a number of them is one of some that are spread over all. */
function isChosen(k: number, count: number, some: number): boolean {
  return (
    isWhole ||
    count <= some ||
    Array.from({ length: some }, (_, j) => Math.round((j * (count - 1)) / (some - 1))).includes(k)
  );
}

/** What a file holds, without what differs from run to run. */
function contentOf(bytes: Buffer, ending: string): string {
  if (ending !== ".json" || bytes.toString() === "old\n") return bytes.toString("latin1");
  const { run: _, ...record } = JSON.parse(bytes.toString());
  return JSON.stringify(record);
}

/** Not counted: a number that no run reaches. */
const NEVER = 1_000_000;

describe.each(Object.entries(writers))("engram %s", (_, { args, ending }) => {
  test("says in one line which file it cannot read", { timeout: 240_000 }, async () => {
    const name = `target${ending}`;
    const cwd = await workplace();
    const run = async (code: string, at: number) => {
      // What a run before has kept would be resumed.
      for (const left of [name, "cache"]) rmSync(join(cwd, left), { recursive: true, force: true });
      const env = { XDG_CACHE_HOME: join(cwd, "cache") };
      const all = [...args, name, "--force", ...(args[0] === "train" ? ["--restart"] : [])];
      return engramWithFault(all, { cwd, env }, { kind: "read", code, under: cwd, at });
    };
    const { code, points } = await run("EIO", NEVER);
    expect(code).toBe(0);
    for (const [k, point] of points.entries()) {
      if (!isChosen(k, points.length, SOME.read)) continue;
      const fault = k % 2 === 0 ? "EMFILE" : "EIO";
      const { code: exit, stderr } = await run(fault, k + 1);
      const lines = stderr.split("\n").filter((line) => line !== "" && !line.startsWith("warning: "));
      expect([`${fault} at ${point}`, exit, lines.length]).toEqual([`${fault} at ${point}`, exit, exit === 0 ? 0 : 1]);
      if (exit !== 0) expect(lines[0], `${fault} at ${point}`).not.toMatch(/injected|undefined|internal/);
    }
  });

  test("where the disk fails", { timeout: isWhole ? 3_600_000 : 240_000 }, async () => {
    const name = `target${ending}`;
    const old = Buffer.from("old\n");
    /** Runs the command in a folder of its own. */
    const runWith = async (fault: Omit<Fault, "under" | "kind">) => {
      const cwd = await workplace();
      writeFileSync(join(cwd, name), old);
      const env = { XDG_CACHE_HOME: join(cwd, "cache") };
      const ended = await engramWithFault(
        [...args, name, "--force"],
        { cwd, env },
        { ...fault, kind: "write", under: cwd },
      );
      const left = existsSync(join(cwd, name)) ? readFileSync(join(cwd, name)) : undefined;
      const names = readdirSync(cwd, { recursive: true, encoding: "utf8" });
      return { ...ended, left, others: names.filter((other) => /\.engram-tmp$|\.lock$/.test(other)) };
    };
    const whole = await runWith({ code: "EIO", at: NEVER });
    expect(whole.code).toBe(0);
    expect(whole.points.length).toBeGreaterThan(4);
    const isNew = (bytes: Buffer | undefined) =>
      bytes !== undefined && contentOf(bytes, ending) === contentOf(whole.left!, ending);
    for (const [k, point] of whole.points.entries()) {
      if (!isChosen(k, whole.points.length, SOME.write)) continue;
      for (const sticky of isWhole ? [false, true] : [k % 2 === 1]) {
        for (const code of isWhole ? codes : [codes[(k + Number(sticky)) % codes.length]]) {
          const what = `${code}${sticky ? " from here on" : ""} at ${point}`;
          const { code: exit, stderr, left, others } = await runWith({ code, at: k + 1, sticky });
          const lines = stderr.split("\n").filter((line) => line !== "" && !/^(warning: |Resuming )/.test(line));
          if (exit === 0) expect([what, lines, isNew(left)]).toEqual([what, [], true]);
          else {
            expect([what, lines.length, left?.equals(old) || isNew(left)]).toEqual([what, 1, true]);
            expect(lines[0], what).toMatch(
              /^engram: .*(\/|target|new|checkpoint).*[;:] .*(free|change|check|close|give|make)/,
            );
          }
          expect([what, others]).toEqual([what, []]);
        }
      }
    }
  });
});

test("a training is resumed or left as it is, whatever of its files cannot be seen", { timeout: 240_000 }, async () => {
  const cwd = await workplace();
  const args = ["train", "rbm", "--data", "dots", "--hidden", "2", "--keep-checkpoint", "--out", "m.safetensors"];
  const checkpoint = join(cwd, "m.checkpoint.safetensors");
  expect((await engram([...args, "--epochs", "1"], { cwd })).code).toBe(0);
  const before = readFileSync(checkpoint);
  const resume = (code: string, at: number) => {
    for (const name of ["m.safetensors", "m.safetensors.lock", "m.checkpoint.safetensors.lock"]) {
      rmSync(join(cwd, name), { force: true });
    }
    writeFileSync(checkpoint, before);
    return engramWithFault([...args, "--epochs", "2", "--resume"], { cwd }, { kind: "read", code, under: cwd, at });
  };
  const { code, points } = await resume("EMFILE", NEVER);
  expect(code).toBe(0);
  const after = readFileSync(checkpoint);
  for (const [k, point] of points.entries()) {
    if (!point.includes("checkpoint")) continue;
    const { code: exit, stderr } = await resume("EMFILE", k + 1);
    const left = readFileSync(checkpoint);
    expect([point, left.equals(exit === 0 ? after : before)]).toEqual([point, true]);
    if (exit !== 0)
      expect(stderr, point).toMatch(/^engram: .*checkpoint\.safetensors.*: too many files are open; .*\n$/);
  }
});

test("a table of pairs that cannot be read is named, with the remedy", async () => {
  const cwd = await workplace();
  writeFileSync(join(cwd, "pairs.csv"), "a.png,b.png\n");
  const args = ["store", "--kind", "bam", "--pairs", "pairs.csv", "--force", "--out", "m"];
  const run = (at: number) => engramWithFault(args, { cwd }, { kind: "read", code: "EIO", under: cwd, at });
  const { code, points } = await run(NEVER);
  expect(code).toBe(0);
  const { code: exit, stderr } = await run(points.findIndex((point) => /^readFile .*pairs\.csv$/.test(point)) + 1);
  expect([exit, stderr]).toEqual([1, expect.stringMatching(/^engram: pairs\.csv cannot be read: .*; check the disk/)]);
});

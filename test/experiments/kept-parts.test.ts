import { appendFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { experimentById, order } from "engram/experiments";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { KeptParts as Kept } from "../../src/node/reproduce/kept-parts.js";
import { temporaryFolder } from "../support/folder.js";

/** What the next writes do: a code fails, a number writes that many bytes and no more. */
const faults: (string | number)[] = [];

let KeptParts: typeof Kept;

// Threads keep their modules from file to file: this one needs a copy of its own, over a disk that fails.
beforeAll(async () => {
  vi.resetModules();
  vi.doMock("node:fs", async (original) => {
    const fs = await original<typeof import("node:fs")>();
    const writeSync = (file: number, bytes: Uint8Array, from: number) => {
      const fault = faults.shift();
      if (typeof fault === "string") throw Object.assign(new Error(`${fault}: write`), { code: fault });
      return fs.writeSync(file, bytes, from, fault === undefined ? undefined : Math.min(fault, bytes.length - from));
    };
    return { ...fs, writeSync };
  });
  ({ KeptParts } = await import("../../src/node/reproduce/kept-parts.js"));
});

afterAll(() => {
  vi.doUnmock("node:fs");
  vi.resetModules();
});

afterEach(() => {
  faults.length = 0;
});

const work = { ...order(experimentById("rojas-1996/table-spurious"), { setting: "quick", seed: 5 }) };
const part = (task: number) => ({ part: [[task, 1.5], { of: "text" }], seconds: task / 8 });

/** A folder with the saved parts of tasks 0 to 4, and their file. */
function saved(): { folder: string; file: string } {
  const folder = temporaryFolder();
  const kept = KeptParts.open(folder, work)!;
  for (let task = 0; task < 5; task++) kept.add(task, part(task));
  kept.close();
  return { folder, file: join(folder, readdirSync(folder)[0]) };
}

/** What a later run finds. */
function found(folder: string): { tasks: number[]; damaged: number } {
  const kept = KeptParts.open(folder, work)!;
  kept.close();
  for (const [task, { part: value, seconds }] of kept.found) expect({ part: value, seconds }).toEqual(part(task));
  return { tasks: [...kept.found.keys()].sort((a, b) => a - b), damaged: kept.damaged };
}

test("what is saved is found", () => {
  expect(found(saved().folder)).toEqual({ tasks: [0, 1, 2, 3, 4], damaged: 0 });
});

describe("a damaged line is not used, and counted; the others are", () => {
  const damages: [what: string, damage: (line: string) => string][] = [
    ["another digit in the part", (line) => line.replace("1.5", "1.7")],
    ["another task", (line) => line.replace(/"task":2/, '"task":7')],
    ["no part", (line) => `${line.slice(0, line.indexOf('"part":'))}"part":null}`],
    ["an empty part", (line) => `${line.slice(0, line.indexOf('"part":'))}"part":{}}`],
    ["no checksum", (line) => line.slice(17)],
    ["a short line", (line) => line.slice(0, -3)],
    ["no JSON", () => "}{ \u0000"],
    ["bytes that are not text", () => "\ufffd\ufffd \ufffd"],
  ];
  test.each(damages)("%s", (_, damage) => {
    const { folder, file } = saved();
    const lines = readFileSync(file, "utf8").split("\n");
    writeFileSync(file, lines.map((line, k) => (k === 2 ? damage(line) : line)).join("\n"));
    expect(found(folder)).toEqual({ tasks: [0, 1, 3, 4], damaged: 1 });
  });

  test("any single bit", () => {
    const { folder, file } = saved();
    const bytes = readFileSync(file);
    const [from, to] = [bytes.indexOf(0x0a) + 1, bytes.indexOf(0x0a, bytes.indexOf(0x0a) + 1)];
    for (let at = from; at < to; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const changed = Uint8Array.from(bytes);
        changed[at] ^= 1 << bit;
        writeFileSync(file, changed);
        expect(found(folder).tasks).toEqual([0, 2, 3, 4]);
      }
    }
  });
});

test("a torn last line is left where it is, and the next part begins on a line of its own", () => {
  const { folder, file } = saved();
  appendFileSync(file, '0123456789abcdef {"task":7,"part":[[[2,2,1');
  const kept = KeptParts.open(folder, work)!;
  expect(kept.damaged).toBe(0);
  kept.add(7, part(7));
  kept.close();
  expect(found(folder).tasks).toEqual([0, 1, 2, 3, 4, 7]);
});

test.each(["ENOSPC", "EIO", "EACCES", "EMFILE"])("after %s the work goes on, and parts are tried again", (code) => {
  const { folder } = saved();
  const kept = KeptParts.open(folder, work)!;
  // The first one fails at once, the second after a few bytes.
  faults.push(code, 10, code);
  kept.add(5, part(5));
  expect(kept.trouble?.message).toContain(code);
  kept.add(6, part(6));
  expect(kept.trouble?.message).toContain(code);
  expect(found(folder).tasks).toEqual([0, 1, 2, 3, 4]);
  // A write may take only a part of the bytes.
  faults.push(7, 30);
  kept.add(8, part(8));
  expect(kept.trouble).toBeUndefined();
  kept.close();
  expect(found(folder)).toEqual({ tasks: [0, 1, 2, 3, 4, 5, 6, 8], damaged: 1 });
});

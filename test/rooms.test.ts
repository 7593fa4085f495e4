import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { violations } from "../scripts/rooms.mjs";
import { filesUnder, root } from "../scripts/tools.mjs";
import { memoryKinds } from "../src/memories/index.js";

const bad: [what: string, file: string, text: string, complaint: string][] = [
  ["a room below", "src/math/a.ts", 'import { flip } from "../patterns/damage.js";', "math stands above patterns"],
  [
    "a type of a room below",
    "src/math/a.ts",
    'import type { State } from "../patterns/index.js";',
    "math stands above",
  ],
  ["an import() type", "src/math/a.ts", 'let a: import("../models/index.js").Hopfield;', "math stands above models"],
  ["a re-export", "src/kernels/a.ts", 'export * from "../data/index.js";', "kernels stands above data"],
  ["a dynamic import", "src/kernels/a.ts", 'const a = import("../data/index.js");', "kernels stands above data"],
  [
    "a worker",
    "src/kernels/a.ts",
    'new Worker(new URL("../node/w.js", import.meta.url));',
    "kernels stands above node",
  ],
  ["the front door", "src/models/a.ts", 'import { Hopfield } from "../index.js";', "models stands above index.ts"],
  ["an unknown room", "src/attic/a.ts", "export const a = 1;", "room attic is not in the list"],
  ["a way out of src", "src/cli/a.ts", 'import a from "../../lab/a.js";', "outside src/"],
  ["node:", "src/data/a.ts", 'import { readFileSync } from "node:fs";', "imports node:fs"],
  ["a package", "src/storage/a.ts", 'import sharp from "sharp";', "imports sharp"],
  ["Math.random", "src/cli/a.ts", "export const a = Math.random();", "uses Math.random"],
  ["the DOM", "src/models/a.ts", 'document.querySelector("a");', "uses document"],
  ["the window", "src/models/a.ts", "const a = [window];", "uses window"],
  ["Node in an experiment", "experiments/a/b.ts", 'import { cpus } from "node:os";', "imports node:os"],
  [
    "the library by its path, in an experiment",
    "experiments/a/b.ts",
    'import { a } from "../../src/a.js";',
    "by its package",
  ],
  ["Math.random in an experiment", "experiments/a/b.ts", "export const a = Math.random();", "uses Math.random"],
  ...["hypot(3, 4)", "exp(1)", "log2(3)", "sin(1)", "pow(2, 0.5)", "cbrt(2)"].flatMap((call): typeof bad => [
    [`Math.${call}`, "src/math/a.ts", `export const a = Math.${call};`, "depends on the engine"],
    [`Math.${call} in an experiment`, "experiments/a/b.ts", `export const a = Math.${call};`, "depends on the engine"],
  ]),
  ["a function of Math passed on", "src/math/a.ts", "[1].map(Math.exp);", "depends on the engine"],
  ["a function taken out of Math", "src/math/a.ts", "const { exp } = Math;", "takes exp out of Math"],
  ["a power", "src/units/a.ts", "export const a = (x: number) => x ** 2;", "depends on the engine"],
  ["a power in place", "experiments/a/b.ts", "let a = 3; a **= 2;", "depends on the engine"],
  ["the library by its path", "lab/src/a.tsx", 'import { Hopfield } from "../../src/index.js";', "by its package name"],
];

const good: [what: string, file: string, text: string][] = [
  ["rooms above", "src/models/a.ts", 'import { Random } from "../math/index.js"; import { b } from "./b.js";'],
  ["errors", "src/math/a.ts", 'import { EngramError } from "../errors.js";'],
  ["Node in its rooms", "src/node/a.ts", 'import { join } from "node:path"; import sharp from "sharp";'],
  ["a document of jsdom", "src/node/a.ts", 'import { JSDOM } from "jsdom"; const { document } = new JSDOM().window;'],
  [
    "exact functions",
    "src/math/a.ts",
    "const { fround } = Math; export const a = Math.sqrt(Math.abs(2 ** 7)) + fround(Math.round(0.3));",
  ],
  ["words in texts", "src/math/a.ts", '// Math.random and document\nexport const a = "window", b = { document: a };'],
  [
    "an experiment",
    "experiments/a/b.ts",
    'import { Hopfield } from "engram"; import { exact } from "../statistics.js";',
  ],
  [
    "the lab's own",
    "lab/src/a.tsx",
    'import { Hopfield } from "engram"; import { b } from "./b.js"; document.title = "";',
  ],
];

describe("the order of the rooms", () => {
  test.each(bad)("refuses %s", (_, file, text, complaint) => {
    const found = violations(file, text);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`${file}:1: `);
    expect(found[0]).toContain(complaint);
  });

  test.each(good)("lets %s pass", (_, file, text) => {
    expect(violations(file, text)).toEqual([]);
  });
});

describe("files, threads and commands", () => {
  const folders = ["src/node", "src/cli", "src/storage"];
  const files = folders.flatMap(filesUnder).filter((file) => file.endsWith(".ts") && file !== "src/cli/demo.ts");

  test("name no kind of memory: the list of kinds does", () => {
    const names = memoryKinds.map((kind) => kind.create(kind.items === "pairs" ? { left: 2, right: 2 } : 2));
    const classes = new RegExp(`\\b(${names.map((memory) => memory.constructor.name).join("|")})\\b`);
    const words = new RegExp(`"(${memoryKinds.map(({ name }) => name).join("|")})"`);
    const code = (file: string) => readFileSync(join(root, file), "utf8").replace(/\/\*.*?\*\/|\/\/.*$/gms, "");
    expect(files.length).toBeGreaterThan(50);
    expect(files.filter((file) => classes.test(code(file)) || words.test(code(file)))).toEqual([]);
  });

  test("read no words of an error or a warning", () => {
    const reading = /\.message\.(replace|match|startsWith|includes|search)|\.test\([a-z]*\.?message/;
    const all = ["src", "lab/src"].flatMap(filesUnder).filter((file) => /\.tsx?$/.test(file));
    expect(all.filter((file) => reading.test(readFileSync(join(root, file), "utf8")))).toEqual([]);
  });
});

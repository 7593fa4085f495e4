import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { requireNode } from "../src/needed-node.js";
import { needNative } from "./support/native.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** A project of someone else's, with the packed package unpacked where npm would put it. */
let project: string;
let packed: string[];

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "engram-package-"));
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", project];
  // npm may keep its notices off stdout but not its warnings about a user's settings off stderr.
  const [{ filename, files }] = JSON.parse(
    execFileSync("npm", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
  );
  packed = files.map(({ path }: { path: string }) => path).sort();
  const home = join(project, "node_modules/engram");
  mkdirSync(home, { recursive: true });
  execFileSync("tar", ["-xzf", join(project, filename), "-C", home, "--strip-components=1"]);
});

afterAll(() => rmSync(project, { recursive: true, force: true }));

describe("the packed package", () => {
  test("holds what it should and nothing else", () => {
    const kinds: [what: string, pattern: RegExp][] = [
      ["notes", /^(LICENSE|README\.md|package\.json)$/],
      ["modules, types and maps", /^dist\/(?!lab\/).+\.(js|js\.map|d\.ts|d\.ts\.map)$/],
      ["the lab", /^dist\/lab\/.+\.(html|js|css|svg|png|woff2|wasm|json|bin|txt)$/],
      ["sources that the maps point to", /^(src|experiments)\/.+\.ts$/],
    ];
    for (const [what, pattern] of kinds)
      expect(
        packed.filter((file) => pattern.test(file)),
        what,
      ).not.toEqual([]);
    // Native kernels are there if they could be built, for this machine and for others.
    kinds.push(["native kernels", /^(dist\/native|prebuilds)\/\w+-\w+\.node$/]);
    expect(packed.filter((file) => !kinds.some(([, pattern]) => pattern.test(file)))).toEqual([]);
    expect(packed.filter((file) => /(^|\/)test\/|\.test\.|node_modules|tsbuildinfo|\.gz$/.test(file))).toEqual([]);
  });

  test("has the source of every map", () => {
    const maps = packed.filter((file) => /^dist\/(?!lab\/).+\.map$/.test(file));
    for (const map of maps) {
      const { sources } = JSON.parse(readFileSync(join(root, map), "utf8")) as { sources: string[] };
      for (const source of sources) expect(packed).toContain(join(map, "..", source).replaceAll("\\", "/"));
    }
  });

  test("has a module and its types behind every export", () => {
    for (const [name, target] of Object.entries<string>(manifest.exports)) {
      const file = target.slice("./".length);
      expect(packed, name).toContain(file);
      if (file.endsWith(".js")) expect(packed, name).toContain(file.replace(/\.js$/, ".d.ts"));
    }
    expect(packed).toContain(manifest.bin.engram);
  });

  test("contains the native kernels that were built here", (context) => {
    needNative(context);
    expect(packed).toContain(`dist/native/${process.platform}-${process.arch}.node`);
    expect(packed.filter((file) => file.startsWith("native/"))).toEqual([]);
  });

  test("says which Node it needs", () => {
    expect(manifest.engines.node).toBe("^20.19.0 || ^22.13.0 || >=24.0.0");
    expect(() => requireNode("20.19.0")).not.toThrow();
    expect(() => requireNode("24.1.0")).not.toThrow();
    for (const old of ["18.20.8", "20.18.3", "4.9.1"]) {
      expect(() => requireNode(old)).toThrow(
        /^Engram needs Node\.js 20\.19 or newer, and this is [\d.]+; install[^\n]*$/,
      );
    }
  });

  test("says so in one line when an older Node runs it, before anything that this could not load", async () => {
    const late = /import\("\.\/start\.js"\)/;
    const main = readFileSync(join(root, "dist/cli/main.js"), "utf8");
    expect(main).toMatch(late);
    const imported = Array.from(main.matchAll(/^import .* from "(.*)";$/gm), ([, name]) => name);
    expect(imported).toEqual(["../needed-node.js"]);
    // What it runs in an older Node, whose version a preloaded module puts in place of ours.
    const preload = `data:text/javascript,${encodeURIComponent('Object.defineProperty(process.versions, "node", { value: "20.9.0" });')}`;
    const old = ["--import", preload, join(root, "dist/cli/main.js"), "--version"];
    await expect(promisify(execFile)(process.execPath, old)).rejects.toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^engram: Engram needs Node\.js 20\.19 or newer, and this is 20\.9\.0; [^\n]*\n$/),
    });
  });

  test("has types that TypeScript 5.0 reads: typed arrays are generic only from 5.7 on", () => {
    const types = packed.filter((file) => /^dist\/(?!lab\/).+\.d\.ts$/.test(file));
    const generic = types.filter((file) => /\w+Array<ArrayBuffer/.test(readFileSync(join(root, file), "utf8")));
    expect(generic).toEqual([]);
  });

  test("has types of all subpaths for module resolution that reads no exports", () => {
    const [[, paths]] = Object.entries<Record<string, string[]>>(manifest.typesVersions);
    const names = Object.keys(manifest.exports).filter((name) => !/^\.$|package\.json$/.test(name));
    expect(Object.keys(paths).map((name) => `./${name}`)).toEqual(names);
    for (const name of names) {
      expect(paths[name.slice(2)]).toEqual([manifest.exports[name].replace(/\.js$/, ".d.ts")]);
    }
  });

  test("recalls in a project that has nothing but it", async () => {
    const script = join(project, "recall.mjs");
    writeFileSync(
      script,
      `import { flip, glyphs, Hopfield, projection, Random } from "engram";
       const memory = new Hopfield(256, { rule: projection() }).store(glyphs("ABC"));
       const cue = flip(glyphs("B"), 0.2, new Random(1));
       console.log(memory.recall(cue, { random: new Random(2) }).nearest.label);`,
    );
    const { stdout } = await promisify(execFile)(process.execPath, [script], { cwd: project });
    expect(stdout).toBe("B\n");
  });

  test("is loaded by require, too", async () => {
    const script = join(project, "required.cjs");
    writeFileSync(
      script,
      `const { Hopfield, Random } = require("engram");
       const memory = new Hopfield(4).store([[1, -1, 1, -1]]);
       console.log(memory.recall([1, -1, 1, 1], { random: new Random(1) }).nearest.overlap);`,
    );
    const { stdout } = await promisify(execFile)(process.execPath, [script], { cwd: project });
    expect(stdout).toBe("1\n");
  });

  test("is found under all its names by Node and by TypeScript", async () => {
    // What the package depends on: found where it is installed already.
    const needed = [...Object.keys(manifest.dependencies), "@types"].map((name) => name.split("/")[0]);
    for (const name of new Set(needed)) {
      symlinkSync(join(root, "node_modules", name), join(project, "node_modules", name));
    }
    const names = Object.keys(manifest.exports).filter((name) => name !== "./package.json");
    const imports = names.map((name) => `import * as m${names.indexOf(name)} from "${name.replace(".", "engram")}";`);
    const script = join(project, "names.mts");
    writeFileSync(script, `${imports.join("\n")}\nconsole.log(${names.map((_, i) => `m${i}`).join(", ")});\n`);
    writeFileSync(join(project, "names.mjs"), `${imports.join("\n")}\n`);
    await promisify(execFile)(process.execPath, [join(project, "names.mjs")], { cwd: project });
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const flags = ["--noEmit", "--strict", "--module", "nodenext", "--types", "node", "--skipLibCheck", "false"];
    await promisify(execFile)(process.execPath, [tsc, ...flags, script], { cwd: project });
  });
});

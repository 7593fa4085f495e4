import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureInstalled } from "./install.mjs";
import { Failure, filesUnder, fingerprint, main, root, runNode, seconds } from "./tools.mjs";

const STAMPS = join(root, "dist/.stamps.json");

/** In order: the later steps read what the earlier ones write. A step is skipped while its inputs are unchanged. */
const steps = [
  {
    name: "wasm kernels",
    inputs: ["package-lock.json", "scripts/build-wasm.mjs", "assembly"],
    isComplete: () => existsSync(join(root, "src/kernels/wasm/module.generated.ts")),
    run: buildKernels,
  },
  {
    name: "native kernels",
    inputs: ["package.json", "package-lock.json", "scripts/build-native.mjs", "native"],
    isComplete: hasNative,
    run: buildAddon,
  },
  {
    name: "library",
    inputs: ["package-lock.json", "tsconfig.json", "tsconfig.base.json", "src", "experiments"],
    isComplete: () => expectedOutputs().every((file) => existsSync(join(root, "dist", file))),
    run: buildLibrary,
  },
  {
    name: "lab",
    inputs: ["package-lock.json", "tsconfig.base.json", "src", "experiments", "lab"],
    isComplete: () => existsSync(join(root, "dist/lab/index.html")),
    run: buildLab,
  },
];

/** Brings dist/ up to date with the sources. */
export async function build() {
  const stamps = existsSync(STAMPS) ? JSON.parse(readFileSync(STAMPS, "utf8")) : {};
  for (const { name, inputs, isComplete, run } of steps) {
    const stamp = fingerprint(inputs);
    if (stamps[name] === stamp && isComplete()) continue;
    const start = performance.now();
    // Before the work: a step that fails may have written some of its outputs, and must run again.
    delete stamps[name];
    record(stamps);
    const missing = await run();
    if (missing !== undefined) {
      console.log(missing);
      continue;
    }
    stamps[name] = stamp;
    record(stamps);
    console.log(`Built the ${name} in ${seconds(start)}.`);
  }
}

function record(stamps) {
  mkdirSync(join(root, "dist"), { recursive: true });
  writeFileSync(STAMPS, `${JSON.stringify(stamps, null, 2)}\n`);
}

async function buildKernels() {
  // Imported late: it needs installed packages.
  const { buildWasm } = await import("./build-wasm.mjs");
  await buildWasm();
}

function hasNative() {
  return existsSync(join(root, `dist/native/${process.platform}-${process.arch}.node`));
}

/** A line that says why there are no native kernels, if there are none: the others compute the same bits. */
async function buildAddon() {
  const { buildNative } = await import("./build-native.mjs");
  const reason = await buildNative();
  return reason && `No native kernels, since ${reason}: WebAssembly computes the same bits.`;
}

async function buildLibrary() {
  sweep();
  // From scratch: of its own records tsc does not see that an output was deleted, nor that a declaration names a module
  // through another one that no longer exports it.
  expectSuccess("tsc -b", runNode("node_modules/typescript/bin/tsc", ["-b", "--pretty", "--force"]));
  const program = join(root, "dist/cli/main.js");
  if (existsSync(program)) chmodSync(program, 0o755);
}

async function buildLab() {
  const args = ["build", "--logLevel", "warn"];
  expectSuccess("vite build", runNode("node_modules/vite/bin/vite.js", args, { cwd: join(root, "lab") }));
}

function expectSuccess(what, { status }) {
  if (status !== 0) throw new Failure(`${what} failed (see above).`);
}

/** The outputs of tsc, relative to dist/: src/ is at its top, other folders are under their names. */
function expectedOutputs() {
  const { references } = JSON.parse(readFileSync(join(root, "tsconfig.json"), "utf8"));
  const folders = new Set(references.map(({ path }) => path.split("/")[0]));
  return [...folders]
    .flatMap(filesUnder)
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))
    .map((file) => file.replace(/^src\//, "").slice(0, -".ts".length))
    .flatMap((file) => [".js", ".js.map", ".d.ts", ".d.ts.map"].map((extension) => file + extension));
}

/** The records of tsc and of this script for their next run. */
const isRecord = (path) => path === ".stamps.json" || path.endsWith(".tsbuildinfo");

/** Removes from dist/ the outputs of sources that no longer exist. */
function sweep() {
  const expected = new Set(expectedOutputs());
  const visit = (folder) => {
    for (const entry of readdirSync(join(root, "dist", folder), { withFileTypes: true })) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && path !== "lab" && path !== "native") visit(path);
      else if (entry.isFile() && !expected.has(path) && !isRecord(path)) rmSync(join(root, "dist", path));
    }
    if (folder !== "" && readdirSync(join(root, "dist", folder)).length === 0) rmdirSync(join(root, "dist", folder));
  };
  if (existsSync(join(root, "dist"))) visit("");
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    ensureInstalled();
    await build();
  });
}

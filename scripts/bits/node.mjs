import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../tools.mjs";

const addonPath = join(root, `dist/native/${process.platform}-${process.arch}.node`);
const at = (path) => new URL(`../../${path}`, import.meta.url).href;

/** Runs a program in a Node; returns what it printed, from JSON. */
async function run(node, program) {
  const { stdout } = await promisify(execFile)(node, ["--input-type=module", "-e", program]);
  return JSON.parse(stdout);
}

/** What threads are handed to compute with: reference, wasm, and native code for each instruction set of this processor. */
export function kernelsOf(node) {
  return run(
    node,
    `const { existsSync } = await import("node:fs");
     const { createRequire } = await import("node:module");
     const path = ${JSON.stringify(addonPath)};
     const tiers = existsSync(path) ? createRequire(path)(path).tiers : [];
     console.log(JSON.stringify(["reference", "wasm", ...tiers.map((tier) => ({ path, tier }))]));`,
  );
}

/** Digests of recalls and of training on one thread, and on two where there are threads for these kernels. */
export async function* digestsInNode(node, kernels) {
  const { version, recalls, training } = await run(
    node,
    `const { takeKernels } = await import("${at("dist/node/native.js")}");
     takeKernels(${JSON.stringify(kernels)});
     const engram = await import("${at("test/support/library.mjs")}");
     const { workspaceThreads } = await import("${at("dist/node/index.js")}");
     const { digestOfRecalls, digestOfTraining } = await import("${at("test/support/bits-scenario.mjs")}");
     const threads = await workspaceThreads(2);
     const training = [];
     const workspaces = [engram.defaultWorkspace, ...(threads.threads > 1 ? [threads.makeWorkspace] : [])];
     for (const workspace of workspaces) training.push(await digestOfTraining(engram, workspace));
     const recalls = digestOfRecalls(engram, engram.defaultKernels());
     console.log(JSON.stringify({ version: process.versions.node, recalls, training }));`,
  );
  for (const [k, digest] of training.entries()) {
    const name = typeof kernels === "string" ? kernels : kernels.tier;
    yield { place: `Node ${version}, ${name}, ${k + 1} thread${k === 0 ? "" : "s"}`, digests: [recalls, digest] };
  }
}

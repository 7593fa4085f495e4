import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";
import { Failure, main, root, seconds } from "./tools.mjs";

const TSC = "node_modules/typescript/bin/tsc";

/** Type checks of what is not built by tsc -b; they read the declarations in dist/. */
const typeChecks = ["test", "lab", "bench"]
  .filter((folder) => existsSync(join(root, folder, "tsconfig.json")))
  .map((folder) => ({ name: `types of ${folder}`, program: TSC, args: ["-p", folder, "--noEmit", "--pretty"] }));

const checks = [
  { name: "format and lint", program: "node_modules/@biomejs/biome/bin/biome", args: ["ci", "--error-on-warnings"] },
  { name: "type-aware lint", program: "node_modules/oxlint/bin/oxlint", args: ["--type-aware", "--deny-warnings"] },
  { name: "order of the rooms", program: "scripts/rooms.mjs", args: [] },
  ...typeChecks,
  {
    name: "API reference",
    program: "docs/node_modules/typedoc/bin/typedoc",
    args: ["--options", "docs/typedoc.json", "--emit", "none"],
  },
];

await main(async () => {
  ensureInstalled();
  await build();
  const results = await Promise.all(checks.map(perform));
  const failed = checks.filter((_, k) => !results[k]).map(({ name }) => name);
  if (failed.length > 0) throw new Failure(`check failed: ${failed.join(", ")}`);
});

/** Runs a check, prints its outcome, and returns whether it passed. All checks run at once. */
function perform({ name, program, args }) {
  const start = performance.now();
  const output = [];
  const child = spawn(process.execPath, [join(root, program), ...args], { cwd: root });
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => output.push(chunk));
  return new Promise((resolve) => {
    child.on("close", (status) => {
      console.log(`${status === 0 ? "ok" : "FAILED"}  ${name} (${seconds(start)})`);
      if (status !== 0) process.stdout.write(Buffer.concat(output));
      resolve(status === 0);
    });
  });
}

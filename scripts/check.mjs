import { existsSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";
import { Failure, main, root, runNode, seconds } from "./tools.mjs";

const TSC = "node_modules/typescript/bin/tsc";

/** Type checks of what is not built by tsc -b; they read the declarations that the build leaves in dist/. */
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
  const failed = checks.filter(({ name, program, args }) => {
    const start = performance.now();
    const { status, stdout, stderr } = runNode(program, args, { stdio: "pipe" });
    console.log(`${status === 0 ? "ok" : "FAILED"}  ${name} (${seconds(start)})`);
    if (status === 0) return false;
    process.stdout.write(stdout);
    process.stdout.write(stderr);
    return true;
  });
  if (failed.length > 0) throw new Failure(`check failed: ${failed.map(({ name }) => name).join(", ")}`);
});

/**
 * npm run bench -- <race> [--json file]
 *
 * Runs a race against the programs that people use today: same data, same results (compared bit for bit), both sides in
 * turn in one run. Set ENGRAM_NODES to a colon-separated list of Node binaries to time our side on them as well.
 */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

const races = { recall: "./recall.mjs" };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "string" }, ours: { type: "boolean" } },
});
const [name] = positionals;

if (races[name] === undefined) {
  console.error(`usage: npm run bench -- <race> [--json file]; races: ${Object.keys(races).join(", ")}`);
  process.exit(2);
}
if (!existsSync(new URL("../dist/kernels/index.js", import.meta.url))) {
  console.error("the library is not built; run: npm run build");
  process.exit(1);
}
const { race, ours } = await import(races[name]);
if (values.ours) {
  // For another Node that runs our side only.
  console.log(JSON.stringify(ours()));
} else {
  const result = await race();
  // A script of a workspace runs in the workspace's folder; npm says where the caller stood.
  if (values.json) {
    const file = resolve(process.env.INIT_CWD ?? process.cwd(), values.json);
    await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
    console.log(`\nwritten: ${file}`);
  }
}

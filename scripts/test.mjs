import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";
import { Failure, main, runNode } from "./tools.mjs";

const NOTHING_RAN = { passed: 0, failed: 1, skipped: 0, reasons: {} };

await main(async () => {
  const { passed, failed, skipped, reasons } = await run().catch((error) => {
    console.error(error instanceof Failure ? error.message : error);
    return NOTHING_RAN;
  });
  if (failed > 0) process.exitCode = 1;
  for (const [reason, count] of Object.entries(reasons)) console.log(`${count} skipped: ${reason}`);
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
});

async function run() {
  ensureInstalled();
  await build();
  const folder = mkdtempSync(join(tmpdir(), "engram-test-"));
  try {
    const tallyFile = join(folder, "tally.json");
    const args = ["run", "--reporter=default", "--reporter=./scripts/tally.mjs", ...process.argv.slice(2)];
    const env = { ...process.env, ENGRAM_TALLY: tallyFile };
    const { status } = runNode("node_modules/vitest/vitest.mjs", args, { env });
    const tally = readTally(tallyFile);
    // Any other error of the run counts as one failure.
    return status !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readTally(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return NOTHING_RAN;
  }
}

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";
import { main, runNode } from "./tools.mjs";

await main(async () => {
  ensureInstalled();
  await build();
  const folder = mkdtempSync(join(tmpdir(), "engram-test-"));
  try {
    const tallyFile = join(folder, "tally.json");
    const args = ["run", "--reporter=default", "--reporter=./scripts/tally.mjs", ...process.argv.slice(2)];
    const { status } = runNode("node_modules/vitest/vitest.mjs", args, {
      env: { ...process.env, ENGRAM_TALLY: tallyFile },
    });
    const tally = readTally(tallyFile);
    // Whatever else went wrong with the run counts as one failure.
    if (status !== 0 && tally.failed === 0) tally.failed = 1;
    if (tally.failed > 0) process.exitCode = 1;
    for (const [reason, count] of Object.entries(tally.reasons)) console.log(`${count} skipped: ${reason}`);
    console.log(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

function readTally(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return { passed: 0, failed: 1, skipped: 0, reasons: {} };
  }
}

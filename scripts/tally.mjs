import { writeFileSync } from "node:fs";

/** A vitest reporter that writes the closing line of scripts/test.mjs to the file named by ENGRAM_TALLY. */
export default class Tally {
  onTestRunEnd(modules, unhandledErrors) {
    const tally = { passed: 0, failed: unhandledErrors.length, skipped: 0, reasons: {} };
    for (const module of modules) {
      // A file or a hook that throws has failed, whatever the outcome of the tests inside.
      tally.failed += module.errors().length;
      for (const suite of module.children.allSuites()) tally.failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const { state, note } = test.result();
        if (state === "passed") tally.passed++;
        else if (state === "failed") tally.failed++;
        else {
          tally.skipped++;
          const reason = note ?? "no reason given";
          tally.reasons[reason] = (tally.reasons[reason] ?? 0) + 1;
        }
      }
    }
    writeFileSync(process.env.ENGRAM_TALLY, JSON.stringify(tally));
  }
}

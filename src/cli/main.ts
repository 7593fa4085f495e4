#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CommanderError } from "commander";
import pc from "picocolors";
import { EngramError } from "../errors.js";
import { plain } from "../node/index.js";
import { createProgram, greeting } from "./program.js";

/** 2 where the input was wrong, 1 where the work failed. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  // The base class itself is thrown for our own bugs.
  return error instanceof EngramError && error.constructor !== EngramError ? 2 : 1;
}

function report(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const line = plain(message.replace(/^error: /, "").replace(/\s*\n\s*/g, " "));
  process.stderr.write(`${pc.red("engram:")} ${line}\n`);
  if (process.argv.includes("--debug") && error instanceof Error) process.stderr.write(`${error.stack}\n`);
}

// Whoever reads our output may have seen enough (engram inspect ... | head): that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"));
try {
  if (process.argv.length <= 2) process.stdout.write(greeting);
  else await createProgram(version).parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
  if (process.exitCode !== 0) report(error);
}

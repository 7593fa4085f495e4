#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./run.js";

// Whoever reads our output may have seen enough (engram inspect ... | head): that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8"));
process.exitCode = await run(process.argv.slice(2), version);

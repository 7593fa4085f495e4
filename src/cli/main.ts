#!/usr/bin/env node
import { requireNode } from "../needed-node.js";

// Imported late: an older Node.js may not be able to load it.
if (isNewEnough()) await import("./start.js");

function isNewEnough(): boolean {
  try {
    requireNode();
    return true;
  } catch (error) {
    process.stderr.write(`engram: ${(error as Error).message}\n`);
    process.exitCode = 1;
    return false;
  }
}

import { existsSync } from "node:fs";
import { join } from "node:path";

const folder = process.env.ENGRAM_DATA;
const found = folder !== undefined && existsSync(join(folder, "mnist", "t10k-images-idx3-ubyte.gz"));

/** Where the MNIST files are, and why the tests that need them are skipped where they are not. */
export const mnist = {
  folder: found ? join(folder, "mnist") : undefined,
  skipped: found ? undefined : "ENGRAM_DATA names no folder with mnist/ in it",
};

if (!found && process.env.ENGRAM_REQUIRE === "1") throw new Error(`the MNIST tests must run, but ${mnist.skipped}`);
if (!found) console.warn(`skipped: tests on MNIST (${mnist.skipped})`);

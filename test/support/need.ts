import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "vitest";

/*
 * What a test needs and a machine may lack. Where it is missing the calling test is skipped with the reason, which the
 * test command prints at its end; with ENGRAM_REQUIRE=1, as in CI, the test fails instead.
 */

const CHROMIUM_PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The path of a Chromium: ENGRAM_CHROMIUM, or where Linux distributions put it. */
export function needChromium(context: TestContext): string {
  const named = process.env.ENGRAM_CHROMIUM;
  const path = [...(named ? [named] : CHROMIUM_PLACES)].find((place) => existsSync(place));
  return path ?? lacking(context, "Chromium is not here (apt-get install chromium, or name it by ENGRAM_CHROMIUM)");
}

/** The folder that holds MNIST's four IDX files, inside ENGRAM_DATA. */
export function needMnist(context: TestContext): string {
  const data = process.env.ENGRAM_DATA;
  const folder = data ? join(data, "mnist") : undefined;
  if (folder !== undefined && existsSync(folder)) return folder;
  return lacking(context, "MNIST is not here (ENGRAM_DATA names the folder that holds mnist/)");
}

/** A Python that has NumPy: python3, or what ENGRAM_PYTHON names. */
export function needNumPy(context: TestContext): string {
  const python = process.env.ENGRAM_PYTHON ?? "python3";
  if (spawnSync(python, ["-c", "import numpy"]).status === 0) return python;
  return lacking(context, "Python with NumPy is not here (apt-get install python3-numpy, or name it by ENGRAM_PYTHON)");
}

/** A Python: python3, or what ENGRAM_PYTHON names. */
export function needPython(context: TestContext): string {
  const python = process.env.ENGRAM_PYTHON ?? "python3";
  if (spawnSync(python, ["--version"]).status === 0) return python;
  return lacking(context, "Python is not here (apt-get install python3, or name it by ENGRAM_PYTHON)");
}

/** Skips the calling test with a reason, or fails it where nothing may be missing. */
export function lacking(context: TestContext, reason: string): never {
  if (process.env.ENGRAM_REQUIRE === "1") throw new Error(`ENGRAM_REQUIRE=1, but ${reason}`);
  return context.skip(reason);
}

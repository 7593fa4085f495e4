import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");

/** An expected failure: its message says everything, a stack trace would add nothing. */
export class Failure extends Error {}

/** Runs `task`; a failure ends the process with one line and exit code 1. */
export async function main(task) {
  try {
    await task();
  } catch (error) {
    console.error(error instanceof Failure ? error.message : error);
    process.exitCode = 1;
  }
}

/** Runs a Node program of an installed package; `path` is its file under the root. */
export function runNode(path, args = [], options = {}) {
  return spawnSync(process.execPath, [join(root, path), ...args], { cwd: root, stdio: "inherit", ...options });
}

export function seconds(since) {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`;
}

const SKIPPED = new Set(["node_modules", "dist"]);

/** All files at or under `path` (relative to the root), as relative paths with forward slashes, sorted. */
export function filesUnder(path) {
  const at = join(root, path);
  if (!existsSync(at)) return [];
  if (statSync(at).isFile()) return [path];
  return readdirSync(at, { withFileTypes: true })
    .filter((entry) => !SKIPPED.has(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inside = relative(root, join(at, entry.name)).replaceAll("\\", "/");
      return entry.isDirectory() ? filesUnder(inside) : [inside];
    });
}

/** A hash over the names and contents of all files at or under `paths`. */
export function fingerprint(paths) {
  const hash = createHash("sha256");
  for (const file of paths.flatMap(filesUnder)) {
    const content = readFileSync(join(root, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure, root, seconds } from "./tools.mjs";

const OLDEST_NODE = [20, 19];

/** Installs the packages of package-lock.json where node_modules does not hold them yet. */
export function ensureInstalled() {
  requireNode();
  if (isInstalled()) return;
  const start = performance.now();
  console.log("Installing packages with npm ci (once; about 10 seconds, a minute on a slow line) ...");
  const npm = process.env.npm_execpath;
  const [command, first] = npm === undefined ? ["npm", []] : [process.execPath, [npm]];
  const args = [...first, "ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status } = spawnSync(command, args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) {
    throw new Failure("npm ci failed (see above). The packages come from the npm registry: is there a network?");
  }
  console.log(`Installed in ${seconds(start)}.`);
}

function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    throw new Failure(
      `This is Node ${process.versions.node}; Engram is built with Node ${OLDEST_NODE.join(".")} or newer.`,
    );
  }
}

/**
 * Whether npm's own record of what it installed, which it writes last, agrees with package-lock.json. Optional packages
 * that are made for other machines are in the lock alone.
 */
function isInstalled() {
  const record = join(root, "node_modules/.package-lock.json");
  if (!existsSync(record)) return false;
  const wanted = packagesOf(join(root, "package-lock.json"));
  const installed = packagesOf(record);
  return Object.entries(wanted).every(([path, { version, optional, link }]) => {
    if (path === "" || !path.includes("node_modules/")) return true;
    const found = installed[path];
    if (found === undefined) return optional === true;
    return found.version === version && (link === true || existsSync(join(root, path, "package.json")));
  });
}

function packagesOf(lockFile) {
  return JSON.parse(readFileSync(lockFile, "utf8")).packages;
}

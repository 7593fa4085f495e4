import { EngramError } from "./errors.js";

/** The oldest Node.js that Engram runs on; package.json names all versions that it is made for. */
const OLDEST = [20, 19] as const;

/** Throws an EngramError in a Node.js that is too old; in browsers it does nothing. */
export function requireNode(version = nodeVersion()): void {
  if (version === undefined) return;
  const [major, minor] = version.split(".").map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw new EngramError(
    `Engram needs Node.js ${OLDEST.join(".")} or newer, and this is ${version}; install a newer one from https://nodejs.org`,
  );
}

function nodeVersion(): string | undefined {
  return (globalThis as { process?: { versions?: { node?: string } } }).process?.versions?.node;
}

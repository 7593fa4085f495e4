import { randomBytes } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { hasEnded, ownMark } from "./processes.js";

/** Milliseconds after which a temporary file is abandoned if nobody can tell whether its process runs. */
const DAY = 86_400_000;

/** The largest number of bytes of a target's name in that of its temporary file: names of files have 255 at most. */
const LONGEST = 160;

const PATTERN = /^\..+\.(?<place>[0-9a-f]{8})-(?<pid>\d+)-(?<began>\d+)-[0-9a-f]{8}\.engram-tmp$/s;

/** A new path for a temporary file beside a target, with the target's name and the mark of this process. */
export function temporaryBeside(target: string): string {
  const { place, pid, began } = ownMark();
  let name = basename(target);
  while (Buffer.byteLength(name) > LONGEST) name = name.slice(0, -1);
  return join(dirname(target), `.${name}.${place}-${pid}-${began}-${randomBytes(4).toString("hex")}.engram-tmp`);
}

/**
 * Removes temporary files that killed processes left in a folder. Those of another machine, whose processes cannot be seen
 * from here, are removed a day after they were written last.
 */
export async function removeAbandoned(folder: string): Promise<void> {
  // A folder may be writable but not readable.
  const names = await readdir(folder).catch((): string[] => []);
  await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      if (await isAbandoned(path)) await rm(path, { force: true }).catch(() => undefined);
    }),
  );
}

async function isAbandoned(path: string): Promise<boolean> {
  const { place, pid, began } = PATTERN.exec(basename(path))?.groups ?? {};
  if (place === undefined) return false;
  const mark = { place, pid: Number(pid), began: Number(began) };
  const ended = hasEnded(mark);
  if (ended === true) return true;
  // The process runs, if the system tells when processes began.
  if (ended === false && mark.began !== 0) return false;
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > DAY;
}

import { readdirSync, rmSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Kept } from "engram/experiments";
import { ArgumentError } from "../../errors.js";
import { plainBytes, writeFileAtomic } from "../files.js";

/** Files that a running task saves, in a folder that is made when the first one is written. */
export function taskFiles(folder: string, task: number): Kept {
  const pathOf = (name: string) => {
    if (/^[a-z0-9-]+$/.test(name)) return join(folder, `${prefixOf(task)}${name}`);
    throw new ArgumentError(`name is ${JSON.stringify(name)}; expected lower-case letters, digits and hyphens`);
  };
  return {
    read: async (name) => readFile(pathOf(name)).then(plainBytes, () => undefined),
    async write(name, bytes) {
      const path = pathOf(name);
      if (!(bytes instanceof Uint8Array)) throw new ArgumentError("bytes is not a Uint8Array; encode the value first");
      try {
        await mkdir(folder, { recursive: true });
        await writeFileAtomic(path, bytes);
      } catch {
        // A folder that cannot be written, or a full disk, must not end the work: without the file the task only starts over.
      }
    },
  };
}

/** Removes the files of a task. */
export function removeTaskFiles(folder: string, task: number): void {
  for (const name of namesIn(folder)) if (name.startsWith(prefixOf(task))) rmSync(join(folder, name), { force: true });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function prefixOf(task: number): string {
  return `${task}.`;
}

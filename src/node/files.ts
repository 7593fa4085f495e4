import { randomBytes } from "node:crypto";
import { open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ArgumentError, DataError, type EngramError } from "../errors.js";

/**
 * Writes a file so that whoever reads it at any moment, even after a power cut or a kill, finds the old content or the
 * new one and nothing between: to a temporary file in the same folder, brought to the disk, then put in its place.
 *
 * @throws ArgumentError where the path is no place for a file
 */
export async function writeFileAtomic(path: string, bytes: Uint8Array): Promise<void> {
  const target = await resolveTarget(path);
  const folder = dirname(target);
  const temporary = join(folder, `.engram-${randomBytes(6).toString("hex")}.tmp`);
  try {
    const file = await open(temporary, "wx");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    // What stopped the writing is the error to report, whatever becomes of the rest of it.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw badPath(error, path, "written", ArgumentError) ?? error;
  }
  await syncFolder(folder);
}

/** Reads a whole file of at most `limit` bytes; anything else is an error of the given kind. */
export async function readBounded(
  path: string,
  limit: number,
  Kind: new (message: string) => EngramError = DataError,
): Promise<Uint8Array> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new Kind(`${path} is no file; give the path of one`);
    if (found.size > limit) throw new Kind(`${path} has ${found.size} bytes; the limit is ${limit}`);
    return await readFile(path);
  } catch (error) {
    throw badPath(error, path, "read", Kind) ?? error;
  }
}

/** What a path leads to when it is followed through links; it may not be there yet, but it may not be a device. */
async function resolveTarget(path: string): Promise<string> {
  const target = await realpath(path).catch(() => path);
  const found = await stat(target).catch(() => undefined);
  if (found !== undefined && !found.isFile()) throw new ArgumentError(`${path} is no file; give the path of one`);
  return target;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  ENOTDIR: "a part of the path is no folder",
  EISDIR: "it is a folder",
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  EROFS: "the disk is read-only",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "it is a link to itself",
};

/** The error for a path that the caller got wrong; undefined where the fault is not the path's. */
export function badPath(
  error: unknown,
  path: string,
  action: string,
  Kind: new (message: string) => EngramError,
): EngramError | undefined {
  const reason = reasons[(error as NodeJS.ErrnoException).code ?? ""];
  return reason === undefined ? undefined : new Kind(`${path} cannot be ${action}: ${reason}`);
}

async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders; there the rename has to do.
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

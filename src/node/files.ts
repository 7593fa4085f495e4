import { randomBytes } from "node:crypto";
import { open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ArgumentError, DataError, type EngramError } from "../errors.js";

/**
 * Writes a file atomically: a reader at any moment, even after a power cut or a kill, finds either the old or the new
 * content. The bytes go to a temporary file in the same folder, which is flushed to the disk and then renamed.
 *
 * @throws ArgumentError if no file can be written at the path
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
    // The error that stopped the writing is the one to report, even if cleaning up fails.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw badPath(error, path, "written", ArgumentError) ?? error;
  }
  await syncFolder(folder);
}

/** Reads a whole file of at most `limit` bytes; anything else throws an error of the given class. */
export async function readBounded(
  path: string,
  limit: number,
  Kind: new (message: string) => EngramError = DataError,
): Promise<Uint8Array> {
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new Kind(`${path} is not a file; give the path of a file`);
    if (found.size > limit) throw new Kind(`${path} has ${found.size} bytes; the limit is ${limit}`);
    return plainBytes(await readFile(path));
  } catch (error) {
    throw badPath(error, path, "read", Kind) ?? error;
  }
}

/** The same bytes as a plain array, whose methods do what those of every Uint8Array do. */
export function plainBytes({ buffer, byteOffset, byteLength }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** The target of a path after following links; it need not exist yet, but it must not be a device. */
async function resolveTarget(path: string): Promise<string> {
  const target = await realpath(path).catch(() => path);
  const found = await stat(target).catch(() => undefined);
  if (found !== undefined && !found.isFile()) throw new ArgumentError(`${path} is not a file; give the path of a file`);
  return target;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  ENOTDIR: "a part of the path is not a folder",
  EISDIR: "it is a folder",
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  EROFS: "the disk is read-only",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "it is a link to itself",
};

/** The error for a wrong path; undefined if the path is not at fault. */
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
  // Windows cannot open folders; there the rename has to do.
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

import { access, constants, lstat, open, readFile, readlink, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { ArgumentError, DataError, type EngramError, FileError } from "../errors.js";
import { removeAbandoned, temporaryBeside } from "./temporary-files.js";

/**
 * Writes a file atomically: a reader at any moment, even after a power cut or a kill, finds either the old or the new
 * content. The bytes go to a temporary file in the same folder, which is flushed to the disk and then renamed. A replaced
 * file keeps its mode, and its owner where the system permits; a link is followed. Temporary files that killed processes
 * left in the folder are removed.
 *
 * @throws ArgumentError if no file can be written at the path, or if it is read-only; FileError if the disk or the system fails
 */
export async function writeFileAtomic(path: string, bytes: Uint8Array): Promise<void> {
  const { target, replaced } = await targetOf(path);
  await removeAbandoned(dirname(target));
  await replace(path, target, async (temporary) => {
    const file = await open(temporary, "wx", replaced === undefined ? 0o666 : 0o600);
    try {
      await file.writeFile(bytes);
      if (replaced !== undefined) await keepOwner(file, replaced);
      await file.sync();
    } finally {
      await file.close();
    }
  });
}

/** Writes a temporary file by `write`, and renames it to the target. */
async function replace(path: string, target: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = temporaryBeside(target);
  let folder: Folder | undefined;
  try {
    // Opened before anything changes: afterwards a failure to open it would make a success look like a failure.
    folder = await openFolder(dirname(target));
    await write(temporary);
    await rename(temporary, target);
  } catch (error) {
    // The error that stopped the writing is the one to report, even if cleaning up fails.
    await rm(temporary, { force: true }).catch(() => undefined);
    await folder?.close().catch(() => undefined);
    throw pathError(error, path, "written", ArgumentError);
  }
  try {
    await folder?.sync();
  } catch (error) {
    if (syncUnsupported.has(codeOf(error))) return;
    const what = `is in place, but the disk reports an error (${codeOf(error)}), and a power cut may lose it`;
    throw new FileError(`${path} ${what}; check the disk, or write it elsewhere`, { path, code: codeOf(error) });
  } finally {
    await folder?.close().catch(() => undefined);
  }
}

/**
 * Tries whether a file can be written at a path: a temporary file is made there and removed.
 *
 * @throws the errors of `writeFileAtomic`
 */
export async function tryPlace(path: string): Promise<void> {
  const { target } = await targetOf(path);
  await removeAbandoned(dirname(target));
  const temporary = temporaryBeside(target);
  try {
    await (await open(temporary, "wx")).close();
  } catch (error) {
    throw pathError(error, path, "written", ArgumentError);
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/**
 * Removes a file, if it is there; of a link, the file that it means.
 *
 * @throws ArgumentError if it cannot be removed; FileError if the disk fails
 */
export async function removeFile(path: string): Promise<void> {
  try {
    await rm(await followed(path), { force: true });
  } catch (error) {
    throw pathError(error, path, "removed", ArgumentError);
  }
}

/**
 * Whether a file or a folder exists.
 *
 * @throws ArgumentError or FileError if the system does not tell
 */
export async function exists(path: string): Promise<boolean> {
  try {
    return (await stat(path).catch(ifMissing)) !== undefined;
  } catch (error) {
    throw pathError(error, path, "read", ArgumentError);
  }
}

/** Reads a whole file of at most `limit` bytes; anything else throws an error of the given class. */
export async function readBounded(
  path: string,
  limit: number,
  Kind: new (message: string) => EngramError = DataError,
): Promise<Uint8Array> {
  requirePath(path, Kind);
  try {
    const found = await stat(path);
    if (!found.isFile()) throw new Kind(`${path} is not a file; give the path of a file`);
    if (found.size > limit) throw new Kind(`${path} has ${found.size} bytes; the limit is ${limit}`);
    return plainBytes(await readFile(path));
  } catch (error) {
    throw pathError(error, path, "read", Kind);
  }
}

/** The same bytes as a plain array, whose methods do what those of every Uint8Array do. */
export function plainBytes({ buffer, byteOffset, byteLength }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** The owner and the mode of a file. */
interface Owned {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** A file to be written. */
interface Target {
  /** Its path after following links. */
  readonly target: string;
  /** The file that is there now. */
  readonly replaced: Owned | undefined;
}

/** Checks that a file may be written at a path, which may be that of a link to a file that does not exist. */
async function targetOf(path: string): Promise<Target> {
  requirePath(path, ArgumentError);
  try {
    const target = await followed(path);
    const replaced = await stat(target).catch(ifMissing);
    if (replaced === undefined) return { target, replaced };
    if (!replaced.isFile()) throw new ArgumentError(`${path} is not a file; give the path of a file`);
    // The administrator may write it nevertheless.
    if ((replaced.mode & 0o222) === 0) {
      throw new ArgumentError(`${path} is read-only; make it writable, as by chmod u+w, or give another path`);
    }
    await access(target, constants.W_OK);
    return { target, replaced };
  } catch (error) {
    throw pathError(error, path, "written", ArgumentError);
  }
}

/** The path that a path means after following links; its last part need not exist. */
export async function followed(path: string): Promise<string> {
  let current = resolve(path);
  // As many links as Linux follows.
  for (let links = 0; links <= 40; links++) {
    const found = await lstat(current).catch(ifMissing);
    if (found === undefined || !found.isSymbolicLink()) break;
    if (links === 40) throw Object.assign(new Error("ELOOP: too many links"), { code: "ELOOP" });
    current = resolve(await realpath(dirname(current)), await readlink(current));
  }
  const folder = await realpath(dirname(current)).catch(ifMissing);
  return folder === undefined ? current : join(folder, basename(current));
}

/** For `catch`: undefined if a file does not exist; other errors are thrown. */
export function ifMissing(error: unknown): undefined {
  if (codeOf(error) !== "ENOENT") throw error;
}

/** Throws for what cannot be the path of a file on any system. */
export function requirePath(path: string, Kind: new (message: string) => EngramError): void {
  if (typeof path !== "string") throw new Kind(`path is ${String(path)}; expected the path of a file`);
  if (path === "") throw new Kind('path is ""; give the path of a file');
  if (path.includes("\0")) throw new Kind(`${JSON.stringify(path)} has a NUL character; give a path without it`);
}

/**
 * Gives a file the owner and the mode of another one. Without the right to keep the group, its members get the rights of
 * others, and not those that the mode grants to the former group.
 */
async function keepOwner(file: Handle, { mode, uid, gid }: Owned): Promise<void> {
  const own = await file.stat();
  const succeeds = (change: Promise<void>) =>
    change.then(
      () => true,
      () => false,
    );
  const isKept =
    (own.uid === uid && own.gid === gid) ||
    (await succeeds(file.chown(uid, gid))) ||
    own.gid === gid ||
    (await succeeds(file.chown(own.uid, gid)));
  const kept = isKept ? mode & 0o777 : (mode & 0o707) | ((mode & 0o007) << 3);
  // Some file systems have no modes.
  await file.chmod(kept).catch((error: unknown) => {
    if (!["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"].includes(codeOf(error))) throw error;
  });
}

type Handle = Awaited<ReturnType<typeof open>>;

type Folder = Pick<Handle, "sync" | "close">;

/** A folder to be flushed to the disk; undefined where it cannot be opened: then the rename has to do. */
async function openFolder(path: string): Promise<Folder | undefined> {
  // Windows cannot open folders.
  if (process.platform === "win32") return undefined;
  try {
    return await open(path, "r");
  } catch (error) {
    // A folder may be writable but not readable.
    if (["EACCES", "EPERM"].includes(codeOf(error))) return undefined;
    throw error;
  }
}

/** The codes of file systems that cannot flush a folder. */
const syncUnsupported = new Set(["EINVAL", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EACCES", "EPERM"]);

/** What is wrong with a path. */
const wrongPaths: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  ENOTDIR: "a part of the path is not a folder; give another path",
  EISDIR: "it is a folder; give the path of a file",
  EACCES: "permission is denied; change the permissions, or give another path",
  EPERM: "permission is denied; change the permissions, or give another path",
  EROFS: "the disk is read-only; give another path",
  ENAMETOOLONG: "the name is too long; give a shorter one",
  ELOOP: "it is a link to itself; give another path",
};

/** What fails on a right path. */
const failures: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full; free some space, or give a path on another disk",
  EDQUOT: "the quota of the disk is used up; free some space, or give a path on another disk",
  EFBIG: "the file is larger than the system allows; raise the limit, or give a path on another disk",
  EIO: "the disk reports an error; check the disk, or give a path on another one",
  EMFILE: "too many files are open; close some, or raise the limit, as by ulimit -n 4096",
  ENFILE: "too many files are open in the system; close some programs",
  EBUSY: "it is in use; close the program that uses it, or give another path",
};

/** An error of a file operation as one of Engram's: of the given class for a wrong path, and a FileError if the system failed. */
export function pathError(
  error: unknown,
  path: string,
  action: string,
  Kind: new (message: string) => EngramError,
): unknown {
  const code = codeOf(error);
  if (code === "ENOENT" && action === "written") {
    return new Kind(`${path} cannot be written: its folder does not exist; make it first`);
  }
  if (code in wrongPaths) return new Kind(`${path} cannot be ${action}: ${wrongPaths[code]}`);
  // Errors of the system have a code and a call; those of Node, such as for arguments of a wrong type, are bugs.
  if (!(code in failures) && (error as { syscall?: unknown })?.syscall === undefined) return error;
  const words = failures[code] ?? `the system reports ${code}; check the disk, or give another path`;
  return new FileError(`${path} cannot be ${action}: ${words}`, { path, code });
}

function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return typeof code === "string" ? code : "";
}

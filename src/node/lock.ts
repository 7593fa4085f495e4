import { randomBytes } from "node:crypto";
import { link, open, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { ArgumentError, EngramError } from "../errors.js";
import { followed, pathError } from "./files.js";
import { hasEnded, ownMark, type ProcessMark } from "./processes.js";
import { temporaryBeside } from "./temporary-files.js";

/** Milliseconds between two signs of life of a holder. */
const BEAT = 15_000;

/** Milliseconds without a sign of life after which a holder that cannot be seen from here is taken for dead. */
const SILENCE = 600_000;

/** Who holds a lock. */
interface Holder extends ProcessMark {
  readonly id: string;
  readonly host: string;
  /** When it was taken, as ISO 8601. */
  readonly since: string;
}

/** A lock on a file that is written over a long time; see `takeLock`. */
export interface Lock {
  /** @throws EngramError if another process has taken the lock over, since this one seemed to be dead */
  check(): Promise<void>;
  release(): Promise<void>;
}

/**
 * Takes the lock of a file, by a file beside it with the ending .lock, which says who holds it. The lock of a process that
 * has ended is taken over; that of a process on another machine, which cannot be seen from here, after ten minutes without
 * a sign of life.
 *
 * @param flag the option with the path, in errors
 * @throws ArgumentError if another process holds it
 */
export async function takeLock(flag: string, path: string): Promise<Lock> {
  const file = await lockOf(path);
  const own: Holder = {
    ...ownMark(),
    id: randomBytes(8).toString("hex"),
    host: hostname(),
    since: new Date().toISOString(),
  };
  try {
    while (!(await create(file, `${JSON.stringify(own)}\n`))) {
      await requireUnlocked(flag, path);
      await removeDead(file);
    }
  } catch (error) {
    throw pathError(error, file, "written", ArgumentError);
  }
  const beat = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => undefined), BEAT);
  beat.unref();
  return {
    async check() {
      const found = await holderIn(file);
      // That a lock cannot be read, for too many open files say, does not mean that it was taken over.
      if (found?.id === own.id || found === unread) return;
      const who = found === undefined ? "its lock was removed" : `${nameOf(found)} has taken its lock over`;
      throw new EngramError(`${path} may be written by another process: ${who}; end one of them`);
    },
    async release() {
      clearInterval(beat);
      if ((await holderIn(file))?.id === own.id) await rm(file, { force: true }).catch(() => undefined);
    },
  };
}

/**
 * Takes the locks of several files, or none.
 *
 * @param files the path of each option
 * @throws the errors of `takeLock`
 */
export async function takeLocks(files: Readonly<Record<string, string>>): Promise<Lock> {
  const locks: Lock[] = [];
  const all = {
    async check() {
      for (const lock of locks) await lock.check();
    },
    async release() {
      for (const lock of locks) await lock.release();
    },
  };
  try {
    for (const [flag, path] of Object.entries(files)) locks.push(await takeLock(flag, path));
    return all;
  } catch (error) {
    await all.release();
    throw error;
  }
}

/**
 * Checks that no other process holds the lock of a file.
 *
 * @throws ArgumentError that says who holds it
 */
export async function requireUnlocked(flag: string, path: string): Promise<void> {
  const file = await lockOf(path);
  const holder = await holderIn(file);
  if (holder === undefined || (await isDead(file, holder))) return;
  const found = `${flag} is ${path}, which ${nameOf(holder)} is writing since ${holder.since}`;
  const seen = hasEnded(holder) === undefined ? `; if it has ended, remove ${path}.lock` : "";
  throw new ArgumentError(`${found}; wait for its end, or give another name${seen}`);
}

async function lockOf(path: string): Promise<string> {
  try {
    return `${await followed(path)}.lock`;
  } catch (error) {
    throw pathError(error, path, "written", ArgumentError);
  }
}

const unknown: Holder = { id: "", place: "", pid: 0, began: 0, host: "unknown", since: "an unknown time" };

/** Stands for the holder of a lock that the system fails to read. */
const unread: Holder = { ...unknown };

/** Who holds a lock; undefined if nobody does. */
async function holderIn(file: string): Promise<Holder | undefined> {
  try {
    const found = JSON.parse(await readFile(file, "utf8")) as Partial<Holder> | null;
    return { ...unknown, ...found };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    return error instanceof SyntaxError ? unknown : unread;
  }
}

function nameOf({ pid, host }: Holder): string {
  return `process ${pid} on ${host}`;
}

async function isDead(file: string, holder: Holder): Promise<boolean> {
  const ended = hasEnded(holder);
  if (ended !== undefined) return ended;
  const found = await stat(file).catch(() => undefined);
  return found === undefined || Date.now() - found.mtimeMs > SILENCE;
}

/** Creates a file with its whole content; false if there is one. */
async function create(file: string, text: string): Promise<boolean> {
  const temporary = temporaryBeside(file);
  try {
    await writeFile(temporary, text, { flag: "wx" });
    await link(temporary, file).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") throw error;
      // Some file systems have no hard links: there a reader may find it empty for a moment.
      const handle = await open(file, "wx");
      try {
        await handle.writeFile(text);
      } finally {
        await handle.close();
      }
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/** Removes the lock of a dead process; one that another process has put in its place meanwhile is put back. */
async function removeDead(file: string): Promise<void> {
  const aside = temporaryBeside(file);
  try {
    await rename(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const holder = await holderIn(aside);
  if (holder !== undefined && !(await isDead(aside, holder))) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

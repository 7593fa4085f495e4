import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readStories, type Story } from "../data/index.js";
import { DataError } from "../errors.js";
import { listed } from "../names.js";
import { pathError, readBounded } from "./files.js";

/** The largest file of stories, in bytes: those of bAbI have less than 10 MB. */
const LIMIT = 200_000_000;

/** The stories of a folder or a file: what to learn from, and what to test with. */
export interface StorySet {
  readonly training: readonly Story[];
  /** Absent for a file, and for a folder without test files. */
  readonly test?: readonly Story[] | undefined;
  /** The files that were read. */
  readonly files: readonly string[];
}

/**
 * Reads stories in the format of bAbI: a file, or the files of a folder such as `qa1_single-supporting-fact_train.txt` and
 * `qa1_single-supporting-fact_test.txt`, for all tasks in it or for some.
 *
 * @param tasks the numbers of the tasks
 * @throws DataError for a folder without such files, or for a file that is not of the format
 */
export async function readStorySet(path: string, tasks?: readonly number[]): Promise<StorySet> {
  const entries = await entriesOf(path);
  if (entries === undefined) return { training: await readStoryFile(path), files: [path] };
  const found = entries.flatMap(({ name }) => {
    const [, task, part] = /^qa(\d{1,3})_.*_(train|test)\.txt$/.exec(name) ?? [];
    return part === undefined ? [] : [{ name, task: Number(task), part }];
  });
  const chosen = found
    .filter(({ task }) => tasks === undefined || tasks.includes(task))
    .sort((a, b) => a.task - b.task || (a.name < b.name ? -1 : 1));
  const missing = (tasks ?? []).filter((task) => !chosen.some((file) => file.task === task && file.part === "train"));
  if (found.length === 0 || missing.length > 0) {
    const known = [...new Set(found.map(({ task }) => task))].sort((a, b) => a - b).map(String);
    const what = missing.length === 0 ? "files of bAbI" : `a training file of task ${listed(missing.map(String))}`;
    const has = known.length === 0 ? "expected files such as qa1_..._train.txt" : `it has tasks ${listed(known)}`;
    throw new DataError(`${path} does not have ${what}; ${has}`);
  }
  const stories = { train: [] as Story[], test: [] as Story[] };
  for (const { name, part } of chosen)
    stories[part as "train" | "test"].push(...(await readStoryFile(join(path, name))));
  return {
    training: stories.train,
    ...(stories.test.length > 0 && { test: stories.test }),
    files: chosen.map(({ name }) => join(path, name)),
  };
}

/** The entries of a folder; undefined for a file. */
async function entriesOf(path: string): Promise<Dirent[] | undefined> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return undefined;
    throw pathError(error, path, "read", DataError);
  }
}

/** Reads the stories of a file. @throws DataError for a file that is not of the format of bAbI */
export async function readStoryFile(path: string): Promise<Story[]> {
  return readStories(await readStoryText(path), path);
}

/** Reads a text of at most 200 MB. */
export async function readStoryText(path: string): Promise<string> {
  return new TextDecoder().decode(await readBounded(path, LIMIT));
}

import { readdir, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { DataError } from "../errors.js";
import { compareNames } from "../names.js";
import { findPairs, isHidden } from "./idx-folder.js";
import { pictureParts } from "./picture-folder.js";

/** The platform's folder for a user's data. */
export function userDataFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { XDG_DATA_HOME, LOCALAPPDATA } = environment;
  if (XDG_DATA_HOME) return join(XDG_DATA_HOME, "engram");
  if (process.platform === "win32") return join(LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "engram");
  if (process.platform === "darwin") return join(homedir(), "Library", "Application Support", "engram");
  return join(homedir(), ".local", "share", "engram");
}

/** The folders searched for data sets, in this order: ENGRAM_DATA if it is set, then the user's data folder. */
export function dataFolders(environment: NodeJS.ProcessEnv = process.env): string[] {
  const { ENGRAM_DATA } = environment;
  return [...(ENGRAM_DATA ? [ENGRAM_DATA] : []), userDataFolder(environment)];
}

/** The folder of a named data set that contains IDX files or pictures; undefined if no data folder has one. */
export async function findDataSet(name: string, environment?: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (name === "") return undefined;
  for (const folder of dataFolders(environment)) {
    const candidate = join(folder, name);
    if (await holdsData(candidate)) return candidate;
  }
  return undefined;
}

async function holdsData(folder: string): Promise<boolean> {
  if ((await findPairs(folder)).length > 0) return true;
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) return false;
  return pictureParts(folder).then(
    (parts) => parts.length > 0,
    // Pictures in no known order: who reads them is told so.
    () => true,
  );
}

/** The names of the data sets in the data folders. */
export async function listDataSets(environment?: NodeJS.ProcessEnv): Promise<string[]> {
  const names = await Promise.all(dataFolders(environment).map((folder) => readdir(folder).catch(() => [])));
  const distinct = [...new Set(names.flat())].filter((name) => !isHidden(name)).sort(compareNames);
  const found = await Promise.all(distinct.map((name) => findDataSet(name, environment)));
  return distinct.filter((_, k) => found[k] !== undefined);
}

/** The error for a data set that no data folder has; it says how to add it. */
export function missingDataSet(name: string, environment?: NodeJS.ProcessEnv): DataError {
  const places = dataFolders(environment).map((folder) => join(folder, name));
  return new DataError(
    `data set ${name} not found (searched ${places.join(" and ")}); put its IDX files there, or set ENGRAM_DATA to the folder that contains ${name}/`,
  );
}

import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { glyphs, mnistSums } from "../data/index.js";
import { unknownName } from "../names.js";
import { checkSum, dataFolders, findDataSet, findPairs, listDataSets, missingDataSet } from "../node/index.js";
import { newCommand } from "./io/options.js";
import { print, warn } from "./io/output.js";

export function dataCommand(): Command {
  return newCommand(
    "data",
    "List the available data sets and their folders, and verify the files of MNIST.",
    "engram data mnist",
  )
    .argument("[name]", "list the files of this data set (default all data sets)")
    .action(data);
}

async function data(name: string | undefined, { json }: { json?: true }): Promise<void> {
  if (name !== undefined) return describe(name, json);
  const folders = dataFolders();
  const found = await Promise.all(
    (await listDataSets()).map(async (set) => ({ name: set, folder: await findDataSet(set) })),
  );
  const sets = [{ name: "glyphs", folder: undefined }, ...found];
  print(json, { folders, sets }, () => [
    `Searched ${folders.join(" and ")}`,
    ...sets.map((set) => `${set.name.padEnd(16)}${set.folder ?? "built in"}`),
  ]);
  if (!found.some((set) => set.name === "mnist")) warn(json, missingDataSet("mnist").message);
}

async function describe(name: string, json: true | undefined): Promise<void> {
  if (name === "glyphs") {
    const { count, shape, labels } = glyphs();
    return print(json, { name, count, shape, labels }, () => [`glyphs: ${count} of ${shape?.join("x")}, built in`]);
  }
  const folder = await findDataSet(name);
  if (folder === undefined) {
    const names = [...new Set(["glyphs", "mnist", ...(await listDataSets())])];
    throw names.includes(name) ? missingDataSet(name) : unknownName("data set", name, names);
  }
  const files = name === "mnist" ? await checkMnist(folder) : await listFiles(folder);
  print(json, { name, folder, files }, () => [
    `${name}: ${folder}`,
    ...files.map(({ file, split, md5, state }) => `${file.padEnd(32)}${split ?? state}${md5 ? `  md5 ${md5}` : ""}`),
  ]);
  const wrong = files.find(({ state }) => state !== undefined && state !== "ok");
  if (wrong !== undefined) warn(json, `${wrong.file} is ${wrong.state}; download it again`);
}

/** A file of a data set: the part that it belongs to, or how it compares with the original. */
interface DataFile {
  readonly file: string;
  readonly split?: string;
  readonly state?: "ok" | "another file" | "missing";
  readonly md5?: string;
}

async function checkMnist(folder: string): Promise<DataFile[]> {
  return Promise.all(
    Object.keys(mnistSums).map(async (name): Promise<DataFile> => {
      for (const file of [name, `${name}.gz`]) {
        const path = join(folder, file);
        if (!(await stat(path).catch(() => undefined))?.isFile()) continue;
        const { md5, ok } = await checkSum(path, name);
        return { file, state: ok ? "ok" : "another file", md5 };
      }
      return { file: name, state: "missing" };
    }),
  );
}

async function listFiles(folder: string): Promise<DataFile[]> {
  const inside = (path: string) => path.slice(folder.length + 1);
  return (await findPairs(folder)).flatMap(({ split, images, labels }) =>
    [images, labels].flatMap((path) => (path === undefined ? [] : [{ file: inside(path), split }])),
  );
}

import { relative } from "node:path";
import type { Command } from "commander";
import { glyphs, mnistFiles } from "../data/index.js";
import { DataError } from "../errors.js";
import { unknownName } from "../names.js";
import {
  checkDataSet,
  checkSum,
  type DataPart,
  dataFolders,
  findDataSet,
  findPairs,
  listDataSets,
  missingDataSet,
} from "../node/index.js";
import { warningMessage } from "../warnings.js";
import { newCommand } from "./io/options.js";
import { count, print, shownWarnings, warn } from "./io/output.js";

export function dataCommand(): Command {
  return newCommand(
    "data",
    "List the available data sets and their folders, or read all files of one and check those of MNIST.",
    "engram data mnist",
  )
    .argument("[name]", "read this data set and list its parts (default list all data sets)")
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
  const parts = await checkDataSet(folder);
  const files = name === "mnist" ? await checkMnist(folder) : undefined;
  const shown = parts.map(({ warnings, files: paths, ...part }) => ({
    ...part,
    files: paths.map((path) => relative(folder, path)),
    warnings: shownWarnings(warnings),
  }));
  print(json, { name, folder, parts: shown, files }, () => [
    `${name}: ${folder}`,
    ...shown.map(describePart),
    ...(files ?? []).map(({ file, state, md5 }) => `${file.padEnd(32)}${state}${md5 ? `  md5 ${md5}` : ""}`),
  ]);
  for (const { warnings, error } of parts) {
    for (const warning of warnings) warn(json, warningMessage(warning));
    warn(json, error);
  }
  const wrong = files?.find(({ state }) => state !== "ok");
  if (wrong !== undefined) warn(json, `${wrong.file} is ${wrong.state}; download it again`);
}

/** A part in a line: "train  60000 images of 28x28, 10 classes". */
function describePart({ split = "all", images, shape, classes, files }: Omit<DataPart, "warnings">): string {
  const found =
    images === undefined
      ? "cannot be read"
      : `${count(images, "image")} of ${shape?.join("x")}, ${classes === undefined ? "no labels" : `${classes} classes`}`;
  return `${split.padEnd(16)}${found}${files.length === 0 ? "" : ` (${files.join(", ")})`}`;
}

/** How a file of MNIST compares with the original. */
interface MnistFile {
  readonly file: string;
  readonly state: "ok" | "another file" | "missing" | "damaged";
  readonly md5?: string;
}

async function checkMnist(folder: string): Promise<MnistFile[]> {
  const pairs = await findPairs(folder);
  const all = Object.entries(mnistFiles).flatMap(([split, names]) =>
    (["images", "labels"] as const).map((role) => ({
      name: names[role],
      path: pairs.find((pair) => pair.split === split)?.[role],
    })),
  );
  return Promise.all(
    all.map(async ({ name, path }): Promise<MnistFile> => {
      if (path === undefined) return { file: name, state: "missing" };
      const file = relative(folder, path);
      try {
        const { md5, ok } = await checkSum(path, name);
        return { file, state: ok ? "ok" : "another file", md5 };
      } catch (error) {
        if (error instanceof DataError) return { file, state: "damaged" };
        throw error;
      }
    }),
  );
}

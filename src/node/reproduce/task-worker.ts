import {
  experimentById,
  type ImageSource,
  type Order,
  requireExperiment,
  runTask,
  type SettingName,
} from "engram/experiments";
import { DataError } from "../../errors.js";
import { readDataSet, readGreyImages } from "../data.js";
import { findDataSet, missingDataSet } from "../data-folders.js";
import type { Finished } from "./kept-parts.js";
import { taskFiles } from "./task-files.js";

/** An order packed for a thread: by the experiment's name, since functions cannot be sent. */
export interface WorkerOrder {
  readonly id: string;
  /** URL of the module whose default export it is, if it is not one of the library's. */
  readonly module?: string | undefined;
  readonly setting: SettingName;
  readonly parameters: object;
  readonly seed: number;
  /** Folder for files of unfinished tasks; if it is omitted, tasks save none. */
  readonly folder?: string | undefined;
  /** The folder of the substitute for MNIST. */
  readonly standIn?: string | undefined;
  /** Completed fraction of each task, read by the waiting thread. */
  readonly under: Float64Array;
}

/** For `mapParallel`: the parts of the tasks of an experiment, given the task numbers. */
export default async function prepare(work: WorkerOrder): Promise<(task: number) => Promise<Finished>> {
  const { id, module, setting, parameters, seed, folder, standIn, under } = work;
  const experiment =
    module === undefined
      ? experimentById(id)
      : requireExperiment(((await import(module)) as { readonly default: unknown }).default, module);
  const order: Order = { experiment, setting, parameters, seed };
  // One function for all tasks: experiments cache results for images by its identity.
  const images: ImageSource = async (name, options) => {
    const own = name === "mnist" && standIn !== undefined ? standIn : await folderOf(name);
    const { labels, ...all } = await readGreyImages(own, options);
    if (labels instanceof Uint32Array) throw new DataError(`${own} has more than the 256 classes of an experiment`);
    return { ...all, labels };
  };
  return async (task) => {
    const progress = (part: number) => {
      under[task] = part;
    };
    const kept = folder === undefined ? undefined : taskFiles(folder, task);
    const start = performance.now();
    const part = await runTask(order, task, { data, images, progress, kept });
    return { part, seconds: (performance.now() - start) / 1000 };
  };
}

async function data(name: string, options: Parameters<typeof readDataSet>[1]) {
  return readDataSet(await folderOf(name), options);
}

async function folderOf(name: string): Promise<string> {
  const folder = await findDataSet(name);
  if (folder === undefined) throw missingDataSet(name);
  return folder;
}

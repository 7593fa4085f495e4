import {
  experimentById,
  type ImageSource,
  type Order,
  requireExperiment,
  runTask,
  type SettingName,
} from "engram/experiments";
import { findDataSet, missingDataSet, readDataSet, readGreyImages } from "../data.js";
import { taskFiles } from "./task-files.js";

/** An order as it travels to a thread: by the experiment's name, since functions cannot. */
export interface WorkerOrder {
  readonly id: string;
  /** URL of the module whose default export it is, where it is not one of the library's. */
  readonly module?: string | undefined;
  readonly setting: SettingName;
  readonly parameters: object;
  readonly seed: number;
  /** Where tasks put aside what they have; nothing is put aside where it is left out. */
  readonly folder?: string | undefined;
  /** The folder of the data set in place of MNIST. */
  readonly standIn?: string | undefined;
  /** How much of each task is done, read by the thread that waits. */
  readonly under: Float64Array;
}

/** For `mapParallel`: the parts of the tasks of an experiment, given their numbers. */
export default async function prepare(work: WorkerOrder): Promise<(task: number) => Promise<unknown>> {
  const { id, module, setting, parameters, seed, folder, standIn, under } = work;
  const experiment =
    module === undefined
      ? experimentById(id)
      : requireExperiment(((await import(module)) as { readonly default: unknown }).default, module);
  const order: Order = { experiment, setting, parameters, seed };
  // One function for all tasks: experiments keep what they make of images by it.
  const images: ImageSource = async (name, options) =>
    readGreyImages(name === "mnist" && standIn !== undefined ? standIn : await folderOf(name), options);
  return async (task) => {
    const progress = (part: number) => {
      under[task] = part;
    };
    return runTask(order, task, {
      data,
      images,
      progress,
      kept: folder === undefined ? undefined : taskFiles(folder, task),
    });
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

import { experimentById, type Order, runTask, type SettingName } from "engram/experiments";
import { findDataSet, missingDataSet, readDataSet } from "../data.js";

/** An order as it travels to a thread: by the experiment's name, since functions cannot. */
export interface WorkerOrder {
  readonly id: string;
  readonly setting: SettingName;
  readonly parameters: object;
  readonly seed: number;
}

/** For `mapParallel`: the parts of the tasks of an experiment, given their numbers. */
export default function prepare({ id, setting, parameters, seed }: WorkerOrder): (task: number) => Promise<unknown> {
  const order: Order = { experiment: experimentById(id), setting, parameters, seed };
  return async (task) => runTask(order, task, { data });
}

async function data(name: string, options: Parameters<typeof readDataSet>[1]) {
  const folder = await findDataSet(name);
  if (folder === undefined) throw missingDataSet(name);
  return readDataSet(folder, options);
}

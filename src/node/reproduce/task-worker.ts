import { parentPort, workerData } from "node:worker_threads";
import { experimentById, type Order, runTask } from "engram/experiments";
import { internal } from "../../errors.js";
import { findDataSet, missingDataSet, readDataSet } from "../data.js";
import type { TaskResult, WorkerOrder } from "./pool.js";

/*
 * A worker thread of a run: does the tasks whose numbers it is sent, one after the other, and sends back their parts.
 */

const port = parentPort;
if (port === null) throw internal("task-worker runs outside a worker thread");

const { id, setting, parameters, seed } = workerData as WorkerOrder;
const order: Order = { experiment: experimentById(id), setting, parameters, seed };

async function data(name: string, options: Parameters<typeof readDataSet>[1]) {
  const folder = await findDataSet(name);
  if (folder === undefined) throw missingDataSet(name);
  return readDataSet(folder, options);
}

async function perform(task: number): Promise<TaskResult> {
  try {
    return { task, part: await runTask(order, task, { data }) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { task, error: { name: error.name, message: error.message, stack: error.stack } };
  }
}

port.on("message", (task: number) => {
  void perform(task).then((result) => port.postMessage(result));
});

import { parentPort, workerData } from "node:worker_threads";
import { internal, packError } from "../../errors.js";
import type { Prepare } from "./map.js";
import type { ThreadAnswer, ThreadOrder } from "./pool.js";

/*
 * A worker thread of a `ThreadPool`: processes the items that it is sent, one after the other, and returns their results.
 */

const port = parentPort;
if (port === null) throw internal("thread runs outside a worker thread");

const { module, shared } = workerData as ThreadOrder;
const { default: prepare } = (await import(module)) as { default: Prepare<unknown, unknown, unknown> };
const perform = await prepare(shared);

async function answer(index: number, item: unknown): Promise<ThreadAnswer> {
  try {
    return { index, result: await perform(item) };
  } catch (error) {
    return { index, error: packError(error) };
  }
}

port.on("message", ({ index, item }: { index: number; item: unknown }) => {
  void answer(index, item).then((result) => port.postMessage(result));
});

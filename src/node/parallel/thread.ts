import { parentPort, workerData } from "node:worker_threads";
import { ArgumentError, internal, packError, shown } from "../../errors.js";
import { takeKernels } from "../native.js";
import type { Prepare } from "./map.js";
import { ready, type ThreadAnswer, type ThreadOrder } from "./pool.js";
import { notCopied } from "./workers.js";

/*
 * A worker thread of a `ThreadPool`: processes the items that it is sent, one after the other, and returns their results.
 */

const port = parentPort;
if (port === null) throw internal("thread runs outside a worker thread");

/** Engram's own modules for threads, imported by name so that a bundler takes them along. */
const own: Readonly<Record<string, () => Promise<{ readonly default: unknown }>>> = {
  "engram:basins": () => import("./basins-part.js"),
  "engram:census": () => import("./census-part.js"),
  "engram:recall": () => import("./recall-part.js"),
  "engram:recalls": () => import("./recalls-thread.js"),
  "engram:task": () => import("../reproduce/task-worker.js"),
};

const { module, shared, kernels } = workerData as ThreadOrder;
takeKernels(kernels);
const begun = begin();
// The first item reports it.
begun.catch(() => {});

async function begin() {
  const { default: prepare } = await (own[module]?.() ?? import(/* webpackIgnore: true */ /* @vite-ignore */ module));
  if (typeof prepare === "function") return (prepare as Prepare<unknown, unknown, unknown>)(shared);
  throw new ArgumentError(
    `the default export of ${module} is ${shown(prepare)}; expected a function that takes \`shared\` and returns a function`,
  );
}

async function answer(index: number, item: unknown): Promise<ThreadAnswer> {
  try {
    const perform = await begun;
    return { index, result: await perform(item) };
  } catch (error) {
    return { index, error: packError(error) };
  }
}

port.postMessage(ready);
port.on("message", ({ index, item }: { index: number; item: unknown }) => {
  void answer(index, item).then((result) => {
    try {
      port.postMessage(result);
    } catch (error) {
      port.postMessage({ index, error: packError(notCopied(`the result of item ${index}`, error)) });
    }
  });
});

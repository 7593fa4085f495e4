import { answerWith } from "../worker-side.js";
import type { Result } from "./catalogue.js";
import type { Reply, Request } from "./protocol.js";

/** Milliseconds between two reports of progress. */
const PERIOD = 100;

answerWith(async ({ run, id, seed }: Request) => {
  try {
    post({ kind: "done", run, result: await resultOf(run, id, seed) });
  } catch (error) {
    post({ kind: "failed", run, error: error instanceof Error ? error.message : String(error) });
  }
});

function post(reply: Reply): void {
  self.postMessage(reply);
}

/** Runs all tasks of the quick setting in turn. A run is stopped by ending the worker. */
async function resultOf(run: number, id: string, seed: number): Promise<Result> {
  // Loaded now: opening the page needs none of it.
  const { experimentById, order, perform } = await import("engram/experiments");
  const experiment = experimentById(id);
  const start = performance.now();
  let [done, tasks, told] = [0, 1, Number.NEGATIVE_INFINITY];
  const tell = (part: number) => {
    if (performance.now() - told < PERIOD) return;
    told = performance.now();
    post({ kind: "progress", run, done, tasks, part });
  };
  const work = perform(order(experiment, { setting: "quick", seed }), { progress: tell });
  let next = await work.next();
  while (next.done !== true) {
    ({ done, tasks } = next.value);
    tell(0);
    next = await work.next();
  }
  const report = next.value;
  const seconds = (performance.now() - start) / 1000;
  const { draw } = await import("./drawing.js");
  const { setting, parameters, verdict, rows, notes } = report;
  const figure = draw(experiment, report);
  return { setting, parameters, seed, verdict, rows, notes, figure, run: { workers: 1, seconds } };
}

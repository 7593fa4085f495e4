import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { internal } from "../../errors.js";
import { perform, type WorkspaceCode, workspaceCode, workspaceKernels } from "../../kernels/wasm/workspace-module.js";
import { field, takePart, type WorkspaceNews, type WorkspaceThreadOrder } from "./workspace-control.js";

/*
 * A worker thread of `workspaceThreads`: waits on shared memory for an order, takes part in it, and waits again, until it
 * is terminated.
 */

/** Number of checks for the next order, some 50 microseconds, before the thread sleeps. */
const LOOKS = 20_000;

const { module, control, parameters, port, thread, threads } = workerData as WorkspaceThreadOrder;
const codes = new Map<number, WorkspaceCode>();

/** The code in the memory of a workspace; messages about workspaces are read when an unknown one is needed. */
function codeOf(workspace: number): WorkspaceCode {
  for (;;) {
    const code = codes.get(workspace);
    if (code !== undefined) return code;
    const news = receiveMessageOnPort(port)?.message as WorkspaceNews | undefined;
    if (news === undefined) throw internal(`workspace ${workspace} is unknown to its worker thread`);
    if (news.memory === undefined) codes.delete(news.workspace);
    else codes.set(news.workspace, workspaceCode(module, news.memory));
  }
}

function follow(order: number): void {
  const [workspace, kernel, count, step] = control.subarray(field.workspace, field.parameters);
  const given = Array.from(parameters.subarray(0, control[field.parameters]));
  for (;;) {
    const index = takePart(control, order, threads);
    if (index < 0) return;
    try {
      perform(codeOf(workspace)[workspaceKernels[kernel]], count, step, index, threads, thread, given);
    } catch (error) {
      port.postMessage(String(error));
      Atomics.store(control, field.failed, 1);
    }
    if (Atomics.sub(control, field.left, 1) === 1) Atomics.notify(control, field.left);
  }
}

/** Waits until the order number changes, and returns the new one. */
function nextOrder(order: number): number {
  for (let look = 0; look < LOOKS; look++) {
    const next = Atomics.load(control, field.order);
    if (next !== order) return next;
  }
  Atomics.add(control, field.asleep, 1);
  while (Atomics.load(control, field.order) === order) Atomics.wait(control, field.order, order);
  Atomics.sub(control, field.asleep, 1);
  return Atomics.load(control, field.order);
}

// Read before this thread reports that it is ready: no order comes earlier.
let order = Atomics.load(control, field.order);
parentPort?.postMessage("ready");
for (;;) {
  order = nextOrder(order);
  follow(order);
}

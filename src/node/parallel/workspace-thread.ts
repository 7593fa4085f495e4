import { parentPort, receiveMessageOnPort, Worker, workerData } from "node:worker_threads";
import { internal } from "../../errors.js";
import { defaultBackend } from "../../kernels/default.js";
import { perform, type WorkspaceCode, workspaceCode, workspaceKernels } from "../../kernels/wasm/workspace-module.js";
import { takeKernels } from "../native.js";
import { startWorker } from "./workers.js";
import {
  field,
  finishPart,
  type KeeperNews,
  type KeeperOrder,
  takePart,
  type WorkspaceNews,
  type WorkspaceThreadOrder,
} from "./workspace-control.js";

/*
 * A thread of `workspaceThreads`: the keeper, which starts the workers, or a worker, which waits on shared memory for an
 * order, takes part in it, and waits again, until it is terminated. The calling thread waits without its event loop, so
 * only the keeper can notice that a worker has ended.
 */

/** Number of checks for the next order, some 50 microseconds, before the thread sleeps. */
const LOOKS = 20_000;

/** Milliseconds between the beats of the keeper. */
const BEAT = 50;

if ("module" in workerData) work(workerData as WorkspaceThreadOrder);
else keep(workerData as KeeperOrder);

function keep({ control }: KeeperOrder): void {
  const tell = (news: KeeperNews) => parentPort?.postMessage(news);
  parentPort?.on("message", (order: WorkspaceThreadOrder) => {
    const { thread, port } = order;
    let error: unknown;
    let isReady = false;
    const end = (reason: unknown) => {
      Atomics.store(control, field.dead + thread, 1);
      Atomics.notify(control, field.finished);
      tell({ thread, ended: reason instanceof Error ? reason.message : String(reason), lost: !isReady });
    };
    try {
      const options = { workerData: order, transferList: [port] };
      const worker = startWorker((all) => new Worker(new URL(import.meta.url), all), options);
      worker.once("message", () => {
        isReady = true;
        Atomics.store(control, field.dead + thread, 0);
        tell({ thread });
      });
      worker.on("error", (thrown) => {
        error = thrown;
      });
      worker.on("exit", (code) => end(error ?? `exit code ${code}`));
    } catch (thrown) {
      end(thrown);
    }
  });
  setInterval(() => Atomics.add(control, field.beats, 1), BEAT);
}

function work({ module, control, parameters, port, thread, threads, kernels }: WorkspaceThreadOrder): never {
  takeKernels(kernels);
  const { native } = defaultBackend();
  const codes = new Map<number, WorkspaceCode>();

  /** The code in the memory of a workspace; messages about workspaces are read when an unknown one is needed. */
  const codeOf = (workspace: number): WorkspaceCode => {
    for (;;) {
      const code = codes.get(workspace);
      if (code !== undefined) return code;
      const news = receiveMessageOnPort(port)?.message as WorkspaceNews | undefined;
      if (news === undefined) throw internal(`workspace ${workspace} is unknown to its worker thread`);
      if (news.memory === undefined) codes.delete(news.workspace);
      else codes.set(news.workspace, workspaceCode(module, news.memory, native));
    }
  };

  const follow = (order: number): void => {
    const [workspace, kernel, count, step] = control.subarray(field.workspace, field.parameters);
    const given = Array.from(parameters.subarray(0, control[field.parameters]));
    for (;;) {
      const part = takePart(control, order, threads, thread);
      if (part < 0) return;
      try {
        perform(codeOf(workspace)[workspaceKernels[kernel]], count, step, part, threads, thread, given);
      } catch (error) {
        port.postMessage(String(error));
        Atomics.store(control, field.failed, 1);
      }
      finishPart(control, order, part);
    }
  };

  /** Waits until the order number changes, and returns the new one. */
  const nextOrder = (order: number): number => {
    for (let look = 0; look < LOOKS; look++) {
      const next = Atomics.load(control, field.order);
      if (next !== order) return next;
    }
    Atomics.add(control, field.asleep, 1);
    while (Atomics.load(control, field.order) === order) Atomics.wait(control, field.order, order);
    Atomics.sub(control, field.asleep, 1);
    return Atomics.load(control, field.order);
  };

  // Read before this thread reports that it is ready: no order that it must follow comes earlier.
  let order = Atomics.load(control, field.order);
  parentPort?.postMessage("ready");
  for (;;) {
    order = nextOrder(order);
    follow(order);
  }
}

import { availableParallelism } from "node:os";
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { internal, requireInteger } from "../../errors.js";
import { defaultWorkspace, type MakeWorkspace } from "../../kernels/index.js";
import { isSupported } from "../../kernels/wasm/index.js";
import { WasmWorkspace } from "../../kernels/wasm/workspace.js";
import type { Crew, Work } from "../../kernels/wasm/workspace-crew.js";
import {
  perform,
  type WorkspaceKernel,
  type WorkspaceMemory,
  workspaceCode,
  workspaceKernels,
  workspaceModule,
} from "../../kernels/wasm/workspace-module.js";
import {
  field,
  firstPart,
  MOST_ORDERS,
  MOST_PARAMETERS,
  takePart,
  type WorkspaceNews,
  type WorkspaceThreadOrder,
} from "./workspace-control.js";

/** Threads that work together on the operations of workspaces. */
export interface WorkspaceThreads {
  readonly threads: number;
  /** Makes workspaces whose operations run on all of the threads; their results are the same bits as on one thread. */
  readonly makeWorkspace: MakeWorkspace;
  /** Ends the threads; their workspaces continue on the calling thread alone. */
  dispose(): Promise<void>;
}

/** Work of fewer nanoseconds is finished before other threads could start. */
const LEAST_COST = 15_000;

/** Number of checks whether the others are done before the calling thread sleeps. */
const LOOKS = 20_000;

/**
 * Starts threads for workspaces: an operation divides its results among the calling thread and `threads - 1` workers,
 * which wait for the next one on shared memory. The workers do not keep a program running. Where WebAssembly is forbidden
 * there is one thread, the calling one.
 *
 * ```ts
 * const threads = await workspaceThreads(2);
 * const workspace = threads.makeWorkspace(bytes);
 * // ...
 * await threads.dispose();
 * ```
 *
 * @param threads number of threads, 1 to 64; defaults to one per core
 */
export async function workspaceThreads(threads: number = availableParallelism()): Promise<WorkspaceThreads> {
  requireInteger("threads", threads, 1, 64);
  if (threads === 1 || !isSupported()) return { threads: 1, makeWorkspace: defaultWorkspace, dispose: async () => {} };
  const crew = new ThreadCrew(threads);
  await crew.start();
  return { threads, makeWorkspace: (bytes) => new WasmWorkspace(bytes, crew), dispose: () => crew.dispose() };
}

interface Member {
  readonly worker: Worker;
  readonly port: MessagePort;
}

class ThreadCrew implements Crew {
  readonly threads: number;
  readonly #control = new Int32Array(new SharedArrayBuffer(4 * field.length));
  readonly #parameters = new Float64Array(new SharedArrayBuffer(8 * MOST_PARAMETERS));
  #members: Member[] = [];
  #workspaces = 0;

  constructor(threads: number) {
    this.threads = threads;
  }

  /** Waits until every worker is ready. */
  async start(): Promise<void> {
    const module = workspaceModule(true);
    this.#members = Array.from({ length: this.threads - 1 }, (_, k) => {
      const { port1: port, port2 } = new MessageChannel();
      const workerData: WorkspaceThreadOrder = {
        module,
        control: this.#control,
        parameters: this.#parameters,
        port: port2,
        thread: k + 1,
        threads: this.threads,
      };
      const url = new URL("./workspace-thread.js", import.meta.url);
      // Without the program's own options: workers cannot start with some of them (--input-type).
      return { worker: new Worker(url, { workerData, transferList: [port2], execArgv: [] }), port };
    });
    try {
      await Promise.all(
        this.#members.map(
          ({ worker }) =>
            new Promise<void>((resolve, reject) => {
              worker.once("message", () => resolve());
              worker.once("error", reject);
              worker.once("exit", (code) => reject(new Error(`a worker thread ended with exit code ${code}`)));
            }),
        ),
      );
    } catch (error) {
      await this.dispose();
      throw error;
    }
    for (const { worker, port } of this.#members) {
      worker.unref();
      port.unref();
    }
  }

  begin(memory: WorkspaceMemory): Work {
    const code = workspaceCode(workspaceModule(true), memory);
    const workspace = this.#workspaces++;
    this.#tell({ workspace, memory });
    return {
      run: (kernel, count, step, cost, parameters) => {
        if (cost < LEAST_COST || this.#members.length === 0) {
          return perform(code[kernel], count, step, 0, 1, 0, parameters);
        }
        const order = this.#order(workspace, kernel, count, step, parameters);
        const failures: unknown[] = [];
        for (;;) {
          const index = takePart(this.#control, order, this.threads);
          if (index < 0) break;
          try {
            perform(code[kernel], count, step, index, this.threads, 0, parameters);
          } catch (error) {
            failures.push(error);
          }
          Atomics.sub(this.#control, field.left, 1);
        }
        this.#await();
        if (failures.length > 0) throw failures[0];
      },
      end: () => this.#tell({ workspace }),
    };
  }

  async dispose(): Promise<void> {
    const members = this.#members;
    this.#members = [];
    await Promise.all(members.map(({ worker }) => worker.terminate()));
  }

  /** Messages stay in the port until the worker needs a workspace that it does not know. */
  #tell(news: WorkspaceNews): void {
    for (const { port } of this.#members) port.postMessage(news);
  }

  /** Publishes an order to the workers, and returns its number. */
  #order(
    workspace: number,
    kernel: WorkspaceKernel,
    count: number,
    step: number,
    parameters: readonly number[],
  ): number {
    const control = this.#control;
    if (parameters.length > MOST_PARAMETERS) throw internal(`${kernel} has ${parameters.length} parameters`);
    // All parts of the last order are done: a worker that still reads its numbers gets no part.
    this.#parameters.set(parameters);
    control.set([workspace, workspaceKernels.indexOf(kernel), count, step, parameters.length], field.workspace);
    const order = (control[field.order] + 1) & MOST_ORDERS;
    Atomics.store(control, field.left, this.threads);
    Atomics.store(control, field.next, firstPart(order));
    Atomics.store(control, field.order, order);
    if (Atomics.load(control, field.asleep) > 0) Atomics.notify(control, field.order);
    return order;
  }

  /** Waits until all parts are done. */
  #await(): void {
    const control = this.#control;
    let left = Atomics.load(control, field.left);
    for (let look = 0; left > 0; look++) {
      if (look >= LOOKS) Atomics.wait(control, field.left, left);
      left = Atomics.load(control, field.left);
    }
    this.#check();
  }

  /** Rethrows the error of a worker. */
  #check(): void {
    if (Atomics.exchange(this.#control, field.failed, 0) === 0) return;
    const messages: string[] = [];
    for (const { port } of this.#members) {
      for (let news = receiveMessageOnPort(port); news !== undefined; news = receiveMessageOnPort(port)) {
        messages.push(news.message as string);
      }
    }
    throw internal(`a thread of a workspace failed: ${messages[0]}`);
  }
}

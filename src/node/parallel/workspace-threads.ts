import { availableParallelism } from "node:os";
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { type AsyncDisposes, asyncDisposeSymbol } from "../../disposing.js";
import { EngramError, internal, requireInteger } from "../../errors.js";
import { defaultBackend } from "../../kernels/default.js";
import { defaultWorkspace, type MakeWorkspace } from "../../kernels/index.js";
import { WasmWorkspace } from "../../kernels/wasm/workspace.js";
import type { Crew, Work } from "../../kernels/wasm/workspace-crew.js";
import { preparedCalls } from "../../kernels/wasm/workspace-list.js";
import {
  perform,
  type WorkspaceKernel,
  type WorkspaceMemory,
  workspaceCode,
  workspaceKernels,
  workspaceModule,
} from "../../kernels/wasm/workspace-module.js";
import { kernelsToHand } from "../native.js";
import { cannotStart, startWorker } from "./workers.js";
import {
  field,
  finishPart,
  holderOf,
  isDead,
  type KeeperNews,
  type KeeperOrder,
  MOST_ORDERS,
  MOST_PARAMETERS,
  MOST_THREADS,
  offerParts,
  takePart,
  type WorkspaceNews,
  type WorkspaceThreadOrder,
} from "./workspace-control.js";

/** Threads that work together on the operations of workspaces. */
export interface WorkspaceThreads extends AsyncDisposes {
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

/** Milliseconds of a sleep, after which it looks whether a worker has ended. */
const SLEEP = 100;

/** Number of sleeps without a beat of the keeper after which that has ended, too. */
const MOST_SLEEPS = 30;

/**
 * Starts threads for workspaces: an operation divides its results among the calling thread and `threads - 1` workers,
 * which wait for the next one on shared memory. The workers do not keep a program running. Where WebAssembly is forbidden
 * there is one thread, the calling one.
 *
 * A worker that ends is replaced. If it ends in the midst of an operation, the operation throws an EngramError within a
 * second and leaves the arrays of its workspace undefined; a training is then resumed from its last checkpoint.
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
  requireInteger("threads", threads, 1, MOST_THREADS);
  if (threads === 1 || defaultBackend().name === "reference") return threadsOf(1, defaultWorkspace, async () => {});
  const crew = new ThreadCrew(threads);
  await crew.start();
  return threadsOf(
    threads,
    (bytes) => new WasmWorkspace(bytes, crew),
    () => crew.dispose(),
  );
}

function threadsOf(threads: number, makeWorkspace: MakeWorkspace, dispose: () => Promise<void>): WorkspaceThreads {
  return { threads, makeWorkspace, dispose, [asyncDisposeSymbol]: dispose };
}

class ThreadCrew implements Crew {
  readonly threads: number;
  readonly #control = new Int32Array(new SharedArrayBuffer(4 * field.length));
  readonly #parameters = new Float64Array(new SharedArrayBuffer(8 * MOST_PARAMETERS));
  /** Starts the workers and notices their ends; undefined once the crew is disposed of. */
  #keeper: Worker | undefined;
  /** The port to each worker, by the number of its thread. */
  readonly #ports = new Map<number, MessagePort>();
  readonly #memories = new Map<number, WorkspaceMemory>();
  #workspaces = 0;

  constructor(threads: number) {
    this.threads = threads;
  }

  /** Waits until every worker is ready. */
  async start(): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => this.#startKeeper(resolve, reject));
    } catch (error) {
      await this.dispose();
      throw error;
    }
  }

  #startKeeper(resolve: () => void, reject: (reason: unknown) => void): void {
    const workerData: KeeperOrder = { control: this.#control };
    const keeper = startWorker((options) => new Worker(new URL("./workspace-thread.js", import.meta.url), options), {
      workerData,
    });
    this.#keeper = keeper;
    let waiting = this.threads - 1;
    let failure: unknown;
    keeper.on("message", ({ thread, ended, lost }: KeeperNews) => {
      if (ended === undefined) {
        if (--waiting === 0) {
          keeper.unref();
          resolve();
        }
        return;
      }
      this.#ports.get(thread)?.close();
      this.#ports.delete(thread);
      if (lost === true) reject(cannotStart(ended));
      else if (keeper === this.#keeper) this.#startWorker(keeper, thread);
    });
    keeper.on("error", (error) => {
      failure = error;
    });
    keeper.on("exit", (code) => {
      if (keeper !== this.#keeper) return;
      this.#ports.clear();
      if (waiting > 0) return reject(cannotStart(failure ?? `exit code ${code}`));
      try {
        this.#startKeeper(noOperation, noOperation);
      } catch {
        // The calling thread goes on alone.
      }
    });
    for (let thread = 1; thread < this.threads; thread++) this.#startWorker(keeper, thread);
  }

  #startWorker(keeper: Worker, thread: number): void {
    const { port1: port, port2 } = new MessageChannel();
    for (const [workspace, memory] of this.#memories) port.postMessage({ workspace, memory } satisfies WorkspaceNews);
    port.unref();
    this.#ports.set(thread, port);
    const order: WorkspaceThreadOrder = {
      module: workspaceModule(true),
      control: this.#control,
      parameters: this.#parameters,
      port: port2,
      thread,
      threads: this.threads,
      kernels: kernelsToHand(),
    };
    keeper.postMessage(order, [port2]);
  }

  begin(memory: WorkspaceMemory): Work {
    const code = workspaceCode(workspaceModule(true), memory, defaultBackend().native);
    const workspace = this.#workspaces++;
    this.#memories.set(workspace, memory);
    this.#tell({ workspace, memory });
    const run: Work["run"] = (kernel, count, step, cost, parameters) => {
      if (cost < LEAST_COST || this.#ports.size === 0) {
        return perform(code[kernel], count, step, 0, 1, 0, parameters);
      }
      const order = this.#order(workspace, kernel, count, step, parameters);
      const failures: unknown[] = [];
      for (;;) {
        const part = takePart(this.#control, order, this.threads, 0);
        if (part < 0) break;
        try {
          perform(code[kernel], count, step, part, this.threads, 0, parameters);
        } catch (error) {
          failures.push(error);
        }
        finishPart(this.#control, order, part);
      }
      this.#await();
      if (failures.length > 0) throw failures[0];
    };
    return {
      run,
      prepare: (calls) => preparedCalls(calls, code, memory, run, LEAST_COST),
      end: () => {
        this.#memories.delete(workspace);
        this.#tell({ workspace });
      },
    };
  }

  async dispose(): Promise<void> {
    const keeper = this.#keeper;
    this.#keeper = undefined;
    this.#ports.clear();
    // Its workers end with it.
    await keeper?.terminate();
  }

  /** Messages stay in the port until the worker needs a workspace that it does not know. */
  #tell(news: WorkspaceNews): void {
    for (const port of this.#ports.values()) port.postMessage(news);
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
    offerParts(control, order, this.threads);
    Atomics.store(control, field.order, order);
    if (Atomics.load(control, field.asleep) > 0) Atomics.notify(control, field.order);
    return order;
  }

  /** Waits until all parts are done. @throws EngramError if a worker has ended in the midst of one */
  #await(): void {
    const control = this.#control;
    let beats = Atomics.load(control, field.beats);
    let sleeps = 0;
    for (let look = 0; ; look++) {
      const finished = Atomics.load(control, field.finished);
      let [unfinished, lost] = [0, 0];
      for (let part = 0; part < this.threads; part++) {
        const thread = holderOf(control, part);
        if (thread < 0) continue;
        unfinished++;
        if (isDead(control, thread)) lost++;
      }
      if (unfinished === 0) break;
      if (unfinished === lost || sleeps > MOST_SLEEPS) throw lostWorker();
      if (look < LOOKS) continue;
      Atomics.wait(control, field.finished, finished, SLEEP);
      const now = Atomics.load(control, field.beats);
      sleeps = now === beats ? sleeps + 1 : 0;
      beats = now;
    }
    this.#check();
  }

  /** Rethrows the error of a worker. */
  #check(): void {
    if (Atomics.exchange(this.#control, field.failed, 0) === 0) return;
    const messages: string[] = [];
    for (const port of this.#ports.values()) {
      for (let news = receiveMessageOnPort(port); news !== undefined; news = receiveMessageOnPort(port)) {
        messages.push(news.message as string);
      }
    }
    throw internal(`a thread of a workspace failed: ${messages[0]}`);
  }
}

function noOperation(): void {}

function lostWorker(): EngramError {
  return new EngramError(
    "a worker thread of the workspace ended in the midst of an operation, so its results are lost; " +
      "resume from the last checkpoint: another thread takes its place",
  );
}

import { batch, computed, effect, signal, untracked } from "@preact/signals";
import { WorkerLink } from "../worker-link.js";
import type { Result } from "./catalogue.js";
import type { Reply, Request } from "./protocol.js";

/** A run of an experiment in the lab, and how far it has come. */
export interface Run {
  readonly id: string;
  readonly seed: number;
  readonly state: "running" | "stopped" | "failed" | "done";
  /** Completed tasks, with parts of them, and all tasks. */
  readonly done: number;
  readonly tasks: number;
  readonly result?: Result;
  readonly error?: string;
}

/** Runs experiments in a worker, one at a time; there is none before the first. */
export class Runner {
  /** The last run. */
  readonly run = signal<Run | undefined>(undefined);
  readonly running = computed(() => this.run.value?.state === "running");
  readonly #worker = signal<WorkerLink<Request, Reply> | undefined>(undefined);
  /** What happened to the worker; undefined while it works. */
  readonly failure = computed(() => this.#worker.value?.failure.value);
  /** The number of the last run. */
  #number = 0;

  constructor() {
    effect(() => {
      // Nothing more comes of a run whose worker is gone.
      if (this.failure.value !== undefined) untracked(() => this.#end("failed"));
    });
  }

  /** Runs the quick setting of an experiment, in place of what is running. */
  start(id: string, seed: number): void {
    this.stop();
    const make = () => new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    const worker = this.#worker.value ?? new WorkerLink<Request, Reply>(make, (reply) => this.#take(reply));
    batch(() => {
      this.#worker.value = worker;
      this.run.value = { id, seed, state: "running", done: 0, tasks: 1 };
    });
    if (!worker.isThere) worker.start();
    worker.post({ kind: "run", run: ++this.#number, id, seed });
  }

  /** Ends a run: a task of it may take long, so its worker goes. */
  stop(): void {
    if (!this.running.value) return;
    this.#end("stopped");
    this.restart();
  }

  restart(): void {
    this.#worker.value?.start();
  }

  #take(reply: Reply): void {
    const run = this.run.value;
    if (reply.run !== this.#number || run?.state !== "running") return;
    if (reply.kind === "progress") {
      this.run.value = { ...run, done: reply.done + reply.part, tasks: reply.tasks };
    } else if (reply.kind === "done") {
      this.run.value = { ...run, state: "done", done: run.tasks, result: reply.result };
    } else this.run.value = { ...run, state: "failed", error: reply.error };
  }

  #end(state: "stopped" | "failed"): void {
    const run = this.run.value;
    if (run?.state === "running") this.run.value = { ...run, state };
  }
}

import { type ReadonlySignal, signal } from "@preact/signals";
import { WorkerLink } from "../worker-link.js";
import type { Advance, Learn, Reply, Request, Start } from "./protocol.js";

/** The page shows that the memory is learning if it takes longer than this. */
const UNNOTICED_MILLISECONDS = 200;
/** The time that outdated learning gets to finish before its worker is replaced. */
const PATIENCE_MILLISECONDS = 300;

/** What to learn, where that has changed, and what to start then. */
export interface Task {
  readonly learn?: Learn | undefined;
  readonly start: Start;
}

/**
 * The worker that holds the memory. It learns one thing at a time: of all that is asked for meanwhile the last is done
 * next. Learning cannot be interrupted: if it is outdated and still runs, the worker is replaced.
 */
export class MemoryWorker {
  /** Whether it has been learning for long enough to be shown. */
  readonly isLearning = signal(false);
  readonly #take: (reply: Reply) => void;
  readonly #link: WorkerLink<Request, Reply>;
  #isBusy = false;
  #next: Task | undefined;
  #notice: ReturnType<typeof setTimeout> | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;

  constructor(take: (reply: Reply) => void) {
    this.#take = take;
    const make = () => new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    this.#link = new WorkerLink(make, (reply) => this.#receive(reply));
  }

  /** What happened to the worker; undefined while it works. */
  get failure(): ReadonlySignal<string | undefined> {
    return this.#link.failure;
  }

  /** Takes a new worker in place of one that failed, which knows nothing. */
  restart(): void {
    this.#link.start();
    this.#next = undefined;
    this.#goOn();
  }

  /** Learns and starts, after what it is learning now. */
  begin(task: Task): void {
    if (!this.#link.isThere) return;
    if (!this.#isBusy) {
      this.#do(task);
      return;
    }
    this.#next = { learn: task.learn ?? this.#next?.learn, start: task.start };
    if (this.#next.learn !== undefined) this.#patience ??= setTimeout(() => this.#replace(), PATIENCE_MILLISECONDS);
  }

  advance(request: Advance): void {
    this.#post(request);
  }

  #post(request: Request): void {
    this.#link.post(request);
  }

  #replace(): void {
    if (!this.#link.isThere) return;
    this.#link.start();
    this.#goOn();
  }

  #do({ learn, start }: Task): void {
    if (learn !== undefined) {
      this.#isBusy = true;
      this.#notice ??= setTimeout(() => {
        this.isLearning.value = true;
      }, UNNOTICED_MILLISECONDS);
      this.#post(learn);
    }
    this.#post(start);
  }

  #receive(reply: Reply): void {
    if (reply.kind !== "report") {
      this.#take(reply);
      return;
    }
    const isWanted = this.#next?.learn === undefined;
    this.#goOn();
    if (isWanted) this.#take(reply);
  }

  /** Does what was asked for last, now that nothing is being learned. */
  #goOn(): void {
    clearTimeout(this.#patience);
    this.#patience = undefined;
    this.#isBusy = false;
    const next = this.#next;
    this.#next = undefined;
    if (next !== undefined) this.#do(next);
    if (this.#isBusy) return;
    clearTimeout(this.#notice);
    this.#notice = undefined;
    this.isLearning.value = false;
  }
}

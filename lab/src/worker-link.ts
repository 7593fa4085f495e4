import { batch, signal } from "@preact/signals";
import type { Ready } from "./worker-side.js";

/** A worker that has not begun after this time is reported, and may still come. */
const PATIENCE_MILLISECONDS = 20_000;

/**
 * A worker and the messages to and from it. If it does not start, throws, sends what cannot be read, or ends, it is given up
 * and `failure` says why; what is sent then goes nowhere, until `start` takes a new one.
 */
export class WorkerLink<Request, Reply> {
  /** What happened to the worker; undefined while it works. */
  readonly failure = signal<string | undefined>(undefined);
  readonly #make: () => Worker;
  readonly #take: (reply: Reply) => void;
  #worker: Worker | undefined;
  #patience: ReturnType<typeof setTimeout> | undefined;

  /** @param take called with each reply, in a batch of signals */
  constructor(make: () => Worker, take: (reply: Reply) => void) {
    this.#make = make;
    this.#take = take;
    this.start();
  }

  /** Whether there is a worker, which may still be starting. */
  get isThere(): boolean {
    return this.#worker !== undefined;
  }

  post(request: Request): void {
    this.#worker?.postMessage(request);
  }

  /** Takes a new worker, in place of the one before. */
  start(): void {
    this.#end();
    this.failure.value = undefined;
    let worker: Worker;
    try {
      worker = this.#make();
    } catch {
      this.failure.value = "could not be started";
      return;
    }
    this.#worker = worker;
    let begun = false;
    this.#patience = setTimeout(() => {
      this.failure.value = "does not answer";
    }, PATIENCE_MILLISECONDS);
    const fail = (what: string) => {
      if (worker !== this.#worker) return;
      this.#end();
      this.failure.value = what;
    };
    worker.addEventListener("error", () => fail(begun ? "failed" : "could not be started"));
    // Browsers have no onmessageerror of workers.
    worker.addEventListener("messageerror", () => fail("sent what cannot be read"));
    worker.onmessage = ({ data }: MessageEvent<Reply | Ready>) => {
      if (worker !== this.#worker) return;
      if (!isReady(data)) {
        batch(() => this.#take(data));
        return;
      }
      begun = true;
      clearTimeout(this.#patience);
      this.failure.value = undefined;
      // Its lock is ours when it has ended.
      if (data.lock !== undefined) navigator.locks.request(data.lock, () => fail("has ended")).catch(() => {});
    };
  }

  #end(): void {
    clearTimeout(this.#patience);
    const worker = this.#worker;
    this.#worker = undefined;
    worker?.terminate();
  }
}

function isReady(message: unknown): message is Ready {
  return (message as Ready).kind === "ready";
}

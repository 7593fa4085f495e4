import { batch, computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import type { PageSession, Verdict } from "../page.js";
import { MovingSession } from "../session.js";
import { sentence, stopped } from "../words.js";
import { WorkerLink } from "../worker-link.js";
import { readSetting, writeSetting } from "./address.js";
import type { Point, Recipe, Reply, Request } from "./protocol.js";
import { counts, nearest, type Setting } from "./setting.js";
import { heightAt, type Place } from "./theory.js";
import { verdictOf } from "./verdict.js";

/** Draws at the place that one looks at after which a run has measured enough. */
const ENOUGH = 400;

/** The state of the Capacity page and the verbs that change it. Draws are made in the worker. */
export class CapacitySession extends MovingSession<Setting> implements PageSession {
  readonly points = signal<readonly Point[]>([]);
  /** The overlap by theory; undefined while it is computed, empty where there is none. */
  readonly line = signal<readonly Place[] | undefined>(undefined);
  /** Loads up to which Hebb's rule retrieves, with their temperatures. */
  readonly phases = signal<readonly Place[] | undefined>(undefined);
  readonly error = signal<string | undefined>(undefined);

  // The load is only looked at: moving it begins nothing anew.
  readonly #recipe = computed(() => {
    const { rule, units, temperature, flipped, seed } = this.setting.value;
    return JSON.stringify([rule, units, temperature, flipped, seed]);
  });
  /** Numbers of patterns at which draws are made. */
  readonly counts = computed(() => {
    this.#recipe.value;
    return counts(untracked(() => this.setting.value));
  });
  /** The place among them that one looks at. */
  readonly place = computed(() => nearest(this.setting.value));
  readonly draws = computed(() => this.points.value.reduce((sum, { draws }) => sum + draws, 0));

  readonly verdict = computed((): Verdict => {
    if (this.failure.value !== undefined) return stopped;
    if (this.error.value !== undefined) {
      return { headline: "This cannot be measured", detail: sentence(this.error.value), tone: "astray" };
    }
    const setting = this.setting.value;
    const patterns = this.counts.value[this.place.value];
    const line = this.line.value;
    const hasTheory = line !== undefined && setting.rule !== "storkey";
    const theory = hasTheory ? (heightAt(line, patterns / setting.units) ?? 0) : undefined;
    return verdictOf({ setting, patterns, point: this.points.value[this.place.value], theory });
  });

  readonly #worker: WorkerLink<Request, Reply>;
  #run = 0;
  #waiting = false;

  constructor(address: string) {
    super(address, { read: readSetting, write: writeSetting });
    const make = () => new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    this.#worker = new WorkerLink(make, (reply) => this.#take(reply));
    effect(() => {
      if (this.failure.value === undefined) return;
      this.rest();
      this.points.value = [];
    });
    effect(() => {
      this.#recipe.value;
      untracked(() => this.#begin());
    });
    effect(() => {
      if (this.running.value) untracked(() => this.#measure());
    });
  }

  /** What happened to the worker; undefined while it works. */
  get failure(): ReadonlySignal<string | undefined> {
    return this.#worker.failure;
  }

  restart(): void {
    this.#worker.start();
    this.#begin();
  }

  #begin(): void {
    const { rule, units, temperature, flipped, seed } = this.setting.value;
    this.#run++;
    this.#waiting = false;
    batch(() => {
      this.points.value = [];
      this.line.value = undefined;
      this.error.value = undefined;
    });
    const recipe: Recipe = {
      rule,
      units,
      counts: this.counts.value,
      temperature,
      start: 1 - (2 * flipped) / 100,
      seed,
    };
    this.#worker.post({ kind: "begin", run: this.#run, recipe });
    if (this.running.value) this.#measure();
  }

  /** Asks for more draws, unless some are under way; `draws` at the place that one looks at, or all around for a while. */
  #measure(draws?: number): void {
    if (this.#waiting) return;
    this.#waiting = true;
    const request = { kind: "measure", run: this.#run, at: this.place.value } as const;
    this.#worker.post(draws === undefined ? request : { ...request, draws });
  }

  #take(reply: Reply): void {
    if (reply.kind === "phases") this.phases.value = reply.line;
    if (reply.kind === "phases" || reply.run !== this.#run) return;
    if (reply.kind === "line") {
      this.line.value = reply.line;
      return;
    }
    if (reply.kind === "refused") {
      this.error.value = reply.error;
      this.running.value = false;
      return;
    }
    const isFirst = reply.points.every(({ draws }) => draws === 0);
    this.points.value = reply.points;
    if (isFirst) return;
    this.#waiting = false;
    if (reply.points[this.place.value].draws >= ENOUGH) this.running.value = false;
    // A hidden page measures nothing.
    if (this.running.value) requestAnimationFrame(() => this.running.value && this.#measure());
  }

  /** One more draw where one looks. */
  step(): void {
    this.running.value = false;
    this.#measure(1);
  }

  /** Forgets all draws. */
  reset(): void {
    this.running.value = false;
    this.#begin();
  }
}

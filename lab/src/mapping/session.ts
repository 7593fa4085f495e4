import { computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import type { Certificate } from "engram/mapping";
import { Random } from "engram/math";
import { flip, PatternSet } from "engram/patterns";
import { decodeUnits, encodeUnits } from "../encoding.js";
import type { PageSession, Verdict } from "../page.js";
import { MovingSession } from "../session.js";
import { stopped } from "../words.js";
import { WorkerLink } from "../worker-link.js";
import { readSetting, writeSetting } from "./address.js";
import { Pace } from "./pace.js";
import { another } from "./patterns.js";
import type { Exact, Frame, Portrait, Recipe, Reply, Request, Scales } from "./protocol.js";
import { firstPatterns, mostPatterns, type Setting, sweepsPerSecond } from "./setting.js";
import { certificateInWords } from "./verdict.js";

/** Both machines, as they were made last. */
export interface Shown {
  readonly side: number;
  readonly portrait: Portrait;
  readonly scales: Scales;
  readonly cue: Uint8Array;
}

/**
 * The state of the Mapping page and the verbs that change it. What the page shows is a function of these signals. The
 * net, its RBM and both chains live in the worker.
 */
export class MappingSession extends MovingSession<Setting> implements PageSession {
  readonly shown = signal<Shown | undefined>(undefined);
  readonly frame = signal<Frame | undefined>(undefined);
  readonly certificate = signal<Certificate | undefined>(undefined);
  /** The distribution itself, where it was listed. */
  readonly exact = signal<Exact | undefined>(undefined);
  readonly error = signal<string | undefined>(undefined);

  readonly #model = computed(() => {
    const { side, patterns, chosen, factor, field, beta } = this.setting.value;
    return JSON.stringify([side, patterns, chosen, factor, field, beta]);
  });
  readonly #start = computed(() => {
    const { flipped, seed } = this.setting.value;
    return JSON.stringify([this.#model.value, flipped, seed]);
  });

  /** Units of 0 and 1. */
  readonly patterns = computed((): readonly Uint8Array[] => {
    this.#model.value;
    const { side, patterns } = untracked(() => this.setting.value);
    return patterns.map((text) => decodeUnits(text, side * side) ?? new Uint8Array(side * side));
  });

  /** Whether both are one model. */
  readonly verdict = computed(
    (): Verdict =>
      this.failure.value === undefined ? certificateInWords(this.certificate.value, this.error.value) : stopped,
  );

  readonly #worker: WorkerLink<Request, Reply>;
  readonly #pace = new Pace(
    () => sweepsPerSecond(this.setting.value.speed),
    (sweeps) => this.#ask({ kind: "advance", run: this.#run, sweeps }),
  );
  #run = 0;
  /** The run that was asked for and not answered yet, and whether another one is wanted since. */
  #asked: Pick<Shown, "side" | "cue"> | undefined;
  #isStale = false;
  /** The model of the latest run, and the first run that has it. */
  #latest = "";
  #since = 0;

  constructor(address: string) {
    super(address, { read: readSetting, write: writeSetting });
    const make = () => new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    this.#worker = new WorkerLink(make, (reply) => this.#take(reply));
    effect(() => {
      if (this.failure.value === undefined) return;
      this.rest();
      this.frame.value = undefined;
      this.certificate.value = undefined;
    });
    effect(() => {
      this.#start.value;
      untracked(() => this.#begin());
    });
    effect(() => {
      if (this.running.value && this.error.value === undefined) this.#pace.run();
      else this.#pace.pause();
    });
  }

  #ask(request: Request): void {
    this.#worker.post(request);
  }

  /** What happened to the worker; undefined while it works. */
  get failure(): ReadonlySignal<string | undefined> {
    return this.#worker.failure;
  }

  /** Both machines anew, in a new worker. */
  restart(): void {
    this.#worker.start();
    this.#asked = undefined;
    this.#latest = "";
    this.#begin();
  }

  #take(reply: Reply): void {
    if (reply.kind === "frame") {
      if (reply.frame.run !== this.#run) return;
      this.frame.value = reply.frame;
      this.#pace.arrived();
    } else if (reply.kind === "certificate") {
      if (reply.run < this.#since) return;
      this.certificate.value = reply.certificate;
      this.exact.value = reply.exact;
    } else this.#begun(reply);
  }

  #begun(reply: Extract<Reply, { kind: "begun" | "refused" }>): void {
    const asked = this.#asked;
    this.#asked = undefined;
    if (reply.kind === "refused") {
      this.error.value = reply.error;
    } else if (asked !== undefined) {
      this.error.value = undefined;
      this.shown.value = { ...asked, portrait: reply.portrait, scales: reply.scales };
      this.frame.value = reply.frame;
      this.#pace.arrived();
    }
    if (this.#isStale) this.#begin();
  }

  /** Makes both machines and starts both; while the worker is at the last ones, later. */
  #begin(): void {
    this.#isStale = this.#asked !== undefined;
    if (this.#isStale) return;
    const { side, chosen, factor, field, flipped, beta, seed } = this.setting.value;
    const patterns = this.patterns.value;
    const set = PatternSet.from([patterns[chosen]]);
    const recipe: Recipe = {
      patterns,
      chosen,
      factor,
      field,
      cue: flip(set, flipped / 100, new Random(seed)).binary(0),
      beta,
      seed,
    };
    this.#run++;
    if (this.#latest !== this.#model.value) {
      this.#latest = this.#model.value;
      this.#since = this.#run;
      this.certificate.value = undefined;
      this.exact.value = undefined;
    }
    this.#asked = { side, cue: recipe.cue };
    this.#pace.hold();
    this.#ask({ kind: "begin", run: this.#run, recipe });
  }

  /** Other pictures of another size. */
  resize(side: number): void {
    this.change({ side, patterns: firstPatterns(side), chosen: 0 });
  }

  /** The chosen pattern shall be these units. */
  paint(units: Uint8Array): void {
    const { patterns, chosen } = this.setting.value;
    this.change({ patterns: patterns.map((text, k) => (k === chosen ? encodeUnits(units) : text)) });
  }

  add(): void {
    const { patterns, side } = this.setting.value;
    if (patterns.length === mostPatterns) return;
    const units = encodeUnits(another(this.patterns.value, side));
    this.change({ patterns: [...patterns, units], chosen: patterns.length });
  }

  /** Takes the chosen pattern away; one stays. */
  remove(): void {
    const { patterns, chosen } = this.setting.value;
    if (patterns.length === 1) return;
    const left = patterns.filter((_, k) => k !== chosen);
    this.change({ patterns: left, chosen: Math.min(chosen, left.length - 1) });
  }

  step(): void {
    this.running.value = false;
    this.#pace.step(1);
  }

  /** Both back at the cue. */
  reset(): void {
    this.running.value = false;
    this.#begin();
  }
}

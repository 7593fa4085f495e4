import { batch, computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import { Random } from "engram/math";
import { digitsAddress } from "../digits.js";
import { decodeUnits, encodeUnits } from "../encoding.js";
import type { PageSession, Verdict } from "../page.js";
import { MovingSession } from "../session.js";
import { stopped } from "../words.js";
import { WorkerLink } from "../worker-link.js";
import { readSetting, writeSetting } from "./address.js";
import { type Curves, longer, noCurves } from "./curves.js";
import { Pace } from "./pace.js";
import type { Begun, Frame, Recipe, Reply, Request } from "./protocol.js";
import { heldPixels, type Setting, sideOf, suited } from "./setting.js";
import { verdictOf } from "./verdict.js";

/**
 * The state of the Boltzmann page and the verbs that change it. What the page shows is a function of these signals. The
 * machine, and the chain on the board, live in the worker.
 */
export class BoltzmannSession extends MovingSession<Setting> implements PageSession {
  /** Whether the chain on the board moves. */
  readonly dreaming = signal(false);
  /** The pictures of the data, once they are there. */
  readonly begun = signal<Begun | undefined>(undefined);
  readonly frame = signal<Frame | undefined>(undefined);
  readonly curves = signal<Curves>(noCurves);
  readonly error = signal<string | undefined>(undefined);
  readonly #dream = signal<{ readonly chain: number; readonly step: number; readonly means: Uint8Array } | undefined>(
    undefined,
  );
  readonly #chain = signal(0);
  #run = 0;
  #begunWith: Recipe["data"] | undefined;

  readonly #recipe = computed(() => {
    const { data, hidden, method, steps, decay, batch: rows, seed } = this.setting.value;
    return JSON.stringify({ data, hidden, method, steps, decay, batch: rows, seed } satisfies Recipe);
  });
  readonly #data = computed(() => this.setting.value.data);
  readonly #drawing = computed(() => {
    const { from, painted, seed } = this.setting.value;
    return JSON.stringify([from, painted, seed]);
  });
  readonly #clamping = computed(() => {
    const { clamp, held } = this.setting.value;
    return JSON.stringify([clamp, held]);
  });

  /** Pixels along an edge. */
  readonly side = computed(() => sideOf(this.#data.value));
  /** The samples of the data, once they are those of the setting. */
  readonly #samples = computed(() => {
    const samples = this.begun.value?.samples;
    return samples !== undefined && samples.length % this.side.value ** 2 === 0 ? samples : undefined;
  });

  /** Where the chain starts, units of 0 and 1. */
  readonly start = computed((): Uint8Array => {
    this.#drawing.value;
    const before = this.#unpainted.value;
    const painted = decodeUnits(
      untracked(() => this.setting.value.painted),
      before.length,
    );
    return painted === undefined ? before : before.map((unit, i) => unit ^ painted[i]);
  });
  readonly #unpainted = computed((): Uint8Array => {
    this.#drawing.value;
    const units = this.side.value ** 2;
    const samples = this.#samples.value;
    const { from, seed } = untracked(() => this.setting.value);
    if (from === "noise") {
      const random = new Random(seed).fork(4);
      return Uint8Array.from({ length: units }, () => (random.bernoulli(0.5) ? 1 : 0));
    }
    if (from === "blank" || samples === undefined) return new Uint8Array(units);
    return samples.slice(from * units, (from + 1) * units);
  });

  /** The pixels that the chain keeps, as 1. */
  readonly held = computed((): Uint8Array => {
    this.#clamping.value;
    const side = this.side.value;
    const { clamp, held } = untracked(() => this.setting.value);
    if (clamp === "own") return decodeUnits(held, side * side) ?? new Uint8Array(side * side);
    return heldPixels(clamp, side);
  });

  /** What the board shows, one byte a pixel. */
  readonly shown = computed((): Uint8Array => {
    const dream = this.#dream.value;
    return dream?.chain === this.#chain.value ? dream.means : this.start.value.map((unit) => 255 * unit);
  });
  /** Steps of the chain since its start. */
  readonly dreamStep = computed(() => (this.#dream.value?.chain === this.#chain.value ? this.#dream.value.step : 0));

  readonly verdict = computed((): Verdict => {
    if (this.failure.value !== undefined) return stopped;
    return verdictOf({
      running: this.running.value,
      frame: this.frame.value,
      error: this.error.value,
      hasPictures: this.begun.value !== undefined,
    });
  });

  readonly #worker: WorkerLink<Request, Reply>;
  readonly #pace = new Pace({
    training: () => this.running.value && this.frame.value !== undefined,
    dreaming: () => this.dreaming.value && this.frame.value !== undefined,
    speed: () => this.setting.value.speed,
    advance: (updates) => this.#ask({ kind: "advance", run: this.#run, updates, rate: this.setting.value.rate }),
    dream: () => this.#askDream(),
  });

  constructor(address: string) {
    super(address, { read: readSetting, write: writeSetting });
    const make = () => new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    this.#worker = new WorkerLink(make, (reply) => this.#take(reply));
    effect(() => {
      if (this.failure.value === undefined) return;
      this.rest();
      this.frame.value = undefined;
    });
    effect(() => {
      this.#recipe.value;
      untracked(() => this.#begin());
    });
    effect(() => {
      const visible = this.start.value;
      const held = this.held.value;
      untracked(() => this.#place(visible, held));
    });
    effect(() => {
      if (this.running.value || this.dreaming.value) this.#pace.run();
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

  /** A machine that knows nothing, and the chain at its start, in a new worker. */
  restart(): void {
    this.#worker.start();
    this.#begin();
    this.restoreChain();
  }

  #take(reply: Reply): void {
    if (reply.kind === "begun" && reply.begun.run === this.#run) this.begun.value = reply.begun;
    else if (reply.kind === "frame" && reply.frame.run === this.#run) {
      this.#pace.trained(reply.frame.took);
      this.frame.value = reply.frame;
      this.curves.value = longer(this.curves.value, reply.frame);
    } else if ((reply.kind === "absent" || reply.kind === "stopped") && reply.run === this.#run) {
      this.running.value = false;
      if (reply.kind === "absent") this.dreaming.value = false;
      this.error.value = reply.error;
    } else if (reply.kind === "dream" && reply.chain === this.#chain.value) {
      this.#pace.dreamt();
      this.#dream.value = reply;
    }
  }

  #begin(): void {
    const recipe: Recipe = JSON.parse(this.#recipe.value);
    batch(() => {
      if (this.#begunWith !== recipe.data) this.begun.value = undefined;
      this.#begunWith = recipe.data;
      this.frame.value = undefined;
      this.curves.value = noCurves;
      this.error.value = undefined;
    });
    this.#run++;
    this.#pace.reset();
    this.#pace.dreamt();
    const digits = { folder: new URL("data/mnist/", document.baseURI).href, bundle: digitsAddress() };
    this.#ask({ kind: "begin", run: this.#run, recipe, digits });
  }
  #place(visible: Uint8Array, held: Uint8Array): void {
    this.#chain.value++;
    this.#pace.dreamt();
    this.#ask({ kind: "place", chain: this.#chain.value, visible, held, seed: this.setting.value.seed });
  }

  #askDream(): void {
    const { temperature } = this.setting.value;
    this.#ask({ kind: "dream", chain: this.#chain.value, steps: 1, temperature });
  }

  /** Shows other data, with what suits them. */
  show(data: Setting["data"]): void {
    this.change({ ...suited(data), from: 0, painted: "", held: "", clamp: this.setting.value.clamp });
    if (this.setting.value.clamp === "own") this.change({ clamp: "none" });
  }

  /** One update. */
  step(): void {
    this.running.value = false;
    this.#pace.step(1);
  }

  reset(): void {
    this.running.value = false;
    this.#begin();
  }

  override rest(): void {
    super.rest();
    this.dreaming.value = false;
  }

  /** Makes these units the start of the chain, and waits. */
  paint(units: Uint8Array): void {
    this.dreaming.value = false;
    const before = this.#unpainted.value;
    this.change({ painted: encodeUnits(units.map((unit, i) => unit ^ before[i])) });
  }

  /** Keeps these pixels, those with a 1, as they are on the board now. */
  hold(held: Uint8Array): void {
    this.dreaming.value = false;
    const units = this.units();
    batch(() => {
      this.paint(units);
      this.change({ clamp: "own", held: encodeUnits(held) });
    });
  }

  /** What the board shows, as units of 0 and 1. */
  units(): Uint8Array {
    return this.shown.value.map((grey) => (grey > 127 ? 1 : 0));
  }

  toggleDream(): void {
    this.dreaming.value = !this.dreaming.value;
  }

  /** One step of the chain. */
  stepDream(): void {
    this.dreaming.value = false;
    if (this.frame.value !== undefined) this.#askDream();
  }

  /** The chain back at its start. */
  restoreChain(): void {
    this.#place(this.start.value, this.held.value);
  }
}

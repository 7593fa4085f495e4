import { batch, computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import { glyphNames } from "engram/data";
import { bundledDigits, digitsAddress, firstOfEach } from "../digits.js";
import type { Failure } from "../options.js";
import type { PageSession, SavedFile, Verdict } from "../page.js";
import { MovingSession } from "../session.js";
import { readSetting, writeSetting } from "./address.js";
import { cueOf, paintedFor } from "./cue.js";
import { opened, ownImagesOf, saved } from "./files.js";
import { digitGallery, type Gallery, glyphGallery, imageGallery } from "./gallery-of.js";
import { MemoryWorker } from "./memory-worker.js";
import { Pace } from "./pace.js";
import type { Frame, Learn, Packed, Reply, Report } from "./protocol.js";
import { digitsPerClass, firstStored, type OwnImages, type Setting, type Source } from "./setting.js";
import { verdictOf, withoutRun } from "./verdict.js";

/** Points of the energy curve that are kept; beyond them every second one goes. */
const CURVE_POINTS = 4000;

/** The energy of the state at points of a run. */
export interface Curve {
  readonly sweeps: number[];
  readonly energies: number[];
}

/**
 * The state of the Recall page and the verbs that change it. What the page shows is a function of these signals. The
 * memory itself lives in the worker.
 */
export class RecallSession extends MovingSession<Setting> implements PageSession {
  readonly report = signal<Report>({});
  /** The latest word of the worker, of this run or the one before; undefined while nothing is learned. */
  readonly frame = signal<Frame | undefined>(undefined);
  /** The energy curve of this run: another one with every frame, of the same two arrays, which grow. */
  readonly curve = signal<Curve>({ sweeps: [], energies: [] });
  /** Why the run could not be started. */
  readonly refusal = signal<Failure | undefined>(undefined);
  readonly digitsError = signal<string | undefined>(undefined);
  readonly #digits = signal<Gallery | undefined>(undefined);
  readonly #run = signal(0);

  // Parts of the setting, so that moving the speed slider starts nothing anew.
  readonly #source = computed(() => this.setting.value.source);
  readonly #images = computed(() => this.setting.value.images);
  readonly #recipe = computed(() => {
    const { source, from, damage, painted, seed } = this.setting.value;
    return JSON.stringify([source, from, damage, painted, seed]);
  });
  readonly #learning = computed(() => {
    const { stored, rule } = this.setting.value;
    return JSON.stringify([stored, rule]);
  });
  readonly #motion = computed(() => {
    const { dynamics, seed } = this.setting.value;
    return JSON.stringify([dynamics, seed]);
  });

  /** The pictures to choose from; undefined while there are none. */
  readonly gallery = computed((): Gallery | undefined => {
    if (this.#source.value === "glyphs") return glyphGallery;
    return this.#source.value === "digits" ? this.#digits.value : imageGallery(this.#images.value);
  });

  /** Units of 0 and 1. */
  readonly cue = computed((): Uint8Array => {
    this.#recipe.value;
    this.#images.value;
    const patterns = this.gallery.value?.patterns;
    return untracked(() => cueOf(this.setting.value, patterns));
  });

  /** The state to show, units of 0 and 1: the cue until the worker has answered. */
  readonly shown = computed((): Uint8Array => {
    const { frame, cue } = this;
    if (frame.value?.run !== this.#run.value) return cue.value;
    const { words } = frame.value;
    return cue.value.map((_, i) => (words[i >>> 5] >>> (i & 31)) & 1);
  });

  /** Rows of the gallery that are stored. */
  readonly stored = computed(() => {
    const count = this.gallery.value?.patterns.count ?? 0;
    return this.setting.value.stored.filter((row) => row < count);
  });

  readonly #names = computed(() => this.stored.value.map((row) => this.gallery.value?.names[row] ?? ""));

  readonly verdict = computed((): Verdict => this.#verdictOfRun.value ?? withoutRun(this));
  readonly #verdictOfRun = computed((): Verdict | undefined => {
    if (this.isLearning) return undefined;
    const { gallery, frame, stored } = this;
    if (gallery.value === undefined || frame.value?.overlaps.length !== stored.value.length) return undefined;
    const { from, dynamics } = this.setting.value;
    const row = typeof from === "number" ? stored.value.indexOf(from) : -1;
    return verdictOf({
      ...frame.value,
      names: this.#names.value,
      // At a temperature a state wanders and does not settle.
      isThermal: "beta" in dynamics.options,
      origin: from,
      from: row < 0 ? undefined : row,
    });
  });

  readonly #worker = new MemoryWorker((reply) => this.#take(reply));
  readonly #pace = new Pace(
    () => ({ setting: this.setting.value, units: this.cue.value.length }),
    (visits) => this.#worker.advance({ kind: "advance", run: this.#run.value, visits }),
  );
  #learned: readonly [string, Gallery | undefined] | undefined;

  constructor(address: string) {
    super(address, {
      read: (query) => readSetting(query, glyphNames),
      write: (setting) => writeSetting(setting, glyphNames),
    });
    effect(() => {
      if (this.failure.value === undefined) return;
      this.frame.value = undefined;
      this.running.value = false;
    });
    effect(() => {
      if (this.#source.value === "digits") untracked(() => void this.#fetchDigits());
    });
    effect(() => {
      this.#motion.value;
      this.cue.value;
      const learning = this.#learning.value;
      const gallery = this.gallery.value;
      untracked(() => this.#follow(learning, gallery));
    });
    effect(() => {
      if (this.running.value) this.#pace.run();
      else this.#pace.pause();
    });
  }

  /** Whether the memory is learning, and has been for a moment. */
  get isLearning(): boolean {
    return this.#worker.isLearning.value && this.failure.value === undefined;
  }

  /** What happened to the worker; undefined while it works. */
  get failure(): ReadonlySignal<string | undefined> {
    return this.#worker.failure;
  }

  /** All of it again, by a new worker. */
  restart(): void {
    this.#worker.restart();
    if (this.#source.value === "digits") void this.#fetchDigits();
    this.#learned = undefined;
    this.#follow(this.#learning.value, this.gallery.value);
  }

  #take(reply: Reply): void {
    if (reply.kind === "report") {
      this.report.value = reply.report;
      if (reply.report.inspection === undefined) this.frame.value = undefined;
    } else if (reply.kind === "refused") {
      if (reply.run !== this.#run.value) return;
      this.refusal.value = reply.error;
      this.frame.value = undefined;
      this.running.value = false;
    } else if (reply.frame.run === this.#run.value) {
      const { frame } = reply;
      this.#pace.arrived(frame.visits);
      batch(() => {
        this.frame.value = frame;
        this.curve.value = longer(this.curve.value, frame.energies, this.cue.value.length);
        if (frame.period > 0 || frame.ended) this.running.value = false;
      });
    }
  }

  async #fetchDigits(): Promise<void> {
    if (this.#digits.value !== undefined) return;
    this.digitsError.value = undefined;
    try {
      this.#digits.value = digitGallery(firstOfEach(await bundledDigits(digitsAddress()), digitsPerClass));
    } catch (error) {
      this.digitsError.value = error instanceof Error ? error.message : String(error);
    }
  }

  /** Learns where what is to be learned has changed, and begins a run. */
  #follow(learning: string, gallery: Gallery | undefined): void {
    const isNew = learning !== this.#learned?.[0] || gallery !== this.#learned[1];
    this.#learned = [learning, gallery];
    this.#begin(isNew ? { kind: "learn", patterns: this.#chosen(gallery), rule: this.setting.value.rule } : undefined);
  }

  #chosen(gallery: Gallery | undefined): Packed | undefined {
    const rows = this.stored.value;
    const chosen = rows.length > 0 ? gallery?.patterns.select(rows) : undefined;
    return chosen && { count: chosen.count, units: chosen.units, words: chosen.bits.words };
  }

  #begin(learn?: Learn): void {
    const { dynamics, seed } = this.setting.value;
    this.#run.value++;
    this.curve.value = { sweeps: [], energies: [] };
    this.refusal.value = undefined;
    this.#pace.reset();
    this.#worker.begin({ learn, start: { kind: "start", run: this.#run.value, cue: this.cue.value, dynamics, seed } });
  }

  override visit(address: string): void {
    this.rest();
    super.visit(address);
  }

  /** Shows the pictures of a source, the first ones of them stored. */
  show(source: Source, images: OwnImages = this.setting.value.images): void {
    this.running.value = false;
    const stored = firstStored(source, images, glyphNames);
    this.change({ source, images, stored, from: stored[0] ?? "noise", painted: "" });
  }

  /** Shows own pictures, the added ones stored beside those that are. */
  extend(images: OwnImages, added: readonly number[]): void {
    const { source, stored, images: before } = this.setting.value;
    if (source !== "images" || before.items.length === 0) this.show("images", images);
    else this.change({ images, stored: [...stored, ...added] });
  }

  /** Makes these units the cue, and waits. */
  paint(cue: Uint8Array): void {
    this.running.value = false;
    this.change({ painted: paintedFor(cue, this.setting.value, this.gallery.value?.patterns) });
  }

  /** Whether the frame is one of this run. */
  get answered(): boolean {
    return this.frame.value?.run === this.#run.value;
  }

  /** Whether this run is over. */
  get settled(): boolean {
    return this.answered && (this.frame.value?.period ?? 0) > 0;
  }

  /** Runs or pauses; a run that has settled begins again. */
  override toggle(): void {
    if (!this.running.value && this.settled) this.#begin();
    super.toggle();
  }

  step(visits: number | "sweep" = 1): void {
    this.running.value = false;
    if (this.settled) this.#begin();
    this.#pace.step(visits);
  }

  reset(): void {
    this.running.value = false;
    this.#begin();
  }

  /** The memory as a file: its patterns with their names, and its rule. */
  async save(): Promise<SavedFile | undefined> {
    const patterns = this.#chosen(this.gallery.value);
    if (patterns === undefined) return undefined;
    const { rule } = this.setting.value;
    const side = Math.round(Math.sqrt(patterns.units));
    const bytes = await saved({ patterns, labels: this.#names.value, side, rule });
    return { name: "memory.safetensors", bytes };
  }

  /** Shows the patterns of a memory's file as own pictures, and takes its rule. */
  async take({ name, bytes }: SavedFile): Promise<void> {
    const memory = await opened(bytes, name);
    const images = ownImagesOf(memory, name, this.setting.value.images);
    batch(() => {
      this.show("images", images);
      this.change({ rule: memory.rule });
    });
  }

  /** Damages anew, with the next seed, and runs. */
  override again(): void {
    batch(() => {
      this.change({ painted: "" });
      super.again();
    });
  }
}

/** Adds visits and energies, which come in turn. */
function longer({ sweeps, energies }: Curve, added: readonly number[], units: number): Curve {
  for (let k = 0; k < added.length; k += 2) {
    sweeps.push(added[k] / units);
    energies.push(added[k + 1]);
  }
  if (sweeps.length > CURVE_POINTS) {
    thin(sweeps);
    thin(energies);
  }
  return { sweeps, energies };
}

/** Drops every second value, but not the last. */
function thin(values: number[]): void {
  const last = values.length - 1;
  let kept = 0;
  for (let k = 0; k <= last; k++) if (k % 2 === 0 || k === last) values[kept++] = values[k];
  values.length = kept;
}

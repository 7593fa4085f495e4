import { batch, computed, effect, signal, untracked } from "@preact/signals";
import type { PageSession, Verdict } from "../page.js";
import { SettingSession } from "../session.js";
import { stopped } from "../words.js";
import { checkSetting, readSetting, writeSetting } from "./address.js";
import { commandOf, type Entry, fileOf, type Result, type Selection, type StoredResult, select } from "./catalogue.js";
import { Runner } from "./runner.js";
import type { Setting } from "./setting.js";
import { listInWords, resultInWords } from "./words.js";

/** The state of the Gallery and the verbs that change it. Experiments are run in the worker. */
export class GallerySession extends SettingSession<Setting> implements PageSession {
  /** All experiments; undefined until they are loaded. */
  readonly entries = signal<readonly Entry[] | undefined>(undefined);
  /** The committed result of the open experiment; undefined while it is loaded. */
  readonly stored = signal<StoredResult | undefined>(undefined);
  /** What could not be loaded. */
  readonly lost = signal<string | undefined>(undefined);
  /** Whether the result of the run is shown, where there is one. */
  readonly showsRun = signal(true);
  /** The experiment that was open last. */
  readonly last = signal("");
  /** What became of copying the command. */
  readonly copied = signal("");
  readonly #runner = new Runner();
  readonly failure = this.#runner.failure;
  readonly running = this.#runner.running;

  /** The experiments that are shown. */
  readonly shown = computed(() => select(this.entries.value ?? [], this.setting.value));
  /** The experiment whose detail is open. */
  readonly entry = computed(() => this.entries.value?.find(({ id }) => id === this.setting.value.id));
  /** The committed result that is chosen. */
  readonly chosen = computed(() => {
    const { results = [] } = this.entry.value ?? {};
    return results.find(({ name }) => name === this.setting.value.result) ?? results[0];
  });
  /** The run of the open experiment. */
  readonly ownRun = computed(() => {
    const run = this.#runner.run.value;
    return run?.id === this.setting.value.id ? run : undefined;
  });
  /** The result that is shown. */
  readonly result = computed((): Result | undefined => {
    const own = this.ownRun.value?.result;
    return own !== undefined && this.showsRun.value ? own : this.stored.value;
  });

  readonly verdict = computed((): Verdict => {
    if (this.failure.value !== undefined) return stopped;
    if (this.entries.value === undefined) return this.#waiting;
    const entry = this.entry.value;
    if (entry === undefined) return listInWords(this.shown.value, this.entries.value.length);
    if (this.ownRun.value?.state === "running") {
      return { headline: "Running here", detail: entry.title, tone: "underway" };
    }
    const result = this.result.value;
    if (result === undefined && this.chosen.value !== undefined) return { ...this.#waiting, detail: entry.title };
    return resultInWords(entry, result, result !== undefined && result === this.ownRun.value?.result);
  });

  readonly #file = computed(() => {
    const [entry, chosen] = [this.entry.value, this.chosen.value];
    return entry && chosen && fileOf(entry, chosen);
  });

  constructor(address: string) {
    super(address, { read: readSetting, write: writeSetting });
    effect(() => {
      const file = this.#file.value;
      untracked(() => void this.#open(file));
    });
    effect(() => {
      const { id } = this.setting.value;
      if (id !== "") this.last.value = id;
    });
    void this.load();
  }

  get #waiting(): Verdict {
    return this.lost.value === undefined
      ? { headline: "Loading…", detail: "", tone: "underway" }
      : { headline: "Not loaded", detail: "", tone: "astray" };
  }

  /** Loads what is not there: the index, and the result that is chosen. */
  async load(): Promise<void> {
    this.lost.value = undefined;
    if (this.entries.value !== undefined) return this.#open(this.#file.value);
    const entries = await this.#fetch<readonly Entry[]>("data/results/index.json");
    if (entries === undefined) return;
    batch(() => {
      this.entries.value = entries;
      this.#check();
    });
  }

  async #open(file: string | undefined): Promise<void> {
    this.stored.value = undefined;
    this.copied.value = "";
    if (file === undefined) return;
    const result = await this.#fetch<StoredResult>(file);
    if (file === this.#file.value) this.stored.value = result;
  }

  async #fetch<T>(file: string): Promise<T | undefined> {
    try {
      const response = await fetch(file);
      if (response.ok) return await response.json();
    } catch {
      // Said below.
    }
    this.lost.value = file;
    return undefined;
  }

  /** Shows the list of other experiments. */
  filter(part: Partial<Selection>): void {
    this.change({ ...part, id: "", result: "" });
  }

  open(id: string): void {
    this.change({ id, result: "" });
  }

  /** The address of an experiment's detail among the experiments that are shown. */
  addressOf(id: string): string {
    return writeSetting({ ...this.setting.value, id, result: "" });
  }

  /** Takes over the setting of another address. */
  override visit(address: string): void {
    batch(() => {
      super.visit(address);
      this.#check();
    });
  }

  #check(): void {
    const entries = this.entries.value;
    if (entries === undefined) return;
    const [setting, unused] = checkSetting(this.setting.value, entries);
    if (unused.length === 0) return;
    this.setting.value = setting;
    this.unused.value = [...this.unused.value, ...unused];
  }

  get command(): string {
    const entry = this.entry.value;
    return entry === undefined
      ? ""
      : commandOf(entry, this.result.value ?? (this.chosen.value && { ...this.chosen.value, seed: 1 }));
  }

  async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.command);
      this.copied.value = "Copied.";
    } catch {
      this.copied.value = "This browser does not let a page copy: select the command and copy it.";
    }
  }

  /** Runs or stops the experiment, copies its command where it does not run here, or opens the first of the list. */
  toggle(): void {
    const entry = this.entry.value;
    if (entry === undefined) {
      if (this.shown.value.length > 0) this.open(this.shown.value[0].id);
    } else if (this.ownRun.value?.state === "running") this.#runner.stop();
    else if (entry.needsDigits) void this.copy();
    else {
      this.showsRun.value = true;
      this.#runner.start(entry.id, this.setting.value.seed);
    }
  }

  /** The next experiment of the list. */
  step(by = 1): void {
    const { shown, setting } = this;
    const at = shown.value.findIndex(({ id }) => id === setting.value.id);
    const next = shown.value[at < 0 ? 0 : at + by];
    if (next !== undefined) this.open(next.id);
  }

  /** Back to the list. */
  reset(): void {
    this.open("");
  }

  rest(): void {
    this.#runner.stop();
  }

  restart(): void {
    this.#runner.restart();
  }
}

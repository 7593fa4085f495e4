import { batch, computed, effect, signal, untracked } from "@preact/signals";
import type { PageSession, Verdict } from "../page.js";
import { MovingSession } from "../session.js";
import { readSetting, writeSetting } from "./address.js";
import { Ball, type Standing } from "./ball.js";
import { changedUnits, withLock, withThreshold, withWeight } from "./edit.js";
import { analyse } from "./net.js";
import { Pace } from "./pace.js";
import type { PresetName } from "./presets.js";
import { mostStarts, type Point, presetSetting, type Setting, type SurfaceSetting } from "./setting.js";
import { surfaceOf } from "./surface.js";
import { surfaceVerdict } from "./surface-verdict.js";
import { verdictOf } from "./verdict.js";

/**
 * The state of the Landscape page and the verbs that change it. Nets of at most 1,024 states take some tens of milliseconds
 * on the main thread: the page has no worker, and `failure` stays undefined.
 */
export class LandscapeSession extends MovingSession<Setting> implements PageSession {
  readonly failure = signal<string | undefined>(undefined);
  /** The valley that is pointed at in the readings. */
  readonly lit = signal<number | undefined>(undefined);
  /** Steps of the retrievals that are shown on the surface. */
  readonly steps = signal(0);

  readonly isSurface = computed(() => this.setting.value.view === "surface");

  readonly #net = computed(() => {
    const { units, weights, thresholds, stored, update, temperature } = this.setting.value;
    return JSON.stringify([units, weights, thresholds, stored, update, temperature]);
  });
  /** All there is to know of the net. */
  readonly analysis = computed(() => {
    this.#net.value;
    return analyse(untracked(() => this.setting.value));
  });
  /** Counts the runs that were begun anew. */
  readonly #runs = signal(0);
  readonly #start = computed(() => `${this.#runs.value} ${this.setting.value.at} ${this.setting.value.seed}`);
  readonly #ball = computed(() => {
    this.#start.value;
    const analysis = this.analysis.value;
    return new Ball(
      analysis,
      untracked(() => this.setting.value),
    );
  });
  readonly #moved = signal(0);
  readonly standing = computed((): Standing => {
    this.#moved.value;
    return this.#ball.value.standing;
  });
  /** How often each state was found after an update. */
  readonly counts = computed(() => {
    this.#moved.value;
    return this.#ball.value.counts;
  });

  readonly #surface = computed(() => JSON.stringify(this.setting.value.surface));
  readonly surface = computed(() => {
    this.#surface.value;
    return surfaceOf(untracked(() => this.setting.value.surface));
  });

  readonly verdict = computed((): Verdict => {
    const { surface } = this.setting.value;
    if (this.isSurface.value) return surfaceVerdict(this.surface.value, surface.patterns.length, surface.beta);
    return verdictOf(this.analysis.value, this.standing.value, this.setting.value);
  });

  readonly #pace = new Pace(
    () => this.setting.value.speed,
    (updates) => this.#advance(updates),
  );

  constructor(address: string) {
    super(address, { read: readSetting, write: writeSetting });
    effect(() => {
      if (this.running.value) this.#pace.run();
      else this.#pace.pause();
    });
    effect(() => {
      // On another surface the retrievals are shown to their ends.
      const { longest } = this;
      if (!untracked(() => this.running.value)) this.steps.value = longest;
    });
  }

  /** Whether nothing moves any more. */
  get isSettled(): boolean {
    this.#moved.value;
    if (this.isSurface.value) return this.steps.value >= this.longest;
    return this.#ball.value.isSettled;
  }

  /** Steps of the longest retrieval. */
  get longest(): number {
    return this.surface.value.trajectories.reduce((most, { points }) => Math.max(most, points.length - 1), 0);
  }

  #advance(updates: number): void {
    for (let k = 0; k < updates && !this.isSettled; k++) this.#one();
    this.#publish();
  }

  #one(): void {
    if (this.isSurface.value) this.steps.value++;
    else this.#ball.value.step();
  }

  #publish(): void {
    batch(() => {
      this.#moved.value++;
      if (this.isSettled) this.running.value = false;
    });
  }

  changeSurface(part: Partial<SurfaceSetting>): void {
    this.change({ surface: { ...this.setting.value.surface, ...part } });
  }

  override visit(address: string): void {
    this.rest();
    super.visit(address);
    this.#runs.value++;
  }

  /** Does nothing: without a worker nothing can fail. */
  restart(): void {}

  /** Takes the net of a preset; the view and the surface stay. */
  preset(name: PresetName, draw = 1, units?: number): void {
    const { view, surface, speed } = this.setting.value;
    this.running.value = false;
    this.setting.value = { ...presetSetting(name, draw, units), view, surface, speed };
  }

  resize(units: number): void {
    const { preset, draw } = this.setting.value;
    if (preset === "random") this.preset("random", draw, units);
    else this.#edit(changedUnits(this.setting.value, units));
  }

  weigh(i: number, j: number, value: number): void {
    this.#edit(withWeight(this.setting.value, i, j, value));
  }

  threshold(i: number, value: number): void {
    this.#edit(withThreshold(this.setting.value, i, value));
  }

  lock(locked: boolean): void {
    this.#edit(withLock(this.setting.value, locked));
  }

  /** These states shall be stable. */
  store(words: readonly number[]): void {
    this.change({ stored: words });
  }

  /** Changes the net; the ball starts where it stands. */
  #edit(part: Partial<Setting>): void {
    const { word } = this.standing.value;
    const units = part.units ?? this.setting.value.units;
    this.change({ at: word & (2 ** units - 1), preset: "own", ...part });
  }

  /** Changes weights and thresholds together. */
  learn(weights: readonly number[], thresholds: readonly number[]): void {
    this.#edit({ weights, thresholds, locked: true });
  }

  /** The ball goes on from where it stands, at another temperature or by other updates. */
  move(part: Pick<Partial<Setting>, "update" | "temperature">): void {
    this.change({ at: this.standing.value.word, ...part });
  }

  /** Retrieves from another point; the oldest start goes where there are too many. */
  retrieve(from: Point): void {
    const { starts } = this.setting.value.surface;
    this.changeSurface({ starts: [...starts, from].slice(-mostStarts) });
    this.steps.value = 0;
    this.running.value = true;
  }

  /** Puts the ball on a state. */
  put(word: number): void {
    this.running.value = false;
    if (this.setting.value.at === word) this.#runs.value++;
    else this.change({ at: word });
  }

  /** Runs or pauses; after a run has ended, runs again from the same state with the next seed. */
  override toggle(): void {
    const isAgain = !this.running.value && this.isSettled;
    if (isAgain && this.isSurface.value) this.steps.value = 0;
    else if (isAgain) this.change({ seed: this.setting.value.seed + 1 });
    super.toggle();
  }

  step(): void {
    this.running.value = false;
    this.#advance(1);
  }

  sweep(): void {
    this.running.value = false;
    this.#ball.value.sweep();
    this.#publish();
  }

  /** Back to where the run began. */
  reset(): void {
    this.running.value = false;
    if (this.isSurface.value) this.steps.value = 0;
    else this.#runs.value++;
  }
}

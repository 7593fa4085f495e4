import pc from "picocolors";
import { plain } from "../../node/index.js";
import type { TrainingCheckpoint, TrainingReport } from "../../training/index.js";
import { LiveLine } from "../io/progress.js";

const columns = ["epoch", "time", "reconstruction error"];
const measuredColumns = ["pseudo-likelihood", "free-energy gap"];
const narrowest = 9;
/** On a terminal, which has the live line, a longer training prints about so many of its epochs. */
const lines = 25;
/** Updates from one line, and one measurement, to the next, at least: epochs of small data are shorter. */
const UPDATES = 20;

/** Whether an epoch is shown and measured: every one, or, where epochs are short, some of them, the first and the last. */
export function isDue(epoch: number, epochs: number, updatesAnEpoch: number): boolean {
  return epoch % Math.ceil(UPDATES / updatesAnEpoch) === 0 || epoch === 1 || epoch === epochs;
}

/** What a history says of an epoch, by name. */
export type Entry = Readonly<Record<string, number | undefined>>;

/** How a training stands. */
export interface TrainingStep {
  /** Epochs that are over, with the part of the one under way, those of machines that were trained before among them. */
  readonly epochs: number;
  /** What the history says of an epoch that is over. */
  readonly entry: Entry | undefined;
  /** What looks wrong. */
  readonly warnings: readonly string[];
  /** The reconstruction error, where it can be compared from step to step. */
  readonly error?: number | undefined;
  readonly swapRates?: readonly number[] | undefined;
  checkpoint(): TrainingCheckpoint;
  /** Shows it to people. */
  show(): void;
}

/** Where a training is. */
export interface Place {
  /** Epochs that are over, with the part of the one under way. */
  readonly part: number;
  /** The same with those of the machines that were trained before, where there are several. */
  readonly epochs?: number;
  /** Which machine it is, for the history. */
  readonly place?: Readonly<Record<string, number>>;
}

/** What a log is of. */
export interface TrainingLogOptions {
  readonly epochs: number;
  /** Updates an epoch. */
  readonly updates: number;
  /** Whether monitors measure, and whether there are images that were kept apart, which the gap needs. */
  readonly measured?: boolean;
  readonly apart?: boolean;
  readonly quiet?: boolean | undefined;
}

/** Shows how a training goes: a line an epoch, and on a terminal one that lives. Programs are shown nothing. */
export class TrainingLog {
  readonly #updates: number;
  readonly #columns: readonly string[];
  readonly #quiet: boolean;
  readonly #live = new LiveLine();
  readonly #begun = performance.now();
  readonly #warned = new Set<string>();
  readonly warnings: string[] = [];
  #values: Readonly<Record<string, number>> = {};
  #epochs: number;
  #head = false;

  constructor({ epochs, updates, measured = false, apart = false, quiet = false }: TrainingLogOptions) {
    this.#epochs = epochs;
    this.#updates = updates;
    this.#columns = [...columns, ...measuredColumns.slice(0, measured ? 1 + Number(apart) : 0)];
    this.#quiet = quiet;
  }

  get seconds(): number {
    return (performance.now() - this.#begun) / 1000;
  }

  /** @param part epochs so far, with the part of the one that is under way */
  show(report: TrainingReport, part: number): void {
    const over = Number.isInteger(part);
    if (Object.keys(report.values).length > 0) this.#values = report.values;
    for (const warning of report.warnings) this.#warn(warning);
    if (this.#quiet) return;
    if (!this.#head) process.stdout.write(`${this.#row(this.#columns)}\n`);
    this.#head = true;
    const line = this.#line(report, part);
    if (over && this.#isShown(report)) {
      this.#live.clear();
      process.stdout.write(`${line}\n`);
    } else this.#live.show(line);
  }

  /** A report as `runTraining` takes it. */
  step(report: TrainingReport, { part, epochs = part, place }: Place): TrainingStep {
    const { reconstructionError, warnings, swapRates, checkpoint } = report;
    const over = Number.isInteger(part);
    return {
      epochs,
      entry: over ? { ...place, ...entryOf(report, this.seconds) } : undefined,
      warnings,
      // One of several machines has another width, and so another error.
      error: place === undefined ? reconstructionError : undefined,
      swapRates,
      checkpoint,
      show: () => this.show(report, part),
    };
  }

  /** Begins with another machine, of so many epochs. */
  section(title: string, epochs: number): void {
    this.#epochs = epochs;
    this.#values = {};
    this.#head = false;
    if (this.#quiet) return;
    this.#live.clear();
    process.stdout.write(`${title}\n`);
  }

  clear(): void {
    this.#live.clear();
  }

  /** On a terminal, some of many epochs; elsewhere all that are due. */
  #isShown({ epoch }: TrainingReport): boolean {
    const step = process.stderr.isTTY ? Math.ceil(this.#epochs / lines) : 1;
    return epoch === this.#epochs || (isDue(epoch, this.#epochs, this.#updates) && epoch % step === 0);
  }

  #line({ reconstructionError }: TrainingReport, part: number): string {
    const { pseudoLikelihood, freeEnergyGap } = this.#values;
    const epoch = Number.isInteger(part) ? String(part) : part.toFixed(1);
    const number = (value: number | undefined) => (value === undefined ? "-" : value.toFixed(2));
    const cells = [
      `${epoch}/${this.#epochs}`,
      time(this.seconds),
      number(reconstructionError),
      number(pseudoLikelihood),
      number(freeEnergyGap),
    ];
    return this.#row(cells.slice(0, this.#columns.length));
  }

  #row(cells: readonly string[]): string {
    return cells.map((cell, c) => cell.padStart(Math.max(narrowest, this.#columns[c].length))).join("  ");
  }

  /** Says once what differs from what was said in its numbers alone. */
  #warn(warning: string): void {
    const kind = warning.replace(/[-+]?\d[\d.e+-]*/g, "#");
    if (this.#warned.has(kind)) return;
    this.#warned.add(kind);
    this.warnings.push(warning);
    if (this.#quiet) return;
    this.#live.clear();
    process.stderr.write(`${pc.yellow("warning:")} ${plain(warning)}\n`);
  }
}

function entryOf(report: TrainingReport, seconds: number): Record<string, number> {
  const { epoch, rate, reconstructionError, dataFreeEnergy, modelFreeEnergy, values } = report;
  return { epoch, seconds, rate, reconstructionError, dataFreeEnergy, modelFreeEnergy, ...values };
}

/** Seconds as a person reads them. */
export function time(seconds: number): string {
  if (seconds < 100) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 100
    ? `${minutes} min ${String(Math.floor(seconds % 60)).padStart(2, "0")} s`
    : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

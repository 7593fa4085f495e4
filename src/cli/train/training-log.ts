import type { TrainingCheckpoint, TrainingReport } from "../../training/index.js";
import type { Warning, WarningCode } from "../../warnings.js";
import { printWarning } from "../io/output.js";
import { LiveLine } from "../io/progress.js";

/** A column of numbers: its title, and where a report has them; those of monitors stay until they are measured anew. */
export interface Column {
  readonly title: string;
  readonly value: (report: TrainingReport) => number | undefined;
}

/** The column of a number that reports have by this name. */
export function reported(name: string, title: string): Column {
  return { title, value: (report) => numberIn(report, name) };
}

/** The column of a number that a monitor measures. */
export function measured(name: string, title: string): Column {
  return { title, value: ({ values }) => values[name] };
}

function numberIn(report: object, name: string): number | undefined {
  const value: unknown = Reflect.get(report, name);
  return typeof value === "number" ? value : undefined;
}

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
  readonly warnings: readonly Warning[];
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
  /** Other numbers of the epoch, for the history. */
  readonly also?: Entry;
}

/** What a log is of. */
export interface TrainingLogOptions {
  readonly epochs: number;
  /** Updates an epoch. */
  readonly updates: number;
  /** What a line shows beside the epoch and the time. */
  readonly columns: readonly Column[];
  readonly quiet?: boolean | undefined;
}

/** Shows how a training goes: a line an epoch, and on a terminal one that lives. Programs are shown nothing. */
export class TrainingLog {
  readonly #updates: number;
  readonly #columns: readonly Column[];
  readonly #titles: readonly string[];
  readonly #quiet: boolean;
  readonly #live = new LiveLine();
  readonly #begun = performance.now();
  readonly #warned = new Set<WarningCode>();
  readonly warnings: Warning[] = [];
  readonly #values: (number | undefined)[] = [];
  #epochs: number;
  #head = false;

  constructor({ epochs, updates, columns, quiet = false }: TrainingLogOptions) {
    this.#epochs = epochs;
    this.#updates = updates;
    this.#columns = columns;
    this.#titles = ["epoch", "time", ...columns.map(({ title }) => title)];
    this.#quiet = quiet;
  }

  get seconds(): number {
    return (performance.now() - this.#begun) / 1000;
  }

  /** @param part epochs so far, with the part of the one that is under way */
  show(report: TrainingReport, part: number): void {
    const over = Number.isInteger(part);
    this.#columns.forEach(({ value }, c) => {
      this.#values[c] = value(report) ?? this.#values[c];
    });
    for (const warning of report.warnings) this.warn(warning);
    if (this.#quiet) return;
    if (!this.#head) process.stdout.write(`${this.#row(this.#titles)}\n`);
    this.#head = true;
    const line = this.#line(part);
    if (over && this.#isShown(report)) {
      this.#live.clear();
      process.stdout.write(`${line}\n`);
    } else this.#live.show(line);
  }

  /** A report as `runTraining` takes it. */
  step(report: TrainingReport, { part, epochs = part, place, also }: Place): TrainingStep {
    const { warnings } = report;
    const over = Number.isInteger(part);
    return {
      epochs,
      entry: over ? { ...place, ...entryOf(report, this.seconds), ...also } : undefined,
      warnings,
      // One of several machines has another width, and so another error.
      error: place === undefined ? numberIn(report, "reconstructionError") : undefined,
      swapRates: "swapRates" in report ? (report.swapRates as number[] | undefined) : undefined,
      checkpoint: () => report.checkpoint(),
      show: () => this.show(report, part),
    };
  }

  /** Begins with another machine, of so many epochs. */
  section(title: string, epochs: number): void {
    this.#epochs = epochs;
    this.#values.length = 0;
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

  #line(part: number): string {
    const epoch = Number.isInteger(part) ? String(part) : part.toFixed(1);
    const number = (value: number | undefined) => (value === undefined ? "-" : value.toFixed(2));
    const values = this.#columns.map((_, c) => number(this.#values[c]));
    return this.#row([`${epoch}/${this.#epochs}`, time(this.seconds), ...values]);
  }

  #row(cells: readonly string[]): string {
    return cells.map((cell, c) => cell.padStart(Math.max(narrowest, this.#titles[c].length))).join("  ");
  }

  /** Says once what would differ in its numbers alone. */
  warn(warning: Warning): void {
    if (this.#warned.has(warning.code)) return;
    this.#warned.add(warning.code);
    this.warnings.push(warning);
    if (this.#quiet) return;
    this.#live.clear();
    printWarning(warning);
  }
}

/** All numbers of a report but the updates, by name. */
function entryOf({ epoch, values, ...rest }: TrainingReport, seconds: number): Record<string, number> {
  const numbers = Object.entries(rest).filter(
    (entry): entry is [string, number] => typeof entry[1] === "number" && entry[0] !== "updates",
  );
  return { epoch, seconds, ...Object.fromEntries(numbers), ...values };
}

/** Seconds as a person reads them. */
export function time(seconds: number): string {
  if (seconds < 100) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 100
    ? `${minutes} min ${String(Math.floor(seconds % 60)).padStart(2, "0")} s`
    : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

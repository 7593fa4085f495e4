import type { TrainingCheckpoint, TrainingReport } from "../../training/index.js";
import type { Warning, WarningCode } from "../../warnings.js";
import { printLines, printWarning } from "../io/output.js";
import { LiveLine, Pace, roughly, time } from "../io/progress.js";
import { wrapped } from "../io/table.js";

/** A column of numbers: its title, and its value in a report; those of monitors stay until they are measured again. */
export interface Column {
  readonly title: string;
  readonly value: (report: TrainingReport) => number | undefined;
}

/** The column of a member of reports. */
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
/** Titles of columns break into lines of at most this many characters, so that all columns fit 80. */
const widest = 14;
/** On a terminal, which has a live line, a longer training prints about this number of its epochs. */
const lines = 25;
/** The smallest number of updates between two lines and measurements: epochs of small data are shorter. */
const UPDATES = 20;

/** Whether an epoch is shown and measured: every one, or, if epochs are short, some of them, the first and the last. */
export function isDue(epoch: number, epochs: number, updatesAnEpoch: number): boolean {
  return epoch % Math.ceil(UPDATES / updatesAnEpoch) === 0 || epoch === 1 || epoch === epochs;
}

/** The numbers of an epoch in the history, by name. */
export type Entry = Readonly<Record<string, number | undefined>>;

/** State of a training. */
export interface TrainingStep {
  /** Number of completed epochs, with the fraction of the current one and those of machines trained before. */
  readonly epochs: number;
  /** The history's entry at the end of an epoch. */
  readonly entry: Entry | undefined;
  /** Signs of trouble. */
  readonly warnings: readonly Warning[];
  /** The reconstruction error, if it can be compared between steps. */
  readonly error?: number | undefined;
  readonly swapRates?: readonly number[] | undefined;
  checkpoint(): TrainingCheckpoint;
  /** Prints it. */
  show(): void;
}

/** The position of a training. */
export interface Place {
  /** Number of completed epochs, with the fraction of the current one. */
  readonly part: number;
  /** The same with those of machines trained before, if there are several. */
  readonly epochs?: number;
  /** The machine that learns, for the history. */
  readonly place?: Readonly<Record<string, number>>;
  /** Other numbers of the epoch, for the history. */
  readonly also?: Entry;
}

/** Options of a log. */
export interface TrainingLogOptions {
  readonly epochs: number;
  /** Number of updates per epoch. */
  readonly updates: number;
  /** The columns besides the epoch and the time. */
  readonly columns: readonly Column[];
  /** Whether the result is printed as JSON. */
  readonly json?: boolean | undefined;
}

/**
 * Prints the progress of a training: one line per epoch, and a live line on a terminal. With JSON on standard output it goes to
 * standard error, without the warnings, which the JSON contains.
 */
export class TrainingLog {
  readonly #updates: number;
  readonly #columns: readonly Column[];
  /** The lines of the title of each column. */
  readonly #titles: readonly (readonly string[])[];
  readonly #json: boolean;
  readonly #live = new LiveLine();
  readonly #begun = performance.now();
  readonly #warned = new Set<WarningCode>();
  readonly warnings: Warning[] = [];
  readonly #values: (number | undefined)[] = [];
  #epochs: number;
  #head = false;
  #pace = new Pace();

  constructor({ epochs, updates, columns, json = false }: TrainingLogOptions) {
    this.#epochs = epochs;
    this.#updates = updates;
    this.#columns = columns;
    this.#titles = ["epoch", "time", "time left", ...columns.map(({ title }) => title)].map(linesOf);
    this.#json = json;
  }

  get seconds(): number {
    return (performance.now() - this.#begun) / 1000;
  }

  /** @param part number of epochs so far, with the fraction of the current one */
  show(report: TrainingReport, part: number): void {
    const over = Number.isInteger(part);
    this.#columns.forEach(({ value }, c) => {
      this.#values[c] = value(report) ?? this.#values[c];
    });
    for (const warning of report.warnings) this.warn(warning);
    this.#pace.update(part);
    if (!this.#head) this.print(this.#heading());
    this.#head = true;
    const line = this.#line(part);
    if (over && this.#isShown(report)) this.print([line]);
    else this.#live.show(line);
  }

  /** A report in the form for `runTraining`. */
  step(report: TrainingReport, { part, epochs = part, place, also }: Place): TrainingStep {
    const { warnings } = report;
    const over = Number.isInteger(part);
    return {
      epochs,
      entry: over ? { ...place, ...entryOf(report, this.seconds), ...also } : undefined,
      warnings,
      // Several machines have different widths, so their errors cannot be compared.
      error: place === undefined ? numberIn(report, "reconstructionError") : undefined,
      swapRates: "swapRates" in report ? (report.swapRates as number[] | undefined) : undefined,
      checkpoint: () => report.checkpoint(),
      show: () => this.show(report, part),
    };
  }

  /** Begins with another machine, which has this number of epochs. */
  section(title: string, epochs: number): void {
    this.#epochs = epochs;
    this.#values.length = 0;
    this.#head = false;
    this.#pace = new Pace();
    this.print([title]);
  }

  /** Prints lines where the progress goes. */
  print(lines: readonly string[]): void {
    this.#live.clear();
    printLines(lines, this.#json ? process.stderr : process.stdout);
  }

  clear(): void {
    this.#live.clear();
  }

  /** Whether to print an epoch: on a terminal, some of many; elsewhere, all that are due. */
  #isShown({ epoch }: TrainingReport): boolean {
    const step = process.stderr.isTTY ? Math.ceil(this.#epochs / lines) : 1;
    return epoch === this.#epochs || (isDue(epoch, this.#epochs, this.#updates) && epoch % step === 0);
  }

  #line(part: number): string {
    const epoch = Number.isInteger(part) ? String(part) : part.toFixed(1);
    const number = (value: number | undefined) => (value === undefined ? "-" : value.toFixed(2));
    const values = this.#columns.map((_, c) => number(this.#values[c]));
    const left = this.#pace.left(this.#epochs);
    const rest = left === undefined ? "-" : roughly(left);
    return this.#row([`${epoch}/${this.#epochs}`, time(this.seconds), rest, ...values]);
  }

  #heading(): string[] {
    const rows = Math.max(...this.#titles.map((title) => title.length));
    // Shorter titles stand at the bottom.
    return Array.from({ length: rows }, (_, row) =>
      this.#row(this.#titles.map((title) => title[row - rows + title.length] ?? "")),
    );
  }

  #row(cells: readonly string[]): string {
    const widthOf = (title: readonly string[]) => Math.max(narrowest, ...title.map((line) => line.length));
    return cells.map((cell, c) => cell.padStart(widthOf(this.#titles[c]))).join("  ");
  }

  /** Prints a warning once, even if its numbers change. */
  warn(warning: Warning): void {
    if (this.#warned.has(warning.code)) return;
    this.#warned.add(warning.code);
    this.warnings.push(warning);
    if (this.#json) return;
    this.#live.clear();
    printWarning(warning);
  }
}

/** A title in lines, which also break after hyphens. */
function linesOf(title: string): string[] {
  return wrapped(title.replaceAll("-", "- "), widest).map((line) => line.replaceAll("- ", "-"));
}

/** All numbers of a report except the updates, by name. */
function entryOf({ epoch, values, ...rest }: TrainingReport, seconds: number): Record<string, number> {
  const numbers = Object.entries(rest).filter(
    (entry): entry is [string, number] => typeof entry[1] === "number" && entry[0] !== "updates",
  );
  return { epoch, seconds, ...Object.fromEntries(numbers), ...values };
}

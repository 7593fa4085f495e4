import { plain } from "../../node/index.js";

/** A line on a terminal that is overwritten repeatedly; elsewhere nothing is drawn. */
export class LiveLine {
  readonly #stream: NodeJS.WriteStream;
  #drawn = "";

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
  }

  show(text: string): void {
    if (!this.#stream.isTTY || text === this.#drawn) return;
    this.#drawn = text;
    this.#stream.write(`\r\x1b[K${plain(text).slice(0, (this.#stream.columns || 80) - 1)}`);
  }

  /** Clears the line, so that the next output replaces it. */
  clear(): void {
    if (this.#drawn !== "") this.#stream.write("\r\x1b[K");
    this.#drawn = "";
  }
}

/** How long work will still take, from the time that it has taken since the first progress was reported. */
export class Pace {
  readonly #begun = performance.now();
  #first: { readonly done: number; readonly at: number } | undefined;
  #last = { done: 0, at: 0 };

  update(done: number): void {
    this.#last = { done, at: performance.now() };
    // Work that does not begin in the midst began when this was made.
    this.#first ??= done <= 1 ? { done: 0, at: this.#begun } : this.#last;
  }

  /** Seconds until `total`; undefined before there is anything to go by. */
  left(total: number): number | undefined {
    if (this.#first === undefined || this.#last.done <= this.#first.done) return undefined;
    const each = (this.#last.at - this.#first.at) / (this.#last.done - this.#first.done);
    return (each * Math.max(0, total - this.#last.done)) / 1000;
  }
}

/** A time in seconds as text, for an estimate. */
export function roughly(seconds: number): string {
  return seconds < 100 ? `${Math.ceil(seconds)} s` : time(seconds);
}

/** A time in seconds as text. */
export function time(seconds: number): string {
  if (seconds < 100) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 100
    ? `${minutes} min ${String(Math.floor(seconds % 60)).padStart(2, "0")} s`
    : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** A progress bar on a terminal; elsewhere nothing is drawn. */
export class ProgressBar {
  readonly #line: LiveLine;
  readonly #label: string;
  readonly #rate = new Pace();

  constructor(label: string, stream?: NodeJS.WriteStream) {
    this.#line = new LiveLine(stream);
    this.#label = label;
  }

  /** @param begun completed fraction of those in progress, in the same unit */
  update(done: number, total: number, begun = 0): void {
    this.#rate.update(done + begun);
    const width = 24;
    const full = Math.floor((width * (done + begun)) / total);
    const bar = `${"#".repeat(full)}${"-".repeat(width - full)}`;
    const part = begun > 0 ? `, ${Math.floor((100 * (done + begun)) / total)} %` : "";
    const left = this.#rate.left(total);
    const rest = left === undefined ? "" : `, about ${roughly(left)} left`;
    this.#line.show(`${this.#label} [${bar}] ${done}/${total}${part}${rest}`);
  }

  /** Clears the bar, so that the next output replaces it. */
  clear(): void {
    this.#line.clear();
  }
}

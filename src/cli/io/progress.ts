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
    this.#stream.write(`\r\x1b[K${text.slice(0, (this.#stream.columns || 80) - 1)}`);
  }

  /** Clears the line, so that the next output replaces it. */
  clear(): void {
    if (this.#drawn !== "") this.#stream.write("\r\x1b[K");
    this.#drawn = "";
  }
}

/** A progress bar on a terminal; elsewhere nothing is drawn. */
export class ProgressBar {
  readonly #line: LiveLine;
  readonly #label: string;

  constructor(label: string, stream?: NodeJS.WriteStream) {
    this.#line = new LiveLine(stream);
    this.#label = label;
  }

  /** @param begun completed fraction of those in progress, in the same unit */
  update(done: number, total: number, begun = 0): void {
    const width = 24;
    const full = Math.floor((width * (done + begun)) / total);
    const bar = `${"#".repeat(full)}${"-".repeat(width - full)}`;
    const part = begun > 0 ? `, ${Math.floor((100 * (done + begun)) / total)} %` : "";
    this.#line.show(`${this.#label} [${bar}] ${done}/${total}${part}`);
  }

  /** Clears the bar, so that the next output replaces it. */
  clear(): void {
    this.#line.clear();
  }
}

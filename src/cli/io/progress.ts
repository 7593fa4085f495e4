/** A line on a terminal that is written over and over; elsewhere nothing is drawn. */
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

  /** Wipes the line, so that what is printed next stands where it was. */
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

  /** @param begun what is done of those under way, in the same unit */
  update(done: number, total: number, begun = 0): void {
    const width = 24;
    const full = Math.floor((width * (done + begun)) / total);
    const bar = `${"#".repeat(full)}${"-".repeat(width - full)}`;
    const part = begun > 0 ? `, ${Math.floor((100 * (done + begun)) / total)} %` : "";
    this.#line.show(`${this.#label} [${bar}] ${done}/${total}${part}`);
  }

  /** Wipes the bar, so that what is printed next stands where it was. */
  clear(): void {
    this.#line.clear();
  }
}

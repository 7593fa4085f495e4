/** A progress bar on a terminal; elsewhere nothing is drawn. */
export class ProgressBar {
  readonly #stream: NodeJS.WriteStream;
  readonly #label: string;
  #drawn = "";

  constructor(label: string, stream: NodeJS.WriteStream = process.stderr) {
    this.#label = label;
    this.#stream = stream;
  }

  /** @param begun what is done of those under way, in the same unit */
  update(done: number, total: number, begun = 0): void {
    if (!this.#stream.isTTY) return;
    const width = 24;
    const full = Math.floor((width * (done + begun)) / total);
    const bar = `${"#".repeat(full)}${"-".repeat(width - full)}`;
    const part = begun > 0 ? `, ${Math.floor((100 * (done + begun)) / total)} %` : "";
    const text = `${this.#label} [${bar}] ${done}/${total}${part}`;
    if (text === this.#drawn) return;
    this.#drawn = text;
    this.#stream.write(`\r\x1b[K${text.slice(0, (this.#stream.columns || 80) - 1)}`);
  }

  /** Wipes the bar, so that what is printed next stands where it was. */
  clear(): void {
    if (this.#drawn !== "") this.#stream.write("\r\x1b[K");
    this.#drawn = "";
  }
}

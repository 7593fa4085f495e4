import { spawn, spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { createInterface } from "node:readline";

/** Seconds that `work` takes. */
export function seconds(work) {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

export function summary(samples) {
  const sorted = samples.toSorted((a, b) => a - b);
  return { median: sorted[sorted.length >> 1], low: sorted[0], high: sorted.at(-1) };
}

export function machine() {
  return { cpu: cpus()[0].model.trim(), cores: cpus().length, node: process.version };
}

/** The first Python that has NumPy, or why there is none. */
export function findPython() {
  for (const python of ["python3", "/usr/bin/python3"]) {
    if (spawnSync(python, ["-c", "import numpy"], { stdio: "ignore" }).status === 0) return { python };
  }
  return { missing: "no python3 with numpy" };
}

/** A rival that runs in a process of its own: one line in, one line of JSON out. */
export class Rival {
  #process;
  #lines;

  constructor(command, args) {
    this.#process = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** Sends a request, if any, and gives the next answer. */
  async ask(request) {
    if (request !== undefined) this.#process.stdin.write(`${request}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new Error("the rival ended before its answer");
    return JSON.parse(value);
  }

  end() {
    this.#process.stdin.end();
  }
}

/** Prints rows of strings in columns. */
export function table(rows) {
  const widths = rows[0].map((_, k) => Math.max(...rows.map((row) => row[k].length)));
  for (const row of rows)
    console.log(row.map((cell, k) => (k === 0 ? cell.padEnd(widths[k]) : cell.padStart(widths[k]))).join("  "));
}

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** Seconds that `work` takes. */
export function seconds(work) {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

/** The result of asynchronous work, its wall-clock seconds, and its processor seconds in all threads of the process. */
export async function secondsOf(work) {
  const start = performance.now();
  const used = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(used);
  return { result, wall: (performance.now() - start) / 1000, processor: (user + system) / 1e6 };
}

export function summary(samples) {
  const sorted = samples.toSorted((a, b) => a - b);
  return { median: sorted[sorted.length >> 1], low: sorted[0], high: sorted.at(-1) };
}

/** The median, and the lowest and highest. */
export function figures(samples) {
  const { median, low, high } = summary(samples);
  return { median, spread: [low, high] };
}

/** The Python that has NumPy and most of the other modules, or why there is none. */
function findPython(modules) {
  const has = (python, name) => spawnSync(python, ["-c", `import ${name}`], { stdio: "ignore" }).status === 0;
  const found = ["python3", "/usr/bin/python3"]
    .filter((python) => has(python, "numpy"))
    .map((python) => ({ python, score: modules.filter((name) => has(python, name)).length }));
  if (found.length === 0) return { missing: "no python3 with numpy" };
  return found.reduce((best, other) => (other.score > best.score ? other : best));
}

/** A rival that runs in a process of its own: one line in, one line of JSON out. */
class Rival {
  isThere = true;
  #process;
  #lines;

  constructor(command, args) {
    this.#process = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** Sends a request, if any, and returns the next answer. */
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

/** Takes the place of a rival that is not installed. */
const absent = { isThere: false, ask: async () => ({}), end() {} };

/**
 * Starts a rival program with the given files in a folder of its own, where it also writes its results, and passes it to
 * `use` with a description of the machine and both sides. `modules` are the optional modules that the program uses beside
 * NumPy; `threads` is its number of threads.
 */
export async function withRival(program, files, use, modules = [], threads = availableParallelism()) {
  const directory = mkdtempSync(join(tmpdir(), "engram-bench-"));
  const { python, missing } = findPython(modules);
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content);
    const path = fileURLToPath(new URL(`rivals/${program}`, import.meta.url));
    const rival = missing ? absent : new Rival(python, [path, directory, `${threads}`]);
    try {
      const about = missing ? { missing } : { ...(await rival.ask()), threads };
      const load = loadavg()[0];
      const machine = { cpu: cpus()[0].model.trim(), cores: cpus().length, load, node: process.version, ...about };
      return await use(rival, machine, directory);
    } finally {
      rival.end();
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Prints the machine and the versions of both sides. */
export function printMachine({ cpu, cores, load, node, python, numpy, blas, threads, missing }) {
  console.log(`${cpu}, ${cores} cores, load ${load.toFixed(1)} before the race; Node ${node.slice(1)}`);
  console.log(
    missing ? `the rival is skipped: ${missing}` : `Python ${python}, NumPy ${numpy}, ${blas}, ${threads} threads`,
  );
}

const number = (value) => (value === null ? "-" : value >= 100 ? value.toFixed(0) : value.toPrecision(3));
const range = (spread) => (spread === undefined ? "" : `(${number(spread[0])} - ${number(spread[1])})`);

/** Prints both sides of a race. */
export function report(rows) {
  table([
    ["work", "unit", "Engram", "", "NumPy", "", "times faster", "results"],
    ...rows.map((row) => [
      `${row.what}; ${row.rivalProgram}`,
      row.unit,
      number(row.ours),
      range(row.spread.ours),
      number(row.rival),
      range(row.spread.rival),
      row.ratio === null ? "-" : row.ratio.toFixed(1),
      row.same ? (row.agreement ?? "equal") : "-",
    ]),
  ]);
  console.log("\nMedians (lowest - highest).");
  for (const { what, rivalShare } of rows) {
    if (rivalShare < 1)
      console.log(`${what}: NumPy was given ${100 * rivalShare} % of the work, its rate is that of its share.`);
  }
}

/** Prints the speed-up by worker threads. */
export function reportWorkers(rows) {
  const [{ workers }] = rows;
  console.log();
  table([
    ["work", "unit", "one worker", "", `${workers} workers`, "", "times faster", "busy", ""],
    ...rows.map((row) => [
      row.what,
      row.unit,
      number(row.oneWorker),
      range(row.spread.oneWorker),
      number(row.ours),
      range(row.spread.ours),
      row.speedUp.toFixed(2),
      row.utilisation.toFixed(2),
      range(row.spread.utilisation),
    ]),
  ]);
  console.log("\nBusy: processor time over time and workers, starting them included. Results are the same for both.");
}

/** Prints rows of strings in columns. */
export function table(rows) {
  const widths = rows[0].map((_, k) => Math.max(...rows.map((row) => row[k].length)));
  for (const row of rows)
    console.log(row.map((cell, k) => (k === 0 ? cell.padEnd(widths[k]) : cell.padStart(widths[k]))).join("  "));
}

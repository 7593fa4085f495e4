/** The processes that race: ours, for each Node, kernels and number of threads, and the rivals. */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { availableKernels } from "./kernels.mjs";

/** Numbers of threads that race: one and one per core. */
export const threadCounts = [...new Set([1, availableParallelism()])];

const place = (file) => fileURLToPath(new URL(file, import.meta.url));

/** A process that does works: one request a line in, one line of JSON out. */
export class Contestant {
  /** What it says of itself when it starts. */
  about;
  #process;
  #lines;
  #results;

  constructor(command, args, results, env = process.env) {
    this.#results = results;
    this.#process = spawn(command, args, { env, stdio: ["pipe", "pipe", "inherit"] });
    // Where the program cannot be started or ends early, its lines end.
    for (const emitter of [this.#process, this.#process.stdin]) emitter.on("error", () => {});
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  async start() {
    this.about = await this.#answer();
    return this;
  }

  /** Wall and CPU seconds of doing a work so many times; `keep` writes its result. */
  ask(work, times, keep = false) {
    this.#process.stdin.write(`${JSON.stringify({ work, times, keep })}\n`);
    return this.#answer();
  }

  /** The bytes of the kept result of a work, at an address that suits every type of number. */
  result(work) {
    return Uint8Array.from(readFileSync(join(this.#results, `${work}.bin`)));
  }

  end() {
    this.#process.stdin.end();
  }

  async #answer() {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`${this.about?.name ?? "a contestant"} ended before its answer`);
    return JSON.parse(value);
  }
}

/**
 * Starts the contestants of a race and passes them to `use`. `files` are the data, by name; `ours` is our program, `rivals` have
 * a name, a program and the Python module, or npm package, that it needs. A rival that cannot race is told with the reason in `missing`.
 */
export async function withContestants({ files, ours, rivals }, use) {
  const folder = mkdtempSync(join(tmpdir(), "engram-bench-"));
  const started = [];
  const resultFolder = () => {
    const results = join(folder, `results-${started.length}`);
    mkdirSync(results, { recursive: true });
    return results;
  };
  const start = async (command, args, env) => {
    const [results, threads, program] = [resultFolder(), ...args];
    const contestant = new Contestant(command, [place(program), folder, results, `${threads}`], results, env);
    started.push(contestant);
    return contestant.start();
  };
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    const own = [];
    for (const node of nodes()) {
      for (const kernels of availableKernels()) {
        for (const threads of threadCounts) {
          const args = [threads, `ours/${ours}`];
          own.push(await start(node, args, { ...process.env, ENGRAM_KERNELS: kernels }));
          requireKernels(own.at(-1), kernels);
        }
      }
    }
    const others = [];
    const missing = [];
    for (const { name, program, module } of rivals) {
      const startWith = (command) =>
        Promise.all(threadCounts.map((threads) => start(command, [threads, `rivals/${program}`])));
      const { found, reason } = await (program.endsWith(".mjs") ? startModule : startRival)(module, startWith);
      if (found === undefined) missing.push({ name, reason });
      else for (const contestant of found) others.push({ name, contestant });
    }
    return await use({ ours: own, rivals: others, missing });
  } finally {
    for (const contestant of started) contestant.end();
    rmSync(folder, { recursive: true });
  }
}

function requireKernels({ about }, kernels) {
  if (about.kernels !== kernels) throw new Error(`asked for ${kernels} kernels, Engram uses ${about.kernels}`);
}

/** This Node, and those that ENGRAM_NODES names. */
const nodes = () => [process.execPath, ...(process.env.ENGRAM_NODES ?? "").split(":").filter(Boolean)];

/** This Node, if the folder that ENGRAM_MODULES names has an npm package. */
async function startModule(module, start) {
  try {
    createRequire(join(process.env.ENGRAM_MODULES, "package.json")).resolve(module);
  } catch {
    return { reason: `no npm package ${module} in the folder that ENGRAM_MODULES names` };
  }
  return { found: await start(process.execPath) };
}

/** The first Python that has a module and does not refuse to race: ENGRAM_PYTHON, or those where distributions put them. */
async function startRival(module, start) {
  const named = process.env.ENGRAM_PYTHON;
  let reason = `no Python with ${module}`;
  for (const python of named ? [named] : ["python3", "/usr/bin/python3"]) {
    if (spawnSync(python, ["-c", `import ${module}`], { stdio: "ignore" }).status !== 0) continue;
    const found = await start(python);
    const refused = found.find(({ about }) => about.refused !== undefined);
    if (refused === undefined) return { found };
    reason = refused.about.refused;
  }
  return { reason };
}

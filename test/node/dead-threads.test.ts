import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ArgumentError, EngramError, flip, Hopfield, Random, randomPatterns } from "engram";
import { wasmWorkspace } from "engram/kernels";
import { mapParallel, RecallPool } from "engram/node";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { ThreadPool } from "../../dist/node/parallel/pool.js";
import { difference, operations } from "../kernels/workspace-operations.js";
import { temporaryFolder } from "../support/folder.js";

/** The URL of a module with that text. */
function moduleOf(text: string): URL {
  const file = join(temporaryFolder(), "module.mjs");
  writeFileSync(file, text);
  return pathToFileURL(file);
}

const items = Array.from({ length: 12 }, (_, k) => k);
/** Ends the thread, the first time that one comes here. */
const once = (death: string) => `if (Atomics.exchange(flag, 0, 1) === 0) { ${death} }`;
const flagOf = () => new Int32Array(new SharedArrayBuffer(4));

/** What a call made, and the two threads that it started. */
async function threadsOf<T>(make: () => T): Promise<[T, { terminate(): Promise<number> }[]]> {
  const threads: { terminate(): Promise<number> }[] = [];
  const listen = (thread: (typeof threads)[number]) => threads.push(thread);
  process.on("worker", listen);
  const made = make();
  // They are told of in the next tick.
  await new Promise((resolve) => setImmediate(resolve));
  process.off("worker", listen);
  expect(threads).toHaveLength(2);
  return [made, threads];
}

/** The URL of a file of node/parallel/ with another text, in a copy of the built library without some of the files. */
function altered(name: string, edit: (text: string) => string, without = /^$/): { url: string; folder: string } {
  const folder = temporaryFolder();
  const built = fileURLToPath(new URL("../../dist/", import.meta.url));
  const unwanted = /\.(map|d\.ts|tsbuildinfo)$|dist\/(lab|experiments|cli)/;
  const filter = (path: string) => !unwanted.test(path) && !without.test(path);
  cpSync(built, join(folder, "dist"), { recursive: true, filter });
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", version }));
  const file = join(folder, "dist/node/parallel", name);
  writeFileSync(file, edit(readFileSync(file, "utf8")));
  return { url: pathToFileURL(file).href, folder };
}

/** Puts a text before or after the one place of a line. */
function inject(text: string, line: string, before: string, after = ""): string {
  if (text.split(line).length !== 2) throw new Error(`there is no single place "${line}"`);
  return text.replace(line, () => `${before}${line}${after}`);
}

/** The library with workspace threads that die once, and a log of their starts. */
function mortal(edit: (text: string) => string): { url: string; log: string } {
  const log = join(temporaryFolder(), "starts");
  const { folder } = altered("workspace-thread.js", (text) => {
    const mark = 'parentPort?.postMessage("ready");';
    return `import { appendFileSync as append, existsSync as exists } from "node:fs";
      const [starts, died, stopped] = ${JSON.stringify([log, `${log}.died`, `${log}.stopped`])};
      const fall = (death) => {
        if (exists(died)) return;
        append(died, "1");
        death();
      };
      ${inject(edit(text), mark, "", 'append(starts, "s");')}`;
  });
  return { url: pathToFileURL(join(folder, "dist/node/parallel/workspace-threads.js")).href, log };
}

const exhaust = "const all = []; for (;;) all.push(new Array(1e4).fill(all.length + 0.5));";

const deaths: [how: string, prepare: string, words: string][] = [
  ["exits with code 0", `(flag) => (x) => { ${once("process.exit(0);")} return 2 * x; }`, "exit code 0"],
  ["exits with code 7", `(flag) => async (x) => { ${once("process.exit(7);")} return 2 * x; }`, "exit code 7"],
  [
    "throws outside a handler",
    `(flag) => (x) => new Promise((resolve) => {
       ${once("setTimeout(() => { throw new Error('late'); }); return;")}
       resolve(2 * x);
     })`,
    "late",
  ],
  [
    "throws what is not an error, outside a handler",
    `(flag) => (x) => new Promise((resolve) => { ${once("setTimeout(() => { throw 'bare'; }); return;")} resolve(2 * x); })`,
    "bare",
  ],
  [
    "leaves a rejection to nobody",
    `(flag) => (x) => new Promise((resolve) => { ${once("Promise.reject(new Error('lone')); return;")} resolve(2 * x); })`,
    "lone",
  ],
];

describe("a thread of a pool that", () => {
  it.each(deaths)(
    "%s fails the call that it worked for, in one line, and the next call works",
    async (_, code, words) => {
      const pool = new ThreadPool<number, number>(moduleOf(`export default ${code};`), 2, flagOf());
      const first = pool.map(items);
      await expect(first).rejects.toThrow(EngramError);
      await expect(first).rejects.toThrow(
        new RegExp(`^a worker thread ended while it worked on item \\d+ \\(.*${words}.*\\); call again[^\\n]*$`),
      );
      for (let k = 0; k < 2; k++) expect(await pool.map(items)).toEqual(items.map((x) => 2 * x));
      await pool.dispose();
    },
  );

  it("is terminated from outside, at work or waiting, is replaced", async () => {
    const module = moduleOf("export default () => (x) => new Promise((done) => setTimeout(done, x, 2 * x));");
    const [pool, threads] = await threadsOf(() => new ThreadPool<number, number>(module, 2, undefined));
    expect(await pool.map(items)).toEqual(items.map((x) => 2 * x));
    const cut = pool.map([60_000, 60_000]);
    void threads[0].terminate();
    await expect(cut).rejects.toThrow("a worker thread ended while it worked on item");
    await threads[1].terminate();
    expect(await pool.map(items)).toEqual(items.map((x) => 2 * x));
    await pool.dispose();
  });

  it("runs out of memory fails the call in one line, and the next call works", async () => {
    const limits = "resourceLimits: { maxOldGenerationSizeMb: 24 }, workerData: this.#order";
    const { url } = altered("pool.js", (text) => text.replace("workerData: this.#order", limits));
    const { ThreadPool: Pool } = (await import(url)) as { ThreadPool: typeof ThreadPool };
    const module = moduleOf(`export default (flag) => (x) => { ${once(exhaust)} return 2 * x; };`);
    const pool = new Pool<number, number>(module, 2, flagOf());
    await expect(pool.map(items)).rejects.toThrow(
      /^a worker thread ended while it worked on item \d+ \(.*memory limit.*\); call again[^\n]*$/,
    );
    expect(await pool.map(items)).toEqual(items.map((x) => 2 * x));
    await pool.dispose();
  });

  it("ends does not disturb another call that shares the pool", async () => {
    const code = `(flag) => async (x) => {
      if (x < 0) process.exit(3);
      await new Promise((done) => setTimeout(done, 20));
      return 2 * x;
    }`;
    const pool = new ThreadPool<number, number>(moduleOf(`export default ${code};`), 2, flagOf());
    const [bad, good] = await Promise.allSettled([pool.map([-1]), pool.map(items)]);
    expect(bad).toMatchObject({ status: "rejected", reason: { name: "EngramError" } });
    expect(good).toEqual({ status: "fulfilled", value: items.map((x) => 2 * x) });
    await pool.dispose();
  });
});

describe("what cannot be copied to another thread is an ArgumentError, never an uncaught one:", () => {
  const echo = () => moduleOf("export default () => (x) => (x === 3 ? () => x : x);");
  const count = "export default (flag) => (x) => (Atomics.add(flag, 0, 1), x);";
  it("a result", async () => {
    await expect(mapParallel(echo(), items, { workers: 2 })).rejects.toThrow(/^the result of item 3 cannot be copied/);
  });
  it("an item, the first or a later one", async () => {
    for (const bad of [0, 5]) {
      const odd = items.map((x) => (x === bad ? () => x : 2));
      const work = mapParallel(echo(), odd as unknown as number[], { workers: 2 });
      await expect(work).rejects.toThrow(ArgumentError);
      await expect(work).rejects.toThrow(`item ${bad} cannot be copied to another thread`);
    }
  });
  it("an item, after which no other item of its call is started", async () => {
    const flag = flagOf();
    const pool = new ThreadPool<number, number>(moduleOf(count), 2, flag);
    const odd = items.map((x) => (x === 0 ? () => x : x));
    await expect(pool.map(odd as unknown as number[])).rejects.toThrow("item 0 cannot be copied");
    expect(await pool.map([7, 8, 9])).toEqual([7, 8, 9]);
    expect(flag[0]).toBe(3);
    await pool.dispose();
  });
  it("shared", async () => {
    await expect(mapParallel(echo(), items, { shared: () => 1 })).rejects.toThrow(ArgumentError);
  });
});

it("mapParallel says what a module lacks, and quotes what is thrown but not an error", async () => {
  await expect(mapParallel(moduleOf("export const a = 1;"), items)).rejects.toThrow(
    /^the default export of .*module\.mjs is undefined; expected a function/,
  );
  const text = moduleOf("export default () => () => { throw 'bare'; };");
  await expect(mapParallel(text, items)).rejects.toThrow("a value that is not an error was thrown: bare");
});

it("an exception in onResult rejects the call, and the pool goes on", async () => {
  const pool = new ThreadPool<number, number>(moduleOf("export default () => (x) => 2 * x;"), 2, undefined);
  const onResult = () => {
    throw new RangeError("full");
  };
  await expect(pool.map(items, { onResult })).rejects.toThrow("full");
  expect(await pool.map(items)).toEqual(items.map((x) => 2 * x));
  await pool.dispose();
});

it("a RecallPool works again after its threads have ended", async () => {
  const patterns = randomPatterns(3, 50, new Random(1));
  const memory = new Hopfield(50).store(patterns);
  const cues = flip(patterns, 0.1, new Random(2));
  const [pool, threads] = await threadsOf(() => new RecallPool(memory, { workers: 2 }));
  const expected = memory.recallMany(cues, { random: new Random(4) });
  expect(await pool.recall(cues, { seed: 4 })).toEqual(expected);
  await Promise.all(threads.map((thread) => thread.terminate()));
  expect(await pool.recall(cues, { seed: 4 })).toEqual(expected);
  await pool.dispose();
});

const places: [where: string, edit: (text: string) => string][] = [
  ["before it takes a part", (text) => inject(text, "const part = takePart", "fall(() => process.exit(3));")],
  ["after it took a part", (text) => inject(text, "if (part < 0)", "if (part >= 0) fall(() => process.exit(3));")],
  [
    "after its part, before it says so",
    (text) => inject(text, "finishPart(control, order, part);", "fall(() => process.exit(0));"),
  ],
  ["after it said so", (text) => inject(text, "finishPart(control, order, part);", "", "fall(() => process.exit(3));")],
  [
    "by an error outside of all handlers",
    (text) => inject(text, "if (part < 0)", "if (part >= 0) fall(() => { throw new Error('boom'); });"),
  ],
  [
    "by want of memory",
    (text) =>
      inject(
        inject(text, "transferList: [port]", "resourceLimits: { maxOldGenerationSizeMb: 24 }, "),
        "if (part < 0)",
        `if (part >= 0) fall(() => { ${exhaust} });`,
      ),
  ],
  [
    "because it is terminated from outside",
    (text) =>
      inject(
        inject(
          text,
          'worker.on("exit"',
          `const stop = setInterval(() => {
            if (!exists(died) || exists(stopped)) return;
            append(stopped, "1");
            void worker.terminate();
          }, 20);`,
        ),
        "if (part < 0)",
        "if (part >= 0) fall(() => { for (;;); });",
      ),
  ],
];

describe("a worker of workspaceThreads that ends in the midst of an operation", () => {
  it.each(places)("%s: the right bits or one clear error, and another takes its place", async (_, edit) => {
    const { url, log } = mortal(edit);
    const { workspaceThreads } = (await import(url)) as typeof import("engram/node");
    const crew = await workspaceThreads(2);
    let failed: Error | undefined;
    // The worker may come too late for the first operations: the calling thread takes all parts then.
    while (!existsSync(`${log}.died`)) {
      try {
        expect(difference(operations.product, crew.makeWorkspace, wasmWorkspace, 0)).toBeUndefined();
      } catch (error) {
        failed = error as Error;
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    if (failed !== undefined) {
      expect(failed.name).toBe("EngramError");
      expect(failed.message).toMatch(/^a worker thread of the workspace ended in the midst of an operation[^\n]*$/);
    }
    while (readFileSync(log, "utf8") !== "ss") await new Promise((resolve) => setTimeout(resolve, 10));
    for (let k = 0; k < 5; k++) {
      expect(difference(operations.product, crew.makeWorkspace, wasmWorkspace, 0)).toBeUndefined();
    }
    await crew.dispose();
  });

  it("before it is ready: workspaceThreads rejects in one line", async () => {
    const { url } = mortal((text) => inject(text, 'parentPort?.postMessage("ready");', "process.exit(9);\n"));
    const { workspaceThreads } = (await import(url)) as typeof import("engram/node");
    await expect(workspaceThreads(3)).rejects.toThrow(/^a worker thread cannot start \(exit code 9\)[^\n]*$/);
  });
});

describe("a bundle that has lost the files of threads", () => {
  it("computes in WebAssembly, without an addon and without the version of a package", async () => {
    const lost = 'export const packageVersion = () => { throw new Error("there is no package.json"); };';
    const { folder } = altered("../version.js", () => lost, /dist\/native\/|\/(workspace-)?thread\.js$/);
    const { kernelsInUse } = await import(pathToFileURL(join(folder, "dist/node/native.js")).href);
    vi.stubEnv("ENGRAM_KERNELS", "");
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(kernelsInUse()).toEqual({
      kernels: "wasm",
      whyNotNative: expect.stringContaining("no native kernels are installed"),
    });
  });

  it("gets an error that names the remedy", async () => {
    const { folder } = altered("map.js", (text) => text, /\/(workspace-)?thread\.js$/);
    const from = (file: string) => import(pathToFileURL(join(folder, "dist/node/parallel", file)).href);
    const { mapParallel: map } = (await from("map.js")) as typeof import("engram/node");
    const { workspaceThreads } = (await from("workspace-threads.js")) as typeof import("engram/node");
    const remedy =
      /^the file of Engram's worker threads cannot be found \(.*mark engram as external.*docs\/bundlers\.md[^\n]*$/;
    await expect(map(moduleOf("export default () => (x) => x;"), items)).rejects.toThrow(remedy);
    await expect(workspaceThreads(2)).rejects.toThrow(remedy);
  });
});

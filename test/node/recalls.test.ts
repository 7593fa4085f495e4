import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { MessagePort } from "node:worker_threads";
import {
  ArgumentError,
  asynchronous,
  Bam,
  type Dynamics,
  flip,
  glauber,
  Hopfield,
  hebb,
  metropolis,
  PatternSet,
  projection,
  Random,
  randomPatterns,
  SequenceMemory,
  synchronous,
} from "engram";
import { recallThreads } from "engram/node";
import { afterEach, describe, expect, it, vi } from "vitest";
import { WasmKernels } from "../../dist/kernels/wasm/index.js";
import { temporaryFolder } from "../support/folder.js";

/** Cues of one memory for as many operations as start threads: 2^27. */
const [UNITS, PATTERNS, CUES] = [3000, 240, 190];
const patterns = new PatternSet(randomPatterns(PATTERNS, UNITS, new Random(1)).bits, {
  labels: Array.from({ length: PATTERNS }, (_, k) => `p${k}`),
});
const cuesOf = (set: PatternSet) =>
  flip(set.select(Array.from({ length: CUES }, (_, k) => k % set.count)), 0.1, new Random(2));
const cues = cuesOf(patterns);

/** A digest of all that there is in recalls, to the last bit. */
function digestOf(recalls: readonly unknown[]): string {
  const hash = createHash("sha256");
  const plain = (_: string, value: unknown) => {
    if (ArrayBuffer.isView(value)) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex");
    return Object.is(value, -0) ? "-0" : value;
  };
  for (const recall of recalls) hash.update(JSON.stringify(recall, plain));
  return hash.digest("hex");
}

/** The numbers of parts that threads ended in calls under way, by watching the orders that they are sent. */
function watchOrders(): { readonly claims: Int32Array[] } {
  const claims: Int32Array[] = [];
  const post = Reflect.get(MessagePort.prototype, "postMessage") as (this: MessagePort, ...given: unknown[]) => void;
  vi.spyOn(MessagePort.prototype, "postMessage").mockImplementation(function (this: MessagePort, ...given) {
    const news = given[0] as { readonly claims?: Int32Array } | undefined;
    if (news?.claims !== undefined) claims.push(news.claims);
    return post.apply(this, given);
  });
  return { claims };
}

afterEach(async () => {
  vi.restoreAllMocks();
  await recallThreads(1);
});

const alone = async <T>(recall: () => T): Promise<T> => {
  await recallThreads(1);
  return recall();
};

describe("recallMany", () => {
  const dynamics: [string, Dynamics | undefined][] = [
    ["default", undefined],
    ["synchronous", synchronous()],
    ["synchronous, cut short", synchronous({ maxSweeps: 2 })],
    ["asynchronous in fixed order", asynchronous({ order: "fixed" })],
    ["glauber", glauber({ beta: 2, sweeps: 2 })],
    ["metropolis", metropolis({ beta: 3, sweeps: 2 })],
  ];

  it.each(dynamics)("over threads, %s dynamics: the recalls of one cue after the other", async (_, way) => {
    const memory = new Hopfield(UNITS).store(patterns);
    const options = { dynamics: way, random: new Random(3), trace: true };
    const one = (r: number) => memory.recall(cues.select([r]), { ...options, random: new Random(3).fork(r) });
    const expected = digestOf(Array.from({ length: CUES }, (_, r) => one(r)));
    expect(digestOf(await alone(() => memory.recallMany(cues, options)))).toBe(expected);
    await recallThreads(3);
    const { claims } = watchOrders();
    // Threads take part as soon as they have started.
    do expect(digestOf(memory.recallMany(cues, options))).toBe(expected);
    while (!claims.some(([, ended]) => ended > 0));
  });

  it("over threads follows what is stored and forgotten, in memories that come and go", async () => {
    await recallThreads(2);
    const { claims } = watchOrders();
    const compare = (memory: Hopfield) => {
      const found = memory.recallMany(cues, { random: new Random(5) });
      for (const r of [0, 1, CUES - 1]) {
        expect(found[r]).toEqual(memory.recall(cues.select([r]), { random: new Random(5).fork(r) }));
      }
    };
    const first = new Hopfield(UNITS).store(patterns);
    do compare(first);
    while (!claims.some(([, ended]) => ended > 0));
    compare(first.store(randomPatterns(20, UNITS, new Random(6))));
    compare(first.forget([0, 1, 2]));
    for (let k = 0; k < 6; k++)
      compare(new Hopfield(UNITS, { rule: hebb() }).store(cuesOf(patterns).select([...Array(150).keys()])));
    compare(first);
  });

  it("over threads, by other rules, of pairs and of sequences", async () => {
    const thresholds = Float64Array.from({ length: UNITS }, (_, i) => (i % 3) / 50);
    const projected = new Hopfield(UNITS, { rule: projection({ selfCoupling: true }), thresholds }).store(patterns);
    const pairs = new Bam(UNITS / 2, UNITS / 2).store({
      left: randomPatterns(120, UNITS / 2, new Random(7)),
      right: randomPatterns(120, UNITS / 2, new Random(8)),
    });
    const left = cuesOf((pairs.items as { left: PatternSet }).left);
    const sequence = new SequenceMemory(UNITS).store(patterns);
    const works: (() => unknown[])[] = [
      () => projected.recallMany(cues, { dynamics: synchronous() }),
      () => pairs.recallMany({ left }),
      () => sequence.recallMany(cues, { sweeps: 1, random: new Random(9) }),
    ];
    const { claims } = watchOrders();
    for (const work of works) {
      const expected = digestOf(await alone(work));
      await recallThreads(2);
      claims.length = 0;
      do expect(digestOf(work())).toBe(expected);
      while (!claims.some(([, ended]) => ended > 0));
    }
  });

  it("over threads throws what it throws on one", async () => {
    await recallThreads(2);
    const memory = new Hopfield(UNITS).store(patterns);
    expect(() => memory.recallMany(cues)).toThrow("random is missing; asynchronous dynamics in random order");
    expect(() => memory.recallMany(randomPatterns(CUES, 10, new Random(1)))).toThrow("10 units");
    expect(() => new Hopfield(UNITS).recallMany(cues)).toThrow("the memory is empty");
    const way = { ...synchronous(), start: 1 } as unknown as Dynamics;
    expect(() => memory.recallMany(cues, { dynamics: way })).toThrow("start");
  });
});

describe("recallMany stays on the calling thread", () => {
  class Own extends Hopfield {}
  const odd = { ...synchronous(), name: "synchronous" };
  const memory = new Hopfield(UNITS).store(patterns);
  const few = cues.select([0, 1, 2]);
  const random = () => Object.setPrototypeOf(new Random(1), Object.create(Random.prototype)) as Random;
  const cases: [string, () => unknown][] = [
    ["for a copy of a dynamics", () => memory.recallMany(cues, { dynamics: odd })],
    ["for a rule of a user's own", () => ownRule().recallMany(cues, { dynamics: synchronous() })],
    [
      "for a class that extends a memory",
      () => new Own(UNITS).store(patterns).recallMany(cues, { dynamics: synchronous() }),
    ],
    ["for a generator that extends Random", () => memory.recallMany(cues, { random: random() })],
    ["for little work", () => memory.recallMany(few, { random: new Random(1) })],
    [
      "for kernels of its own",
      () =>
        new Hopfield(UNITS, { kernels: new WasmKernels() })
          .store(patterns)
          .recallMany(cues, { dynamics: synchronous() }),
    ],
  ];

  function ownRule(): Hopfield {
    const rule = { ...hebb(), name: "mine" };
    return new Hopfield(UNITS, { rule }).store(patterns);
  }

  it.each(cases)("%s", async (_, work) => {
    await recallThreads(3);
    const threads: unknown[] = [];
    const listen = (thread: unknown) => threads.push(thread);
    process.on("worker", listen);
    work();
    await new Promise((resolve) => setImmediate(resolve));
    process.off("worker", listen);
    expect(threads).toEqual([]);
  });
});

/** A copy of the built library in which the thread's file has another text, or none. */
function altered(edit: (text: string) => string | undefined): string {
  const folder = temporaryFolder();
  const built = fileURLToPath(new URL("../../dist/", import.meta.url));
  const filter = (path: string) => !/\.(map|d\.ts|tsbuildinfo)$|dist\/(lab|experiments|cli)/.test(path);
  cpSync(built, join(folder, "dist"), { recursive: true, filter });
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", version }));
  const file = join(folder, "dist/node/parallel/recalls-thread.js");
  const text = edit(readFileSync(file, "utf8"));
  if (text !== undefined) writeFileSync(file, text);
  return folder;
}

/** What a program prints that recalls twice over threads, with a pause in between, and then does nothing. */
function program(folder: string, more = ""): string {
  const at = (file: string) => JSON.stringify(pathToFileURL(join(folder, "dist", file)).href);
  const text = `
    import { flip, Hopfield, Random, randomPatterns } from ${at("index.js")};
    import { recallThreads } from ${at("node/parallel/recalls.js")};
    const patterns = randomPatterns(240, 3000, new Random(1));
    const memory = new Hopfield(3000).store(patterns);
    const cues = flip(patterns.select(Array.from({ length: 190 }, (_, k) => k)), 0.1, new Random(2));
    const text = () => JSON.stringify(memory.recallMany(cues, { random: new Random(3) }));
    await recallThreads(1);
    const expected = text();
    await recallThreads(3);
    const same = [text() === expected];
    ${more}
    for (let k = 0; k < 3; k++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      same.push(text() === expected);
    }
    console.log(same.every(Boolean));
  `;
  const file = join(temporaryFolder(), "program.mjs");
  writeFileSync(file, text);
  return execFileSync(process.execPath, [file], { encoding: "utf8" });
}

describe("a program whose recallMany started threads", () => {
  const root = fileURLToPath(new URL("../../", import.meta.url));

  it("ends when it has nothing more to do", () => {
    expect(program(altered(() => undefined))).toBe("true\n");
  });

  const deaths: [string, (text: string) => string][] = [
    ["cannot start", () => "throw new Error('lost');"],
    ["end before they are given work", (text) => `setTimeout(() => process.exit(1), 20);\n${text}`],
    ["end with a part of the work", (text) => inject(text, "const recalls = ", "if (part > 0) process.exit(2);")],
    ["fail at their work", (text) => inject(text, "const recalls = ", "throw new Error('odd');")],
    ["cannot hold the memory", (text) => inject(text, "memories.set(", "throw new Error('full');")],
  ];

  it.each(deaths)("gets the same recalls where the threads %s", (_, edit) => {
    expect(program(altered(edit))).toBe("true\n");
  });

  it("gets the same recalls where the threads are ended from outside", () => {
    const more = "process.on('worker', (thread) => setTimeout(() => thread.terminate(), 150));";
    expect(program(root, more)).toBe("true\n");
  });
});

/** Puts a text before the one place of another. */
function inject(text: string, place: string, before: string): string {
  if (text.split(place).length !== 2) throw new Error(`there is no single place "${place}"`);
  return text.replace(place, () => `${before}${place}`);
}

it("recallThreads refuses a number of threads that it cannot start", async () => {
  await expect(recallThreads(0)).rejects.toThrow(ArgumentError);
  await expect(recallThreads(65)).rejects.toThrow("threads is 65; expected a whole number from 1 to 64");
});

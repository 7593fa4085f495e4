import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import {
  ArgumentError,
  asynchronous,
  basins,
  census,
  DataError,
  type Dynamics,
  fixedPoints,
  flip,
  gardner,
  glauber,
  Hopfield,
  HopfieldNet,
  type Interaction,
  metropolis,
  PatternSet,
  projection,
  quadratic,
  Random,
  type RunOptions,
  randomPatterns,
  ShapeError,
  synchronous,
} from "engram";
import { DenseCouplings, dilute } from "engram/interactions";
import {
  mapParallel,
  type ParallelRecallOptions,
  parallelBasins,
  parallelCensus,
  parallelFixedPoints,
  parallelRecall,
  RecallPool,
} from "engram/node";
import { describe, expect, it } from "vitest";
import { ThreadPool } from "../../dist/node/parallel/pool.js";
import { temporaryFolder } from "../support/folder.js";

/** The URL of a module with that text. */
function moduleOf(text: string): URL {
  const file = join(temporaryFolder(), "module.mjs");
  writeFileSync(file, text);
  return pathToFileURL(file);
}

/** Couplings of whole numbers, symmetric, and thresholds. */
function wholeNumbers(n: number, random: Random): HopfieldNet {
  const W = Array.from({ length: n }, () => new Float64Array(n));
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) W[i][j] = W[j][i] = random.integer(201) - 100;
  return new HopfieldNet(
    W,
    Float64Array.from({ length: n }, () => random.integer(21) - 10),
  );
}

describe("mapParallel", () => {
  const square = "export default (add) => async (x) => x * x + add;";
  const items = Array.from({ length: 6 }, (_, k) => k);

  it.each([1, 2, 8])("%i workers: results in the order of the items, and each is told", async (workers) => {
    const told: number[] = [];
    const onResult = (_: number, index: number) => told.push(index);
    const results = await mapParallel<number, number>(moduleOf(square), items, { workers, shared: 1, onResult });
    expect(results).toEqual(items.map((x) => x * x + 1));
    expect(told.sort((a, b) => a - b)).toEqual(items);
  });

  it("works in a program that Node was given as text, whose options no thread can start with", async () => {
    const program = `
      import { mapParallel } from "engram/node";
      const module = new URL(${JSON.stringify(moduleOf(square))});
      console.log((await mapParallel(module, [1, 2, 3], { workers: 2, shared: 1 })).join());`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program]);
    expect(stdout).toBe("2,5,10\n");
  });

  it("no items: no results", async () => {
    expect(await mapParallel(moduleOf(square), [])).toEqual([]);
  });

  it("throws what an item threw, what preparing threw, and the signal's reason", async () => {
    const failing = moduleOf("export default () => (x) => { if (x === 3) throw new RangeError('item 3'); };");
    await expect(mapParallel(failing, items, { workers: 2 })).rejects.toThrow("item 3");
    const broken = moduleOf("export default () => { throw new Error('cannot begin'); };");
    await expect(mapParallel(broken, items, { workers: 2 })).rejects.toThrow("cannot begin");
    const endless = moduleOf("export default () => () => { for (;;); };");
    await expect(mapParallel(endless, items, { workers: 2, signal: AbortSignal.timeout(50) })).rejects.toThrow(
      /timeout/,
    );
    await expect(mapParallel(endless, items, { workers: 0 })).rejects.toThrow("workers is 0; expected");
  });
});

describe("the threads of mapParallel", () => {
  it.each([
    ["it returns", "(x) => x", "undefined"],
    ["an item throws", "() => { throw new Error('item'); }", "undefined"],
    ["it is aborted amid endless items", "() => { for (;;); }", "AbortSignal.timeout(50)"],
  ])("have ended when %s, and the program ends", async (_, item, signal) => {
    const program = `
      import { mapParallel } from "engram/node";
      const threads = { started: 0, left: 0 };
      process.on("worker", (thread) => {
        threads.started++;
        threads.left++;
        thread.on("exit", () => threads.left--);
      });
      const module = new URL(${JSON.stringify(moduleOf(`export default () => ${item};`))});
      await mapParallel(module, [1, 2, 3], { workers: 2, signal: ${signal} }).catch(() => undefined);
      console.log(JSON.stringify(threads));`;
    const options = { timeout: 30_000 };
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], options);
    expect(JSON.parse(stdout)).toEqual({ started: 2, left: 0 });
  });
});

describe("a pool of threads", () => {
  it.each(["x", "Promise.reject(new Error('late'))"])(
    "takes no notice of what an aborted batch still answers (%s), and goes on with the next",
    async (answer) => {
      // The thread stands still at item 1 until the gate opens, which is after the next batch has been handed in.
      const gate = new Int32Array(new SharedArrayBuffer(4));
      const module = moduleOf(
        `export default (gate) => (x) => { Atomics.wait(gate, 0, 0); return x < 3 ? ${answer} : 10 * x; };`,
      );
      const pool = new ThreadPool<number, number>(module, 1, gate);
      const controller = new AbortController();
      const told: number[] = [];
      const onResult = (result: number) => told.push(result);
      const aborted = pool.map([1, 2], { signal: controller.signal, onResult });
      controller.abort(new Error("enough"));
      await expect(aborted).rejects.toThrow("enough");
      const next = pool.map([3, 4, 5], { onResult });
      Atomics.store(gate, 0, 1);
      Atomics.notify(gate, 0);
      expect(await next).toEqual([30, 40, 50]);
      expect(told).toEqual([30, 40, 50]);
      await pool.dispose();
    },
  );
});

describe("parallelCensus", () => {
  const net = wholeNumbers(13, new Random(4));
  const patterns = randomPatterns(3, 13, new Random(5));

  it.each([1, 2])("%i workers: what census finds", async (workers) => {
    expect(await parallelFixedPoints(net, { workers })).toEqual(fixedPoints(net));
    for (const dynamics of ["asynchronous", "synchronous"] as const) {
      expect(await parallelCensus(net, patterns, { workers, dynamics })).toEqual(census(net, patterns, { dynamics }));
    }
  });

  it("of a single unit, in fewer parts than there usually are", async () => {
    const single = new HopfieldNet([[0]]);
    expect(await parallelFixedPoints(single, { workers: 2 })).toEqual(Uint32Array.of(0, 1));
  });

  it("refuses what census refuses", async () => {
    const large = new HopfieldNet(quadratic(new DenseCouplings(new Float64Array(25 * 25), 25)));
    const message = "the network has 25 units; a census enumerates all 2^n states and takes at most 24 units";
    await expect(parallelFixedPoints(large)).rejects.toThrow(message);
    await expect(parallelCensus(large, randomPatterns(1, 25, new Random(1)))).rejects.toThrow(message);
    await expect(parallelCensus(net, randomPatterns(1, 12, new Random(1)))).rejects.toThrow("12");
  });
});

describe("parallelBasins", () => {
  const patterns = randomPatterns(6, 60, new Random(7));
  const memory = new Hopfield(60).store(patterns);
  const hebbian = memory.net as HopfieldNet;
  const nets: [string, Interaction][] = [
    ["patterns", hebbian.interaction],
    ["dense", wholeNumbers(60, new Random(8)).interaction],
    ["sparse", dilute(hebbian.interaction, { connectivity: 0.5, random: new Random(9) })],
  ];

  it.each(nets)("couplings kept as %s: the rows of basins, whatever the workers", async (kept, interaction) => {
    expect(interaction.linear?.parts.kind).toBe(kept);
    const net = new HopfieldNet(interaction);
    for (const options of [
      { distances: [20, 1, 8], samples: 70 },
      { samples: 40, steps: 1, confidence: 0.9 },
    ]) {
      const expected = basins(net, patterns, { ...options, random: new Random(3) });
      for (const workers of [1, 2]) {
        expect(await parallelBasins(net, patterns, { ...options, seed: 3, workers })).toEqual(expected);
      }
    }
  });

  it("refuses what basins refuses, and an interaction that cannot travel", async () => {
    await expect(parallelBasins(hebbian, patterns, { samples: 0, seed: 1 })).rejects.toThrow("samples is 0");
    await expect(parallelBasins(hebbian, patterns, { distances: [61], seed: 1 })).rejects.toThrow("distance is 61");
    await expect(parallelBasins(hebbian, patterns, { seed: -1 })).rejects.toThrow("seed is -1");
    const odd = { interaction: { ...hebbian.interaction, parts: undefined } };
    await expect(parallelBasins(odd, patterns, { seed: 1 })).rejects.toThrow(ArgumentError);
    await expect(parallelBasins(odd, patterns, { seed: 1 })).rejects.toThrow(
      "the interaction cannot be sent to a worker",
    );
  });
});

describe("parallelRecall", () => {
  const patterns = new PatternSet(randomPatterns(7, 90, new Random(11)).bits, { labels: [..."abcdefg"] });
  const cues = flip(randomPatterns(30, 90, new Random(12)).concat(patterns), 0.2, new Random(13));
  const thresholds = Float64Array.from({ length: 90 }, (_, i) => (i % 3) / 50);
  const memories: [string, Hopfield][] = [
    ["hebb", new Hopfield(90).store(patterns)],
    [
      "projection with thresholds",
      new Hopfield(90, { rule: projection({ selfCoupling: true }), thresholds }).store(patterns),
    ],
    ["gardner, a matrix and learned thresholds", new Hopfield(90, { rule: gardner() }).store(patterns)],
  ];

  it.each(memories)("%s: the recalls of recallMany, whatever the workers", async (_, memory) => {
    const expected = memory.recallMany(cues, { random: new Random(3) });
    for (const workers of [1, 2]) expect(await parallelRecall(memory, cues, { seed: 3, workers })).toEqual(expected);
  });

  const kinds: [string, Dynamics][] = [
    ["asynchronous in fixed order", asynchronous({ order: "fixed", maxSweeps: 2 })],
    ["synchronous", synchronous({ maxSweeps: 3 })],
    ["glauber", glauber({ beta: 2, sweeps: 4 })],
    ["metropolis", metropolis({ beta: Number.POSITIVE_INFINITY, sweeps: 3 })],
  ];

  it("any of the library's dynamics, several recalls at a time from one pool, with traces", async () => {
    const [[, memory]] = memories;
    const pool = new RecallPool(memory, { workers: 2 });
    const found = await Promise.all(
      kinds.map(([, dynamics], seed) => pool.recall(cues, { dynamics, seed, trace: true })),
    );
    kinds.forEach(([, dynamics], seed) => {
      const expected = memory.recallMany(cues, { dynamics, random: new Random(seed), trace: true });
      expect(found[seed]).toEqual(expected);
    });
    await pool.dispose();
    await expect(pool.recall(cues, { seed: 1 })).rejects.toThrow("disposed of; make another one");
  });

  it("a pool goes on after a recall that was aborted, and rejects what is under way as it is disposed of", async () => {
    const [[, memory]] = memories;
    const pool = new RecallPool(memory, { workers: 1 });
    const controller = new AbortController();
    const endless = glauber({ beta: 1, sweeps: 2000 });
    const aborted = pool.recall(cues, { dynamics: endless, seed: 1, signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(aborted).rejects.toThrow("enough");
    const one = cues.select([4]);
    expect(await pool.recall(one, { seed: 5 })).toEqual(memory.recallMany(one, { random: new Random(5) }));
    const [cut] = await Promise.allSettled([pool.recall(cues, { dynamics: endless, seed: 1 }), pool.dispose()]);
    expect(cut).toMatchObject({ status: "rejected", reason: { name: "ArgumentError" } });
  });

  it("throws the signal's reason", async () => {
    const [[, memory]] = memories;
    const dynamics = glauber({ beta: 1, sweeps: 1_000_000_000 });
    const signal = AbortSignal.timeout(50);
    await expect(parallelRecall(memory, cues, { dynamics, seed: 1, workers: 2, signal })).rejects.toThrow(/timeout/);
    await expect(parallelRecall(memory, cues, { seed: 1, signal: AbortSignal.abort() })).rejects.toThrow(/abort/);
  });

  it("refuses what recallMany refuses, and a dynamics that cannot travel", async () => {
    const [[, memory]] = memories;
    const recall = (from: PatternSet | number[], options: Partial<ParallelRecallOptions & RunOptions> = {}) =>
      parallelRecall(memory, from, { seed: 1, ...options });
    const empty = new Hopfield(90);
    await expect(parallelRecall(empty, cues, { seed: 1 })).rejects.toThrow(
      "the memory is empty; store patterns before recalling",
    );
    await expect(recall([1, -1])).rejects.toThrow("has 2 units but the network has 90");
    await expect(recall([1, -1])).rejects.toThrow(ShapeError);
    await expect(recall(new Array(90).fill(2))).rejects.toThrow("[0] is 2; expected");
    await expect(recall(new Array(90).fill(2))).rejects.toThrow(DataError);
    await expect(recall([])).rejects.toThrow("cues is empty");
    await expect(recall(cues, { seed: -1 })).rejects.toThrow("seed is -1");
    await expect(recall(cues, { workers: 0 })).rejects.toThrow("workers is 0");
    const dynamics = { ...synchronous(), name: "mine" };
    await expect(recall(cues, { dynamics })).rejects.toThrow('dynamics "mine" cannot be sent to a worker thread');
    await expect(recall(cues, { dynamics })).rejects.toThrow(ArgumentError);
  });
});

import { Random } from "engram";
import {
  checkGradient,
  compile,
  episodeShapes,
  type GaussianMemory,
  KanervaMemory,
  type KanervaReport,
  kanervaBound,
  kanervaTraining,
  Perceptron,
  ProductKanerva,
  type Sampled,
  type TrainedMemory,
  traceEpisodes,
} from "engram/neural";
import { trainBy } from "engram/training";
import { describe, expect, it } from "vitest";

const [UNITS, CODE, ROWS, ITEMS] = [6, 3, 4, 3];

function made(kind: "solved" | "addressed" | "product", units = UNITS): TrainedMemory {
  const random = new Random(4);
  const coders = {
    encoder: new Perceptron({ inputs: units, outputs: CODE, random: random.fork(0) }),
    decoder: new Perceptron({ inputs: CODE, outputs: units, random: random.fork(1) }),
  };
  const options = { ...coders, noise: 0.8, variance: 0.6, deviation: 1 };
  if (kind === "product") return new ProductKanerva({ machines: [2, 2], ...options });
  return new KanervaMemory({ rows: ROWS, ...options, ...(kind === "addressed" && { addresses: 2 }) });
}

/** The shapes and the numbers of a tree of parameters. */
function shapesOf(tree: object): object {
  return mapped(tree, ({ shape }) => shape);
}
function numbersOf(tree: object): object {
  return mapped(tree, ({ values }) => Array.from(values));
}
type Leaf = { readonly shape: readonly number[]; readonly values: ArrayLike<number> };
function mapped(tree: object, f: (leaf: Leaf) => unknown): object {
  if ("shape" in tree && "values" in tree) return f(tree as Leaf) as object;
  if (Array.isArray(tree)) return tree.map((child) => mapped(child, f));
  return Object.fromEntries(
    Object.entries(tree).flatMap(([key, child]) => (child === undefined ? [] : [[key, mapped(child, f)]])),
  );
}

function batch(episodes: number, cued = false) {
  const random = new Random(9);
  const bits = (length: number) => Array.from({ length }, () => (random.bernoulli(0.5) ? 1 : 0));
  const normal = (length: number) => Array.from({ length }, () => random.normal());
  const patterns = bits(episodes * ITEMS * UNITS);
  return {
    patterns,
    ...(cued && { cues: bits(episodes * ITEMS * UNITS) }),
    noiseOfWeights: normal(episodes * ITEMS * ROWS),
    noiseOfCodes: normal(episodes * ITEMS * CODE),
  };
}
const shapes = (episodes: number, cued = false) =>
  episodeShapes({ episodes, items: ITEMS, units: UNITS, rows: ROWS, code: CODE, cued });

describe("the bound of an episode", () => {
  it.each([
    ["solved", "memory", false],
    ["solved", "none", true],
    ["addressed", "weights", false],
    ["product", "memory", true],
  ] as const)("has the derivatives of its differences (%s, %s, cues of their own %s)", (kind, sampled, cued) => {
    const memory = made(kind);
    const { encoder, decoder, parameters } = memory;
    const check = checkGradient(
      { parameters: shapesOf(parameters), inputs: shapes(2, cued) } as never,
      { parameters: numbersOf(parameters), inputs: batch(2, cued) } as never,
      (tensors: never) => {
        const { parameters: own, inputs } = tensors as { parameters: never; inputs: never };
        return traceEpisodes({ encoder: encoder!, decoder: decoder! }, own, inputs, sampled);
      },
      { h: 1e-3, differentiate: [...names(parameters)].map((name) => `parameters.${name}`) },
    );
    expect(check.compared).toBeGreaterThan(30);
    // Differences of the fourth order with steps of 0.001: 1e-12 times derivatives of the fifth order, and rounding of
    // sums of about 100 nats over steps of 0.001.
    expect(check.largest).toBeLessThan(1e-8);
  });

  function names(parameters: object): string[] {
    const found: string[] = [];
    const walk = (tree: object, name: string) => {
      if ("shape" in tree) found.push(name);
      else
        for (const [key, child] of Object.entries(tree))
          if (child !== undefined) walk(child, name === "" ? key : `${name}.${key}`);
    };
    walk(parameters, "");
    return found;
  }

  /** The terms of one episode in double precision, with nothing sampled, its patterns, and what they are read from. */
  function termsOf({ encoder, decoder, parameters }: TrainedMemory, cued = false) {
    const program = compile(
      { parameters: shapesOf(parameters), inputs: shapes(1, cued) } as never,
      (tensors: never) => {
        const { parameters: own, inputs } = tensors as { parameters: never; inputs: never };
        return traceEpisodes({ encoder: encoder!, decoder: decoder! }, own, inputs, "none");
      },
      { precision: "double" },
    );
    const given = { parameters: numbersOf(parameters), inputs: batch(1, cued) };
    const set = (arrays: object, numbers: object) => {
      for (const [key, child] of Object.entries(arrays)) {
        const own = (numbers as Record<string, object>)[key];
        if (child instanceof Float64Array) child.set(own as never);
        else set(child, own);
      }
    };
    set(program.inputs, given);
    program.run();
    const results = program.results as Record<string, Float64Array>;
    const { patterns, cues = patterns } = given.inputs;
    const rowsOf = (all: number[]) => Array.from({ length: ITEMS }, (_, t) => all.slice(t * UNITS, (t + 1) * UNITS));
    return { results, rows: rowsOf(patterns), read: rowsOf(cues) };
  }

  it.each([false, true])("has the readings of the memory that writes the same codes (cues of their own %s)", (cued) => {
    const memory = made("solved") as KanervaMemory;
    const { results, rows, read } = termsOf(memory, cued);
    const gaussian: GaussianMemory = memory.gaussian;
    for (const row of rows) gaussian.write(memory.encode(row));
    expect(results.memory[0]).toBeCloseTo(gaussian.divergence(), 10);
    let [weights, reading] = [0, 0];
    for (const [t, row] of rows.entries()) {
      const w = gaussian.solve(memory.encode(read[t]));
      weights += w.reduce((sum, x) => sum + (x * x) / 2, 0);
      const p = memory.decode(gaussian.read(w));
      reading -= row.reduce<number>((sum, x, i) => sum + Math.log(x === 1 ? p[i] : 1 - p[i]), 0);
    }
    expect(results.weights[0]).toBeCloseTo(weights, 10);
    expect(results.reading[0]).toBeCloseTo(reading, 10);
    expect(results.balance[0]).toBe(0);
  });

  it("has the divergences of the shares of a product from equal ones, of each item and of their mean", () => {
    const memory = made("product");
    const { results, rows } = termsOf(memory);
    const shares = rows.map((row) => memory.machine.address(memory.encode(row)).assignment!);
    const fromEqual = (r: ArrayLike<number>) => Array.from(r).reduce((sum, x) => sum + x * Math.log(x * r.length), 0);
    const mean = shares[0].map((_, k) => shares.reduce((sum, r) => sum + r[k] / ITEMS, 0));
    // The logarithms in the trace are of numbers that are larger by 1e-12.
    expect(results.assignment[0]).toBeCloseTo(
      shares.reduce((sum, r) => sum + fromEqual(r), 0),
      9,
    );
    expect(results.balance[0]).toBeCloseTo(ITEMS * fromEqual(mean), 9);
    // A mean is nearer to equal shares than what it is the mean of.
    expect(results.balance[0]).toBeLessThan(results.assignment[0]);
  });
});

describe("the training of a Kanerva memory", () => {
  const random = new Random(2);
  /** Two kinds of patterns, with a tenth of their bits wrong. */
  const data = Array.from({ length: 96 }, (_, r) =>
    Array.from({ length: 12 }, (__, i) => ((i < 6 === (r % 2 === 0)) !== random.bernoulli(0.1) ? 1 : 0)),
  );
  const options = { epochs: 20, batch: 4, items: 8, rate: 0.01, seed: 3 } as const;

  async function trained(memory: TrainedMemory, more: object = {}): Promise<KanervaReport> {
    let last: KanervaReport | undefined;
    for await (const report of trainBy(kanervaTraining, memory, data, { ...options, ...more })) last = report;
    return last!;
  }

  it.each(["solved", "addressed", "product"] as const)("lowers the bound below independent bits (%s)", async (kind) => {
    const memory = made(kind, 12);
    const before = kanervaBound(memory, data, { items: 8 });
    const { training } = await trained(memory);
    const after = kanervaBound(memory, data, { items: 8 });
    expect(after.bound).toBeLessThan(before.bound);
    expect(training.bound).toBeLessThan(before.bound);
    // Bits of probability 1/2 have 12 ln 2 nats.
    if (kind === "solved") expect(after.bound).toBeLessThan(12 * Math.LN2);
    expect(after.bound).toBeCloseTo(after.reading + after.weights + after.memory + after.assignment, 10);
    expect(after.episodes).toBe(12);
  });

  it("writes more into the memory where its divergence has no weight", async () => {
    const divergences: number[] = [];
    for (const divergence of [0, 1, 20]) {
      const memory = made("solved", 12);
      await trained(memory, { divergence });
      divergences.push(kanervaBound(memory, data, { items: 8 }).memory);
    }
    expect(divergences[0]).toBeGreaterThan(divergences[1]);
    expect(divergences[1]).toBeGreaterThan(divergences[2]);
  });

  it("keeps the mean shares of machines equal by the weight of their balance, whatever those of a pattern", async () => {
    const unbalanced = async (balance: number) => {
      const memory = made("product", 12);
      // One machine begins with nearly all of every pattern.
      memory.parameters.assignment!.bias!.values.set([3, 0]);
      await trained(memory, { balance, coding: 0 });
      const shares = data.map((row) => memory.machine.address(memory.encode(row)).assignment![0]);
      return Math.abs(shares.reduce((sum, r) => sum + r / shares.length, 0) - 0.5);
    };
    const [without, balanced] = [await unbalanced(0), await unbalanced(100)];
    expect(balanced).toBeLessThan(0.5 * without);
  });

  it("goes on from a checkpoint with the same bits, and stores afterwards", async () => {
    const whole = made("solved", 12);
    await trained(whole, { epochs: 4 });
    const parts = made("solved", 12);
    let checkpoint: unknown;
    for await (const report of trainBy(kanervaTraining, parts, data, { ...options, epochs: 4, reportEvery: 1 })) {
      if (report.updates === 5) checkpoint = structuredClone(report.checkpoint());
    }
    const resumed = made("solved", 12);
    await trained(resumed, { epochs: 4, resume: checkpoint });
    expect(numbersOf(resumed.parameters)).toEqual(numbersOf(whole.parameters));
    const stored = [whole, resumed].map((memory) => memory.store(data.slice(0, 3)).recall(data[1]));
    expect(stored[0]).toEqual(stored[1]);
    expect(stored[0].nearest.index).toBe(1);
  });

  it.each(["memory", "weights", "none"] as Sampled[])("validates with %s sampled", async (sampled) => {
    const memory = made("solved", 12);
    const { validation } = await trained(memory, {
      epochs: 1,
      sampled,
      damage: 0.1,
      coding: 0,
      validation: data.slice(0, 16),
    });
    expect(Number.isFinite(validation!.bound)).toBe(true);
  });

  it("refuses what it cannot train", async () => {
    const refusal = async (memory: TrainedMemory, given: unknown, more = {}): Promise<string> => {
      try {
        for await (const _ of trainBy(kanervaTraining, memory, given as never, { ...options, ...more })) break;
      } catch (error) {
        return (error as Error).message;
      }
      return "";
    };
    const bad = Array(12).fill(2);
    expect(await refusal(new KanervaMemory({ code: 12 }), data)).toContain("nothing to train");
    expect(await refusal(made("solved", 12), [[2]])).toContain("rows of 1 values");
    expect(await refusal(made("solved", 12), [bad])).toContain("data[0][0] is 2; expected a number from 0 to 1");
    expect(await refusal(made("solved", 12), data, { batch: 0 })).toContain("batch is 0");
    expect(await refusal(made("solved", 12), data, { items: 0 })).toContain("items is 0");
    expect(await refusal(made("solved", 12), data, { rate: 1e30 })).toContain("finite");
    const full = made("solved", 12).store(data.slice(0, 2));
    expect(await refusal(full, data)).toContain("train an empty memory");
    expect(() => kanervaBound(made("solved", 12), data.slice(0, 3), { items: 8 })).toThrow("an episode needs 8");
  });
});

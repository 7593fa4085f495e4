import { describe, expect, it } from "vitest";
import { type RetrievalProgress, retrieval, retrievalOfDraw } from "../../src/analysis/index.js";
import { asynchronous, glauber } from "../../src/dynamics/index.js";
import { projection } from "../../src/learning/index.js";
import { estimateMean } from "../../src/math/estimate.js";
import { Random } from "../../src/math/random.js";
import { Hopfield, type HopfieldNet } from "../../src/memories/index.js";
import { overlap, PatternSet, randomPatterns } from "../../src/patterns/index.js";
import { hopfieldMeanField } from "../../src/theory/index.js";

describe("retrieval", () => {
  it("is a recall of stored patterns that start at themselves", () => {
    const random = new Random(5);
    const patterns = randomPatterns(30, 200, random.fork(0));
    const memory = new Hopfield(200).store(patterns);
    const runs = [0, 1, 2].map((r) =>
      memory.recall(patterns.select([r]), { dynamics: asynchronous(), random: random.fork(2).fork(r) }),
    );
    const mean = (of: (k: number) => number) => (of(0) + of(1) + of(2)) / 3;
    expect(retrievalOfDraw({ units: 200, patterns: 30, cues: 3 }, random)).toEqual({
      overlap: expect.closeTo(
        mean((r) => overlap(runs[r].state, patterns.select([r]))),
        14,
      ),
      settled: 1,
      sweeps: mean((r) => runs[r].sweeps),
    });
  });

  it.each([
    [1000, 0.05, 0.3],
    [1000, 0.1, 0],
    [1000, 0.02, 0.6],
  ])("has the overlap of mean-field theory, n = %i, alpha = %s, T = %s", (units, load, temperature) => {
    const setting = { units, patterns: units * load, temperature, sweeps: temperature > 0 ? 60 : undefined, cues: 2 };
    const draws = Array.from({ length: 6 }, (_, k) => retrievalOfDraw(setting, new Random(2).fork(k)).overlap);
    const { value, standardError } = estimateMean(draws);
    const theory = hopfieldMeanField(load, temperature).retrieval?.overlap ?? 0;
    // Five standard errors, and a correction of the order of 1 / n, which T = 0.6, closest to T_M = 0.72, shows most.
    expect(Math.abs(value - theory)).toBeLessThan(5 * standardError + 10 / units);
  });

  it("averages over the second half of the sweeps above T = 0", () => {
    const random = new Random(4);
    const patterns = randomPatterns(3, 60, random.fork(0));
    const net = new Hopfield(60).store(patterns).net as HopfieldNet;
    const dynamics = glauber({ beta: 1 / 0.9, sweeps: 5 });
    const process = net.start(patterns.select([0]), { dynamics, random: random.fork(2).fork(0) });
    const overlaps = Array.from({ length: 5 }, () => {
      process.advance(60);
      return overlap(new PatternSet(process.read()), patterns.select([0]));
    });
    expect(new Set(overlaps).size).toBeGreaterThan(2);
    const setting = { units: 60, patterns: 3, temperature: 0.9, sweeps: 5 };
    expect(retrievalOfDraw(setting, random).overlap).toBeCloseTo((overlaps[2] + overlaps[3] + overlaps[4]) / 3, 14);
  });

  it("starts where it is told", () => {
    const setting = { units: 300, patterns: 6, rule: projection({ selfCoupling: false }) };
    expect(retrievalOfDraw({ ...setting, start: 0.5 }, new Random(1)).overlap).toBe(1);
    expect(retrievalOfDraw({ ...setting, start: 0 }, new Random(1)).overlap).toBeLessThan(1);
    const hot = retrievalOfDraw({ ...setting, start: 0.8, temperature: 1e9, sweeps: 1 }, new Random(1));
    expect(hot).toMatchObject({ settled: 0, sweeps: 1 });
    expect(Math.abs(hot.overlap)).toBeLessThan(5 / Math.sqrt(300));
  });

  it("comes draw by draw, each from its own stream, with an estimate from the third on", async () => {
    const setting = { units: 100, patterns: 14, draws: 4 };
    const steps: RetrievalProgress[] = [];
    for await (const step of retrieval({ ...setting, random: new Random(3) })) steps.push(step);
    expect(steps.map((step) => step.done)).toEqual([1, 2, 3, 4]);
    expect(steps[1].estimate).toBeUndefined();
    steps.forEach(({ last }, k) => {
      expect(last).toEqual(retrievalOfDraw(setting, new Random(3).fork(k)));
    });
    expect(steps[3].estimate).toEqual(estimateMean(steps.map((step) => step.last.overlap)));
  });

  it("stops when it is told", async () => {
    const stop = new AbortController();
    const run = retrieval({ units: 50, patterns: 5, draws: 100, random: new Random(1), signal: stop.signal });
    expect((await run.next()).value).toMatchObject({ done: 1, draws: 100 });
    stop.abort();
    await expect(run.next()).rejects.toThrow(/abort/i);
  });

  it("refuses what cannot be", () => {
    const draw = (setting: object) => () => retrievalOfDraw({ units: 10, patterns: 2, ...setting }, new Random(1));
    expect(draw({ temperature: -0.1 })).toThrow("temperature is -0.1; expected a number from 0 to");
    expect(draw({ start: 1.1 })).toThrow("start is 1.1; expected a number from 0 to 1");
    expect(draw({ cues: 3 })).toThrow("cues is 3; expected a whole number from 1 to 2");
    expect(draw({ sweeps: 0 })).toThrow("sweeps is 0");
  });
});

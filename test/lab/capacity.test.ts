import { describe, expect, test } from "vitest";
import { retrievalOfDraw } from "../../dist/analysis/index.js";
import { hebb, Random } from "../../dist/index.js";
import { readSetting, writeSetting } from "../../lab/src/capacity/address.js";
import { Meter } from "../../lab/src/capacity/meter.js";
import { counts, defaultSetting, nearest, type Setting } from "../../lab/src/capacity/setting.js";
import { heightAt, overlapLine, phaseLine } from "../../lab/src/capacity/theory.js";
import { verdictOf } from "../../lab/src/capacity/verdict.js";
import { Query } from "../../lab/src/query.js";

const setting: Setting = {
  rule: "projection",
  units: 200,
  load: 0.625,
  temperature: 0.3,
  flipped: 12,
  seed: 9,
};

describe("its address", () => {
  test("brings every setting back", () => {
    expect(readSetting(writeSetting(setting))).toEqual(setting);
    expect(readSetting(writeSetting(defaultSetting))).toEqual(defaultSetting);
    expect(readSetting("")).toEqual(defaultSetting);
  });

  test.each(["rule=none", "n=77", "load=9", "load=-1", "T=5", "flip=51", "seed=x", "speed=3"])(
    "says that %s is of no use",
    (entry) => {
      const query = new Query(entry);
      expect(readSetting(query)).toEqual(defaultSetting);
      expect(query.unused).toEqual([entry]);
    },
  );

  test("a load that another rule would hold is refused", () => {
    expect(readSetting("rule=hebb&load=0.6").load).toBe(defaultSetting.load);
    expect(readSetting("rule=projection&load=0.6").load).toBe(0.6);
  });
});

test("loads are measured up to the largest, none twice, also in small nets", () => {
  expect(counts({ rule: "hebb", units: 500 })).toEqual(Array.from({ length: 25 }, (_, k) => 5 * (k + 1)));
  expect(counts({ rule: "hebb", units: 50 })).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
  expect(nearest({ ...defaultSetting, load: 0.1 })).toBe(9);
  expect(nearest({ ...defaultSetting, load: 0 })).toBe(0);
});

test("a draw is that of the library, whatever else was drawn", () => {
  const recipe = { rule: "hebb", units: 50, counts: [2, 4, 8], temperature: 0, start: 0.8, seed: 3 } as const;
  const meter = new Meter(recipe);
  for (const place of [2, 0, 2, 1, 2]) meter.draw(place);
  const overlaps = [0, 1, 2].map(
    (k) =>
      retrievalOfDraw(
        { units: 50, patterns: 8, temperature: 0, start: 0.8, rule: hebb(), cues: 5 },
        new Random(3).fork(2).fork(k),
      ).overlap,
  );
  const mean = overlaps.reduce((a, b) => a + b) / 3;
  const variance = overlaps.reduce((sum, overlap) => sum + (overlap - mean) ** 2, 0) / 2;
  const [, , point] = meter.read();
  expect(point.draws).toBe(3);
  expect(point.mean).toBeCloseTo(mean, 12);
  expect(point.error).toBeCloseTo(Math.sqrt(variance / 3), 12);
});

test("every second draw is where somebody looks, the others are everywhere in turn", () => {
  const meter = new Meter({
    rule: "projection",
    units: 50,
    counts: [1, 2, 3, 4],
    temperature: 0,
    start: 1,
    seed: 1,
  });
  for (let k = 0; k < 16; k++) meter.step(3);
  expect(meter.read().map(({ draws }) => draws)).toEqual([2, 2, 2, 10]);
});

test("the line of theory ends at 0.138 for Hebb's rule, and is 1 for projection", () => {
  const line = [...overlapLine("hebb", 0)];
  const [load, overlap] = line[line.length - 1];
  // Amit, Gutfreund and Sompolinsky 1987: 0.138 and 0.967.
  expect(load).toBeCloseTo(0.1379, 3);
  expect(overlap).toBeCloseTo(0.967, 2);
  expect(heightAt(line, 0.05)).toBeGreaterThan(0.999);
  expect(heightAt(line, 0.15)).toBeUndefined();
  expect([...overlapLine("projection", 0)].every(([, height]) => height === 1)).toBe(true);
  expect([...overlapLine("storkey", 0)]).toEqual([]);
  const [[limit]] = phaseLine();
  expect(limit).toBeCloseTo(0.1379, 3);
});

test.each([
  [undefined, /^Nothing measured yet$/],
  [{ draws: 1, mean: 0.99, error: Number.NaN }, /^It remembers$/],
  [{ draws: 5, mean: 0.8, error: 0.01 }, /^It recalls with errors$/],
  [{ draws: 5, mean: 0.3, error: 0.01 }, /^It has forgotten$/],
])("%j is put into words", (point, words) => {
  const { headline, detail } = verdictOf({ setting: defaultSetting, patterns: 50, point, theory: 0.998 });
  expect(headline).toMatch(words);
  expect(detail).not.toContain("NaN");
  expect(detail).toContain("50 patterns in 500 units");
});

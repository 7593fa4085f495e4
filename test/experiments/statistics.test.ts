import { describe, expect, test } from "vitest";
import { overall } from "../../dist/experiments/experiment.js";
import {
  compare,
  compareDraw,
  exact,
  expected,
  median,
  medianInterval,
  quantile,
  rounding,
  type Statement,
  stated,
} from "../../dist/experiments/statistics.js";
import { Random } from "../../src/math/index.js";

const interval = { value: 0.5, low: 0.4, high: 0.6 };

describe("medians", () => {
  test("are the middle value, or the mean of the middle two", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([1, 10, 2, 100])).toBe(6);
  });

  test("have an interval of order statistics", () => {
    // P(Bin(10, 1/2) <= 1) = 11/1024, P(Bin(10, 1/2) <= 2) = 56/1024; of 5 values not even P(Bin <= 0) is small.
    expect(medianInterval([9, 8, 7, 6, 5, 4, 3, 2, 1, 0])).toEqual({ value: 4.5, low: 1, high: 8 });
    expect(medianInterval([0, 1, 2, 3, 4, 5])).toEqual({ value: 2.5, low: 0, high: 5 });
    expect(medianInterval([5, 1, 2, 3, 9])).toEqual({ value: 3, low: 1, high: 9 });
    expect(medianInterval([7])).toEqual({ value: 7, low: 7, high: 7 });
  });

  test("that holds the true median in at least 95 of 100 draws", () => {
    const random = new Random(3);
    const draws = 4000;
    let held = 0;
    for (let d = 0; d < draws; d++) {
      const { low, high } = medianInterval(Array.from({ length: 12 }, () => random.uniform()));
      if (low <= 0.5 && high >= 0.5) held++;
    }
    // The level is 1 - 2 P(Bin(12, 1/2) <= 2) = 0.9614, with a standard error of 0.0030.
    expect(Math.abs(held / draws - 0.9614)).toBeLessThan(4 * 0.003);
  });
});

describe("one value", () => {
  test("a published value stands for what rounds to it", () => {
    expect([100, 54.3, 0.0091].map(rounding)).toEqual([0.5, 0.05, 0.00005].map((half) => expect.closeTo(half, 12)));
    expect(compare("a", 0.39, interval).verdict).toBe("differs");
    expect(compare("a", 0.395, interval).verdict).toBe("differs");
    expect(compare("a", 0.4, interval).verdict).toBe("agrees");
    expect(compare("a", 0.6, interval).verdict).toBe("agrees");
    expect(compare("a", 0.61, interval).verdict).toBe("differs");
    expect(compare("a", 0.65, interval, { slack: 0.05 }).verdict).toBe("agrees");
  });

  test("an explanation explains a difference, and is not kept where there is none", () => {
    expect(compare("a", 0.7, interval, { explained: "a misprint" })).toMatchObject({
      verdict: "source differs, explained",
      remark: "a misprint",
    });
    expect(compare("a", 0.5, interval, { explained: "a misprint" })).not.toHaveProperty("remark");
    expect(exact("a", "+-", "+-").verdict).toBe("agrees");
    expect(exact("a", "+-", "-+").verdict).toBe("differs");
    expect(exact("a", 1, 2, { explained: "why" }).verdict).toBe("source differs, explained");
  });

  test("a statement agrees, differs, or is not resolved where it is true of a part of our interval", () => {
    const verdict = (low: number, high: number, statement: Statement, explained?: string) =>
      stated("a", "rises", { value: (low + high) / 2, low, high }, statement, { explained }).verdict;
    const positive = { above: 0 };
    expect([verdict(1, 2, positive), verdict(-1, 2, positive), verdict(-2, -1, positive)]).toEqual([
      "agrees",
      "not resolved",
      "differs",
    ]);
    expect(verdict(-2, -1, positive, "why")).toBe("source differs, explained");
    expect(verdict(-2, 1, positive, "why")).toBe("not resolved");
    expect(verdict(1, Number.POSITIVE_INFINITY, positive)).toBe("agrees");
    const near2 = { above: 1.5, below: 2.5 };
    expect(verdict(1.6, 2.4, near2)).toBe("agrees");
    for (const [low, high] of [
      [1, 2],
      [2, 3],
      [1, 3],
    ]) {
      expect(verdict(low, high, near2)).toBe("not resolved");
    }
    for (const [low, high] of [
      [1, 1.5],
      [2.5, 3],
    ]) {
      expect(verdict(low, high, near2)).toBe("differs");
    }
    const [agrees, unresolved] = [exact("a", 1, 1), { verdict: "not resolved" } as const];
    expect(overall([agrees, unresolved])).toBe("not resolved");
    expect(overall([unresolved, exact("a", 1, 2)])).toBe("differs");
  });

  test("a remark never changes a verdict; a smaller setting claims neither agreement nor difference", () => {
    const rows = (circumstances: object) => [
      compare("a", 0.5, interval, circumstances),
      compare("a", 0.7, interval, circumstances),
      expected("a", 0.5, interval, circumstances),
      expected("a", 0.61, interval, circumstances),
      stated("a", "rises", interval, { above: 0 }, circumstances),
      stated("a", "rises", interval, { above: 0.5 }, circumstances),
      stated("a", "rises", interval, { above: 1 }, circumstances),
      exact("a", 1, 1, circumstances),
      exact("a", 1, 2, circumstances),
    ];
    const plain = rows({}).map(({ verdict }) => verdict);
    expect(new Set(plain)).toEqual(new Set(["agrees", "differs", "not resolved"]));
    const remarked = rows({ remark: "of interest" });
    expect(remarked.map(({ verdict }) => verdict)).toEqual(plain);
    for (const { remark } of remarked) expect(remark).toBe("of interest");
    for (const row of rows({ smaller: "5 of 50 epochs", explained: "a misprint" })) {
      expect(row).toMatchObject({ verdict: "not comparable", remark: "5 of 50 epochs" });
    }
  });

  test("where the source prints nothing, our theory stands in a column of its own", () => {
    expect(expected("a", 0.5, interval)).toEqual({
      label: "a",
      theory: 0.5,
      ours: 0.5,
      low: 0.4,
      high: 0.6,
      verdict: "agrees",
    });
    expect(compare("a", 0.5, interval, { theory: 0.45 })).toMatchObject({ published: 0.5, theory: 0.45 });
  });

  test("the whole is as its worst row", () => {
    const [agrees, explained, differs] = [exact("a", 1, 1), exact("a", 1, 2, { explained: "why" }), exact("a", 1, 2)];
    const incomparable = exact("a", 1, 2, { smaller: "fewer epochs" });
    expect(overall([agrees, incomparable])).toBe("not comparable");
    expect(overall([incomparable, explained])).toBe("source differs, explained");
    expect(overall([incomparable, differs])).toBe("differs");
    expect(overall([agrees, agrees])).toBe("agrees");
    expect(overall([agrees, explained])).toBe("source differs, explained");
    expect(overall([differs, explained, agrees])).toBe("differs");
  });
});

describe("a draw among draws", () => {
  const random = new Random(3);
  const draw = () => {
    const common = random.normal();
    return [common + random.normal(), common - random.normal(), 3 * random.normal()];
  };
  const draws = Array.from({ length: 1000 }, draw);
  const labels = ["a", "b", "c"];
  const bandOf = (published: readonly number[]) =>
    compareDraw(labels, published, draws, { level: 0.9, slack: () => 0 });

  test("the band holds the level of all draws with all their cells at once", () => {
    const { rows } = bandOf([0, 0, 0]);
    const fresh = Array.from({ length: 1000 }, draw);
    const inside = fresh.filter((values) => values.every((x, c) => x >= rows[c].low! && x <= rows[c].high!)).length;
    // Five standard errors of a proportion of 0.9 estimated twice.
    expect(Math.abs(inside / 1000 - 0.9)).toBeLessThan(5 * Math.sqrt((2 * 0.9 * 0.1) / 1000));
  });

  test("of draws like ours, the level agrees", () => {
    const verdicts = Array.from({ length: 200 }, () => overall(bandOf(draw()).rows));
    const agreeing = verdicts.filter((verdict) => verdict === "agrees").length / 200;
    expect(Math.abs(agreeing - 0.9)).toBeLessThan(5 * Math.sqrt((2 * 0.9 * 0.1) / 200));
  });

  test("quantiles and extremes", () => {
    const middle = bandOf([0, 0, 0]);
    for (const { quantile: q } of middle.rows) expect(q).toBeCloseTo(0.5, 1);
    expect(middle.asExtreme).toBeGreaterThan(0.9);
    const far = bandOf([0, 0, 30]);
    expect(far.rows.map(({ verdict }) => verdict)).toEqual(["agrees", "agrees", "differs"]);
    expect(far.rows[2].quantile).toBe(1);
    expect(far.asExtreme).toBe(0);
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(quantile([1, 2, 3, 4], 1)).toBe(4);
  });
});

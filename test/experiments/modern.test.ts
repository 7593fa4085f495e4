import { experimentById, order, perform, type Report } from "engram/experiments";
import { describe, expect, test } from "vitest";

async function reportOn(id: string, parameters: object): Promise<Report> {
  const run = perform({ ...order(experimentById(id), { setting: "quick" }), parameters });
  for (;;) {
    const { done, value } = await run.next();
    if (done) return value;
  }
}

const rowOf = ({ rows }: Report, start: string) => rows.find(({ label }) => label.startsWith(start));

describe("values that are known without sampling", () => {
  test("thresholds of random patterns on the sphere", async () => {
    const report = await reportOn("lucibello-mezard-2024/threshold", {
      steepnesses: [0.5, 1],
      sizes: [8, 12],
      draws: 20,
      batch: 20,
      patterns: 1e4,
    });
    // lambda (1 - m) - ln(1 - m^2) / 2 at m = sqrt(2) - 1 and m = (sqrt(5) - 1) / 2, which is 1 - m^2.
    const [half, one] = [Math.SQRT2 - 1, (Math.sqrt(5) - 1) / 2];
    const expected = [(1 - half) / 2 - Math.log(1 - half * half) / 2, 1 - one - Math.log(one) / 2];
    for (const [k, lambda] of [0.5, 1].entries()) {
      expect(rowOf(report, `alpha_1, lambda = ${lambda}`)?.theory).toBe(Number(expected[k].toFixed(4)));
    }
  });

  test("certified queries are exact, those of softmax never, and a lead of 1 or 2 decides", async () => {
    const parameters = { units: 24, patterns: 60, sets: 2, queries: 30, betas: [2, 8, 32], noises: [0.05, 0.2] };
    const report = await reportOn("santos-2024/exact", parameters);
    expect(rowOf(report, "sparsemax: of ")?.label).not.toContain("of 0 certified");
    expect(report.rows.map(({ ours }) => ours)).toEqual([0, 0, 0, 0, 0]);
  });

  test("recalls end on the enumerated fixed points, and on each of them", async () => {
    const parameters = { patterns: 14, betas: [3, 10, 30], sets: 5, starts: 200 };
    const report = await reportOn("hoover-2025/emergent", parameters);
    const exact = report.rows.filter(({ theory }) => theory !== undefined);
    expect(exact.map(({ ours }) => ours)).toEqual([0, 0, 0, 0]);
    expect(Number(rowOf(report, "emergent fixed points of 14")?.ours)).toBeGreaterThan(0);
  });

  test("half of the nets should hold their patterns where near pairs are as likely as not", async () => {
    const report = await reportOn("demircigil-2017/exponential", { draws: 2, batch: 2, patterns: [70, 80] });
    // Without flips a pattern ties with each of its 16 neighbours: M (M - 1) 8 / 2^16 = ln 2.
    const pairs = (Math.LN2 * 2 ** 16) / 8;
    const alpha = Math.log(Math.sqrt(pairs + 1 / 4) - 1 / 2) / 16;
    expect(rowOf(report, "alpha at half success, rho = 0, N = 16")?.theory).toBe(Number(alpha.toFixed(4)));
    // The bound without flips is ln 2 / 2.
    const { theory } = report.figure as { theory: { name: string; value: number }[] };
    expect(theory.find(({ name }) => name === "rho = 0")?.value).toBeCloseTo(alpha / (Math.LN2 / 2), 12);
  });
});

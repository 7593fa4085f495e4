import { describe, expect, it } from "vitest";
import { referenceWorkspace } from "../../../src/kernels/index.js";
import { Random } from "../../../src/math/random.js";
import type { Rbm } from "../../../src/models/index.js";
import { contrastiveDivergence, momentum, train } from "../../../src/training/index.js";
import { machine, rowOf } from "../../models/rbm-machines.js";
import { LAYERS, nodes } from "../../units/layers.js";

const [VISIBLE, HIDDEN, UPDATES, SEEDS] = [4, 3, 1000, 4];

/** How many standard errors a mean may lie off; another number of steps lies twice as far. */
const ERRORS = 5;

/** So small that nothing moves while steps add up, but for what is far below the precision of a weight. */
const RATE = 2 ** -80;

const random = new Random(1);
/** Strong weights: a chain forgets its start in some steps, not in one. */
const RBM = machine(LAYERS.binary(VISIBLE, random), LAYERS.binary(HIDDEN, random), random, 2);
const DATA = Float64Array.of(1, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1);
const ROWS = DATA.length / VISIBLE;

/** v_i, <h_j | v> and v_i <h_j | v> of one visible state: what a negative phase averages. */
function statisticsOf(v: ArrayLike<number>): number[] {
  const means = Array.from(RBM.hiddenMean(Float64Array.from(v)));
  return [...Array.from(v), ...means, ...Array.from(v).flatMap((x) => means.map((p) => x * p))];
}

/** The mean of the statistics after k steps of block Gibbs sampling from the data, and its variance in one update. */
function enumerated(rbm: Rbm, k: number): { means: number[]; variances: number[] } {
  const [visible, hidden] = [rbm.visible, rbm.hidden].map((units) => {
    const { rows, logWeights } = nodes(units);
    return Array.from(logWeights, (_, r) => Float64Array.from(rowOf(rows, r, units.width)));
  });
  const p = (mean: ArrayLike<number>, x: ArrayLike<number>) =>
    Array.from(x).reduce((product, on, i) => product * (on === 1 ? mean[i] : 1 - mean[i]), 1);
  const visibleMean = (h: Float64Array) => rbm.visible.mean(rbm.visibleInputs(h), 1, new Float64Array(VISIBLE));
  // T[a][b] = sum_h p(h | v_a) p(v_b | h)
  const upward = visible.map((v) => hidden.map((h) => p(rbm.hiddenMean(v), h)));
  const downward = hidden.map((h) => visible.map((v) => p(visibleMean(h), v)));
  const transition = upward.map((row) =>
    visible.map((_, b) => row.reduce((sum, weight, c) => sum + weight * downward[c][b], 0)),
  );
  const statistics = visible.map(statisticsOf);
  const count = statistics[0].length;
  const [means, variances] = [new Array<number>(count).fill(0), new Array<number>(count).fill(0)];
  for (let r = 0; r < ROWS; r++) {
    const start = DATA.subarray(r * VISIBLE, (r + 1) * VISIBLE);
    let weights = visible.map((v) => Number(v.every((x, i) => x === start[i])));
    for (let step = 0; step < k; step++) {
      weights = weights.map((_, b) => weights.reduce((sum, weight, a) => sum + weight * transition[a][b], 0));
    }
    for (let s = 0; s < count; s++) {
      const mean = weights.reduce((sum, weight, a) => sum + weight * statistics[a][s], 0);
      const square = weights.reduce((sum, weight, a) => sum + weight * statistics[a][s] ** 2, 0);
      means[s] += mean / ROWS;
      // The chains of the rows are independent.
      variances[s] += (square - mean * mean) / ROWS ** 2;
    }
  }
  return { means, variances };
}

/** The same of the data. */
const dataMeans = () => {
  const rows = Array.from({ length: ROWS }, (_, r) => statisticsOf(DATA.subarray(r * VISIBLE, (r + 1) * VISIBLE)));
  return rows[0].map((_, s) => rows.reduce((sum, row) => sum + row[s] / ROWS, 0));
};

/** What the negative phase has on average over many updates of a machine that does not move. */
async function measured(k: number, seed: number): Promise<number[]> {
  const options = { epochs: UPDATES, batch: ROWS, rate: RATE, seed };
  const optimiser = momentum({ momentum: 1 - Number.EPSILON });
  const method = contrastiveDivergence({ steps: k });
  let arrays: ReadonlyMap<string, ArrayLike<number>> = new Map();
  for await (const report of train(RBM, DATA, { ...options, method, optimiser, workspace: referenceWorkspace })) {
    if (report.epoch === UPDATES) arrays = report.checkpoint().arrays;
  }
  const steps = ["visible", "hidden", "weights"].flatMap((name) =>
    Array.from(arrays.get(`optimiser.${name}.velocity`)!),
  );
  return dataMeans().map((mean, s) => mean - steps[s] / (RATE * UPDATES));
}

describe.each([1, 2, 3])("CD-%i", (k) => {
  const { means, variances } = enumerated(RBM, k);

  it("takes k steps from the data: its mean is that of enumeration", async () => {
    const runs = await Promise.all(Array.from({ length: SEEDS }, (_, seed) => measured(k, seed)));
    means.forEach((mean, s) => {
      const found = runs.reduce((sum, run) => sum + run[s] / SEEDS, 0);
      const error = Math.sqrt(variances[s] / (UPDATES * SEEDS));
      // Sums of steps of at most 1 are rounded to single precision at every update.
      expect(Math.abs(found - mean), `statistic ${s}`).toBeLessThan(ERRORS * error + UPDATES * 2 ** -24);
    });
  });

  it("is told from one step more or less by this test", () => {
    for (const other of [k - 1, k + 1]) {
      const away = enumerated(RBM, other).means.map(
        (mean, s) => Math.abs(mean - means[s]) / Math.sqrt(variances[s] / (UPDATES * SEEDS)),
      );
      expect(Math.max(...away)).toBeGreaterThan(2 * ERRORS);
    }
  });
});

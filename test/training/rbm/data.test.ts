import { describe, expect, it } from "vitest";
import {
  binary,
  exponentialDecay,
  inverseTimeDecay,
  linearDecay,
  probabilities,
  Random,
  spin,
  stepwise,
} from "../../../src/index.js";
import { buildFitting, referenceWorkspace } from "../../../src/kernels/index.js";
import { WorkspaceLayer } from "../../../src/layers/index.js";
import { makerNamed } from "../../../src/options.js";
import { asDataSource } from "../../../src/training/data.js";
import { schedules } from "../../../src/training/index.js";
import { equalisedLadder } from "../../../src/training/methods/ladder.js";

function expectClose(values: ArrayLike<number>, expected: readonly number[], digits = 12): void {
  expect(values.length).toBe(expected.length);
  expected.forEach((x, k) => {
    expect(values[k]).toBeCloseTo(x, digits);
  });
}

describe.each([binary(40), spin(40)])("probabilities of units", (units) => {
  const { low, high } = units.twoStates!;
  const grey = Uint8Array.from({ length: 80 }, (_, k) => (k * 13) % 256);
  grey[3] = 0;
  grey[50] = 255;

  /** How often each value is high in so many epochs, and the rows of the last. */
  function draw(values: Uint8Array | Float32Array, epochs: number, order: Uint32Array) {
    const source = asDataSource(probabilities(values), units);
    const { built } = buildFitting(referenceWorkspace, (workspace) => ({
      batch: new WorkspaceLayer(workspace, units).batch(2),
      load: source.loader(workspace, 2, new Random(5)),
    }));
    const counts = new Float64Array(80);
    const rows = new Float64Array(80);
    for (let epoch = 0; epoch < epochs; epoch++) {
      built.load(built.batch, order, epoch);
      order.forEach((row, r) => {
        built.batch.read(r, rows.subarray(row * 40, (row + 1) * 40));
      });
      rows.forEach((x, k) => {
        if (x === high) counts[k]++;
        else if (x !== low) throw new Error(`row holds ${x}`);
      });
    }
    return { counts, rows };
  }

  it("are drawn afresh in every epoch", () => {
    const epochs = 500;
    const { counts } = draw(grey, epochs, Uint32Array.of(0, 1));
    counts.forEach((count, k) => {
      const p = grey[k] / 255;
      expect(Math.abs(count - epochs * p)).toBeLessThanOrEqual(5 * Math.sqrt(epochs * p * (1 - p)));
    });
  });

  it("depend on the row and the epoch alone, and bytes are as good as numbers", () => {
    const { rows } = draw(grey, 3, Uint32Array.of(0, 1));
    expect(draw(grey, 3, Uint32Array.of(1, 0)).rows).toEqual(rows);
    expect(
      draw(
        Float32Array.from(grey, (g) => g / 255),
        3,
        Uint32Array.of(0, 1),
      ).rows,
    ).toEqual(rows);
  });

  it("are their own means", () => {
    const { values } = asDataSource(probabilities(grey), units).table();
    expectClose(
      values,
      Array.from(grey, (g) => low + ((high - low) * g) / 255),
      6,
    );
  });
});

it("schedules", () => {
  const line = linearDecay({ from: 1, to: 0.2, epochs: 4 });
  expect([0, 1, 4, 9].map((t) => line.at(t))).toEqual([1, 0.8, 0.2, 0.2]);
  const decay = exponentialDecay({ from: 0.5, factor: 0.9 });
  expect(decay.at(3)).toBeCloseTo(0.5 * 0.9 ** 3, 14);
  const inverse = inverseTimeDecay({ from: 0.4, half: 10 });
  expect([0, 10, 30].map((t) => inverse.at(t))).toEqual([0.4, 0.2, 0.1]);
  const steps = stepwise({ epochs: [0, 5], values: [0.5, 0.9] });
  expect([0, 4.99, 5, 80].map((t) => steps.at(t))).toEqual([0.5, 0.5, 0.9, 0.9]);
  for (const schedule of [line, decay, inverse, steps]) {
    const again = makerNamed("schedule", schedules, schedule.name).make(schedule.options);
    expect([0, 2.5, 7].map((t) => again.at(t))).toEqual([0, 2.5, 7].map((t) => schedule.at(t)));
  }
});

describe("a ladder of equal rejections", () => {
  it("stays where they are equal", () => {
    const ladder = equalisedLadder([0.1, 0.5, 0.7, 1], [0.4, 0.4, 0.4]);
    expectClose(ladder, [0.1, 0.5, 0.7, 1]);
  });

  it("puts betas where swaps fail", () => {
    // Rejections of 0.1, 0.7 and 0.1 make a barrier of 0.9, to be cut at 0.3 and 0.6.
    const ladder = equalisedLadder([0.1, 0.2, 0.6, 1], [0.9, 0.3, 0.9]);
    expectClose(ladder, [0.1, 0.2 + (0.4 * 2) / 7, 0.2 + (0.4 * 5) / 7, 1]);
  });
});

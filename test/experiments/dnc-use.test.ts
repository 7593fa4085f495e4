import { describe, expect, test } from "vitest";
import { allocationOf } from "../../dist/experiments/graves-2016/dynamic-allocation.js";
import { useOf } from "../../dist/experiments/graves-2016/learning.js";
import { seriesOfCopies } from "../../dist/experiments/graves-2016/series.js";
import { Random } from "../../src/math/index.js";

/** Evidence of a head that writes and reads rows of 3, one a step; undefined for nothing. */
function runOf(written: readonly (number | undefined)[], read: readonly (number | undefined)[], links: number[]) {
  const steps = written.length;
  const weights = (rows: readonly (number | undefined)[]) =>
    Float32Array.from(rows.flatMap((row) => [0, 1, 2].map((k) => (k === row ? 1 : 0))));
  const every = Float32Array.from(Array.from({ length: steps }, () => links).flat());
  const evidence = {
    read: { shape: [1, 3], values: weights(read) },
    write: { shape: [1, 3], values: weights(written) },
    link: { shape: [3, 3], values: every },
  };
  return { steps, outputs: new Float32Array(steps), evidence };
}

/** Row 2 was written after row 0, and row 1 after row 2: L[i][j] of i after j. */
const LINKS = [0, 0, 0, 0, 0, 1, 1, 0, 0];
const none = undefined;

describe("the use of a memory by a DNC", () => {
  test("that reads in the order of writing lies along links forwards", () => {
    const run = runOf([0, 2, 1, none, none, none], [none, none, none, 0, 2, 1], LINKS);
    expect(useOf(run, [0, 3], 3)).toEqual({ ownRows: 1, forwards: 1, backwards: 0 });
  });

  test("that reads in the opposite order lies along links backwards", () => {
    const run = runOf([0, 2, 1, none, none, none], [none, none, none, 1, 2, 0], LINKS);
    expect(useOf(run, [0, 3], 3)).toEqual({ ownRows: 1, forwards: 0, backwards: 1 });
  });

  test("that jumps follows no link, and a step counts only from the second answer on", () => {
    const run = runOf([0, 2, 1, none, none, none], [none, none, 0, 2, 0, 1], LINKS);
    expect(useOf(run, [0, 3], 3)).toEqual({ ownRows: 1, forwards: 0, backwards: 0.5 });
  });

  test("counts the steps that are written over by no other", () => {
    const run = runOf([0, 0, 1, 2, none, none], [none, none, none, 0, 2, 1], LINKS);
    expect(useOf(run, [0, 4], 3).ownRows).toBe(0.5);
    expect(useOf(run, [1, 4], 3).ownRows).toBe(1);
  });
});

describe("dynamic allocation", () => {
  const phases = ["marker", "input", "input", "answer", "answer", "marker"] as const;
  const rows = (...steps: (readonly number[])[]) => Float32Array.from(steps.flat());
  const evidenceOf = (usage: Float32Array) => ({
    usage: { shape: [3], values: usage },
    write: {
      shape: [1, 3],
      values: rows([1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0], [0, 0, 0], [0, 1, 0]),
    },
    read: {
      shape: [1, 3],
      values: rows([0, 0, 0], [1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]),
    },
  });

  test("of rows that are written when free and freed when read", () => {
    const usage = rows([0, 0, 0], [1, 0, 0], [1, 1, 0], [1, 1, 1], [1, 0, 1], [1, 0, 0]);
    const run = { steps: 6, outputs: new Float32Array(6), evidence: evidenceOf(usage) };
    expect(allocationOf(run, phases)).toEqual({ usedAfterReading: 0, usedAfterWriting: 1, allocated: 1 });
  });

  test("of rows that are written over and never freed", () => {
    // Free weights are (0, 0, 1) and then (0, 0.5, 0.25): inputs are written to row 1, then to row 2.
    const usage = rows([0, 0, 0], [1, 1, 0], [1, 0.5, 0.5], [1, 0.5, 1], [1, 1, 1], [1, 1, 0.5]);
    const run = { steps: 6, outputs: new Float32Array(6), evidence: evidenceOf(usage) };
    expect(allocationOf(run, phases)).toEqual({ usedAfterReading: 0.75, usedAfterWriting: 0.75, allocated: 0.125 });
  });
});

test("a series asks for each sequence before the next one comes", () => {
  const task = seriesOfCopies({ bits: 3, length: 2, count: [2, 3] });
  expect(task).toMatchObject({ inputs: 5, outputs: 3, steps: [10, 15], holds: 2 });
  const { batch, steps, inputs, targets, counts } = task.draw(new Random(1), 2);
  const phases = task.phases(steps);
  expect(phases.slice(0, 6)).toEqual(["marker", "input", "input", "answer", "answer", "marker"]);
  for (let step = 0; step < steps; step++) {
    for (let b = 0; b < batch; b++) {
      const at = (values: Float32Array, t: number, width: number) =>
        Array.from(values.subarray((t * batch + b) * width, (t * batch + b + 1) * width));
      const own = at(inputs, step, 5);
      const isAnswer = phases[step] === "answer";
      expect(own.slice(3)).toEqual([phases[step] === "marker" ? 1 : 0, isAnswer ? 1 : 0]);
      expect(at(counts, step, 3)).toEqual(new Array(3).fill(isAnswer ? 1 : 0));
      expect(at(targets, step, 3)).toEqual(isAnswer ? at(inputs, step - 2, 5).slice(0, 3) : [0, 0, 0]);
      if (phases[step] !== "input") expect(own.slice(0, 3)).toEqual([0, 0, 0]);
    }
  }
});

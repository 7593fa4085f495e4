import { describe, expect, test } from "vitest";
import { useOf } from "../../dist/experiments/graves-2016/learning.js";

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

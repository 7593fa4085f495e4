import { describe, expect, it } from "vitest";
import { binary, logPartition, Random } from "../../src/index.js";
import { type MakeWorkspace, referenceWorkspace } from "../../src/kernels/index.js";
import {
  type AnnealingEstimate,
  annealedImportance,
  reverseAnnealedImportance,
  sandwich,
} from "../../src/likelihood/index.js";
import { machine } from "../models/rbm-machines.js";
import { LAYERS } from "../units/layers.js";

describe("the sandwich of both directions", () => {
  const estimate = (logZ: number, standardError: number): AnnealingEstimate => ({
    logZ,
    standardError,
    low: logZ - 3 * standardError,
    high: logZ + 3 * standardError,
    effectiveSampleSize: 50,
    logWeights: new Float64Array(50),
  });

  it.each([
    ["forward lower, reverse higher", estimate(10, 0.1), estimate(10.2, 0.1), 9.7, 10.5],
    ["reverse lower than forward", estimate(10.2, 0.1), estimate(10, 0.2), 9.4, 10.6],
    ["reverse less certain on both sides", estimate(10, 0.1), estimate(10, 0.5), 8.5, 11.5],
    ["forward less certain on both sides", estimate(10, 0.5), estimate(10, 0.1), 8.5, 11.5],
  ])("%s: the interval holds those of both", (_, forward, reverse, low, high) => {
    const found = sandwich(forward, reverse, { exact: true });
    expect(found.low).toBeCloseTo(low, 12);
    expect(found.high).toBeCloseTo(high, 12);
    expect(found.low).toBe(Math.min(forward.low, reverse.low));
    expect(found.high).toBe(Math.max(forward.high, reverse.high));
    expect(found.logZ).toBe(forward.logZ);
    expect(found.standardError).toBe(forward.standardError);
  });
});

describe("random numbers of log Z", () => {
  const random = new Random(1);
  const MACHINES = {
    "with exact samples": machine(LAYERS.binary(12, random), LAYERS.spin(8, random), random),
    "with Gibbs chains": machine(binary(40), LAYERS.binary(35, random), random, 0.1),
    "with units that draw themselves": machine(LAYERS.softmax(4, random), LAYERS.relu(5, random), random),
  };
  const OPTIONS = { method: "annealing", chains: 6, temperatures: 8, steps: 5 } as const;

  it.each(Object.entries(MACHINES))("forward and reverse have streams of their own: %s", async (_, rbm) => {
    const { forward, reverse } = await logPartition(rbm, { ...OPTIONS, random: new Random(2) });
    const alone = [
      await annealedImportance(rbm, { chains: 6, temperatures: 8, random: new Random(2).fork(0) }),
      await reverseAnnealedImportance(rbm, { chains: 6, temperatures: 8, steps: 5, random: new Random(2).fork(1) }),
    ];
    expect(forward?.logWeights).toEqual(alone[0].logWeights);
    expect(reverse?.logWeights).toEqual(alone[1].logWeights);
  });

  it.each(Object.entries(MACHINES).slice(0, 2))("none is used twice: %s", async (_, rbm) => {
    // A counted random number is named by its key, its step and its chain.
    const seen = new Set<string>();
    let draws = 0;
    const workspace: MakeWorkspace = (bytes) => {
      const room = referenceWorkspace(bytes);
      const draw = room.draw.bind(room);
      room.draw = (given) => {
        const { states, rows } = given;
        for (let r = 0; states !== undefined && r < rows; r++) {
          seen.add([...states.key, states.step, states.chains[r]].join());
          draws++;
        }
        draw(given);
      };
      return room;
    };
    await logPartition(rbm, { ...OPTIONS, random: new Random(3), workspace });
    expect(draws).toBeGreaterThan(6 * 2 * 2 * 6);
    expect(seen.size).toBe(draws);
  });
});

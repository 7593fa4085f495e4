import { describe, expect, it } from "vitest";
import {
  BoltzmannMachine,
  binary,
  DeepBoltzmannMachine,
  deepBoltzmannBound,
  gaussian,
  Random,
  spin,
} from "../../../src/index.js";
import { referenceWorkspace } from "../../../src/kernels/index.js";
import { deepLogPartition } from "../../../src/likelihood/index.js";
import { logSumExp } from "../../../src/math/index.js";
import { deepMeanField, ExactDistribution, meanField } from "../../../src/models/index.js";
import { nodes } from "../../units/layers.js";
import { randomDeepMachine } from "./machines.js";

const workspace = referenceWorkspace;

describe.each([
  ["binary", ["binary", "binary", "binary"]],
  ["spin", ["spin", "spin", "spin"]],
  ["binary under spin", ["binary", "spin", "spin"]],
  ["spin under binary", ["spin", "binary", "binary"]],
] as [string, [string, string, string]][])("a machine of %s units", (_, types) => {
  const machine = randomDeepMachine(types, [4, 3, 3], new Random(3));
  const general = machine.toBoltzmann();
  const exact = new ExactDistribution(general);
  const rows = nodes(machine.visible).rows;

  it("has the energies of its definition", () => {
    const random = new Random(4);
    const row = (count: number, low: number) =>
      Float64Array.from({ length: count }, () => (random.uniform() < 0.5 ? low : 1));
    const low = (type: string) => (type === "spin" ? -1 : 0);
    for (let draw = 0; draw < 5; draw++) {
      const [v, h, g] = [row(4, low(types[0])), row(3, low(types[1])), row(3, low(types[2]))];
      let energy = 0;
      v.forEach((x, i) => {
        energy -= machine.visible.parameters[i] * x;
        h.forEach((y, j) => {
          energy -= machine.weights[0].values[3 * i + j] * x * y;
        });
      });
      h.forEach((y, j) => {
        energy -= machine.hidden[0].parameters[j] * y;
        g.forEach((z, a) => {
          energy -= machine.weights[1].values[3 * j + a] * y * z;
        });
      });
      g.forEach((z, a) => {
        energy -= machine.hidden[1].parameters[a] * z;
      });
      expect(machine.energy(v, h, g)[0]).toBeCloseTo(energy, 12);
      expect(general.energy(v, Float64Array.from([...h, ...g]))[0]).toBeCloseTo(energy, 12);
    }
  });

  it("has log Z and likelihoods of the general machine, and is one", () => {
    expect(machine.exactLogPartition()).toBeCloseTo(exact.logZ, 10);
    const logs = exact.logLikelihood(rows);
    machine.exactLogLikelihood(rows).forEach((x, r) => {
      expect(x).toBeCloseTo(logs[r], 10);
    });
    expect(logSumExp(logs)).toBeCloseTo(0, 10);
    const back = DeepBoltzmannMachine.fromBoltzmann(general, 3);
    expect(back.weights).toEqual(machine.weights);
    for (const l of [0, 1]) expect(back.hidden[l].parameters).toEqual(machine.hidden[l].parameters);
    expect(back.visible.parameters).toEqual(machine.visible.parameters);
  });

  it("has the mean field of the general machine, a lower bound on the likelihood", async () => {
    const field = deepMeanField(machine, rows, { workspace, tolerance: 1e-7, maxSweeps: 1000 });
    const start = new Float64Array(16 * 10);
    for (let r = 0; r < 16; r++) {
      start.set(rows.subarray(4 * r, 4 * r + 4), 10 * r);
      start.set(field.lower.subarray(3 * r, 3 * r + 3), 10 * r + 4);
      start.set(field.upper.subarray(3 * r, 3 * r + 3), 10 * r + 7);
    }
    // Where the general solver starts from this solution it must stay there, up to single precision.
    const solved = meanField(general, { visible: rows, start });
    field.logSums.forEach((x, r) => {
      expect(x).toBeCloseTo(solved.logSums[r], 6);
      field.lower.subarray(3 * r, 3 * r + 3).forEach((m, j) => {
        expect(m).toBeCloseTo(solved.means[10 * r + 4 + j], 3);
      });
    });
    const bound = await deepBoltzmannBound(machine, rows, { random: new Random(1), workspace });
    const logs = exact.logLikelihood(rows);
    bound.rows.forEach((x, r) => {
      expect(x).toBeLessThan(logs[r] + 1e-9);
    });
    expect(bound.trusted).toBe(true);
    const few = deepMeanField(machine, rows, { workspace, maxSweeps: 1 });
    few.logSums.forEach((x, r) => {
      expect(x).toBeLessThan(logs[r] + exact.logZ + 1e-9);
    });
  });

  it("has log Z by annealed importance sampling", async () => {
    const options = { random: new Random(5), method: "annealing", temperatures: 200, chains: 200, workspace } as const;
    for (const data of [undefined, rows]) {
      const found = await deepLogPartition(machine, { ...options, data });
      expect(found.trusted).toBe(true);
      expect(Math.abs(found.logZ - exact.logZ)).toBeLessThan(5 * found.standardError + 1e-3);
      expect(found.standardError).toBeLessThan(0.1);
    }
  });
});

describe("the bound of a deep Boltzmann machine", () => {
  it("is the likelihood itself where nothing couples the hidden units", async () => {
    const machine = randomDeepMachine(["binary", "binary", "binary"], [5, 3, 4], new Random(9), 1);
    machine.weights[1].values.fill(0);
    const rows = nodes(machine.visible).rows;
    const bound = await deepBoltzmannBound(machine, rows, { random: new Random(1), workspace });
    const logs = machine.exactLogLikelihood(rows);
    // Means off by 2^-23 cost only the square of that.
    bound.rows.forEach((x, r) => {
      expect(x).toBeCloseTo(logs[r], 10);
    });
  });

  it("carries the doubt about log Z", async () => {
    const machine = randomDeepMachine(["binary", "binary", "binary"], [5, 4, 4], new Random(9), 3);
    const rows = nodes(machine.visible).rows;
    const poor = { method: "annealing", temperatures: 2, chains: 4 } as const;
    const bound = await deepBoltzmannBound(machine, rows, { random: new Random(1), workspace, ...poor });
    expect(bound.trusted).toBe(false);
    expect(bound.verdict).toMatch(/^not to be trusted/);
  });
});

it("refuses what is no deep Boltzmann machine", () => {
  const deep = (options: object) => () =>
    new DeepBoltzmannMachine({ visible: binary(2), hidden: [binary(3), binary(2)], ...options });
  expect(deep({ visible: gaussian(2) })).toThrow(
    "a layer has gaussian units; a deep Boltzmann machine has binary or spin",
  );
  expect(deep({ hidden: [binary(1)] })).toThrow("hidden has 1 layers; expected 2");
  expect(deep({ weights: [[[1]], [[1]]] })).toThrow("weights[0] are 1 x 1; the layers need 2 x 3");
  const machine = deep({})();
  expect(() => machine.energy(new Float64Array(2), new Float64Array(6), new Float64Array(2))).toThrow(
    "visible has 1 rows, lower 2 and upper 1",
  );
  expect(() => deepMeanField(machine, Float64Array.of(0, 2))).toThrow("visible[0][1] is 2");
  const mixed = deep({ hidden: [binary(3), spin(2)] })();
  expect(() => mixed.toBoltzmann()).toThrow("hidden layers are binary and spin; a general machine has one type");
  const full = new BoltzmannMachine({ visible: binary(1), hidden: binary(3), weights: [[1, 1, 1]] });
  expect(() => DeepBoltzmannMachine.fromBoltzmann(full, 2)).toThrow(
    "the machine couples a visible unit and one of the upper layer; a deep Boltzmann machine",
  );
  expect(() => DeepBoltzmannMachine.fromBoltzmann(full, 3)).toThrow("lower is 3; the machine has 3 hidden units");
});

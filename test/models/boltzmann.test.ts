import { describe, expect, it } from "vitest";
import {
  BoltzmannChains,
  BoltzmannMachine,
  binary,
  exactLogLikelihood,
  exactLogPartition,
  gaussian,
  HopfieldNet,
  IsingModel,
  Random,
  Rbm,
  softmax,
  spin,
  squareLattice,
} from "../../src/index.js";
import { logSumExp } from "../../src/math/log-sum-exp.js";
import { colourClasses, ExactDistribution, exactGradient } from "../../src/models/index.js";
import { LAYERS, normals } from "../units/layers.js";
import {
  allStates,
  boltzmannWeights,
  energies,
  expectClose,
  randomMachine,
  symmetric,
  visibleStates,
} from "./boltzmann-machines.js";

const KINDS: [string, string | undefined][] = [
  ["binary", "binary"],
  ["spin", "spin"],
  ["binary", "spin"],
  ["spin", undefined],
];

describe.each(KINDS)("a Boltzmann machine of %s visible and %s hidden units", (visibleType, hiddenType) => {
  const random = new Random(3);
  const visible = LAYERS[visibleType](4, random);
  const machine = randomMachine(visible, hiddenType === undefined ? undefined : LAYERS[hiddenType](3, random), random);
  const { units } = machine;
  const n = 4;
  const data = visibleStates(machine).subarray(3 * n, 9 * n);

  it("has the energy -1/2 v R v - v W h - 1/2 h S h - b v - c h", () => {
    const { R, W, S, b, c } = machine.parts();
    const k = units - n;
    const states = allStates(machine);
    const expected = energies(machine);
    states.forEach((x, word) => {
      const [v, h] = [x.slice(0, n), x.slice(n)];
      let energy = 0;
      for (let i = 0; i < n; i++) {
        energy -= b[i] * v[i];
        for (let j = 0; j < n; j++) energy -= (R.values[i * n + j] * v[i] * v[j]) / 2;
        for (let j = 0; j < k; j++) energy -= W.values[i * k + j] * v[i] * h[j];
      }
      for (let i = 0; i < k; i++) {
        energy -= c[i] * h[i];
        for (let j = 0; j < k; j++) energy -= (S.values[i * k + j] * h[i] * h[j]) / 2;
      }
      expect(energy).toBeCloseTo(expected[word], 12);
      expect(machine.energy(v, k === 0 ? undefined : h)[0]).toBeCloseTo(energy, 12);
    });
  });

  it("has by enumeration the distribution that the sum over all states has", () => {
    for (const beta of [0.6, 1.5]) {
      const { p, logZ } = boltzmannWeights(machine, beta);
      const exact = new ExactDistribution(machine, { beta });
      expect(exact.logZ).toBeCloseTo(logZ, 12);
      const states = allStates(machine);
      for (let i = 0; i < units; i++) {
        expect(exact.means[i]).toBeCloseTo(
          states.reduce((sum, x, word) => sum + p[word] * x[i], 0),
          12,
        );
        for (let j = 0; j < units; j++) {
          const product = states.reduce((sum, x, word) => sum + p[word] * x[i] * x[j], 0);
          expect(exact.products[i * units + j]).toBeCloseTo(product, 12);
        }
      }
      const marginal = new Float64Array(2 ** n);
      p.forEach((weight, word) => {
        marginal[word % 2 ** n] += weight;
      });
      const rows = visibleStates(machine);
      expectClose(exact.probabilities(), marginal, 12);
      const logs = exact.logLikelihood(rows);
      const free = machine.freeEnergy(rows, { beta });
      logs.forEach((x, word) => {
        expect(x).toBeCloseTo(Math.log(marginal[word]), 10);
        expect(-beta * free[word] - logZ).toBeCloseTo(x, 10);
      });
    }
  });

  it("has a gradient that is the derivative of the exact likelihood", () => {
    const beta = 1.2;
    const step = 1e-4;
    const { couplings, bias } = new ExactDistribution(machine, { beta }).gradient(data);
    const likelihood = () =>
      new ExactDistribution(machine, { beta }).logLikelihood(data).reduce((a, x) => a + x / 6, 0);
    const L = machine.couplings.values;
    const slope = (move: (by: number) => void) => {
      move(step);
      const above = likelihood();
      move(-2 * step);
      const below = likelihood();
      move(step);
      return (above - below) / (2 * step);
    };
    for (let i = 0; i < units; i++) {
      const byBias = slope((by) => {
        machine.bias[i] += by;
      });
      expect(bias[i]).toBeCloseTo(byBias, 6);
      expect(couplings[i * units + i]).toBe(0);
      for (let j = 0; j < i; j++) {
        const byPair = slope((by) => {
          L[i * units + j] += by;
          L[j * units + i] += by;
        });
        expect(couplings[i * units + j]).toBeCloseTo(byPair, 6);
        expect(couplings[j * units + i]).toBe(couplings[i * units + j]);
      }
    }
  });

  it("is an Ising model, energy for energy", () => {
    const ising = machine.toIsing();
    const back = BoltzmannMachine.fromIsing(ising);
    const expected = energies(machine);
    allStates(machine).forEach((x, word) => {
      const spins = Float64Array.from(x, (value, i) => (value === machine.high[i] ? 1 : -1));
      expect(ising.energy(spins)).toBeCloseTo(expected[word], 12);
      expect(back.energy(spins)[0] + ising.constant).toBeCloseTo(expected[word], 12);
    });
  });
});

describe("enumeration", () => {
  const random = new Random(21);

  it("is the same across blocks of states as over states one by one", () => {
    const machine = randomMachine(LAYERS.binary(9, random), LAYERS.spin(5, random), random, 0.5);
    const { p, logZ } = boltzmannWeights(machine);
    const exact = new ExactDistribution(machine);
    expect(exact.logZ).toBeCloseTo(logZ, 11);
    const states = allStates(machine);
    for (const [i, j] of [
      [2, 5],
      [3, 13],
      [12, 13],
      [8, 9],
    ]) {
      expect(exact.means[i]).toBeCloseTo(
        states.reduce((sum, x, word) => sum + p[word] * x[i], 0),
        11,
      );
      const product = states.reduce((sum, x, word) => sum + p[word] * x[i] * x[j], 0);
      expect(exact.products[i * 14 + j]).toBeCloseTo(product, 11);
    }
    expect(exact.probabilities().reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 11);
  });

  it("keeps sums that overflow, and those of unlikely states", () => {
    const machine = new BoltzmannMachine({ visible: binary(2, { bias: [2000, -2000] }) });
    const exact = new ExactDistribution(machine);
    expect(exact.logZ).toBe(2000);
    expect(exact.logLikelihood(Float64Array.of(0, 1))[0]).toBe(-4000);
    expect(exact.means).toEqual(Float64Array.of(1, 0));
  });

  it("takes 20 units, of which those without couplings are independent", () => {
    const bias = normals(20, random);
    const exact = new ExactDistribution(
      new BoltzmannMachine({
        visible: binary(12, { bias: bias.subarray(0, 12) }),
        hidden: binary(8, { bias: bias.subarray(12) }),
      }),
    );
    expect(exact.logZ).toBeCloseTo(
      bias.reduce((sum, b) => sum + Math.log1p(Math.exp(b)), 0),
      11,
    );
    const mean = (i: number) => 1 / (1 + Math.exp(-bias[i]));
    for (const [i, j] of [
      [0, 1],
      [11, 19],
      [15, 16],
    ])
      expect(exact.products[i * 20 + j]).toBeCloseTo(mean(i) * mean(j), 11);
  });

  it("is of the machine as it was", () => {
    const machine = randomMachine(binary(3), binary(2), random);
    const exact = new ExactDistribution(machine);
    const rows = visibleStates(machine);
    const before = exact.logLikelihood(rows);
    machine.bias.fill(3);
    machine.couplings.values.fill(0);
    expect(exact.logLikelihood(rows)).toEqual(before);
    expect(logSumExp(before)).toBeCloseTo(0, 12);
  });
});

describe("special cases", () => {
  const random = new Random(5);

  it.each([
    ["binary", "binary"],
    ["binary", "spin"],
    ["spin", "spin"],
  ])("an RBM of %s and %s units is one", (a, b) => {
    const weights = Array.from({ length: 5 }, () => normals(4, random));
    const rbm = new Rbm({ visible: LAYERS[a](5, random), hidden: LAYERS[b](4, random), weights });
    const machine = BoltzmannMachine.fromRbm(rbm);
    const v = visibleStates(machine);
    const beta = 0.8;
    const exact = new ExactDistribution(machine, { beta });
    expect(exact.logZ).toBeCloseTo(exactLogPartition(rbm, { beta }), 11);
    const expected = exactLogLikelihood(rbm, v, { beta });
    expectClose(exact.logLikelihood(v), expected, 11);
    const free = rbm.freeEnergy(v, { beta });
    expectClose(machine.freeEnergy(v, { beta }), free, 11);
    const data = v.subarray(0, 25);
    const [ours, theirs] = [exact.gradient(data), exactGradient(rbm, data, { beta })];
    for (let i = 0; i < 5; i++) {
      expect(ours.bias[i]).toBeCloseTo(theirs.visible[i], 11);
      for (let j = 0; j < 4; j++) expect(ours.couplings[i * 9 + 5 + j]).toBeCloseTo(theirs.weights[i * 4 + j], 11);
    }
    expect(ours.couplings[1]).toBe(0);
    const h = rbm.hidden.sample(
      new Float64Array(4 * 32),
      1,
      Array.from({ length: 32 }, (_, r) => random.fork(r)),
      new Float64Array(4 * 32),
    );
    const energies = rbm.energy(v, h);
    expectClose(machine.energy(v, h), energies, 12);
    // Biases are copied.
    machine.bias.fill(9);
    expect(rbm.visible.parameters).not.toContain(9);
  });

  it("a Hopfield net is one", () => {
    const net = new HopfieldNet(symmetric(6, random), normals(6, random));
    const model = IsingModel.fromNet(net);
    const machine = BoltzmannMachine.fromIsing(model);
    const again = machine.toIsing().toNet();
    for (const x of allStates(machine)) {
      expect(machine.energy(x)[0]).toBeCloseTo(net.energy(x), 12);
      expect(again.energy(x)).toBeCloseTo(net.energy(x), 12);
    }
  });

  it("colours its graph: two classes for an RBM or an even lattice, as many as units where all are coupled", () => {
    const rbm = new BoltzmannMachine({ visible: binary(5), hidden: spin(3), connections: "bipartite" });
    expect(colourClasses(rbm.graph)).toEqual([Uint32Array.of(0, 1, 2, 3, 4), Uint32Array.of(5, 6, 7)]);
    expect(colourClasses(BoltzmannMachine.fromIsing(squareLattice(6)).graph)).toHaveLength(2);
    expect(colourClasses(new BoltzmannMachine({ visible: binary(4) }).graph)).toHaveLength(4);
    const { graph } = BoltzmannMachine.fromIsing(squareLattice(5));
    const classes = colourClasses(graph);
    expect(classes.flatMap((c) => [...c]).sort((a, b) => a - b)).toEqual(Array.from({ length: 25 }, (_, i) => i));
    for (const members of classes) {
      for (const i of members) {
        const near = graph.neighbours.subarray(graph.starts[i], graph.starts[i + 1]);
        expect(near).toHaveLength(4);
        expect(near.some((j) => members.includes(j))).toBe(false);
      }
    }
  });

  it("perturbs the couplings of its graph, symmetrically and from the seed", () => {
    const make = () => new BoltzmannMachine({ visible: binary(30), hidden: binary(20), connections: "bipartite" });
    const machine = make().perturb({ random: new Random(1), deviation: 0.2 });
    const { R, W, S } = machine.parts();
    expect([...R.values, ...S.values].every((x) => x === 0)).toBe(true);
    const square = W.values.reduce((sum, w) => sum + w * w, 0) / 600;
    // The variance of 600 squares of normal numbers: 2 / 600 of the square of their mean.
    expect(Math.abs(square / 0.04 - 1)).toBeLessThan(5 * Math.sqrt(2 / 600));
    expect(machine.couplings.values[30]).toBe(machine.couplings.values[30 * 50]);
    expect(make().perturb({ random: new Random(1), deviation: 0.2 }).couplings).toEqual(machine.couplings);
  });
});

describe("bad input", () => {
  const machine = new BoltzmannMachine({ visible: binary(2), hidden: spin(1) });
  const visible = binary(2);
  it.each<[string, () => unknown, string]>([
    [
      "gaussian units",
      () => new BoltzmannMachine({ visible: gaussian(2) }),
      "visible has gaussian units; a Boltzmann machine has binary or spin units",
    ],
    ["softmax units", () => new BoltzmannMachine({ visible, hidden: softmax(2, 2) }), "hidden has softmax units"],
    [
      "an asymmetric matrix",
      () =>
        new BoltzmannMachine({
          visible,
          visibleCouplings: [
            [0, 1],
            [2, 0],
          ],
        }),
      "visibleCouplings[1][0] is 2 but visibleCouplings[0][1] is 1; expected a symmetric matrix",
    ],
    [
      "a matrix that is not square",
      () => new BoltzmannMachine({ visible, visibleCouplings: [[0, 1]] }),
      "visibleCouplings are 1 x 2; expected 2 x 2, for 2 visible units",
    ],
    [
      "a unit coupled to itself",
      () =>
        new BoltzmannMachine({
          visible,
          hidden: binary(2),
          hiddenCouplings: [
            [0, 1],
            [1, 3],
          ],
        }),
      "hiddenCouplings[1][1] is 3; expected 0: units have no self-couplings",
    ],
    [
      "NaN",
      () =>
        new BoltzmannMachine({
          visible,
          visibleCouplings: [
            [0, Number.NaN],
            [Number.NaN, 0],
          ],
        }),
      "visibleCouplings[0][1] is NaN; expected a finite number",
    ],
    [
      "weights that do not fit",
      () =>
        new BoltzmannMachine({
          visible,
          hidden: binary(3),
          weights: [
            [1, 2],
            [3, 4],
          ],
        }),
      "weights are 2 x 2; expected 2 x 3, for 2 visible and 3 hidden units",
    ],
    [
      "unknown connections",
      () => new BoltzmannMachine({ visible, connections: "some" as never }),
      'connections is "some"; expected "all", "bipartite" or "nonzero"',
    ],
    [
      "couplings within a layer of a bipartite graph",
      () =>
        new BoltzmannMachine({
          visible,
          hidden: binary(1),
          visibleCouplings: [
            [0, 1],
            [1, 0],
          ],
          connections: "bipartite",
        }),
      'visibleCouplings are not zero but connections is "bipartite"',
    ],
    [
      "an RBM of gaussian units",
      () => BoltzmannMachine.fromRbm(new Rbm({ visible, hidden: gaussian(1) })),
      "hidden has gaussian units",
    ],
    [
      "a state out of range",
      () => machine.energy(Float64Array.of(0, 2), Float64Array.of(1)),
      "visible[0][1] is 2; expected 0 or 1",
    ],
    [
      "a hidden state out of range",
      () => machine.energy(Float64Array.of(0, 1), Float64Array.of(0)),
      "hidden[0][0] is 0; expected -1 or +1",
    ],
    [
      "no hidden states",
      () => machine.energy(Float64Array.of(0, 1)),
      "hidden is missing; the machine has 1 hidden units",
    ],
    [
      "hidden states where there are none",
      () => new BoltzmannMachine({ visible }).energy(Float64Array.of(0, 1), Float64Array.of(1)),
      "hidden is given; the machine has 0 hidden units",
    ],
    [
      "layers of different lengths",
      () => machine.energy(new Float64Array(4), Float64Array.of(1)),
      "visible has 2 rows but hidden has 1; expected the same number",
    ],
    [
      "a row that is too short",
      () => machine.freeEnergy(Float64Array.of(1)),
      "visible has 1 values; a row of the visible layer has 2",
    ],
    ["a plain array", () => machine.freeEnergy([0, 1] as never), "visible is not a Float64Array or Float32Array"],
    [
      "25 units",
      () => new ExactDistribution(new BoltzmannMachine({ visible: binary(20), hidden: binary(5) })),
      "the machine has 25 visible and hidden units; an exact sum lists the states of at most 24: sample with",
    ],
    [
      "25 hidden units",
      () => new BoltzmannMachine({ visible, hidden: binary(25) }).freeEnergy(new Float64Array(2)),
      "the machine has 25 hidden units; an exact sum lists the states of at most 24",
    ],
    ["beta 0", () => new ExactDistribution(machine, { beta: 0 }), "beta is 0; expected a finite number above 0"],
    [
      "a negative deviation",
      () => machine.perturb({ random: new Random(1), deviation: -1 }),
      "deviation is -1; expected a number",
    ],
    ["no generator", () => machine.perturb({} as never), "random is missing; perturb needs a generator"],
    [
      "no chains",
      () => new BoltzmannChains(machine, { random: new Random(1), count: 0 }),
      "count is 0; expected a whole number of at least 1",
    ],
    [
      "chains without a generator",
      () => new BoltzmannChains(machine, {} as never),
      "random is missing; Gibbs sampling needs a generator",
    ],
    [
      "an unknown sweep",
      () => new BoltzmannChains(machine, { random: new Random(1), sweep: "random" as never }),
      'sweep is "random"; expected "sequential" or "block"',
    ],
    [
      "clamped units without values",
      () => new BoltzmannChains(machine, { random: new Random(1), clamped: "visible" }),
      "clamped is given without visible; pass the rows",
    ],
    [
      "a clamp that does not fit",
      () => new BoltzmannChains(machine, { random: new Random(1), visible: new Float64Array(2), clamped: [1] }),
      "clamped has 1 values; 2 visible units need one each",
    ],
    [
      "a clamp that is none",
      () => new BoltzmannChains(machine, { random: new Random(1), visible: new Float64Array(2), clamped: [1, 2] }),
      "clamped[1] is 2; expected 1 for a clamped unit",
    ],
    [
      "an unknown clamp",
      () =>
        new BoltzmannChains(machine, {
          random: new Random(1),
          visible: new Float64Array(2),
          clamped: "hidden" as never,
        }),
      'clamped is "hidden"; expected "visible" or a row of 0 and 1',
    ],
    [
      "hidden rows without visible ones",
      () => new BoltzmannChains(machine, { random: new Random(1), hidden: Float64Array.of(1) }),
      "hidden is given without visible; pass the visible rows too",
    ],
  ])("refuses %s", (_, act, message) => {
    expect(act).toThrow(message);
  });

  it("averages what rounding left of a difference", () => {
    const R = [
      [0, 0.1 + 0.2],
      [0.3, 0],
    ];
    const { couplings } = new BoltzmannMachine({ visible, visibleCouplings: R });
    expect(couplings.values[1]).toBe(couplings.values[2]);
  });
});

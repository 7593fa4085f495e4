import { describe, expect, it } from "vitest";
import { BoltzmannChains, BoltzmannMachine, binary, GibbsChains, Random, Rbm, spin } from "../../src/index.js";
import { ExactDistribution } from "../../src/models/index.js";
import { LAYERS, normals } from "../units/layers.js";
import { allStates, boltzmannWeights, randomMachine } from "./boltzmann-machines.js";
import { drawFrom } from "./rbm-machines.js";

const CHAINS = 4000;
const SWEEPS = ["sequential", "block"] as const;

/** A machine of 3 visible and 3 hidden units, of which some pairs are not coupled: its classes have more than one unit. */
function sparseMachine(random: Random): BoltzmannMachine {
  const [a, b, c] = normals(3, random);
  return new BoltzmannMachine({
    visible: LAYERS.binary(3, random),
    hidden: LAYERS.spin(3, random),
    visibleCouplings: [
      [0, a, 0],
      [a, 0, 0],
      [0, 0, 0],
    ],
    weights: [
      [0, 0.7, 0],
      [0, 0, -1],
      [0.5, 0, 1],
    ],
    hiddenCouplings: [
      [0, b, 0],
      [b, 0, c],
      [0, c, 0],
    ],
    connections: "nonzero",
  });
}

/** Counts of the states of all units, by their number, less what is expected of `chains` draws: sum (n - e)^2 / e. */
function chiSquare(machine: BoltzmannMachine, states: Float64Array, p: readonly number[]): number {
  const { units, high } = machine;
  const counts = new Float64Array(p.length);
  const chains = states.length / units;
  for (let r = 0; r < chains; r++) {
    let word = 0;
    for (let i = 0; i < units; i++) if (states[r * units + i] === high[i]) word += 2 ** i;
    counts[word]++;
  }
  return p.reduce((sum, x, word) => sum + (counts[word] - chains * x) ** 2 / (chains * x), 0);
}

/**
 * Six standard deviations above the mean k - 1 of that sum over k states: its variance is
 * 2 (k - 1) + (sum 1 / p - k^2 - 2 k + 2) / chains.
 */
function chiSquareLimit(p: readonly number[], chains: number): number {
  const k = p.length;
  const inverse = p.reduce((sum, x) => sum + 1 / x, 0);
  return k - 1 + 6 * Math.sqrt(2 * (k - 1) + (inverse - k * k - 2 * k + 2) / chains);
}

describe.each(SWEEPS)("a %s sweep", (sweep) => {
  const random = new Random(31);
  const machines: [string, BoltzmannMachine][] = [
    ["sparse", sparseMachine(random)],
    ["fully coupled", randomMachine(LAYERS.spin(3, random), LAYERS.binary(2, random), random)],
  ];

  it.each(machines)("keeps the distribution of a %s machine", (_, machine) => {
    const beta = 0.8;
    const { p } = boltzmannWeights(machine, beta);
    const states = allStates(machine);
    const n = machine.visible.count;
    const k = machine.units - n;
    const [visible, hidden] = [new Float64Array(CHAINS * n), new Float64Array(CHAINS * k)];
    for (let r = 0; r < CHAINS; r++) {
      const x = states[drawFrom(p, random)];
      visible.set(x.subarray(0, n), r * n);
      hidden.set(x.subarray(n), r * k);
    }
    const gibbs = new BoltzmannChains(machine, { random: random.fork(1), visible, hidden, beta, sweep });
    expect(gibbs.visible).toEqual(visible);
    expect(gibbs.hidden).toEqual(hidden);
    for (const sweeps of [0, 1, 2]) {
      gibbs.advance(sweeps);
      expect(chiSquare(machine, gibbs.states, p)).toBeLessThan(chiSquareLimit(p, CHAINS));
    }
  });

  it.each(machines)("reaches the distribution of a %s machine from anywhere", (_, machine) => {
    const { p } = boltzmannWeights(machine);
    const gibbs = new BoltzmannChains(machine, { random: random.fork(2), count: CHAINS, sweep }).advance(40);
    expect(chiSquare(machine, gibbs.states, p)).toBeLessThan(chiSquareLimit(p, CHAINS));
    // As it does not when the machine is another: the test can fail.
    const other = boltzmannWeights(machine, 1.5).p;
    expect(chiSquare(machine, gibbs.states, other)).toBeGreaterThan(chiSquareLimit(other, CHAINS));
  });

  it("go on from rows as if they had never been stopped", () => {
    const machine = sparseMachine(new Random(4));
    const whole = new BoltzmannChains(machine, { random: new Random(6), count: 5, sweep });
    const { visible, hidden } = whole.advance(7);
    const rest = new BoltzmannChains(machine, { random: new Random(6), visible, hidden, sweep, sweeps: 7 });
    expect(rest.advance(4).states).toEqual(whole.advance(4).states);
    expect(() => new BoltzmannChains(machine, { random: new Random(6), sweeps: 7 })).toThrow(
      /sweeps is 7 but visible is missing/,
    );
  });

  it.each(machines)("draws the rest given clamped units of a %s machine", (_, machine) => {
    const { p } = boltzmannWeights(machine);
    const row = [machine.high[0], machine.low[1], machine.low[2]];
    const visible = Float64Array.from({ length: 3 * CHAINS }, (_, at) => row[at % 3]);
    for (const clamped of ["visible", [1, 0, 1]] as const) {
      const held = clamped === "visible" ? [0, 1, 2] : [0, 2];
      const given = allStates(machine).map((x) => held.every((i) => x[i] === row[i]));
      const total = p.reduce((sum, x, word) => sum + (given[word] ? x : 0), 0);
      const rest = new BoltzmannChains(machine, { random: random.fork(3), visible, clamped, sweep }).advance(40);
      const words = rest.states.filter((_, at) => held.includes(at % machine.units));
      expect(words.every((x, at) => x === row[held[at % held.length]])).toBe(true);
      const conditional = p.map((x, word) => (given[word] ? x / total : 0));
      // The states that cannot be: none may come, as the words say, and so they add nothing.
      const sum = chiSquare(
        machine,
        rest.states,
        conditional.map((x) => x || Number.MIN_VALUE),
      );
      expect(sum).toBeLessThan(
        chiSquareLimit(
          conditional.filter((x) => x > 0),
          CHAINS,
        ),
      );
    }
  });
});

describe("chains", () => {
  const random = new Random(41);
  const machine = randomMachine(spin(6), binary(4), random, 0.4);

  it.each(SWEEPS)("have the exact means and correlations, %s", (sweep) => {
    const exact = new ExactDistribution(machine);
    const chains = 4000;
    const { states } = new BoltzmannChains(machine, { random: random.fork(4), count: chains, sweep }).advance(50);
    for (let i = 0; i < 10; i++) {
      for (let j = 0; j <= i; j++) {
        let [sum, squares] = [0, 0];
        for (let r = 0; r < chains; r++) {
          const x = states[r * 10 + i] * (i === j ? 1 : states[r * 10 + j]);
          sum += x;
          squares += x * x;
        }
        const mean = sum / chains;
        const expected = i === j ? exact.means[i] : exact.products[i * 10 + j];
        // Six standard errors: 110 comparisons.
        const error = Math.sqrt((squares / chains - mean * mean) / chains);
        expect(Math.abs(mean - expected)).toBeLessThan(6 * error);
      }
    }
  });

  it("of an RBM in block sweeps are its block Gibbs sampling, bit for bit", () => {
    const weights = Array.from({ length: 7 }, () => normals(5, random));
    const rbm = new Rbm({ visible: LAYERS.binary(7, random), hidden: LAYERS.spin(5, random), weights });
    const visible = Float64Array.from({ length: 70 }, () => (random.bernoulli(0.5) ? 1 : 0));
    const theirs = new GibbsChains(rbm, { random: new Random(6), visible, beta: 0.9 }).advance(12);
    const options = { random: new Random(6), visible, beta: 0.9, sweep: "block" } as const;
    const ours = new BoltzmannChains(BoltzmannMachine.fromRbm(rbm), options).advance(12);
    expect(ours.visible).toEqual(theirs.visible);
    expect(ours.hidden).toEqual(theirs.hidden);
  });

  it("draw the same alone and among others, in one go and in many", () => {
    const source = new Random(3);
    const many = new BoltzmannChains(machine, { random: source, count: 4 }).advance(3).advance(2);
    const alone = new BoltzmannChains(machine, { random: source, count: 1 }).advance(5);
    expect(alone.states).toEqual(many.states.subarray(0, 10));
    expect(new BoltzmannChains(machine, { random: new Random(4), count: 4 }).advance(5).states).not.toEqual(
      many.states,
    );
  });

  it("follow the machine as it learns", () => {
    const own = randomMachine(spin(3), undefined, random);
    const chains = new BoltzmannChains(own, { random, count: 50 });
    own.couplings.values.fill(0);
    own.bias.fill(100);
    expect(chains.advance().states.every((x) => x === 1)).toBe(true);
  });
});

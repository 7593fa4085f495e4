import { describe, expect, it } from "vitest";
import { asynchronous, HopfieldNet, PatternSet, perceptron, Random, synchronous, toMatrix } from "../../src/index.js";
import { requireLinear } from "../../src/interactions/index.js";
import { referenceKernels } from "../../src/kernels/index.js";
import { learnLogic, logicNetworks } from "../../src/memories/index.js";

const rowsOf = (patterns: PatternSet) => Array.from({ length: patterns.count }, (_, r) => patterns.spins(r).join());
const { flipFlop, or, xor, xorOfThree } = logicNetworks;

describe("logic networks", () => {
  it.each([flipFlop, or, xor])(
    "$name: what is learned has the states of the table, and no others, for stable states",
    (network) => {
      const { net, stable } = learnLogic(network);
      expect(rowsOf(stable).sort()).toEqual(rowsOf(network.states).sort());
      const W = toMatrix(net.interaction);
      for (let i = 0; i < net.units; i++) {
        expect(W[i * net.units + i]).toBe(0);
        for (let j = 0; j < i; j++) expect(W[i * net.units + j]).toBe(W[j * net.units + i]);
      }
    },
  );

  it("the tables are those of the functions", () => {
    for (let r = 0; r < 4; r++) {
      const [a, b, c] = or.states.spins(r);
      expect(c).toBe(Math.max(a, b));
      for (const { states } of [xor, xorOfThree]) {
        const [p, q, output] = states.spins(r);
        expect(output).toBe(-p * q);
      }
    }
    // As printed: the auxiliary unit is off in the last row alone.
    expect([0, 1, 2, 3].map((r) => xor.states.spins(r)[3])).toEqual([1, 1, 1, -1]);
    expect(new Set(rowsOf(or.states)).size).toBe(4);
    expect(new Set(rowsOf(xorOfThree.states)).size).toBe(4);
  });

  it("the flip-flop is learned with the coupling -1 and no thresholds, and settles from everywhere", () => {
    const { net } = learnLogic(flipFlop);
    expect([...toMatrix(net.interaction)]).toEqual([0, -1, -1, 0]);
    expect([...net.thresholds]).toEqual([0, 0]);
    for (const cue of [
      [1, 1],
      [-1, -1],
      [1, -1],
      [-1, 1],
    ]) {
      const { state, period, energy } = net.run(cue, { random: new Random(1) });
      expect([state[0] * state[1], period, energy]).toEqual([-1, 1, -1]);
    }
  });

  it.each([flipFlop, xor])("$name: what is learned is what the rule for memories learns", (network) => {
    const { interaction } = perceptron().learn(network.states, referenceKernels);
    const { net } = learnLogic(network);
    expect(toMatrix(net.interaction)).toEqual(toMatrix(interaction));
    expect(net.thresholds).toEqual(requireLinear(interaction, "the test").thresholds);
  });

  it("the rule for memories, which wants every field above zero, cannot hold or, nor xor with three units", () => {
    for (const { states } of [or, xorOfThree]) {
      expect(() => perceptron().learn(states, referenceKernels)).toThrow(/not separated within that limit/);
    }
  });

  it("or holds rows that differ in one unit, which keeps its state in a field of zero", () => {
    const { net } = learnLogic(or);
    // Inputs (+, +): with the output on, each input feels nothing; the output holds itself firmly.
    const fields = net.fields(PatternSet.from([[1, 1, 1]]).bits);
    expect(Math.abs(fields[0])).toBeLessThan(1e-12);
    expect(Math.abs(fields[1])).toBeLessThan(1e-12);
    expect(fields[2]).toBeGreaterThan(0.1);
    // From inputs as they are and any output, the output becomes their disjunction where it is asked first.
    for (let word = 0; word < 8; word++) {
      const cue = [0, 1, 2].map((i) => ((word >> i) & 1 ? 1 : -1));
      const output = Math.sign(net.fields(PatternSet.from([cue]).bits)[2]);
      expect(output).toBe(Math.max(cue[0], cue[1]));
    }
  });

  it("xor cannot be learned with three units, and with four by the auxiliary unit singling out one row", () => {
    expect(() => learnLogic(xorOfThree)).toThrow(
      /the 4 states of xor of three units are not separable: .* add an auxiliary unit/,
    );
    const learnable: number[] = [];
    for (let column = 0; column < 16; column++) {
      const states = PatternSet.from(
        Array.from({ length: 4 }, (_, r) => [...xorOfThree.states.spins(r), (column >> r) & 1 ? 1 : -1]),
      );
      try {
        learnLogic({ name: "xor", units: [], states });
        learnable.push(column);
      } catch (error) {
        expect(String(error)).toMatch(/not separable/);
      }
    }
    // One row of four, or all but one.
    expect(learnable).toEqual([1, 2, 4, 7, 8, 11, 13, 14]);
    // Why: over the four rows the stabilities of the output add up to nothing, whatever the net.
    const random = new Random(3);
    const net = new HopfieldNet(
      Array.from({ length: 3 }, () => Array.from({ length: 3 }, (_, j) => (j === 2 ? 0 : random.normal()))),
      Array.from({ length: 3 }, () => random.normal()),
    );
    const fields = net.fields(xorOfThree.states.bits);
    const sum = [0, 1, 2, 3].reduce((total, r) => total + xorOfThree.states.spins(r)[2] * fields[r * 3 + 2], 0);
    expect(sum).toBeCloseTo(0, 14);
  });
});

describe("the two counter-examples to convergence", () => {
  const diagonal = new HopfieldNet([
    [-1, 0],
    [0, -1],
  ]);
  const antisymmetric = new HopfieldNet([
    [0, -1],
    [1, 0],
  ]);
  const states = [
    [1, 1],
    [1, -1],
    [-1, 1],
    [-1, -1],
  ];

  it.each([
    ["diagonal -1", diagonal, 2],
    ["antisymmetric", antisymmetric, 4],
  ])("%s: cycles from every state, all units at once or one by one", (_, net, period) => {
    for (const state of states) {
      expect(net.run(state, { dynamics: synchronous() })).toMatchObject({ converged: true, period });
      const ordered = net.run(state, { dynamics: asynchronous({ order: "fixed" }) });
      expect(ordered).toMatchObject({ converged: true, period: 2 });
      const free = net.run(state, { dynamics: asynchronous({ maxSweeps: 40 }), random: new Random(2) });
      expect(free).toMatchObject({ converged: false, period: 0, sweeps: 40 });
    }
  });

  it("the antisymmetric one has the same energy everywhere; the other one comes back to its own", () => {
    for (const state of states) expect(antisymmetric.energy(state)).toBeCloseTo(0, 15);
    const { trace = [] } = diagonal.run([1, 1], { dynamics: asynchronous({ order: "fixed" }), trace: true });
    expect([...trace]).toEqual([1, 1, 1]);
  });

  it("a symmetric net may exchange two states for ever where all units move at once", () => {
    const pair = new HopfieldNet([
      [0, 1],
      [1, 0],
    ]);
    const { state, period } = pair.run([1, -1], { dynamics: synchronous() });
    expect([period, state[0] * state[1]]).toEqual([2, -1]);
    expect(pair.run([1, -1], { random: new Random(1) })).toMatchObject({ period: 1, energy: -1 });
  });
});

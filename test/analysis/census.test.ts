import { describe, expect, it } from "vitest";
import {
  census,
  describeAttractors,
  fixedPoints,
  stateGraph,
  successorTable,
  synchronousAttractors,
} from "../../src/analysis/index.js";
import { asynchronous, glauber, synchronous } from "../../src/dynamics/index.js";
import { referenceKernels } from "../../src/kernels/index.js";
import { hebb } from "../../src/learning/index.js";
import { bitMatrix } from "../../src/math/bits.js";
import { Random } from "../../src/math/random.js";
import { Hopfield, HopfieldNet } from "../../src/memories/index.js";
import { randomPatterns } from "../support/random-patterns.js";

const spins = (word: number, n: number) => Int8Array.from({ length: n }, (_, i) => ((word >>> i) & 1) * 2 - 1);
const wordOf = (state: ArrayLike<number>) => Array.from(state).reduce((w, s, i) => w | (s > 0 ? 1 << i : 0), 0);

/** Couplings of a net by hand, symmetric where `sign` is 1, and thresholds. */
function byHand(n: number, random: Random, sign = 1): HopfieldNet {
  const W = Array.from({ length: n }, () => new Float64Array(n));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      W[i][j] = random.normal();
      W[j][i] = sign * W[i][j];
    }
  }
  return new HopfieldNet(
    W,
    Float64Array.from({ length: n }, () => (sign > 0 ? random.normal() : 0)),
  );
}

const hebbNet = (patterns: number, n: number, seed: number) =>
  new HopfieldNet(hebb().learn(randomPatterns(patterns, n, new Random(seed)), referenceKernels).interaction);

const nets: [string, HopfieldNet][] = [
  ["random couplings and thresholds", byHand(7, new Random(1))],
  ["antisymmetric couplings", byHand(6, new Random(2), -1)],
  ["Hebb with ties", hebbNet(4, 8, 3)],
  ["no couplings", new HopfieldNet([new Float64Array(2), new Float64Array(2)])],
];

describe("fixedPoints", () => {
  it.each(nets)("%s: are the states that an asynchronous sweep leaves alone, whatever the parts", (_, net) => {
    const n = net.units;
    const expected: number[] = [];
    for (let word = 0; word < 2 ** n; word++) {
      const process = net.start(spins(word, n), { dynamics: asynchronous({ order: "fixed" }) });
      if (process.advance(n) === 0) expected.push(word);
    }
    expect([...fixedPoints(net)]).toEqual(expected);
    const cuts = [0, 1, 2 ** (n - 1) - 1, 2 ** n - 1, 2 ** n, 2 ** n];
    const parts = cuts.slice(1).flatMap((to, k) => [...fixedPoints(net, [cuts[k], to])]);
    expect(parts.sort((a, b) => a - b)).toEqual(expected);
  });

  it("refuses more than 24 units and ranges outside", () => {
    expect(() => fixedPoints(hebbNet(1, 25, 1))).toThrow(
      "the network has 25 units; a census enumerates all 2^n states and takes at most 24 units",
    );
    expect(() => fixedPoints(hebbNet(1, 3, 1), [0, 9])).toThrow("to is 9; expected a whole number from 0 to 8");
    expect(() => fixedPoints(hebbNet(1, 3, 1), [5, 4])).toThrow("from is 5; expected a whole number from 0 to 4");
  });
});

describe("synchronousAttractors", () => {
  it.each(nets)("%s: are where every synchronous run ends", (_, net) => {
    const n = net.units;
    const ends = new Map<number, { period: number; basin: number }>();
    for (let word = 0; word < 2 ** n; word++) {
      const run = net.run(spins(word, n), { dynamics: synchronous() });
      let least = wordOf(run.state);
      let state = run.state;
      for (let step = 1; step < run.period; step++) {
        const process = net.start(state, { dynamics: synchronous() });
        process.advance(1);
        state = spins(process.read().words[0], n);
        least = Math.min(least, wordOf(state));
      }
      const end = ends.get(least) ?? { period: run.period, basin: 0 };
      end.basin++;
      ends.set(least, end);
    }
    const found = synchronousAttractors(net);
    expect(new Map(found.map((a) => [a.states[0], { period: a.states.length, basin: a.basin }]))).toEqual(ends);
    // Each state leads to the next, and the last to the first.
    const table = successorTable(net);
    for (const { states } of found) {
      states.forEach((state, k) => {
        expect(table[state]).toBe(states[(k + 1) % states.length]);
      });
    }
  });

  it("come from a table that was filled in parts", () => {
    const net = nets[0][1];
    const table = new Uint32Array(128);
    for (const part of [[100, 128] as const, [0, 31] as const, [31, 100] as const]) successorTable(net, part, table);
    expect(table).toEqual(successorTable(net));
    expect(synchronousAttractors(net, table)).toEqual(synchronousAttractors(net));
    expect(() => successorTable(net, [0, 128], new Uint32Array(5))).toThrow("table has 5 entries; 7 units need 128");
  });
});

describe("census", () => {
  it("names stored patterns, their negatives, mixtures with their signs and the rest, as the memory does", () => {
    const patterns = randomPatterns(3, 15, new Random(12));
    const memory = new Hopfield(15).store(patterns);
    const { entries, counts } = census(memory.net as HopfieldNet, patterns);
    for (const { state, word, energy, attractor, period } of entries) {
      expect(wordOf(state)).toBe(word);
      expect(energy).toBe(memory.energy(state));
      expect(attractor).toEqual(memory.classify(state));
      expect(period).toBe(1);
    }
    expect(counts.stored + counts.reversed + counts.mixture + counts.spurious).toBe(entries.length);
    expect([counts.stored, counts.reversed, counts.cycle]).toEqual([3, 3, 0]);
    // Without thresholds the negative of a fixed point is one.
    expect(counts.mixture).toBeGreaterThan(0);
    expect(counts.mixture % 2).toBe(0);
    expect(counts.spurious % 2).toBe(0);
  });

  it("of synchronous dynamics counts cycles, and basins that fill the whole space", () => {
    const patterns = randomPatterns(3, 10, new Random(3));
    const net = new HopfieldNet(hebb().learn(patterns, referenceKernels).interaction);
    const { entries, counts } = census(net, patterns, { dynamics: "synchronous" });
    expect(entries.reduce((sum, entry) => sum + (entry.basin ?? 0), 0)).toBe(1024);
    expect(counts.cycle).toBe(entries.filter((entry) => entry.period === 2).length);
    expect(counts.cycle).toBeGreaterThan(0);
  });

  it("refuses to describe more attractors than anyone can read", () => {
    const patterns = randomPatterns(1, 18, new Random(1));
    const empty = new HopfieldNet(Array.from({ length: 18 }, () => new Float64Array(18)));
    expect(() => census(empty, patterns)).toThrow(
      "the network has 262144 attractors; a census describes at most 100000: count them with fixedPoints",
    );
    expect(describeAttractors(empty, patterns, Uint32Array.of(5)).entries[0]).toMatchObject({ word: 5, period: 1 });
  });
});

describe("stateGraph", () => {
  it.each(nets.slice(0, 3))("%s: has the energies, fields and steps of the net", (_, net) => {
    const n = net.units;
    const { states, symmetric } = stateGraph(net);
    expect(states).toHaveLength(2 ** n);
    expect(symmetric).toBe(net !== nets[1][1]);
    expect(states.filter((s) => s.fixed).map((s) => s.word)).toEqual([...fixedPoints(net)]);
    const table = successorTable(net);
    states.forEach(({ word, state, energy, fields, asynchronous: moves, synchronous: next }, k) => {
      expect(word).toBe(k);
      expect(state).toEqual(spins(word, n));
      expect(energy).toBeCloseTo(net.energy(state), 12);
      expect(next).toBe(table[word]);
      const exact = net.fields(bitMatrix(1, n, Uint32Array.of(word, 0, 0, 0)));
      expect(Math.max(...fields.map((h, i) => Math.abs(h - exact[i])))).toBeLessThan(1e-12);
      expect(moves.reduce((sum, move) => sum + move.probability, 0)).toBeCloseTo(1, 12);
      if (symmetric) for (const { to } of moves) expect(states[to].energy).toBeLessThanOrEqual(energy + 1e-12);
    });
  });

  it("at a temperature is in balance with exp(-E / T), and steps as Glauber dynamics does", () => {
    const net = byHand(5, new Random(4));
    const temperature = 0.8;
    const { states } = stateGraph(net, { temperature });
    const weight = (k: number) => Math.exp(-states[k].energy / temperature);
    for (const { word, asynchronous: moves } of states) {
      for (const { to, probability } of moves) {
        const back = states[to].asynchronous.find((move) => move.to === word)?.probability ?? 0;
        expect((weight(word) * probability) / (weight(to) * back)).toBeCloseTo(1, 12);
      }
    }
    // One visit of the first unit of a sweep, which is a random one.
    const draws = 2000;
    const counts = new Map<number, number>();
    for (let k = 0; k < draws; k++) {
      const dynamics = glauber({ beta: 1 / temperature });
      const process = net.start(spins(9, 5), { dynamics, random: new Random(5).fork(k) });
      process.advance(1);
      const word = process.read().words[0];
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    for (const { to, probability } of states[9].asynchronous) {
      const deviation = Math.sqrt(draws * probability * (1 - probability));
      expect(Math.abs((counts.get(to) ?? 0) - draws * probability)).toBeLessThan(5 * deviation + 1);
    }
  });

  it("refuses negative temperatures and more than 12 units", () => {
    expect(() => stateGraph(nets[0][1], { temperature: -1 })).toThrow(
      "temperature is -1; expected a number of at least 0",
    );
    expect(() => stateGraph(hebbNet(1, 13, 1))).toThrow(
      "the network has 13 units; a state graph enumerates all 2^n states and takes at most 12 units",
    );
  });
});

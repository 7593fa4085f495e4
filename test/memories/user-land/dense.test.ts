import {
  ArgumentError,
  asynchronous,
  basins,
  census,
  type Dynamics,
  decodeMemory,
  encodeMemory,
  fixedPoints,
  flip,
  glauber,
  Hopfield,
  HopfieldNet,
  hebb,
  type Interaction,
  type LearningRule,
  memoryKinds,
  metropolis,
  PatternSet,
  Random,
  randomPatterns,
  StorageError,
  synchronous,
  toMatrix,
  toRbm,
  unlearn,
} from "engram";
import { bitMatrix, bitRow } from "engram/math";
import {
  loadMemory,
  parallelBasins,
  parallelCensus,
  parallelFixedPoints,
  parallelRecall,
  saveMemory,
} from "engram/node";
import { isMaker } from "engram/options";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../support/folder.js";
import { refusal } from "../../support/refusal.js";
import dense from "./dense.mjs";

const DEGREE = 3;

/** E(s) = -sum_mu F(xi_mu . s) by its definition. */
function energyOf(patterns: PatternSet, spins: Int8Array, degree = DEGREE): number {
  let energy = 0;
  for (let mu = 0; mu < patterns.count; mu++) {
    const m = patterns.spins(mu).reduce((sum, xi, i) => sum + xi * spins[i], 0);
    if (m > 0) energy -= m ** degree;
  }
  return energy;
}

const spinsOf = (word: number, n: number) => Int8Array.from({ length: n }, (_, i) => ((word >>> i) & 1) * 2 - 1);
const wordOf = (spins: ArrayLike<number>) => Array.from(spins).reduce((w, s, i) => w | (s > 0 ? 1 << i : 0), 0);

/** h_i = (E(s_i = -1) - E(s_i = +1)) / 2 by its definition. */
function fieldOf(patterns: PatternSet, spins: Int8Array, i: number, degree = DEGREE): number {
  const withUnit = (value: number) => spins.map((s, k) => (k === i ? value : s));
  return (energyOf(patterns, withUnit(-1), degree) - energyOf(patterns, withUnit(1), degree)) / 2;
}

/** One synchronous step by its definition. */
const stepOf = (patterns: PatternSet, word: number) =>
  wordOf(spinsOf(word, patterns.units).map((_, i, s) => (fieldOf(patterns, s, i) >= 0 ? 1 : -1)));

const memoryOf = (patterns: PatternSet, degree = DEGREE) =>
  new Hopfield(patterns.units, { rule: dense({ degree }) }).store(patterns);

const SAMPLER = 0.002;
const dynamics: [string, Dynamics][] = [
  ["asynchronous", asynchronous()],
  ["synchronous", synchronous()],
  ["glauber", glauber({ beta: SAMPLER, sweeps: 5 })],
  ["metropolis", metropolis({ beta: SAMPLER, sweeps: 5 })],
];

describe("a dense associative memory as a learning rule of a user's own", () => {
  it("is a maker of rules with checked options", () => {
    expect(isMaker(dense, "rule")).toBe(true);
    expect(dense({ degree: 4 })).toMatchObject({ name: "steep", options: { degree: 4 } });
    expect(dense.make().options).toEqual({ degree: 3 });
    expect(() => dense({ degree: 1 })).toThrow(refusal("degree"));
  });

  it.each([2, 3, 5])("degree %i: fields, steps, energies and walks are those of its energy", (degree) => {
    const patterns = randomPatterns(4, 33, new Random(1));
    const { interaction } = memoryOf(patterns, degree);
    const states = randomPatterns(5, 33, new Random(2));
    const fields = new Float64Array(5 * 33);
    interaction.fields(states.bits, fields);
    const energies = interaction.energies(states.bits);
    const stepped = bitMatrix(5, 33);
    interaction.step(states.bits, stepped);
    const inPlace = bitMatrix(5, 33, states.bits.words.slice());
    interaction.step(inPlace, inPlace);
    expect(inPlace).toEqual(stepped);
    for (let r = 0; r < 5; r++) {
      const spins = states.spins(r);
      expect(energies[r]).toBe(energyOf(patterns, spins, degree));
      const walk = interaction.walk(bitRow(states.bits, r));
      for (let i = 0; i < 33; i++) {
        const h = fieldOf(patterns, spins, i, degree);
        expect([fields[r * 33 + i], walk.field(i)]).toEqual([h, h]);
        expect(new PatternSet(stepped).spins(r)[i]).toBe(h >= 0 ? 1 : -1);
      }
      walk.dispose();
    }
    expect(interaction.linear).toBeUndefined();
  });

  it("holds a hundred patterns of a hundred units, of which Hebb's rule holds none", () => {
    const patterns = randomPatterns(100, 100, new Random(1));
    const cues = flip(patterns, 0.1, new Random(2));
    const recalled = (rule: LearningRule) =>
      new Hopfield(100, { rule })
        .store(patterns)
        .recallMany(cues, { random: new Random(3) })
        .filter(({ attractor, nearest }, mu) => attractor.kind === "stored" && nearest.index === mu).length;
    expect(recalled(hebb())).toBe(0);
    expect(recalled(dense({ degree: 3 }))).toBe(100);
  });

  it("never rises in energy under asynchronous dynamics, and ends where no unit wants to flip", () => {
    const patterns = randomPatterns(30, 40, new Random(4));
    const memory = memoryOf(patterns);
    for (let seed = 0; seed < 10; seed++) {
      const random = new Random(seed);
      const process = memory.start(randomPatterns(1, 40, random), { random });
      let before = memory.energy(new PatternSet(process.read()));
      while (process.period === 0) {
        const flips = process.advance(1);
        const after = memory.energy(new PatternSet(process.read()));
        if (flips === 0) expect(after).toBe(before);
        else expect(after).toBeLessThan(before);
        before = after;
      }
      const end = new PatternSet(process.read()).spins(0);
      for (let i = 0; i < 40; i++) expect(end[i] * fieldOf(patterns, end, i)).toBeGreaterThanOrEqual(0);
    }
    const { trace = [] } = memory.recall(patterns.select([3]), { random: new Random(1), trace: true });
    for (let t = 1; t < trace.length; t++) expect(trace[t]).toBeLessThanOrEqual(trace[t - 1]);
  });

  it("runs by synchronous steps of its fields", () => {
    const patterns = randomPatterns(5, 12, new Random(5));
    const memory = memoryOf(patterns);
    for (let word = 3; word < 2 ** 12; word += 97) {
      const process = memory.start(spinsOf(word, 12), { dynamics: synchronous() });
      process.advance(12);
      expect(process.read().words[0]).toBe(stepOf(patterns, word));
    }
    for (let mu = 0; mu < 5; mu++) {
      const isFixed = stepOf(patterns, wordOf(patterns.spins(mu))) === wordOf(patterns.spins(mu));
      const { period, sweeps, attractor } = memory.recall(patterns.select([mu]), { dynamics: synchronous() });
      if (isFixed) expect([period, sweeps, attractor.kind]).toEqual([1, 1, "stored"]);
      else expect(sweeps).toBeGreaterThan(1);
    }
  });

  it.each([
    ["glauber", glauber],
    ["metropolis", metropolis],
  ] as const)("%s dynamics samples exp(-beta E) / Z", (_, sampler) => {
    const [n, beta, chains] = [4, 0.02, 8000];
    const patterns = randomPatterns(2, n, new Random(6));
    const memory = memoryOf(patterns);
    const weights = Array.from({ length: 2 ** n }, (_, word) => Math.exp(-beta * energyOf(patterns, spinsOf(word, n))));
    const Z = weights.reduce((a, b) => a + b);
    expect(Math.max(...weights) / Math.min(...weights)).toBeGreaterThan(2);
    const counts = new Float64Array(2 ** n);
    for (let chain = 0; chain < chains; chain++) {
      const options = { dynamics: sampler({ beta, sweeps: 30 }), random: new Random(5).fork(chain) };
      counts[wordOf(memory.recall(new Int8Array(n).fill(1), options).state)]++;
    }
    const chiSquared = weights.reduce((sum, weight, word) => {
      const expected = (chains * weight) / Z;
      return sum + (counts[word] - expected) ** 2 / expected;
    }, 0);
    // The 1 - 1e-5 quantile of chi-squared with 15 degrees of freedom.
    expect(chiSquared).toBeLessThan(50.5);
  });

  it("is inspected like any other memory", () => {
    const patterns = randomPatterns(6, 30, new Random(7));
    const { stabilities, ...inspection } = memoryOf(patterns).inspect();
    const kappas = Array.from({ length: 6 }, (_, mu) => {
      const xi = patterns.spins(mu);
      return Math.min(...Array.from(xi, (s, i) => s * fieldOf(patterns, xi, i)));
    });
    expect(stabilities).toEqual(kappas);
    expect(inspection).toEqual({
      kind: "hopfield",
      units: 30,
      stored: 6,
      load: 0.2,
      rule: "steep",
      fixedPoints: 6,
      minStability: Math.min(...kappas),
      warnings: [],
    });
    // More patterns than a net of ten units holds by any energy: what is lost is said.
    const crowded = memoryOf(randomPatterns(200, 10, new Random(8))).inspect();
    expect(crowded.fixedPoints).toBeLessThan(200);
    expect(crowded.warnings).toMatchObject([
      { code: "unstable", rule: "steep", items: "patterns", stored: 200, unstable: 200 - crowded.fixedPoints },
    ]);
  });

  it("stores, forgets and names attractors like any other memory", () => {
    const patterns = new PatternSet(randomPatterns(5, 40, new Random(9)).bits, { labels: [..."abcde"] });
    const grown = new Hopfield(40, { rule: dense() });
    for (let mu = 0; mu < 5; mu++) grown.store(patterns.select([mu]));
    const made = memoryOf(patterns.select([0, 2, 4]));
    grown.forget([1, 3]);
    const cues = flip(patterns, 0.2, new Random(1));
    expect(grown.recallMany(cues, { random: new Random(2) })).toEqual(made.recallMany(cues, { random: new Random(2) }));
    const recall = grown.recall(cues.select([2]), { random: new Random(3) });
    expect(recall).toMatchObject({ nearest: { index: 1, label: "c", overlap: 1 }, attractor: { kind: "stored" } });
    // The cubes of the overlaps are rectified: the negative of a pattern is not one of its minima.
    expect(grown.energy(patterns.spins(2).map((s) => -s))).toBeGreaterThan(grown.energy(patterns.spins(2)));
  });

  describe("in experiments", () => {
    const patterns = randomPatterns(4, 10, new Random(10));
    const memory = memoryOf(patterns);
    const table = Uint32Array.from({ length: 2 ** 10 }, (_, word) => stepOf(patterns, word));

    it("has the fixed points and attractors of its energy, by brute force", () => {
      const isFixed = (word: number) => {
        const spins = spinsOf(word, 10);
        return spins.every((s, i) => s * fieldOf(patterns, spins, i) >= 0);
      };
      const words = Array.from(table.keys()).filter(isFixed);
      expect([...fixedPoints(memory)]).toEqual(words);
      const { entries, counts, units } = census(memory, patterns);
      expect(units).toBe(10);
      expect(entries.map(({ word }) => word)).toEqual(words);
      expect(counts.stored).toBeGreaterThan(0);
      for (const { state, energy, attractor, period } of entries) {
        expect([energy, period]).toEqual([energyOf(patterns, state), 1]);
        expect(attractor).toEqual(memory.classify(state));
      }
      // Ranges that are not multiples of what is handed over at a time.
      const large = memoryOf(randomPatterns(3, 12, new Random(2)));
      const cuts = [0, 1, 1500, 4095, 4096];
      const parts = cuts.slice(1).flatMap((to, k) => [...fixedPoints(large, [cuts[k], to])]);
      expect(parts.sort((a, b) => a - b)).toEqual([...fixedPoints(large)]);
    });

    it("has the synchronous attractors and basins of its steps, by brute force", () => {
      const endOf = (word: number) => {
        let state = word;
        for (let step = 0; step < 2 ** 10; step++) state = table[state];
        let least = state;
        let period = 0;
        do {
          state = table[state];
          least = Math.min(least, state);
          period++;
        } while (period < 2 ** 10 && table[state] !== state && state !== least);
        return least;
      };
      const sizes = new Map<number, number>();
      for (const word of table.keys()) {
        // On a cycle the smallest state names it.
        let end = endOf(word);
        for (let step = 0, state = end; step < 8; step++) {
          state = table[state];
          end = Math.min(end, state);
        }
        sizes.set(end, (sizes.get(end) ?? 0) + 1);
      }
      const { entries } = census(memory, patterns, { dynamics: "synchronous" });
      expect(new Map(entries.map(({ word, basin }) => [word, basin]))).toEqual(sizes);
    });

    it("has the basins of its steps, by brute force", () => {
      const distances = Array.from({ length: 11 }, (_, h) => h);
      for (const steps of [1, 3]) {
        const found = basins(memory, patterns, { steps, distances });
        found.forEach(({ rows, fixed }, mu) => {
          const target = wordOf(patterns.spins(mu));
          const reached = new Array<number>(11).fill(0);
          for (const word of table.keys()) {
            let state = word;
            for (let step = 0; step < steps; step++) state = table[state];
            if (state !== target) continue;
            reached[spinsOf(word ^ target, 10).filter((s) => s > 0).length]++;
          }
          expect(rows.map(({ count }) => count)).toEqual(reached);
          expect(fixed).toBe(table[target] === target);
        });
      }
    });

    it("is the same over threads: recalls, basins and census", async () => {
      const workers = 2;
      const cues = flip(patterns, 0.2, new Random(1));
      for (const [, way] of dynamics) {
        const expected = memory.recallMany(cues, { dynamics: way, random: new Random(3) });
        expect(await parallelRecall(memory, cues, { dynamics: way, seed: 3, workers })).toEqual(expected);
      }
      const settings = { distances: [0, 2, 5], samples: 40 };
      expect(await parallelBasins(memory, patterns, { ...settings, seed: 3, workers })).toEqual(
        basins(memory, patterns, { ...settings, random: new Random(3) }),
      );
      expect(await parallelFixedPoints(memory, { workers })).toEqual(fixedPoints(memory));
      for (const way of ["asynchronous", "synchronous"] as const) {
        expect(await parallelCensus(memory, patterns, { dynamics: way, workers })).toEqual(
          census(memory, patterns, { dynamics: way }),
        );
      }
    });

    it("cannot go to threads without its memory, or without its module, and says so in one line", async () => {
      const bare = new HopfieldNet(memory.interaction);
      await expect(parallelBasins(bare, patterns, { seed: 1 })).rejects.toThrow(ArgumentError);
      await expect(parallelFixedPoints(bare)).rejects.toThrow("give the memory that has learned it");
      const { name, options, learn } = dense();
      const lost = new Hopfield(10, { rule: { name, options, learn } }).store(patterns);
      await expect(parallelRecall(lost, patterns, { seed: 1, workers: 1 })).rejects.toThrow(/^[^\n]*"?steep"?[^\n]*$/);
    });
  });

  describe("in a file", () => {
    const patterns = randomPatterns(4, 50, new Random(11));
    const memory = memoryOf(patterns, 4);
    const cues = flip(patterns, 0.2, new Random(1));
    const options = { kinds: memoryKinds, name: "m" };

    it("comes back where the rule is handed over, bit for bit", async () => {
      const loaded = decodeMemory(encodeMemory(memory, options), { ...options, rules: [dense] }) as Hopfield;
      expect(loaded.rule).toMatchObject({ name: "steep", options: { degree: 4 } });
      expect(loaded.inspect()).toEqual(memory.inspect());
      expect(loaded.recallMany(cues, { random: new Random(2) })).toEqual(
        memory.recallMany(cues, { random: new Random(2) }),
      );
      const path = `${temporaryFolder()}/dense.safetensors`;
      await saveMemory(path, memory);
      const read = await loadMemory(path, { rules: [dense] });
      expect(read.inspect()).toEqual(memory.inspect());
      await expect(loadMemory(path)).rejects.toThrow('"steep"');
    });

    it("is refused where a rule of Engram has its name", () => {
      const bytes = encodeMemory(memory, options);
      const other = { ...dense, sort: "rule", name: "hebb" };
      expect(() => decodeMemory(bytes, { ...options, rules: [other as typeof dense] })).toThrow(
        'there is a rule "hebb" already; give yours another name',
      );
    });

    it("is refused without it, in one line that names it", () => {
      const decode = () => decodeMemory(encodeMemory(memory, options), options);
      expect(decode).toThrow(StorageError);
      expect(decode).toThrow(/^m: [^\n]*"steep"[^\n]*$/);
    });
  });

  it("is refused in one sentence by what needs couplings", async () => {
    const memory = memoryOf(randomPatterns(3, 20, new Random(12)));
    const sentence = /^[^\n.;]* needs couplings W, which this interaction does not have: its energy is not quadratic$/;
    const asked: [string, () => unknown][] = [
      ["toRbm", () => toRbm(memory)],
      ["toRbm", () => toRbm(new HopfieldNet(memory.interaction))],
      ["toMatrix", () => toMatrix(memory.interaction)],
      ["unlearning", () => unlearn(memory, { dreams: 1, random: new Random(1) })],
    ];
    for (const [purpose, call] of asked) {
      const thrown: unknown = await (async () => call())().catch((error: unknown) => error);
      expect(thrown).toBeInstanceOf(ArgumentError);
      expect((thrown as Error).message).toMatch(sentence);
      expect((thrown as Error).message).toContain(purpose);
    }
  });

  it("keeps an interaction that is handed to a net", () => {
    const { interaction }: { interaction: Interaction } = memoryOf(randomPatterns(2, 8, new Random(13)));
    const net = new HopfieldNet(interaction);
    expect(net.interaction).toBe(interaction);
    expect(net.thresholds).toEqual(new Float64Array(8));
  });
});

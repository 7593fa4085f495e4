import { decodeMemory, encodeMemory, Hopfield, hebb, Random, randomPatterns, VectorSet } from "engram";
import { exp, matrix, norm, tanh } from "engram/math";
import {
  block,
  checkGradient,
  type Energy,
  EnergyMemory,
  type EnergyMemoryOptions,
  type EnergyMemoryParameters,
  EpisodeSource,
  energies,
  energyMemoryKind,
  energyTraining,
  flips,
  isParameter,
  leaves,
  mapTree,
  mean,
  mlp,
  type Parameter,
  quadratic,
  quadraticFeatures,
  reconstruction,
  square,
  subtract,
  type Tensor,
  traceReading,
  traceWriting,
  trainEnergyMemory,
} from "engram/neural";
import type { TrainingCheckpoint } from "engram/training";
import { describe, expect, it } from "vitest";

type Made = ReturnType<typeof quadraticFeatures>;

const UNITS = 12;
/** One energy of each kind, small. */
const SMALL: readonly Made[] = [
  quadraticFeatures({ features: 7 }),
  quadraticFeatures({ features: 7, order: 1 }),
  reconstruction({ features: 7 }),
  mlp({ layers: [4, 3] }),
  quadratic(),
] as never;
const named = SMALL.map((energy) => [`${energy.name} ${JSON.stringify(energy.options)}`, energy] as const);

/** A memory whose parameters are nowhere 0. */
function shaken(options: Partial<EnergyMemoryOptions> & { readonly energy: Made }, size = 0.2): EnergyMemory {
  const memory = new EnergyMemory({ units: UNITS, ...options });
  const random = new Random(3);
  for (const { values } of leaves(memory.parameters.energy, isParameter).values()) {
    for (let k = 0; k < values.length; k++) values[k] += size * random.normal();
  }
  return memory;
}

const spins = (count: number, seed: number, units = UNITS) => randomPatterns(count, units, new Random(seed));

/** A parameter of a memory by its name. */
const parameter = ({ parameters }: EnergyMemory, name: string) =>
  leaves(parameters, isParameter).get(name) as Parameter;

/** The numbers that writing has made. */
const writtenOf = ({ written }: EnergyMemory, name = "weights") =>
  leaves(written, (value): value is Float64Array => value instanceof Float64Array).get(name) as Float64Array;

describe.each(named)("the energy %s", (_, energy: Energy & Made) => {
  it("does not run away at the rates that it begins with, in memories of any size", async () => {
    for (const units of [UNITS, 64]) {
      const memory = new EnergyMemory({ units, energy, random: new Random(2) });
      const distortions: number[] = [];
      const options = { epochs: 4, episodes: 32, batch: 8, patterns: Math.round(units / 6), seed: 3, rate: 0.003 };
      for await (const { distortion } of trainEnergyMemory(memory, options)) distortions.push(distortion);
      expect(distortions.length).toBe(4);
      // Spins are +-1: a state that runs away is far beyond.
      expect(Math.max(...distortions)).toBeLessThan(10);
    }
  });

  it("has the meta-gradient of differences through writing and reading, third derivatives included", () => {
    const write = { steps: 2, rate: 0.2, penalty: 0.1, decay: 0.3 };
    const memory = shaken({ units: 3, energy, write, read: { steps: 2, rate: 0.1 } });
    const shapes = {
      parameters: mapTree(memory.parameters, isParameter, ({ shape }: Parameter) => shape),
      patterns: [2, 2, 3],
      cues: [2, 2, 3],
    };
    const random = new Random(5);
    const normals = () => Array.from({ length: 12 }, () => random.normal());
    const { largest, compared } = checkGradient(
      shapes as never,
      {
        parameters: mapTree(memory.parameters, isParameter, ({ values }: Parameter) => Float64Array.from(values)),
        patterns: normals(),
        cues: normals(),
      } as never,
      (given: never) => {
        const { parameters, patterns, cues } = given as {
          parameters: EnergyMemoryParameters<Tensor>;
          patterns: Tensor;
          cues: Tensor;
        };
        const written = traceWriting(energy, parameters, patterns).at(-1) as object;
        const { states } = traceReading(energy, parameters, written, cues);
        return states.slice(1).map((state) => mean(square(subtract(state, patterns))));
      },
    );
    expect(compared).toBe(
      [...leaves(memory.parameters, isParameter).values()].reduce((n, p) => n + p.values.length, 24),
    );
    // Differences of steps of 1e-3 have errors of about 1e-12 of the fifth derivative, which is some tens of the first.
    expect(largest).toBeLessThan(1e-9);
  });

  it("never rises in a recall, at any rate", () => {
    const memory = shaken({ energy, write: { steps: 2, rate: 0.1 }, read: { steps: 25, rate: 20 } }, 1);
    memory.store(spins(3, 6));
    let halvings = 0;
    const random = new Random(7);
    for (let k = 0; k < 20; k++) {
      const cue = Float64Array.from({ length: UNITS }, () => random.normal());
      const recall = memory.recall(cue);
      halvings += recall.halvings;
      expect(recall.energies.length).toBe(recall.sweeps + 1);
      for (let step = 1; step < recall.energies.length; step++) {
        expect(recall.energies[step]).toBeLessThanOrEqual(recall.energies[step - 1]);
      }
      expect([recall.cueEnergy, recall.energy]).toEqual([memory.energy(cue), memory.energy(recall.state)]);
    }
    expect(halvings).toBeGreaterThan(0);
  });

  it("comes to rest where its gradient is small", () => {
    const [rate, tolerance] = [0.05, 1e-5];
    const memory = shaken({ energy, read: { steps: 5, rate }, write: { steps: 2, rate: 0.1 } }).store(spins(3, 6));
    const recall = memory.recall(new Float64Array(UNITS).fill(0.7), { steps: 5000, tolerance });
    expect([recall.converged, recall.halvings]).toEqual([true, 0]);
    // The last step was rate |gradient|, at most tolerance sqrt(n); at its end the gradient has changed by less than its length.
    expect(norm(memory.slope(recall.state))).toBeLessThan((2 * tolerance * Math.sqrt(UNITS)) / rate);
  });

  it("forgets everything with no steps of writing", () => {
    const memory = shaken({ energy, write: { steps: 0 } });
    const cue = Float64Array.from({ length: UNITS }, (_, i) => Math.sin(i));
    const answers = [1, 2].map((seed) => {
      const { state, energies: visited } = memory.store(spins(4, seed)).recall(cue);
      memory.forget([0, 1, 2, 3]);
      return { state, visited };
    });
    expect(answers[0]).toEqual(answers[1]);
    const writing = shaken({ energy, write: { steps: 1, rate: 0.1 } });
    expect(writing.store(spins(4, 1)).recall(cue).state).not.toEqual(answers[0].state);
  });

  it("comes back from a file the same, trained or with patterns", () => {
    const memory = shaken({ energy, write: { steps: 3, rate: 0.1, penalty: 0.1, decay: 0.2 }, read: { steps: 4 } });
    memory.notes = { seed: 3, epochs: 2 };
    const kinds = [energyMemoryKind];
    const empty = decodeMemory(encodeMemory(memory, { kinds }), { kinds }) as EnergyMemory;
    expect(empty.items).toBeUndefined();
    expect([empty.parameters, empty.notes, empty.options]).toEqual([memory.parameters, memory.notes, memory.options]);
    memory.store(spins(3, 6));
    const full = decodeMemory(encodeMemory(memory, { kinds }), { kinds }) as EnergyMemory;
    const cue = spins(1, 8);
    expect(full.recall(cue)).toEqual(memory.recall(cue));
    expect(empty.store(spins(3, 6)).recall(cue)).toEqual(memory.recall(cue));
    expect(full.inspect()).toEqual(memory.inspect());
  });
});

describe("one step of writing without penalty and decay", () => {
  const patterns = spins(5, 11);
  const rows = Array.from({ length: 5 }, (_, r) => Float64Array.from(patterns.spins(r)));

  it("is Hebb's rule, for a quadratic energy", () => {
    // W += (rate / 2) mean_i x_i x_i^T is that of the rule, 1 / n sum_i x_i x_i^T, for the rate 2 p / n.
    const memory = new EnergyMemory({ units: UNITS, energy: quadratic(), write: { steps: 1, rate: 10 / UNITS } });
    const weights = writtenOf(memory.store(patterns));
    const couplings = new Hopfield(UNITS, { rule: hebb() }).store(patterns).interaction.linear;
    const row = new Float64Array(UNITS);
    // The logarithm of the rate is kept in single precision.
    const scale = exp(parameter(memory, "write.logRates").values[0]) / (10 / UNITS);
    for (let i = 0; i < UNITS; i++) {
      couplings?.row(i, row);
      for (let j = 0; j < UNITS; j++) {
        // Hopfield's net has no self-couplings; here they are those of the formula, p / n.
        const expected = scale * (i === j ? 5 / UNITS : row[j]);
        // Ten roundings of numbers of at most p / n.
        expect(Math.abs(weights[i * UNITS + j] - expected)).toBeLessThan((10 * 2 ** -53 * 5) / UNITS);
      }
    }
  });

  it("is Hebb's rule in feature space, for quadratic features", () => {
    const size = 7;
    const energy = quadraticFeatures({ features: size });
    const memory = new EnergyMemory({ units: UNITS, energy, write: { steps: 1, rate: 3 }, random: new Random(4) });
    const weights = writtenOf(memory.store(patterns));
    const factors = [0, 1].map((f) => parameter(memory, `energy.fixed.factors.${f}.weights`).values);
    const features = rows.map((x) =>
      Array.from({ length: size }, (_, k) =>
        factors.reduce((h, a) => h * 1.6 * tanh(x.reduce((sum, value, i) => sum + value * a[i * size + k], 0)), 1),
      ),
    );
    const rate = exp(parameter(memory, "write.logRates").values[0]) * (Math.sqrt(UNITS) / size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        const hebbian = features.reduce((sum, h) => sum + h[i] * h[j], 0) / 5;
        // Sums of 12 and 5 terms of at most 2.56 in another order: under 100 roundings.
        expect(Math.abs(weights[i * size + j] - (rate / 2) * hebbian)).toBeLessThan(
          100 * 2 ** -53 * rate * 2.56 * 2.56,
        );
      }
    }
  });

  it("is Hebb's rule between features and units, for the reconstruction", () => {
    const size = 7;
    const energy = reconstruction({ features: size, order: 1 });
    const memory = new EnergyMemory({ units: UNITS, energy, write: { steps: 1, rate: 3 }, random: new Random(4) });
    const weights = writtenOf(memory.store(patterns));
    const a = parameter(memory, "energy.fixed.factors.0.weights").values;
    const rate = exp(parameter(memory, "write.logRates").values[0]) / Math.sqrt(size);
    for (let k = 0; k < size; k++) {
      const h = rows.map((x) => 1.6 * tanh(x.reduce((sum, value, i) => sum + value * a[i * size + k], 0)));
      for (let i = 0; i < UNITS; i++) {
        const hebbian = rows.reduce((sum, x, r) => sum + h[r] * x[i], 0) / 5;
        expect(Math.abs(weights[k * UNITS + i] - rate * hebbian)).toBeLessThan(100 * 2 ** -53 * rate * 1.6);
      }
    }
  });
});

describe("a recall", () => {
  it("halves no step for rates below 1 / L, the largest curvature of the energy", () => {
    const size = 9;
    const energy = quadraticFeatures({ features: size, order: 1 });
    const make = (rate: number) => shaken({ energy, write: { steps: 2, rate: 1 }, read: { steps: 200, rate } }, 0.3);
    const memory = make(1).store(spins(3, 6));
    // The Hessian is lambda - s [J^T W J + sum_k (W h)_k h_k''], with |J| <= c |A|, |h_k''| <= c |tanh''| |a_k|^2 and |h_k| < c.
    const c = 1.6;
    const [a, w] = [parameter(memory, "energy.fixed.factors.0.weights").values, writtenOf(memory)];
    const rowSums = Array.from({ length: size }, (_, k) =>
      w.subarray(k * size, (k + 1) * size).reduce((sum, x) => sum + Math.abs(x), 0),
    );
    const lambda = exp(parameter(memory, "energy.fixed.logLeak").values[0]);
    const squares = norm(Float64Array.from(a)) ** 2;
    const bent = 4 / (3 * Math.sqrt(3));
    const s = Math.sqrt(UNITS) / size;
    const L = lambda + s * c * c * squares * (norm(w) + bent * Math.max(...rowSums));
    const slow = make(0.999 / L).store(spins(3, 6));
    const random = new Random(8);
    for (let k = 0; k < 10; k++) {
      const cue = Float64Array.from({ length: UNITS }, () => 2 * random.normal());
      const { halvings, energies: visited } = slow.recall(cue);
      expect(halvings).toBe(0);
      expect(visited[visited.length - 1]).toBeLessThan(visited[0]);
    }
  });

  it("starts, and can be advanced, as it runs", () => {
    const memory = shaken({ energy: SMALL[0], read: { steps: 6, rate: 0.3 } }).store(spins(3, 6));
    const process = memory.start(spins(1, 8));
    for (let k = 0; k < 6; k++) process.advance(UNITS);
    expect(process.read()).toEqual(memory.recall(spins(1, 8), { steps: 6, tolerance: 0 }).state);
  });

  it("is refused in one line where the memory is empty, or the cue or the options do not fit", () => {
    const memory = shaken({ energy: SMALL[0] });
    expect(() => memory.recall(new Float64Array(UNITS))).toThrow("the memory is empty");
    memory.store(spins(2, 1));
    expect(() => memory.recall(new Float64Array(5))).toThrow("cue has 5 entries but the network has 12");
    expect(() => memory.recall(new Float64Array(UNITS).fill(Number.NaN))).toThrow("expected a finite number");
    expect(() => memory.recall(new Float64Array(UNITS).fill(1e200))).toThrow("the energy of the cue is");
    expect(() => memory.recall(new Float64Array(UNITS), { steps: 0 })).toThrow("steps is 0");
  });
});

describe("writing", () => {
  it.each(named)("of %s descends the energy with its penalty and decay, as differences say", (_, energy) => {
    const write = { rate: 0.05, penalty: 0.3, decay: 0.2 };
    const patterns = spins(2, 6);
    const make = (steps: number) => shaken({ energy, write: { steps, ...write } });
    const trees = [0, 1, 2].map((steps) => make(steps).store(patterns).written as object);
    const memory = make(2).store(patterns);
    const items = memory.items as VectorSet<Float32Array>;
    const isArray = (value: unknown): value is Float64Array => value instanceof Float64Array;
    const rates = ["write.logRates", "write.logPenalties", "write.logDecays"].map((name) => {
      return exp(parameter(memory, name).values.at(-1) as number);
    });
    const [rate, penalty, decay] = rates;
    const [origin, before, after] = trees.map((tree) => leaves(tree, isArray));
    // (1 / N) sum_i E(x_i) + alpha |grad E(x_i)|^2 at parameters of one's own.
    const loss = (tree: object) => {
      memory.restore(items, tree);
      const each = [0, 1].map((r) => memory.energy(items.row(r)) + penalty * norm(memory.slope(items.row(r))) ** 2);
      return (each[0] + each[1]) / 2;
    };
    for (const [name, values] of before) {
      const isSymmetric = name === "weights" && energy.name.startsWith("quadratic");
      const size = Math.sqrt(values.length);
      for (let k = 0; k < values.length; k += 5) {
        // A symmetric matrix moves on both sides of its diagonal.
        const mirror = isSymmetric ? (k % size) * size + Math.floor(k / size) : k;
        const moved = (by: number) => {
          const tree = mapTree<object, Float64Array, Float64Array, object>(trees[1], isArray, (own) => own.slice());
          const own = leaves(tree, isArray).get(name) as Float64Array;
          for (const at of new Set([k, mirror])) own[at] += by;
          return loss(tree);
        };
        const h = 1e-4;
        const slope = (moved(h) - moved(-h)) / (2 * h) / (mirror === k ? 1 : 2);
        const pull = decay * (values[k] - (origin.get(name) as Float64Array)[k]);
        const step = (values[k] - (after.get(name) as Float64Array)[k]) / rate;
        // Central differences: h^2 of a third derivative of some tens.
        expect(Math.abs(step - slope - pull)).toBeLessThan(1e-5 * Math.max(1, Math.abs(step)));
      }
    }
  });

  it("lowers the gradients at the stored patterns with every step", () => {
    const slopes = (energy: Made, penalty: number, rate: number) =>
      [0, 1, 2, 4, 8, 16].map((steps) => {
        const memory = new EnergyMemory({
          units: UNITS,
          energy,
          write: { steps, rate, penalty },
          random: new Random(2),
        });
        return memory.store(spins(3, 6)).inspect().slopes?.after as number;
      });
    // The penalty is most of what is descended; steps are small beside its curvature.
    for (const found of [slopes(SMALL[0], 100, 0.001), slopes(SMALL[1], 100, 0.0005), slopes(SMALL[2], 100, 0.0005)]) {
      for (let k = 1; k < found.length; k++) expect(found[k]).toBeLessThan(found[k - 1]);
    }
  });

  it("refuses patterns that do not fit, and does not change when it diverges", () => {
    const memory = new EnergyMemory({
      units: UNITS,
      energy: quadratic(),
      write: { steps: 12, rate: 1e30, penalty: 1e30 },
    });
    expect(() => memory.store(spins(2, 1, 5))).toThrow("patterns has 5 entries but the network has 12");
    expect(() => memory.store(spins(2, 1))).toThrow("writing 2 patterns diverged");
    expect([memory.items, memory.written]).toEqual([undefined, undefined]);
  });
});

describe("options of an energy memory", () => {
  const refused: [object, string][] = [
    [{ units: 0 }, "units is 0"],
    [{ energy: { trace() {} } }, "energy has no name"],
    [{ energy: "quadratic-featurs" }, "quadratic-features"],
    [{ write: { steps: -1 } }, "steps is -1"],
    [{ write: { rate: 0 } }, "rate is 0"],
    [{ write: { penalty: -1 } }, "penalty is -1"],
    [{ read: { steps: 0 } }, "steps is 0"],
    [{ read: { rate: Number.NaN } }, "rate is NaN"],
    [{ read: { step: 3 } }, "did you mean steps"],
  ];
  it.each(refused)("%j is refused in one line", (options, message) => {
    expect(() => new EnergyMemory({ units: UNITS, ...options })).toThrow(message);
  });
});

describe("training", () => {
  const make = (seed = 1) =>
    new EnergyMemory({
      units: 16,
      energy: reconstruction({ features: 32 }),
      write: { steps: 3, rate: 2 },
      read: { steps: 3 },
      random: new Random(seed),
    });
  const options = { epochs: 4, episodes: 24, batch: 8, patterns: 4, rate: 0.003, seed: 2 } as const;

  it("learns to give damaged patterns back", async () => {
    const memory = make();
    let [first, last]: [number | undefined, number] = [undefined, 1];
    for await (const { wrong, cueWrong } of trainEnergyMemory(memory, { ...options, epochs: 25 })) {
      first ??= wrong / cueWrong;
      last = wrong / cueWrong;
    }
    expect(last).toBeLessThan(0.4);
    expect(last).toBeLessThan(first as number);
  });

  it("resumes to the same bits", async () => {
    const [whole, broken, other] = [make(), make(), make(99)];
    for await (const _ of trainEnergyMemory(whole, options));
    let resume: TrainingCheckpoint | undefined;
    for await (const report of trainEnergyMemory(broken, { ...options, reportEvery: 1 })) {
      if (report.updates === 5) {
        resume = report.checkpoint();
        break;
      }
    }
    for await (const _ of trainEnergyMemory(other, { ...options, resume }));
    expect(other.parameters).toEqual(whole.parameters);
    const more = { ...options, patterns: 5, resume };
    await expect(trainEnergyMemory(make(), more).next()).rejects.toThrow(/patterns/);
  });

  it("draws episodes that depend on the seed and their number alone, damaged as asked", () => {
    const shape = [4, 5] as const;
    const values = Float64Array.from({ length: 200 }, (_, k) => (k % 7) / 6);
    const data = new VectorSet(matrix(10, 20, values), { shape });
    const source = new EpisodeSource(20, data, { patterns: 6, damage: block({ side: 2, fill: 9 }) });
    const draw = (seed: number) => {
      const [patterns, cues] = [new Float64Array(2 * 6 * 20), new Float64Array(2 * 6 * 20)];
      source.draw(patterns, cues, new Random(seed));
      return { patterns, cues };
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    const { patterns, cues } = draw(1);
    for (let p = 0; p < 12; p++) {
      const [own, cue] = [patterns.subarray(p * 20, (p + 1) * 20), cues.subarray(p * 20, (p + 1) * 20)];
      const covered = Array.from(cue.keys()).filter((i) => cue[i] === 9);
      expect(covered.length).toBe(4);
      expect(covered.map((i) => i - covered[0])).toEqual([0, 1, 5, 6]);
      for (const i of cue.keys()) if (cue[i] !== 9) expect(cue[i]).toBe(own[i]);
    }
    // Row r of the data begins with r * 20 mod 7: those of an episode are different rows of ten.
    const numbers = Array.from({ length: 6 }, (_, p) => patterns.subarray(p * 20, (p + 1) * 20).join());
    const left = Array.from({ length: 10 }, (_, r) => data.row(r).join());
    for (const row of numbers) left.splice(left.indexOf(row), 1);
    expect(left.length).toBe(4);
    const spun = new EpisodeSource(16, undefined, { patterns: 50, damage: flips({ probability: 0.15 }) });
    const [x, y] = [new Float64Array(800), new Float64Array(800)];
    spun.draw(x, y, new Random(3));
    const flipped = x.filter((value, k) => y[k] === -value).length;
    // Binomial: mean 120, deviation 10.
    expect(Math.abs(flipped - 120)).toBeLessThan(40);
  });

  it("refuses what does not fit in one line", async () => {
    const data = new VectorSet(
      matrix(
        3,
        16,
        new Float64Array(48).map((_, k) => k),
      ),
    );
    const wrong: [object, RegExp][] = [
      [{ batch: 0 }, /batch is 0/],
      [{ patterns: 0 }, /patterns is 0/],
      [{ epochs: 0 }, /epochs is 0/],
      [{ damage: flips({ probability: 0.1 }), data: new VectorSet(matrix(2, 5, new Float64Array(10))) }, /5 entries/],
      [{ data }, /patterns is 4 but data has 3 vectors/],
      [{ data, patterns: 2, damage: block() }, /the patterns have no shape/],
      [{ data: new VectorSet(matrix(4, 16, new Float64Array(64))) }, /all entries of data are 0/],
      [{ loss: "first" }, /loss is "first"/],
    ];
    for (const [part, message] of wrong) {
      await expect(trainEnergyMemory(make(), { ...options, ...part }).next()).rejects.toThrow(message);
    }
    const full = make().store(spins(2, 1, 16));
    await expect(trainEnergyMemory(full, options).next()).rejects.toThrow("the memory holds 2 patterns");
    expect(() => flips({ probability: 1.5 })).toThrow("probability is 1.5");
    expect(energyTraining.trains(make()) && !energyTraining.trains({})).toBe(true);
    expect(energies[0].name).toBe("reconstruction");
  });
});

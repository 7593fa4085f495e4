import { ModernMemory, Random } from "engram";
import {
  Association,
  type AssociationLayer,
  AssociationLookup,
  AssociationPooling,
  checkGradient,
  compile,
  fromHflayers,
  gradient,
  leaves,
  mapTree,
  type Parameter,
  square,
  sum,
  Tensor,
  trainTraced,
} from "engram/neural";
import type { TrainingCheckpoint } from "engram/training";
import { describe, expect, it } from "vitest";
import { type Module, modules } from "../../experiments/ramsauer-2020/modules.js";
import { layerModel } from "./layer-model.js";

type Layer = AssociationLayer;

const isParameter = (value: unknown): value is Parameter =>
  typeof value === "object" && value !== null && "shape" in value;
const isArray = (value: unknown): value is Float64Array => ArrayBuffer.isView(value);
const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

/** Runs a layer in double precision: what it retrieves, its weights, and the gradient of the sum of squares. */
function run(layer: Layer, given: Record<string, readonly [readonly number[], readonly number[]]>) {
  const shapes = {
    parameters: mapTree(layer.parameters, isParameter, ({ shape }) => shape),
    inputs: Object.fromEntries(Object.entries(given).map(([name, [shape]]) => [name, shape])),
  };
  const program = compile(
    shapes as never,
    ({ parameters, inputs }: never) => {
      const { states, weights } = (layer as Association).trace(parameters, inputs);
      const learned = leaves(parameters, isTensor);
      return { states, weights, slopes: gradient(sum(square(states)), [...learned.values()]) };
    },
    { precision: "double" },
  ) as unknown as {
    inputs: { parameters: object; inputs: Record<string, Float64Array> };
    results: { states: Float64Array; weights: Float64Array; slopes: Float64Array[] };
    run(): void;
  };
  const values = leaves(layer.parameters, isParameter);
  for (const [name, array] of leaves(program.inputs.parameters, isArray)) array.set(values.get(name)?.values ?? []);
  for (const [name, [, numbers]] of Object.entries(given)) program.inputs.inputs[name].set(numbers);
  program.run();
  const names = [...values.keys()];
  const slopes = new Map(names.map((name, k) => [name, program.results.slopes[k]]));
  return { ...program.results, slopes };
}

function normals(count: number, seed: number): number[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => random.normal());
}

/** A layer with all its parameters drawn, so that nothing is 0 or 1 by chance. */
function drawn<L extends Layer>(layer: L, seed = 1): L {
  const random = new Random(seed);
  for (const { values } of leaves(layer.parameters, isParameter).values()) {
    for (let k = 0; k < values.length; k++) values[k] += 0.4 * random.normal();
  }
  return layer;
}

/** softmax over rows of beta q . x, and the mean of the values, by their formulas. */
function attention(q: number[][], x: number[][], v: number[][], beta: number): number[][] {
  return q.map((query) => {
    const scores = x.map((key) => beta * key.reduce((sum, k, i) => sum + k * query[i], 0));
    const most = Math.max(...scores);
    const weights = scores.map((score) => Math.exp(score - most));
    const total = weights.reduce((a, b) => a + b);
    return v[0].map((_, i) => v.reduce((sum, row, j) => sum + (weights[j] / total) * row[i], 0));
  });
}

function rowsOf(values: ArrayLike<number>, width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, r) =>
    Array.from({ length: width }, (_, i) => values[r * width + i]),
  );
}

function times(x: number[][], { weights, bias }: { weights: Parameter; bias?: Parameter | undefined }): number[][] {
  const [, outputs] = weights.shape;
  return x.map((row) =>
    Array.from({ length: outputs }, (_, j) => {
      return row.reduce((sum, value, i) => sum + value * weights.values[i * outputs + j], bias?.values[j] ?? 0);
    }),
  );
}

function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((most, x, k) => Math.max(most, Math.abs(x - b[k])), 0);
}

describe("an association", () => {
  it("is plain retrieval by default: the steps of a modern memory", () => {
    const [patterns, cue] = [normals(5 * 4, 1), normals(4, 2)];
    const memory = new ModernMemory(4, { beta: 1.5, similarity: "dot" }).store(rowsOf(Float32Array.from(patterns), 4));
    const layer = new Association(4, { beta: 1.5, steps: 3 });
    expect(leaves(layer.parameters, isParameter).size).toBe(0);
    const stored = Array.from(Float32Array.from(patterns));
    const { states } = run(layer, { states: [[1, 1, 4], cue], patterns: [[1, 5, 4], stored] });
    const recalled = memory.recall(cue, { steps: 3, tolerance: 0 });
    expect(distance(states, recalled.state)).toBeLessThan(1e-14);
  });

  it.each([
    ["values of their own, Y W_V", false],
    ["values behind the keys, Y W_K W_V", true],
  ])("is attention with one step and beta 1 / sqrt(d): %s", (_, connected) => {
    const layer = drawn(new Association(6, { heads: 2, size: 3, outputs: 5, project: true, connected }));
    const [states, patterns] = [normals(2 * 6, 3), normals(4 * 6, 4)];
    const found = run(layer, { states: [[1, 2, 6], states], patterns: [[1, 4, 6], patterns] });
    const maps = layer.parameters.project;
    if (maps === undefined) throw new Error("no matrices");
    const [q, k] = [times(rowsOf(states, 6), maps.states), times(rowsOf(patterns, 6), maps.patterns)];
    const v = times(connected ? k : rowsOf(patterns, 6), maps.values);
    const head = (x: number[][], h: number) => x.map((row) => row.slice(3 * h, 3 * h + 3));
    const heads = [0, 1].map((h) => attention(head(q, h), head(k, h), head(v, h), 1 / Math.sqrt(3)));
    const joined = heads[0].map((row, r) => [...row, ...heads[1][r]]);
    expect(distance(found.states, times(joined, maps.output).flat())).toBeLessThan(1e-13);
  });

  it("retrieves the same for a set alone, among others, and for patterns that all sets share", () => {
    const layer = drawn(new Association(4, { heads: 2, project: true, normalise: true, steps: 3, learnBeta: true }));
    const [states, patterns] = [normals(3 * 2 * 4, 5), normals(5 * 4, 6)];
    const repeated = [...patterns, ...patterns, ...patterns];
    const apart = run(layer, { states: [[3, 2, 4], states], patterns: [[3, 5, 4], repeated] });
    const shared = run(layer, { states: [[3, 2, 4], states], patterns: [[1, 5, 4], patterns] });
    expect(Array.from(shared.states)).toEqual(Array.from(apart.states));
    expect(Array.from(shared.weights)).toEqual(Array.from(apart.weights));
    const alone = run(layer, { states: [[1, 2, 4], states.slice(8, 16)], patterns: [[1, 5, 4], patterns] });
    expect(Array.from(alone.states)).toEqual(Array.from(apart.states.subarray(8, 16)));
  });

  it("retrieves the same whether a pattern is masked or removed, bit for bit", () => {
    const layer = drawn(new Association(4, { heads: 2, project: true, steps: 2 }));
    const [states, patterns] = [normals(2 * 4, 7), normals(3 * 4, 8)];
    const masked = run(layer, {
      states: [[1, 2, 4], states],
      patterns: [[1, 3, 4], patterns],
      mask: [
        [1, 3],
        [0, 0, Number.NEGATIVE_INFINITY],
      ],
    });
    const removed = run(layer, { states: [[1, 2, 4], states], patterns: [[1, 2, 4], patterns.slice(0, 8)] });
    expect(Array.from(masked.states)).toEqual(Array.from(removed.states));
  });

  it("has the gradient of differences, whole, with several steps, masks and a learned beta", () => {
    const layer = drawn(new Association(4, { heads: 2, project: true, normalise: true, steps: 3, learnBeta: true }));
    const shapes = {
      parameters: mapTree(layer.parameters, isParameter, ({ shape }) => shape),
      states: [2, 2, 4],
      patterns: [2, 3, 4],
    };
    const values = mapTree(layer.parameters, isParameter, (parameter) => parameter.values);
    const checked = checkGradient(
      shapes as never,
      { parameters: values, states: normals(16, 9), patterns: normals(24, 10) } as never,
      ({ parameters, states, patterns }: never) => layer.trace(parameters, { states, patterns }).states,
    );
    expect(checked.largest).toBeLessThan(1e-8);
  });

  it("refuses options that do not fit, each in one line", () => {
    const cases: [() => unknown, string][] = [
      [() => new Association(0), "units is 0; expected a whole number of at least 1"],
      [() => new Association(6, { heads: 4 }), "values have 6 units, which 4 heads do not divide"],
      [() => new Association(6, { size: 3 }), "size is given but project is not"],
      [() => new Association(6, { connected: true }), "connected is given but project is not"],
      [() => new Association(6, { patternUnits: 5 }), "states have 6 units and patterns 5"],
      [() => new Association(6, { beta: -1 }), "beta is -1"],
      [() => new Association(6, { steps: 0 }), "steps is 0"],
      [() => new AssociationPooling(6, { quantity: 0 }), "quantity is 0"],
    ];
    for (const [make, message] of cases) expect(make).toThrow(message);
  });
});

describe("poolings and lookups", () => {
  it("pool by a learned state, and look up learned patterns", () => {
    const pooling = drawn(new AssociationPooling(4, { quantity: 2, beta: 0.8 }));
    const patterns = normals(2 * 3 * 4, 11);
    const { states } = run(pooling, { patterns: [[2, 3, 4], patterns] });
    const queries = rowsOf(pooling.parameters.states.values, 4);
    const expected = [0, 1].flatMap((b) => {
      const set = rowsOf(patterns.slice(12 * b, 12 * b + 12), 4);
      return attention(queries, set, set, 0.8).flat();
    });
    expect(distance(states, expected)).toBeLessThan(1e-14);
    const lookup = drawn(new AssociationLookup(4, { quantity: 3, separate: true, valueUnits: 2, beta: 0.8 }));
    const cues = normals(2 * 2 * 4, 12);
    const found = run(lookup, { states: [[2, 2, 4], cues] });
    const { patterns: keys, values } = lookup.parameters;
    const wanted = attention(rowsOf(cues, 4), rowsOf(keys.values, 4), rowsOf(values?.values ?? [], 2), 0.8);
    expect(distance(found.states, wanted.flat())).toBeLessThan(1e-14);
  });
});

type Fixture = Module;

const dictionaryOf = ({ parameters }: Fixture) =>
  new Map(Object.entries(parameters).map(([name, [shape, values]]) => [name, { shape, values }]));

/** The gradients of a layer by the names of hflayers: its matrices are outputs x inputs, those of states, patterns and values in one. */
function theirGradients(layer: Layer, slopes: ReadonlyMap<string, Float64Array>): Map<string, number[]> {
  const [prefix, inside] = layer instanceof Association ? ["", ""] : ["hopfield.", "association."];
  const get = (name: string) => Array.from(slopes.get(name) ?? []);
  const matrixOf = (name: string) => {
    const [values, outputs] = [get(`${inside}project.${name}.weights`), get(`${inside}project.${name}.bias`).length];
    const inputs = values.length / outputs;
    return values.map((__, k) => values[(k % inputs) * outputs + Math.floor(k / inputs)]);
  };
  const parts = ["states", "patterns", "values"];
  const found = new Map([
    ["association_core.in_proj_weight", parts.flatMap(matrixOf)],
    ["association_core.in_proj_bias", parts.flatMap((name) => get(`${inside}project.${name}.bias`))],
    ["association_core.out_proj.weight", matrixOf("output")],
    ["association_core.out_proj.bias", get(`${inside}project.output.bias`)],
  ]);
  const norms = { norm_state_pattern: "states", norm_stored_pattern: "patterns", norm_pattern_projection: "values" };
  for (const [theirs, own] of Object.entries(norms)) {
    found.set(`${theirs}.weight`, get(`${inside}normalise.${own}.gain`));
    found.set(`${theirs}.bias`, get(`${inside}normalise.${own}.shift`));
  }
  const named = [...found].map(([name, values]): [string, number[]] => [`${prefix}${name}`, values]);
  if (layer instanceof AssociationPooling) named.push(["pooling_weights", get("states")]);
  if (layer instanceof AssociationLookup) named.push(["lookup_weights", get("patterns")]);
  return new Map(named);
}

/** The largest difference of gradients, in parts of the largest of its array or of 1. */
function gradientError(layer: Layer, slopes: ReadonlyMap<string, Float64Array>, { gradients }: Fixture): number {
  const ours = theirGradients(layer, slopes);
  expect([...ours.keys()].sort()).toEqual(Object.keys(gradients).sort());
  const errors = Object.entries(gradients).map(([name, theirs]) => {
    return distance(theirs, ours.get(name) ?? []) / Math.max(1, ...theirs.map(Math.abs));
  });
  return Math.max(...errors);
}

const layers: readonly (readonly [string, (seed: number) => Layer])[] = [
  ["Association", (seed) => new Association(4, { project: true, heads: 2, steps: 2, random: new Random(seed) })],
  ["AssociationLookup", (seed) => new AssociationLookup(4, { quantity: 5, separate: true, random: new Random(seed) })],
  [
    "AssociationPooling",
    (seed) => new AssociationPooling(4, { quantity: 2, learnBeta: true, random: new Random(seed) }),
  ],
];

describe.each(layers)("the layer %s", (_, make) => {
  const data = Float32Array.from(normals(10 * 3 * 4, 21));

  it("learns, and resumes to the same bits", async () => {
    const options = { epochs: 6, batch: 4, rate: 0.02, seed: 3 };
    const whole = make(1);
    const losses: number[] = [];
    for await (const { loss } of trainTraced(layerModel(whole, data, 4), options)) losses.push(loss);
    expect(losses.at(-1)).toBeLessThan(losses[0]);
    let resume: TrainingCheckpoint | undefined;
    for await (const report of trainTraced(layerModel(make(1), data, 4), { ...options, reportEvery: 1 })) {
      if (report.updates < 7) continue;
      resume = report.checkpoint();
      break;
    }
    const other = make(2);
    for await (const _report of trainTraced(layerModel(other, data, 4), { ...options, resume }));
    expect(other.parameters).toEqual(whole.parameters);
    const wrong = trainTraced({ ...layerModel(make(1), data, 4), settings: { units: "5" } }, { ...options, resume });
    await expect(wrong.next()).rejects.toThrow("the checkpoint has units 4 but this training has 5");
  });
});

describe("recall", () => {
  it("of an association is that of a modern memory, in single precision", () => {
    const [patterns, cue] = [rowsOf(normals(20, 1), 4), normals(4, 2)];
    const memory = new ModernMemory(4, { beta: 1.5, similarity: "dot" }).store(patterns);
    const { states, weights } = new Association(4, { beta: 1.5 }).recall(cue, { patterns });
    const recalled = memory.recall(cue, { steps: 1, topK: 5 });
    expect(distance(states.row(0), recalled.state)).toBeLessThan(1e-6);
    for (const { index, weight } of recalled.weights) expect(weights[0].row(0)[index]).toBeCloseTo(weight, 6);
  });

  it("takes values, masks, several states and heads", () => {
    const patterns = rowsOf(normals(12, 3), 4);
    const layer = new Association(4, { heads: 2, valueUnits: 6 });
    const { states, weights } = layer.recall(rowsOf(normals(8, 4), 4), {
      patterns,
      values: rowsOf(normals(18, 5), 6),
      mask: [1, 0, 1],
    });
    expect([states.count, states.units, weights.length, weights[0].count, weights[0].units]).toEqual([2, 6, 2, 2, 3]);
    expect(weights[1].row(1)[1]).toBe(0);
    const pooled = new AssociationPooling(4, { quantity: 2 }).recall({ patterns });
    expect([pooled.states.count, pooled.weights[0].count, pooled.weights[0].units]).toEqual([2, 2, 3]);
    const looked = new AssociationLookup(4, { quantity: 7 }).recall(normals(4, 6));
    expect([looked.states.count, looked.states.units, looked.weights[0].units]).toEqual([1, 4, 7]);
  });

  it("refuses what does not fit, each in one line", () => {
    const layer = new Association(4);
    const patterns = rowsOf(normals(12, 3), 4);
    expect(() => layer.recall([1, 2, 3], { patterns })).toThrow("states has 3 entries");
    expect(() => layer.recall([1, 2, 3, Number.NaN], { patterns })).toThrow("states[0][3] is NaN");
    expect(() => layer.recall([1, 2, 3, 4], { patterns, mask: [0, 0, 0] })).toThrow(
      "mask is 0 for all patterns; allow at least one",
    );
    expect(() => layer.recall([1, 2, 3, 4], { patterns, values: patterns.slice(1) })).toThrow(
      "values has 2 vectors for 3 patterns",
    );
  });
});

describe("modules of hflayers", () => {
  const options = {
    pooling: { heads: 2 },
    association: { heads: 2, steps: 3 },
    lookup: { heads: 2 },
    "pooling in steps": { steps: 4, beta: 0.7 },
  };

  it.each(Object.entries(options))("%s: the outputs and gradients of PyTorch", (name, given) => {
    const layer = fromHflayers(dictionaryOf(modules[name]), given);
    const { states, slopes } = run(layer, modules[name].inputs);
    expect(distance(states, modules[name].output[1])).toBeLessThan(1e-13);
    expect(gradientError(layer, slopes, modules[name])).toBeLessThan(1e-12);
  });

  it("refuses arrays that are not those of a module", () => {
    const arrays = dictionaryOf(modules.pooling);
    const without = new Map(arrays);
    without.delete("hopfield.association_core.out_proj.weight");
    expect(() => fromHflayers(without, { heads: 2 })).toThrow("hopfield.association_core.out_proj.weight is missing");
    const more = new Map(arrays).set("hopfield.association_core.bias_k", { shape: [1], values: [0] });
    expect(() => fromHflayers(more, { heads: 2 })).toThrow(
      "hopfield.association_core.bias_k, for which these layers have no place",
    );
    expect(() => fromHflayers(arrays, { heads: 3 })).toThrow("heads is 3, but the matrices have 4, 4 and 4 rows");
    expect(() => fromHflayers(new Map())).toThrow("norm_state_pattern.weight is missing");
  });
});

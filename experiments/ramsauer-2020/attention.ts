import type { Random } from "engram";
import { exp } from "engram/math";
import {
  Association,
  type AssociationLayer,
  AssociationLookup,
  AssociationPooling,
  compile,
  fromHflayers,
  gradient,
  leaves,
  mapTree,
  type Parameter,
  type Shape,
  square,
  sum,
  Tensor,
} from "engram/neural";
import { colours, type Experiment } from "../experiment.js";
import { stated } from "../statistics.js";
import { type Module, modules } from "./modules.js";
import { citation } from "./source.js";

interface Parameters {
  /** Layers with weights at random, for each way of taking values. */
  readonly layers: number;
}

interface Part {
  readonly name: string;
  readonly kind: "output" | "gradient";
  /** The largest difference, in parts of the largest number of its array or of 1. */
  readonly difference: number;
}

interface FigureData {
  readonly points: readonly Part[];
}

const WAYS = [
  ["values Y W_V", false],
  ["values Y W_K W_V", true],
] as const;

/** `num_heads`, `update_steps_max` + 1 and `scaling` of the modules. */
const MODULES: Readonly<Record<string, object>> = {
  pooling: { heads: 2 },
  association: { heads: 2, steps: 3 },
  lookup: { heads: 2 },
  "pooling in steps": { steps: 4, beta: 0.7 },
};

/** What may differ where the mathematics is the same: some hundred operations in double precision. */
const ROUNDING = 1e-12;

/** The layers are attention, and those of the source's own implementation. */
export const attention: Experiment<Parameters, Part, FigureData> = {
  id: "ramsauer-2020/attention",
  title: "One step of an association is attention; layers beside the source's implementation, outputs and gradients",
  citation,
  where:
    "section 2, equation 10: Z = softmax(beta R W_Q W_K^T Y^T) Y W_K W_V, for beta = 1 / sqrt(d) the attention of transformers; the implementation is hflayers (github.com/ml-jku/hopfield-layers)",
  version: 1,
  settings: { quick: { layers: 20 }, full: { layers: 1000 } },
  tasks: () => WAYS.length + Object.keys(MODULES).length,

  run({ layers }, task, { random }) {
    if (task < WAYS.length) {
      const [name, connected] = WAYS[task];
      const differences = Array.from({ length: layers }, (_, k) => fromFormula(connected, random.fork(k)));
      return { name, kind: "output", difference: Math.max(...differences) };
    }
    const [name, options] = Object.entries(MODULES)[task - WAYS.length];
    return { name, kind: "gradient", difference: fromModule(modules[name], options) };
  },

  summarize({ layers }, parts) {
    return {
      rows: parts.map(({ name, difference }, task) =>
        stated(
          task < WAYS.length
            ? `one step with beta = 1 / sqrt(d) less attention with ${name}, largest difference`
            : `${name}: outputs and gradients less those of hflayers, largest difference`,
          "0",
          { value: difference, low: difference, high: difference },
          { below: ROUNDING },
        ),
      ),
      notes: [
        `Attention is computed from its formula for ${layers} layers with two heads and weights at random. The paper's equation takes values from the mapped patterns, Y W_K W_V; its implementation by default from the patterns themselves, Y W_V, as transformers do. Both are options of the layer.`,
        "The modules of hflayers, their outputs and the gradients of the sum of squared outputs come from PyTorch 1.13 in double precision. Differences are in parts of the largest number of an array, or of 1.",
        "For several updates the gradients of hflayers itself are not those of finite differences of its outputs in PyTorch 1.13: by up to 0.4 of the largest, in what passes through the keys. The gradient of masked_select is wrong there for a tensor that is not contiguous; with contiguous keys, as here, all agree.",
        "Results here do not depend on what else is in a batch: every state makes the same number of steps. In hflayers the updates of a batch stop together.",
      ],
      figure: { points: parts },
    };
  },

  figure(Plot, { figure: { points } }) {
    const shown = points.map((point) => ({ ...point, difference: Math.max(point.difference, 1e-17) }));
    return {
      width: 640,
      height: 260,
      marginLeft: 130,
      x: {
        label: "largest difference →",
        type: "log",
        domain: [1e-17, 1e-11],
        ticks: [1e-17, 1e-15, 1e-13, 1e-11],
        tickFormat: (value: number) => value.toExponential(0),
        grid: true,
      },
      y: { label: null, domain: points.map(({ name }) => name) },
      marks: [
        Plot.ruleX([ROUNDING], { stroke: colours.published, strokeDasharray: "4 3" }),
        Plot.dot(shown, { x: "difference", y: "name", r: 5, fill: colours.ours }),
      ],
    };
  },
};

const isParameter = (value: unknown): value is Parameter =>
  typeof value === "object" && value !== null && "shape" in value;
const isTensor = (value: unknown): value is Tensor => value instanceof Tensor;

type Numbers = Readonly<Record<string, readonly [shape: Shape, values: ArrayLike<number>]>>;

/** What a layer retrieves, and the gradient of the sum of its squares by the names of the parameters. */
function runLayer(layer: AssociationLayer, given: Numbers) {
  const parameters = leaves(layer.parameters, isParameter);
  const shapes = {
    parameters: mapTree<object, Parameter, Shape, object>(layer.parameters, isParameter, ({ shape }) => shape),
    inputs: Object.fromEntries(Object.entries(given).map(([name, [shape]]) => [name, shape])),
  };
  const program = compile(
    shapes,
    (tensors) => {
      const { states } = layer.trace(tensors.parameters as never, tensors.inputs as never);
      const learned = [...leaves(tensors.parameters, isTensor).values()];
      return { states, slopes: gradient(sum(square(states)), learned) };
    },
    { precision: "double" },
  );
  const arrays = leaves(program.inputs.parameters, (value): value is Float64Array => value instanceof Float64Array);
  for (const [name, array] of arrays) array.set(parameters.get(name)?.values ?? []);
  for (const [name, [, values]] of Object.entries(given)) program.inputs.inputs[name].set(values);
  program.run();
  const names = [...parameters.keys()];
  return {
    states: program.results.states,
    slopes: new Map(names.map((name, k) => [name, program.results.slopes[k]])),
  };
}

/** The largest difference of a layer with random weights from the formula of attention. */
function fromFormula(connected: boolean, random: Random): number {
  const [units, size, heads, patterns, states] = [6, 3, 2, 5, 4];
  const layer = new Association(units, { heads, size, project: true, connected, random: random.fork(0) });
  const numbers = random.fork(1);
  for (const { values } of leaves(layer.parameters, isParameter).values()) {
    for (let k = 0; k < values.length; k++) values[k] = 0.7 * numbers.normal();
  }
  const normals = (count: number) => Array.from({ length: count }, () => numbers.normal());
  const [stored, asked] = [normals(patterns * units), normals(states * units)];
  const found = runLayer(layer, { states: [[1, states, units], asked], patterns: [[1, patterns, units], stored] });
  const maps = layer.parameters.project;
  if (maps === undefined) throw new Error("a layer without matrices");
  const q = mapped(rowsOf(asked, units), maps.states);
  const k = mapped(rowsOf(stored, units), maps.patterns);
  const v = mapped(connected ? k : rowsOf(stored, units), maps.values);
  const byHead = Array.from({ length: heads }, (_, h) => {
    const part = (x: number[][]) => x.map((row) => row.slice(h * size, (h + 1) * size));
    return attended(part(q), part(k), part(v), 1 / Math.sqrt(size));
  });
  const joined = byHead[0].map((_, r) => byHead.flatMap((rows) => rows[r]));
  return difference(mapped(joined, maps.output).flat(), found.states);
}

/** softmax(beta Q K^T) V */
function attended(q: number[][], k: number[][], v: number[][], beta: number): number[][] {
  return q.map((query) => {
    const scores = k.map((key) => beta * key.reduce((total, x, i) => total + x * query[i], 0));
    const most = Math.max(...scores);
    const weights = scores.map((score) => exp(score - most));
    const total = weights.reduce((a, b) => a + b);
    return v[0].map((_, i) => v.reduce((sumOf, row, j) => sumOf + (weights[j] / total) * row[i], 0));
  });
}

function mapped(
  x: number[][],
  { weights, bias }: { readonly weights: Parameter; readonly bias?: Parameter | undefined },
) {
  const [, outputs] = weights.shape;
  return x.map((row) =>
    Array.from({ length: outputs }, (_, j) =>
      row.reduce((total, value, i) => total + value * weights.values[i * outputs + j], bias?.values[j] ?? 0),
    ),
  );
}

function rowsOf(values: readonly number[], width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, r) => values.slice(r * width, (r + 1) * width));
}

/** The largest difference of outputs and gradients from those of a module. */
function fromModule({ parameters, inputs, output, gradients }: Module, options: object): number {
  const dictionary = new Map(Object.entries(parameters).map(([name, [shape, values]]) => [name, { shape, values }]));
  const layer = fromHflayers(dictionary, options);
  const { states, slopes } = runLayer(layer, inputs);
  const ours = moduleGradients(layer, slopes);
  const differences = Object.entries(gradients).map(([name, theirs]) => difference(theirs, ours.get(name) ?? []));
  return Math.max(difference(output[1], states), ...differences);
}

/** Gradients by the names of hflayers, whose matrices are outputs x inputs, those of states, patterns and values in one. */
function moduleGradients(
  layer: AssociationLayer,
  slopes: ReadonlyMap<string, ArrayLike<number>>,
): Map<string, number[]> {
  const [prefix, inside] = layer instanceof Association ? ["", ""] : ["hopfield.", "association."];
  const get = (name: string) => Array.from(slopes.get(name) ?? []);
  const matrixOf = (name: string) => {
    const values = get(`${inside}project.${name}.weights`);
    const outputs = get(`${inside}project.${name}.bias`).length;
    const inputs = values.length / outputs;
    return values.map((_, k) => values[(k % inputs) * outputs + Math.floor(k / inputs)]);
  };
  const parts = ["states", "patterns", "values"];
  const norms = { norm_state_pattern: "states", norm_stored_pattern: "patterns", norm_pattern_projection: "values" };
  const named: [string, number[]][] = [
    [`${prefix}association_core.in_proj_weight`, parts.flatMap(matrixOf)],
    [`${prefix}association_core.in_proj_bias`, parts.flatMap((name) => get(`${inside}project.${name}.bias`))],
    [`${prefix}association_core.out_proj.weight`, matrixOf("output")],
    [`${prefix}association_core.out_proj.bias`, get(`${inside}project.output.bias`)],
    ...Object.entries(norms).flatMap(([theirs, own]): [string, number[]][] => [
      [`${prefix}${theirs}.weight`, get(`${inside}normalise.${own}.gain`)],
      [`${prefix}${theirs}.bias`, get(`${inside}normalise.${own}.shift`)],
    ]),
  ];
  if (layer instanceof AssociationPooling) named.push(["pooling_weights", get("states")]);
  if (layer instanceof AssociationLookup) named.push(["lookup_weights", get("patterns")]);
  return new Map(named);
}

/** The largest difference, in parts of the largest number or of 1; infinite for other lengths. */
function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  const scale = Array.from(a).reduce((most, x) => Math.max(most, Math.abs(x)), 1);
  return Array.from(a).reduce((most, x, k) => Math.max(most, Math.abs(x - b[k]) / scale), 0);
}

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
  isParameter,
  isTensor,
  isValues,
  leaves,
  mapTree,
  type Parameter,
  type Shape,
  square,
  sum,
} from "engram/neural";
import type { Module } from "./modules.js";

/*
 * Layers in double precision, beside the formula of attention and beside modules of hflayers.
 */

/** Inputs of a layer by their names. */
export type Numbers = Readonly<Record<string, readonly [shape: Shape, values: ArrayLike<number>]>>;

/** What a layer retrieves, and the gradient of the sum of its squares by the names of the parameters. */
export function runLayer(layer: AssociationLayer, given: Numbers) {
  const parameters = leaves(layer.parameters, isParameter);
  const shapes = {
    parameters: mapTree<object, Parameter, Shape, object>(layer.parameters, isParameter, ({ shape }) => shape),
    inputs: Object.fromEntries(Object.entries(given).map(([name, [shape]]) => [name, shape])),
  };
  const program = compile(
    shapes,
    (tensors) => {
      const { states, weights } = layer.trace(tensors.parameters as never, tensors.inputs as never);
      const learned = [...leaves(tensors.parameters, isTensor).values()];
      return { states, weights, slopes: gradient(sum(square(states)), learned) };
    },
    { precision: "double" },
  );
  const arrays = leaves(program.inputs.parameters, isValues);
  for (const [name, array] of arrays) array.set(parameters.get(name)?.values ?? []);
  for (const [name, [, values]] of Object.entries(given)) program.inputs.inputs[name].set(values);
  program.run();
  const names = [...parameters.keys()];
  return {
    states: program.results.states,
    weights: program.results.weights,
    slopes: new Map(names.map((name, k) => [name, program.results.slopes[k]])),
  };
}

/** The largest difference of a layer with random weights from the formula of attention. */
export function formulaDifference(connected: boolean, random: Random): number {
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
export function attended(q: number[][], k: number[][], v: number[][], beta: number): number[][] {
  return q.map((query) => {
    const scores = k.map((key) => beta * key.reduce((total, x, i) => total + x * query[i], 0));
    const most = Math.max(...scores);
    const weights = scores.map((score) => exp(score - most));
    const total = weights.reduce((a, b) => a + b);
    return v[0].map((_, i) => v.reduce((sumOf, row, j) => sumOf + (weights[j] / total) * row[i], 0));
  });
}

export function mapped(
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

export function rowsOf(values: ArrayLike<number>, width: number): number[][] {
  const all = Array.from(values);
  return Array.from({ length: all.length / width }, (_, r) => all.slice(r * width, (r + 1) * width));
}

/** The largest difference of outputs and gradients from those of a module. */
export function moduleDifference({ parameters, inputs, output, gradients }: Module, options: object): number {
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
export function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  const scale = Array.from(a).reduce((most, x) => Math.max(most, Math.abs(x)), 1);
  return Array.from(a).reduce((most, x, k) => Math.max(most, Math.abs(x - b[k]) / scale), 0);
}

import type { PowerDifferences } from "../../src/kernels/energy-gaps.js";
import type { BitsTerm, ElementFunction, Factor, MakeWorkspace, Workspace } from "../../src/kernels/index.js";
import { generator } from "./systems.js";

/** An operation on random arguments that depend on the seed alone: what is in its arrays afterwards, by their names. */
export type Operation = (
  workspace: Workspace,
  seed: number,
) => Record<string, Float32Array | Float64Array | Uint32Array>;

/** Whole numbers around the widths of registers, words and blocks, and now and then beyond all blocks of the kernels. */
function size(random: () => number): number {
  return 1 + Math.floor(random() * (random() < 0.2 ? 400 : 70));
}

function uniform(array: Float32Array, random: () => number, scale = 1): Float32Array {
  for (let k = 0; k < array.length; k++) array[k] = (random() - 0.5) * scale;
  return array;
}

/** Random words, beyond the last column too: nobody may count what is set there. */
function bits(array: Uint32Array, random: () => number): Uint32Array {
  for (let k = 0; k < array.length; k++) array[k] = (random() * 2 ** 32) & (random() < 0.5 ? random() * 2 ** 32 : -1);
  return array;
}

function factor(workspace: Workspace, rows: number, inner: number, random: () => number): Factor {
  const kind = (["bits", "dense", "columns"] as const)[Math.floor(random() * 3)];
  if (kind !== "bits") return { kind, values: uniform(workspace.float32(rows * inner), random) };
  const stride = Math.ceil(inner / 32) + Math.floor(random() * 3);
  return { kind, stride, words: bits(workspace.words(rows * stride), random) };
}

export const operations: Record<string, Operation> = {
  product(workspace, seed) {
    const random = generator(seed);
    const [rows, inner, columns] = seed === 0 ? [100, 784, 500] : [size(random), size(random), size(random)];
    const keep = [undefined, 0, 1, random() - 0.5][Math.floor(random() * 4)];
    const out = uniform(workspace.float32(rows * columns), random);
    if (!keep) out.fill(Number.NaN);
    const bias = random() < 0.5 ? uniform(workspace.float32(columns), random) : undefined;
    const scale = random() < 0.5 ? random() - 0.5 : undefined;
    const b = uniform(workspace.float32(inner * columns), random);
    workspace.product({ rows, inner, columns, a: factor(workspace, rows, inner, random), b, out, bias, scale, keep });
    return { out };
  },

  draw(workspace, seed) {
    const random = generator(seed);
    const [rows, columns] = seed === 0 ? [100, 784] : [size(random), size(random)];
    const inputs = uniform(workspace.float32(rows * columns), random, 40);
    // What lies far out, and what is no number.
    const special = [0, -0, 90, -86.99, -87.01, -90, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN];
    for (const x of special) inputs[Math.floor(random() * inputs.length)] = x;
    const stride = Math.ceil(columns / 32) + Math.floor(random() * 3);
    const words = workspace.words(rows * stride).fill(0xffffffff);
    const means = random() < 0.3 ? inputs : workspace.float32(rows * columns);
    const states = {
      words,
      stride,
      key: bits(workspace.words(2), random),
      step: Math.floor(random() * 2 ** 53),
      chains: bits(workspace.words(rows), random),
    };
    workspace.draw({
      rows,
      columns,
      inputs,
      slope: 0.1 + random() * 2,
      means: random() < 0.7 ? means : undefined,
      states: random() < 0.7 ? states : undefined,
    });
    return { inputs, means, words };
  },

  drawNormal(workspace, seed) {
    const random = generator(seed);
    const [rows, columns] = seed === 0 ? [100, 784] : [size(random), size(random)];
    const inputs = uniform(workspace.float32(rows * columns), random, 10);
    const means = workspace.float32(rows * columns);
    const values = workspace.float32(rows * columns).fill(Number.NaN);
    const states = {
      values,
      key: bits(workspace.words(2), random),
      step: Math.floor(random() * 2 ** 53),
      chains: bits(workspace.words(rows), random),
    };
    workspace.drawNormal({
      rows,
      columns,
      inputs,
      offset: uniform(workspace.float32(columns), random),
      gain: uniform(workspace.float32(columns), random),
      deviation: uniform(workspace.float32(columns), random),
      scale: random() * 2,
      means: random() < 0.7 ? means : undefined,
      states: random() < 0.8 ? states : undefined,
    });
    return { means, values };
  },

  transpose(workspace, seed) {
    const random = generator(seed);
    const [rows, columns] = seed === 0 ? [784, 500] : [size(random), size(random)];
    const out = workspace.float32(rows * columns);
    workspace.transpose(uniform(workspace.float32(rows * columns), random), rows, columns, out);
    return { out };
  },

  transposeBits(workspace, seed) {
    const random = generator(seed);
    const [rows, columns] = seed === 0 ? [100, 784] : [size(random), size(random)];
    const stride = Math.ceil(columns / 32) + Math.floor(random() * 3);
    const outStride = Math.ceil(rows / 32) + Math.floor(random() * 3);
    const words = bits(workspace.words(rows * stride), random);
    const out = workspace.words(columns * outStride).fill(0xffffffff);
    workspace.transposeBits(words, stride, rows, columns, out, outStride);
    return { out };
  },

  columnSums(workspace, seed) {
    const random = generator(seed);
    const [rows, columns] = seed === 0 ? [100, 784] : [size(random), size(random)];
    const out = workspace.float32(columns).fill(Number.NaN);
    workspace.columnSums(uniform(workspace.float32(rows * columns), random), rows, columns, out);
    return { out };
  },

  softplusSums(workspace, seed) {
    const random = generator(seed);
    const [rows, columns] = seed === 0 ? [100, 784] : [size(random), size(random)];
    const inputs = uniform(workspace.float32(rows * columns), random, seed % 2 === 0 ? 20 : 2000);
    const out = workspace.float64(rows).fill(Number.NaN);
    workspace.softplusSums(inputs, rows, columns, 0.1 + random() * 2, out);
    return { out };
  },

  ascend(workspace, seed) {
    const random = generator(seed);
    const length = seed === 0 ? 784 * 500 : size(random) * size(random);
    const values = uniform(workspace.float32(length), random);
    const velocity = uniform(workspace.float32(length), random);
    const gradient = uniform(workspace.float32(length), random);
    for (let k = 0; k < length; k += 7) values[k] = k % 2 === 0 ? 0 : -0;
    workspace.ascend({
      values,
      velocity,
      gradient,
      rate: random(),
      momentum: random() < 0.3 ? 0 : random(),
      l1: random() < 0.3 ? 0 : random(),
      l2: random() < 0.3 ? 0 : random(),
    });
    return { values, velocity, gradient };
  },

  ascendProducts(workspace, seed) {
    const random = generator(seed);
    // What a training has, and one in several chunks and groups of rows.
    const [rows, columns, given] = [
      [784, 500, 100],
      [300, 90, 450],
    ][seed] ?? [size(random), size(random)];
    const term = (): BitsTerm => {
      const inner = given ?? size(random);
      const stride = Math.ceil(inner / 32) + Math.floor(random() * 3);
      return {
        inner,
        a: { kind: "bits", stride, words: bits(workspace.words(rows * stride), random) },
        b: uniform(workspace.float32(inner * columns), random),
        bias: random() < 0.5 ? uniform(workspace.float32(columns), random) : undefined,
        scale: random() < 0.5 ? random() - 0.5 : undefined,
      };
    };
    const values = uniform(workspace.float32(rows * columns), random);
    const velocity = uniform(workspace.float32(rows * columns), random);
    for (let k = 0; k < values.length; k += 7) values[k] = k % 2 === 0 ? 0 : -0;
    workspace.ascendProducts({
      values,
      velocity,
      columns,
      terms: [term(), term()],
      rate: random(),
      momentum: random() < 0.3 ? 0 : random(),
      l1: random() < 0.3 ? 0 : random(),
      l2: random() < 0.3 ? 0 : random(),
    });
    return { values, velocity };
  },

  adam(workspace, seed) {
    const random = generator(seed);
    const length = seed === 0 ? 784 * 50 : edge(random) * edge(random) + edge(random);
    const [values, gradient, mean, square, change] = Array.from({ length: 5 }, () => {
      return uniform(workspace.float32(length), random);
    });
    for (let k = 0; k < length; k++) square[k] = square[k] ** 2;
    for (let k = 0; k < length; k += 7) values[k] = k % 2 === 0 ? 0 : -0;
    for (let k = 0; k < length; k += 5) gradient[k] = mean[k] = k % 2 === 0 ? 0 : -0;
    scatter(gradient, random);
    workspace.adam({
      values,
      gradient,
      mean,
      square,
      change,
      rate: random(),
      beta1: 0.9,
      beta2: 0.999,
      one: random(),
      two: random(),
      epsilon: 1e-8,
      l1: random() < 0.4 ? 0 : random(),
      l2: random() < 0.4 ? 0 : random(),
    });
    return { values, gradient, mean, square, change };
  },

  apply(workspace, seed) {
    const random = generator(seed);
    const f = functions[seed % functions.length];
    const values = uniform(
      workspace.float32(seed < functions.length ? 784 * 50 : edge(random) * edge(random)),
      random,
      200,
    );
    // Small numbers, too.
    for (let k = 0; k < values.length; k += 3) values[k] *= random() ** 9;
    scatter(values, random);
    const out = random() < 0.3 ? values : workspace.float32(values.length);
    const scale = random() < 0.5 ? random() - 0.5 : undefined;
    const shift = random() < 0.5 ? random() - 0.5 : undefined;
    workspace.apply({ function: f, values, out, scale, shift });
    return { values, out };
  },

  combine(workspace, seed) {
    const random = generator(seed);
    const [rows, columns] = seed === 0 ? [100, 784] : [edge(random), edge(random)];
    const spread = (["none", "rows", "columns", "all"] as const)[seed % 4];
    const operation = (["add", "subtract", "multiply"] as const)[Math.floor(random() * 3)];
    const a = scatter(uniform(workspace.float32(rows * columns), random), random);
    const length = { none: rows * columns, rows: columns, columns: rows, all: 1 }[spread];
    const b = scatter(uniform(workspace.float32(length), random), random);
    const place = random();
    const out = place < 0.3 ? a : place < 0.5 && spread === "none" ? b : workspace.float32(rows * columns);
    workspace.combine({ operation, rows, columns, a, b, spread, out });
    return { a, b, out };
  },

  copy(workspace, seed) {
    const random = generator(seed);
    const [rows, columns] = seed === 0 ? [100, 784] : [edge(random), edge(random)];
    const [gap, outGap] = [Math.floor(random() * 3) * 5, Math.floor(random() * 3) * 5];
    const step = random() < 0.7 ? 1 : 0;
    const stride = random() < 0.2 ? 0 : columns + gap;
    const values = scatter(uniform(workspace.float32(rows * (columns + gap)), random), random);
    const out = scatter(uniform(workspace.float32(rows * (columns + outGap)), random), random);
    const adds = random() < 0.5;
    workspace.copy({ rows, columns, values, stride, step, out, outStride: columns + outGap, adds });
    return { values, out };
  },

  clear(workspace, seed) {
    const random = generator(seed);
    const all = uniform(workspace.float32(64 + edge(random)), random);
    workspace.clear(all.subarray(Math.floor(random() * 8), all.length - Math.floor(random() * 8)));
    return { all };
  },

  rowSums(workspace, seed) {
    const random = generator(seed);
    const [rows, columns] = seed === 0 ? [100, 784] : [edge(random), edge(random)];
    const values = uniform(workspace.float32(rows * columns), random, 4);
    if (random() < 0.2) scatter(values, random);
    const out = workspace.float32(rows).fill(Number.NaN);
    workspace.rowSums(values, rows, columns, out);
    return { values, out };
  },

  softmax(workspace, seed) {
    const random = generator(seed);
    const { rows, columns, values } = scores(workspace, seed, random);
    const out = random() < 0.5 ? values : workspace.float32(rows * columns);
    workspace.softmax(values, rows, columns, out);
    return { values, out };
  },

  logSumExps(workspace, seed) {
    const random = generator(seed);
    const { rows, columns, values } = scores(workspace, seed, random);
    const out = workspace.float32(rows).fill(Number.NaN);
    workspace.logSumExps(values, rows, columns, out);
    return { values, out };
  },

  products(workspace, seed) {
    const random = generator(seed);
    const count = 1 + Math.floor(random() * 5);
    // Now and then a right factor that does not fit in the nearest cache.
    const [rows, inner, columns] = seed === 0 ? [40, 90, 130] : [edge(random), edge(random), edge(random)];
    const stride = (size: number) => (random() < 0.3 ? 0 : size + Math.floor(random() * 3));
    const [aStride, bStride] = [stride(rows * inner), stride(inner * columns)];
    const outStride = rows * columns + Math.floor(random() * 3);
    const keep = [undefined, 0, 1, random() - 0.5][Math.floor(random() * 4)];
    const out = uniform(workspace.float32(count * outStride), random);
    if (!keep) out.fill(Number.NaN);
    const kind = random() < 0.5 ? "dense" : "columns";
    const values = uniform(workspace.float32((count - 1) * aStride + rows * inner), random);
    const b = uniform(workspace.float32((count - 1) * bStride + inner * columns), random);
    const scale = random() < 0.5 ? random() - 0.5 : undefined;
    const a = { kind, values } as const;
    workspace.products({ count, rows, inner, columns, a, aStride, b, bStride, out, outStride, scale, keep });
    return { values, b, out };
  },

  energyGaps(workspace, seed) {
    const random = generator(seed);
    const differences = powerDifferences(workspace, seed, random);
    const out = workspace.float64(differences.rows * differences.classes);
    workspace.energyGaps({ ...differences, out });
    return { out };
  },

  gapGradients(workspace, seed) {
    const random = generator(seed);
    const differences = powerDifferences(workspace, seed, random);
    const { rows, columns, classes } = differences;
    const weights = uniform(workspace.float32(rows * classes), random);
    for (let k = 0; k < weights.length; k += 3) weights[k] = 0;
    const out = workspace.float32(rows * columns).fill(Number.NaN);
    const shiftGradients = workspace.float32(classes * columns).fill(Number.NaN);
    workspace.gapGradients({ ...differences, weights, out, shiftGradients });
    return { out, shiftGradients };
  },

  ascendColumns(workspace, seed) {
    const random = generator(seed);
    // The second has several blocks of columns.
    const [rows, columns] = [
      [794, 500],
      [3, 2050],
    ][seed] ?? [size(random), size(random)];
    const array = () => uniform(workspace.float32(rows * columns), random, 2);
    const [values, velocity, gradient] = [array(), array(), array()];
    // A column that stands still, and one whose velocities are not normal numbers.
    for (let r = 0; r < rows; r++) {
      for (const of of [velocity, gradient]) of[r * columns] = 0;
      for (const of of [velocity, gradient]) of[(r + 1) * columns - 1] *= 2 ** -127;
    }
    workspace.ascendColumns({
      rows,
      columns,
      values,
      velocity,
      gradient,
      keep: random() < 0.3 ? 0 : random(),
      gain: random(),
      rate: random(),
    });
    return { values, velocity };
  },
};

const functions: readonly ElementFunction[] = [
  "affine",
  "exp",
  "log",
  "tanh",
  "sigmoid",
  "softplus",
  "reciprocal",
  "inverseRoot",
  "step",
];

/** Sizes at the edges of registers and of blocks. */
function edge(random: () => number): number {
  return [1, 1, 2, 3, 4, 5, 8, 9, 15, 16, 17, 31, 33, 64, 70][Math.floor(random() * 15)];
}

/** Puts special numbers at random places. */
function scatter(array: Float32Array, random: () => number): Float32Array {
  const special = [0, -0, NaN, Infinity, -Infinity, 3e38, -3e38, 1e-45, -1e-40, 1, 88.72283, 88.72284, -87, -87.00001];
  for (const x of special) array[Math.floor(random() * array.length)] = x;
  return array;
}

/** Rows of numbers of which some are -Infinity, and in some rows all, or something that is no finite number. */
function scores(workspace: Workspace, seed: number, random: () => number) {
  const [rows, columns] = seed === 0 ? [100, 784] : [edge(random), edge(random)];
  const values = uniform(workspace.float32(rows * columns), random, 10 ** (random() * 4 - 1));
  for (let r = 0; r < rows; r++) {
    const row = values.subarray(r * columns, (r + 1) * columns);
    const choice = random();
    if (choice < 0.1) row.fill(Number.NEGATIVE_INFINITY);
    else if (choice < 0.3) for (let j = 0; j < columns; j += 2) row[j] = Number.NEGATIVE_INFINITY;
    else if (choice < 0.4) scatter(row, random);
  }
  return { rows, columns, values };
}

function powerDifferences(workspace: Workspace, seed: number, random: () => number): PowerDifferences {
  // What a training has, and more memories than the kernels take at a time.
  const [rows, columns, classes] = [
    [100, 500, 10],
    [3, 4100, 2],
  ][seed] ?? [size(random), size(random), 1 + Math.floor(random() * 12)];
  const power = [2, 3, 4, 5, 7, 20, 21, 30, 31][seed % 9];
  return {
    rows,
    columns,
    classes,
    power,
    overlaps: uniform(workspace.float32(rows * columns), random, 3),
    shifts: uniform(workspace.float32(classes * columns), random),
  };
}

/** The product of a matrix of bits of that shape. */
export function bitsProduct(rows: number, inner: number, columns: number): Operation {
  return (workspace, seed) => {
    const random = generator(seed);
    const stride = Math.ceil(inner / 32);
    const words = bits(workspace.words(rows * stride), random);
    const b = uniform(workspace.float32(inner * columns), random);
    const out = workspace.float32(rows * columns);
    workspace.product({ rows, inner, columns, a: { kind: "bits", words, stride }, b, out });
    return { out };
  };
}

/** The first number in which the results of an operation differ, -0 being another one than 0. */
export function difference(operation: Operation, ours: MakeWorkspace, theirs: MakeWorkspace, seed: number): unknown {
  const bytes = 2 ** 24;
  const [our, their] = [ours(bytes), theirs(bytes)];
  const expected = operation(their, seed);
  const found = Object.entries(operation(our, seed)).flatMap(([name, array]) => {
    const at = array.findIndex((x, k) => !Object.is(x, expected[name][k]));
    return at < 0 ? [] : [{ seed, name, at, ours: array[at], theirs: expected[name][at] }];
  });
  our.dispose();
  their.dispose();
  return found[0];
}

/** Makes workspaces that prepare every operation, and then perform it. */
export function prepared(make: MakeWorkspace): MakeWorkspace {
  return (bytes) => {
    const workspace = make(bytes);
    const apart = ["float32", "float64", "words", "dispose"];
    return new Proxy(workspace, {
      get(_, name) {
        const own = Reflect.get(workspace, name, workspace);
        if (typeof own !== "function") return own;
        if (apart.includes(String(name))) return own.bind(workspace);
        return (...given: unknown[]) => workspace.prepare(() => own.apply(workspace, given))();
      },
    });
  };
}

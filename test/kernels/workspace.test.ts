import { describe, expect, test } from "vitest";
import { EngramError } from "../../src/errors.js";
import { sigmoid } from "../../src/kernels/element-functions.js";
import {
  defaultWorkspace,
  type MakeWorkspace,
  referenceWorkspace,
  type Workspace,
  wasmWorkspace,
} from "../../src/kernels/index.js";
import { nativeWorkspace, WasmWorkspace } from "../../src/kernels/wasm/workspace.js";
import type { Crew, Work } from "../../src/kernels/wasm/workspace-crew.js";
import { preparedCalls } from "../../src/kernels/wasm/workspace-list.js";
import { perform, workspaceCode, workspaceModule } from "../../src/kernels/wasm/workspace-module.js";
import { normalPair, softplus } from "../../src/kernels/workspace-functions.js";
import { philox4x32 } from "../../src/math/random.js";
import { nativeTiers, needNative } from "../support/native.js";
import { generator } from "./systems.js";
import { bitsProduct, difference, operations, prepared } from "./workspace-operations.js";

const backends: [string, MakeWorkspace][] = [
  ["reference", referenceWorkspace],
  ["wasm", wasmWorkspace],
  ...nativeTiers.map((native): [string, MakeWorkspace] => [`native (${native.tier})`, nativeWorkspace(native)]),
];

const names = Object.keys(operations);

test("native kernels are here", needNative);

// WebAssembly against the reference, and native kernels, which are as fast, against WebAssembly.
describe.each(backends.slice(1))("%s against the reference, bit for bit", (name, make) => {
  const other = name === "wasm" ? referenceWorkspace : wasmWorkspace;
  test.each(names)("%s", (name) => {
    // Seed 0 is of the size of a net for handwritten digits.
    for (let seed = 0; seed < 40; seed++) {
      expect(difference(operations[name], make, other, seed)).toBeUndefined();
    }
  });

  test("rows, terms and columns beyond every block of a product", () => {
    for (const [rows, inner, columns] of [
      [129, 257, 337],
      [257, 290, 28],
      [1, 3000, 29],
      [128, 33, 336],
      [2, 0, 30],
      // More ones than the lists of all chunks have room for.
      [300, 5000, 70],
    ]) {
      const product = bitsProduct(rows, inner, columns);
      expect(difference(product, make, other, rows)).toBeUndefined();
    }
  });
});

/** A crew whose threads take turns. */
function turns(threads: number): Crew {
  return {
    threads,
    begin(memory) {
      const code = workspaceCode(workspaceModule(true), memory);
      const run: Work["run"] = (kernel, count, step, _cost, parameters) => {
        for (let t = 0; t < threads; t++) perform(code[kernel], count, step, t, threads, threads - 1 - t, parameters);
      };
      return { run, prepare: (calls) => preparedCalls(calls, code, memory, run, 100), end() {} };
    },
  };
}

describe("the shares of threads", () => {
  test.each(names)("%s", (name) => {
    for (let seed = 0; seed < 20; seed++) {
      const threads = [2, 3, 7][seed % 3];
      const divided: MakeWorkspace = (bytes) => new WasmWorkspace(bytes, turns(threads));
      expect(difference(operations[name], divided, wasmWorkspace, seed)).toBeUndefined();
    }
  });
});

test("the default workspace is that of WebAssembly where it has SIMD, as it has here", () => {
  expect(defaultWorkspace(64).float32(1).buffer.byteLength).toBeGreaterThan(64);
});

describe("elementary functions", () => {
  test("a pair of normal numbers is that of Box and Muller", () => {
    const random = generator(5);
    const pair = new Float32Array(2);
    let worst = 0;
    for (let k = 0; k < 20_000; k++) {
      const a = k === 0 ? 0 : k === 1 ? 2 ** 32 - 1 : Math.floor(random() * 2 ** (k % 33));
      const b = k < 9 ? k * 2 ** 29 : Math.floor(random() * 2 ** 32);
      normalPair(a, b, pair);
      const radius = Math.sqrt(-2 * Math.log((a + 0.5) / 2 ** 32));
      const angle = (2 * Math.PI * (b >>> 8)) / 2 ** 24;
      const error = Math.hypot(pair[0] - radius * Math.cos(angle), pair[1] - radius * Math.sin(angle));
      // Roundings of single precision, and that of u, by up to 2^-24 with the half, where the radius goes as their root.
      worst = Math.max(worst, error / (3e-7 * (1 + radius) + 2 ** -24 / radius));
    }
    expect(worst).toBeLessThan(1);
  });

  test("the softplus has a relative error below 2e-15", () => {
    let worst = 0;
    for (let x = -707; x < 800; x += 0.0313) {
      // Math.log1p and Math.exp may each be off by one unit in the last place, and e^x by x times that of x.
      const expected = Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
      worst = Math.max(worst, Math.abs(softplus(x) / expected - 1));
    }
    expect(worst).toBeLessThan(2e-15);
    expect([-Infinity, -707.1, 0, Infinity].map(softplus)).toEqual([0, 0, Math.LN2, Infinity]);
    expect(softplus(Number.NaN)).toBeNaN();
  });
});

describe.each([
  ...backends.slice(1),
  ["two threads", (bytes) => new WasmWorkspace(bytes, turns(2))] as [string, MakeWorkspace],
])("operations that %s has prepared are those one by one", (name, make) => {
  test.each(names)("%s", (operation) => {
    for (let seed = 0; seed < 10; seed++) {
      expect(
        difference(operations[operation], prepared(make), name === "wasm" ? make : wasmWorkspace, seed),
      ).toBeUndefined();
    }
  });

  test("in their order, again and again, in lists of any length and beside those that lists cannot hold", () => {
    const workspace = make(2 ** 16);
    const reference = referenceWorkspace(2 ** 16);
    const results = [workspace, reference].map((own) => {
      const [values, velocity, rest] = [own.float32(37), own.float32(37), own.float32(37)];
      values.set(rest.map((_, k) => 0.1 + k / 64));
      // x <- 3.9 x (1 - x), which makes the least difference large.
      const operations = own.prepare(() => {
        for (let k = 0; k < 2500; k++) {
          own.apply({ function: "affine", values, out: rest, scale: -1, shift: 1 });
          own.combine({ operation: "multiply", rows: 1, columns: 37, a: values, b: rest, spread: "none", out: values });
          own.apply({ function: "affine", values, out: values, scale: 3.9 });
          if (k % 1000 !== 7) continue;
          own.ascend({ values, velocity, gradient: rest, rate: 0.001, momentum: 0, l1: 0, l2: 0 });
        }
      });
      expect(values[32]).toBe(Math.fround(0.6));
      operations();
      const once = values.slice();
      operations();
      expect(values).not.toEqual(once);
      return values;
    });
    expect(results[0]).toEqual(results[1]);
  });

  test("not once the workspace is disposed of", () => {
    const workspace = make(1024);
    const values = workspace.float32(4);
    const operations = workspace.prepare(() => workspace.clear(values));
    workspace.dispose();
    expect(operations).toThrow("the workspace was disposed of");
  });

  test("and a fault while they are prepared leaves the workspace as it was", () => {
    const workspace = make(1024);
    const values = workspace.float32(4).fill(1);
    expect(() => workspace.prepare(() => workspace.rowSums(values, 5, 1, values))).toThrow("internal: the matrix");
    workspace.clear(values);
    expect([...values]).toEqual([0, 0, 0, 0]);
  });
});

describe.each(backends)("%s workspace", (_name, make) => {
  function filled(workspace: Workspace, numbers: readonly number[]): Float32Array {
    const array = workspace.float32(numbers.length);
    array.set(numbers);
    return array;
  }

  test("a product of each kind of factor, by hand", () => {
    const workspace = make(4096);
    const b = filled(workspace, [1, 10, 2, 20, 4, 40]);
    const bias = filled(workspace, [0.5, 0.25]);
    const words = workspace.words(2);
    words.set([0b101, 0b110]);
    const dense = filled(workspace, [1, 0, 1, 0, 1, 1]);
    const columns = filled(workspace, [1, 0, 0, 1, 1, 1]);
    for (const a of [
      { kind: "bits", words, stride: 1 } as const,
      { kind: "dense", values: dense } as const,
      { kind: "columns", values: columns } as const,
    ]) {
      const out = filled(workspace, [100, 200, 300, 400]);
      const shape = { rows: 2, inner: 3, columns: 2 };
      workspace.product({ ...shape, a, b, out, bias, scale: -2, keep: 0.5 });
      expect([...out]).toEqual([50 - 10 + 0.5, 100 - 100 + 0.25, 150 - 12 + 0.5, 200 - 120 + 0.25]);
      workspace.product({ ...shape, a, b, out });
      expect([...out]).toEqual([5, 50, 6, 60]);
    }
  });

  test("what a bit says is 0 is left out, even where it is not finite", () => {
    const workspace = make(1024);
    const b = filled(workspace, [Number.NaN, 1, Number.POSITIVE_INFINITY, 2]);
    const words = workspace.words(1);
    words[0] = 0b1010;
    const out = workspace.float32(1);
    workspace.product({ rows: 1, inner: 4, columns: 1, a: { kind: "bits", words, stride: 1 }, b, out });
    expect(out[0]).toBe(3);
  });

  test("states are drawn from the Philox blocks that the interface names", () => {
    const workspace = make(2 ** 16);
    const [rows, columns, stride, step] = [3, 37, 2, 5 * 2 ** 32 + 7];
    const inputs = workspace.float32(rows * columns);
    const random = generator(3);
    for (let k = 0; k < inputs.length; k++) inputs[k] = random() * 6 - 3;
    const key = workspace.words(2);
    key.set([123, 0xfedcba98]);
    const chains = workspace.words(rows);
    chains.set([0, 9, 0xffffffff]);
    const words = workspace.words(rows * stride);
    workspace.draw({ rows, columns, inputs, slope: 2, states: { words, stride, key, step, chains } });
    const block = new Uint32Array(4);
    for (let r = 0; r < rows; r++) {
      for (let j = 0; j < columns; j++) {
        philox4x32(j >> 2, 7, 5, chains[r], key[0], key[1], block);
        const on = Math.floor(block[j % 4] / 256) / 2 ** 24 < sigmoid(2 * inputs[r * columns + j]);
        expect((words[r * stride + (j >> 5)] >>> (j & 31)) & 1).toBe(on ? 1 : 0);
      }
    }
  });

  test("units are on as often as their means say, chain by chain and step by step", () => {
    const workspace = make(2 ** 16);
    const columns = 8;
    const rows = 64;
    const inputs = workspace.float32(rows * columns).map((_, k) => (k % columns) - 4);
    const own = workspace.float32(rows * columns);
    own.set(inputs);
    const means = workspace.float32(rows * columns);
    const key = workspace.words(2).fill(77);
    const chains = workspace.words(rows);
    for (let r = 0; r < rows; r++) chains[r] = r;
    const words = workspace.words(rows);
    const on = new Float64Array(columns);
    const steps = 200;
    for (let step = 0; step < steps; step++) {
      workspace.draw({ rows, columns, inputs: own, slope: 1, means, states: { words, stride: 1, key, step, chains } });
      for (const word of words) for (let j = 0; j < columns; j++) on[j] += (word >> j) & 1;
    }
    const n = steps * rows;
    for (let j = 0; j < columns; j++) {
      const p = 1 / (1 + Math.exp(4 - j));
      expect(means[j]).toBeCloseTo(p, 6);
      expect(Math.abs(on[j] - n * p)).toBeLessThan(5 * Math.sqrt(n * p * (1 - p)));
    }
  });

  test("normal units have their means and deviations, and are normal", () => {
    const [rows, columns, steps] = [50, 20, 100];
    const workspace = make(2 ** 20);
    const inputs = workspace.float32(rows * columns).fill(3);
    const column = (value: (j: number) => number) => workspace.float32(columns).map((_, j) => value(j));
    const arrays = { offset: workspace.float32(columns), gain: workspace.float32(columns) };
    arrays.offset.set(column((j) => j));
    arrays.gain.fill(-2);
    const deviation = workspace.float32(columns);
    deviation.set(column((j) => 1 + j / 10));
    const [means, values] = [workspace.float32(rows * columns), workspace.float32(rows * columns)];
    const [key, chains] = [workspace.words(2), workspace.words(rows)];
    key.set([7, 8]);
    for (let r = 0; r < rows; r++) chains[r] = r;
    // Bins of equal probability 1/8 of the standard normal distribution.
    const edges = [-1.1503493804, -0.6744897502, -0.318639364, 0, 0.318639364, 0.6744897502, 1.1503493804];
    const bins = new Float64Array(8);
    const sums = new Float64Array(5);
    for (let step = 0; step < steps; step++) {
      workspace.drawNormal({
        rows,
        columns,
        inputs,
        ...arrays,
        deviation,
        scale: 0.5,
        means,
        states: { values, key, step, chains },
      });
      const z = Array.from(values, (x, k) => (x - means[k]) / (0.5 * deviation[k % columns]));
      z.forEach((x, k) => {
        bins[edges.filter((edge) => x > edge).length]++;
        for (let power = 1; power <= 4; power++) sums[power - 1] += x ** power;
        // Of the two numbers of a pair.
        if (k % 2 === 0) sums[4] += x * z[k + 1];
      });
    }
    for (const [k, mean] of means.entries()) expect(mean).toBe((k % columns) - 6);
    const n = rows * columns * steps;
    const [first, second, third, fourth, pairs] = sums;
    expect(Math.abs(first / n)).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(second / n - 1)).toBeLessThan(5 * Math.sqrt(2 / n));
    expect(Math.abs(third / n)).toBeLessThan(5 * Math.sqrt(15 / n));
    expect(Math.abs(fourth / n - 3)).toBeLessThan(5 * Math.sqrt(96 / n));
    expect(Math.abs(pairs)).toBeLessThan(5 * Math.sqrt(n / 2));
    const square = bins.reduce((sum, count) => sum + (count - n / 8) ** 2 / (n / 8), 0);
    // Seven degrees of freedom: one in a million is larger.
    expect(square).toBeLessThan(40.5);
  });

  test("a step of ascent is that of its formula, and a value of 0 feels no l1", () => {
    const workspace = make(1024);
    const values = filled(workspace, [1, -1, 0]);
    const velocity = filled(workspace, [4, 4, 4]);
    const gradient = filled(workspace, [8, 8, 8]);
    workspace.ascend({ values, velocity, gradient, rate: 0.5, momentum: 0.25, l1: 2, l2: 1 });
    expect([...velocity]).toEqual([1 + 0.5 * 5, 1 + 0.5 * 11, 1 + 0.5 * 8]);
    expect([...values]).toEqual([4.5, 5.5, 5]);
  });

  test("a function is applied to each number, in place too", () => {
    const workspace = make(1024);
    const values = filled(workspace, [-2, -0, 0, 3, 0.5]);
    const out = workspace.float32(5);
    workspace.apply({ function: "affine", values, out, scale: 2, shift: 1 });
    expect([...out]).toEqual([-3, 1, 1, 7, 2]);
    workspace.apply({ function: "step", values: out, out });
    expect([...out]).toEqual([0, 1, 1, 1, 1]);
    workspace.apply({ function: "affine", values, out });
    expect([...out]).toEqual([-2, 0, 0, 3, 0.5]);
  });

  test("a second array is spread over the rows and columns of the first", () => {
    const workspace = make(1024);
    const shape = { rows: 2, columns: 3 };
    const a = filled(workspace, [1, 2, 3, 4, 5, 6]);
    const b = filled(workspace, [10, 20, 30, 40, 50, 60]);
    const out = workspace.float32(6);
    const combined = (operation: "add" | "subtract" | "multiply", spread: "none" | "rows" | "columns" | "all") => {
      workspace.combine({ ...shape, operation, spread, a, b, out });
      return [...out];
    };
    expect(combined("add", "none")).toEqual([11, 22, 33, 44, 55, 66]);
    expect(combined("subtract", "rows")).toEqual([-9, -18, -27, -6, -15, -24]);
    expect(combined("multiply", "columns")).toEqual([10, 20, 30, 80, 100, 120]);
    expect(combined("add", "all")).toEqual([11, 12, 13, 14, 15, 16]);
  });

  test("rows are copied to another place, repeated, or added to what is there", () => {
    const workspace = make(1024);
    const values = filled(workspace, [1, 2, 3, 4, 5, 6]);
    const out = filled(workspace, [10, 20, 30, 40, 50, 60, 70, 80]);
    const shape = { rows: 2, columns: 2, values, out, outStride: 4 };
    workspace.copy({ ...shape, stride: 3 });
    expect([...out]).toEqual([1, 2, 30, 40, 4, 5, 70, 80]);
    workspace.copy({ ...shape, stride: 3, step: 0, out: out.subarray(2), adds: true });
    expect([...out]).toEqual([1, 2, 31, 41, 4, 5, 74, 84]);
    workspace.copy({ ...shape, stride: 0 });
    expect([...out]).toEqual([1, 2, 31, 41, 1, 2, 74, 84]);
    workspace.clear(out.subarray(1, 6));
    expect([...out]).toEqual([1, 0, 0, 0, 0, 0, 74, 84]);
    expect(() => workspace.copy({ ...shape, stride: 5 })).toThrow("internal: the numbers to copy has 6 numbers");
    expect(() => workspace.copy({ ...shape, stride: 3, outStride: 7 })).toThrow("internal: out has 8 numbers");
  });

  test("rows are added up in sixteen sums", () => {
    const workspace = make(1024);
    const columns = 17;
    const values = workspace.float32(2 * columns);
    // 1 is lost beside 2^25, but not where it meets its equals first.
    values.fill(1);
    values[0] = 2 ** 25;
    values[1] = 3;
    const out = workspace.float32(2);
    workspace.rowSums(values, 2, columns, out);
    // Numbers from 2^25 on are 4 apart: 2^25 + 1, then + 1 and + 2 are 2^25; then + 4; + 10 is nearest to 2^25 + 16.
    expect([...out]).toEqual([2 ** 25 + 16, 17]);
  });

  test("softmax weighs rows, and rows of nothing get nothing", () => {
    const workspace = make(1024);
    const none = Number.NEGATIVE_INFINITY;
    const values = filled(workspace, [0, Math.log(3), none, none, none, none, 1000, 1000, 1000, 1, 2, NaN]);
    const out = workspace.float32(12);
    const logs = workspace.float32(4);
    workspace.logSumExps(values, 4, 3, logs);
    workspace.softmax(values, 4, 3, out);
    const expected = [0.25, 0.75, 0, 0, 0, 0, 1 / 3, 1 / 3, 1 / 3, NaN, NaN, NaN];
    // One rounding of log 3, and errors of the exponentials and of the sum.
    expect([...out].map((x, k) => (Math.abs(x - expected[k]) < 3e-7 ? expected[k] : x))).toEqual(expected);
    expect([...logs.slice(1)].map((x, k) => x - [0, 1000][k])).toEqual([
      none,
      Math.fround(1000 + Math.log(3)) - 1000,
      NaN,
    ]);
    expect(Math.abs(logs[0] - Math.log(4))).toBeLessThan(3e-7);
  });

  test("products of a batch are those one by one, and may share a factor", () => {
    const workspace = make(4096);
    const a = { kind: "dense", values: filled(workspace, [1, 2, 3, 4, 5, 6, 7, 8]) } as const;
    const b = filled(workspace, [1, 10, 2, 20, 3, 30, 4, 40]);
    const out = workspace.float32(8);
    const shape = { rows: 2, inner: 2, columns: 2, count: 2, a, b, out };
    workspace.products({ ...shape, aStride: 4, bStride: 4, outStride: 4 });
    expect([...out]).toEqual([5, 50, 11, 110, 39, 390, 53, 530]);
    workspace.products({ ...shape, aStride: 4, bStride: 0, outStride: 4, scale: 2, keep: 1 });
    expect([...out]).toEqual([15, 150, 33, 330, 73, 730, 99, 990]);
    workspace.products({ ...shape, a: { ...a, kind: "columns" }, aStride: 4, bStride: 4, outStride: 4 });
    expect([...out]).toEqual([7, 70, 10, 100, 43, 430, 50, 500]);
  });

  test("arrays are zero, lie 64 bytes apart, and no more of them fit than were asked for", () => {
    const workspace = make(64 + 128 + 64);
    expect(workspace.float32(3)).toEqual(new Float32Array(3));
    expect(workspace.float64(9)).toEqual(new Float64Array(9));
    expect(workspace.words(16)).toEqual(new Uint32Array(16));
    expect(() => workspace.words(1)).toThrow(EngramError);
    expect(() => workspace.words(1)).toThrow("the workspace has room for 256 bytes, 256 of them in use; 4 more");
  });

  test("sizes that do not fit are our own bugs, found before anything changes", () => {
    const workspace = make(4096);
    const out = workspace.float32(4).fill(7);
    const a = { kind: "dense", values: workspace.float32(5) } as const;
    const b = workspace.float32(6);
    expect(() => workspace.product({ rows: 2, inner: 3, columns: 2, a, b, out })).toThrow("internal: the left factor");
    expect([...out]).toEqual([7, 7, 7, 7]);
    expect(() => workspace.transposeBits(workspace.words(1), 1, 1, 33, workspace.words(33), 1)).toThrow("internal");
    const shape = { rows: 2, columns: 3 };
    expect(() => workspace.apply({ function: "exp", values: b, out })).toThrow("internal: out has 4 numbers");
    for (const [spread, needed] of Object.entries({ none: 6, rows: 3, columns: 2, all: 1 } as const)) {
      const short = workspace.float32(needed - 1);
      const combine = { operation: "add", spread: spread as "none" | "rows" | "columns" | "all", a: b } as const;
      expect(() => workspace.combine({ ...shape, ...combine, b: short, out: b })).toThrow("internal: b has");
      expect(() => workspace.combine({ ...shape, ...combine, b, out })).toThrow("internal: out has 4 numbers");
    }
    expect(() => workspace.rowSums(b, 7, 1, out)).toThrow("internal: the matrix has 6 numbers");
    expect(() => workspace.logSumExps(b, 6, 1, out)).toThrow("internal: the sums has 4 numbers");
    expect(() => workspace.softmax(b, 2, 3, out)).toThrow("internal: out has 4 numbers");
    const batch = { rows: 1, inner: 1, columns: 2, count: 3, a, b, out: b, aStride: 2, bStride: 2, outStride: 2 };
    workspace.products(batch);
    expect(() => workspace.products({ ...batch, aStride: 3 })).toThrow(
      "internal: the batch of left factors has 5 numbers",
    );
    expect(() => workspace.products({ ...batch, bStride: 3 })).toThrow(
      "internal: the batch of right factors has 6 numbers",
    );
    expect(() => workspace.products({ ...batch, out })).toThrow("internal: the batch of products has 4 numbers");
    expect(() => workspace.products({ ...batch, outStride: 1 })).toThrow("internal: products 1 numbers apart overlap");
    const arrays = { values: b, gradient: b, mean: b, square: b, change: out };
    const rates = { rate: 1, beta1: 0, beta2: 0, one: 1, two: 1, epsilon: 1, l1: 0, l2: 0 };
    expect(() => workspace.adam({ ...arrays, ...rates })).toThrow("internal: change has 4 numbers");
    expect([...out]).toEqual([7, 7, 7, 7]);
  });
});

test("an operation in WebAssembly refuses arrays of another workspace, and all of them after it is disposed of", () => {
  const workspace = wasmWorkspace(1024);
  const values = workspace.float32(4);
  expect(() => workspace.transpose(values, 2, 2, new Float32Array(4))).toThrow("array of another one");
  workspace.dispose();
  workspace.dispose();
  expect(() => workspace.transpose(values, 2, 2, values)).toThrow("the workspace was disposed of");
});

test("a workspace that no machine has room for says so", () => {
  expect(() => wasmWorkspace(2 ** 33)).toThrow("MB for a workspace cannot be allocated");
});

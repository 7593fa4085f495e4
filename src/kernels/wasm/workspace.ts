import { disposeSymbol } from "../../disposing.js";
import { disposedError, EngramError, internal } from "../../errors.js";
import {
  type ColumnAscent,
  checkColumnAscent,
  checkGapGradients,
  checkGaps,
  type EnergyGaps,
  type GapGradients,
  leastOf,
} from "../energy-gaps.js";
import type { NativeKernels } from "../native/code.js";
import type {
  AdamStep,
  Apply,
  Ascent,
  BitsTerm,
  Combine,
  Copy,
  Draw,
  ElementFunction,
  MakeWorkspace,
  NormalDraw,
  Product,
  ProductAscent,
  Products,
  Workspace,
} from "../workspace.js";
import {
  Allocator,
  checkAdam,
  checkApply,
  checkAscent,
  checkCombine,
  checkCopy,
  checkDraw,
  checkNormalDraw,
  checkProduct,
  checkProductAscent,
  checkProducts,
  checkRows,
  checkSums,
  checkTranspose,
  requireBits,
} from "../workspace-checks.js";
import { type Crew, crewOfOne, type KernelCall, type Work } from "./workspace-crew.js";
import { overrun, scratchBase, scratchBytes, type WorkspaceMemory } from "./workspace-module.js";

const page = 65536;

/** Columns of a block of a product, see assembly/workspace-product.ts. */
const block = 28;

/** The functions and operations in the order of their numbers in assembly/. */
const elementFunctions: readonly ElementFunction[] = [
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
const combinations: readonly Combine["operation"][] = ["add", "subtract", "multiply"];

type Numbers = Float32Array | Float64Array | Uint32Array;

/**
 * A workspace in a WebAssembly memory of its own, of fixed size, so that views of it stay valid. The threads of a crew
 * perform the operations of assembly/workspace.ts. Costs are what one number took on one core of an AMD EPYC in 2026.
 */
export class WasmWorkspace implements Workspace {
  readonly threads: number;
  readonly #allocator: Allocator;
  readonly #base: number;
  #memory: WorkspaceMemory | undefined;
  #work: Work;

  constructor(bytes: number, crew: Crew) {
    this.threads = crew.threads;
    this.#allocator = new Allocator(bytes);
    this.#base = scratchBase + crew.threads * scratchBytes;
    const pages = Math.ceil((this.#base + this.#allocator.bytes + overrun) / page);
    try {
      this.#memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: crew.threads > 1 });
    } catch (cause) {
      throw new EngramError(
        `a WebAssembly memory of ${Math.ceil((pages * page) / 2 ** 20)} MB for a workspace cannot be allocated; ` +
          "train in smaller batches, or dispose of workspaces that are not needed",
        { cause },
      );
    }
    this.#work = crew.begin(this.#memory);
  }

  float32(length: number): Float32Array {
    return new Float32Array(this.#buffer(), this.#base + this.#allocator.take(4 * length), length);
  }

  float64(length: number): Float64Array {
    return new Float64Array(this.#buffer(), this.#base + this.#allocator.take(8 * length), length);
  }

  words(length: number): Uint32Array {
    return new Uint32Array(this.#buffer(), this.#base + this.#allocator.take(4 * length), length);
  }

  product(product: Product): void {
    checkProduct(product);
    const { rows, inner, columns, a, b, out, bias, scale = 1, keep = 0 } = product;
    const blocks = Math.ceil(columns / block);
    const cost = rows * blocks * block * inner * 0.05;
    if (a.kind === "bits") {
      this.#work.run("bitsProduct", blocks, 1, cost / 4, [
        rows,
        inner,
        columns,
        this.#at(a.words),
        a.stride * 4,
        this.#at(b),
        this.#at(out),
        this.#at(bias),
        scale,
        keep,
      ]);
    } else {
      const isDense = a.kind === "dense";
      this.#work.run("denseProduct", blocks, 1, cost, [
        rows,
        inner,
        columns,
        this.#at(a.values),
        (isDense ? inner : 1) * 4,
        (isDense ? 1 : rows) * 4,
        this.#at(b),
        this.#at(out),
        this.#at(bias),
        scale,
        keep,
      ]);
    }
  }

  draw(draw: Draw): void {
    checkDraw(draw);
    const { rows, columns, inputs, slope, means, states } = draw;
    const count = rows * columns;
    if (states !== undefined) {
      const { words, stride, key, step, chains } = states;
      this.#work.run("drawStates", rows, 1, count * 5, [
        columns,
        this.#at(inputs),
        slope,
        this.#at(means),
        this.#at(words),
        stride * 4,
        this.#at(key),
        step % 2 ** 32,
        Math.floor(step / 2 ** 32),
        this.#at(chains),
      ]);
    } else if (means !== undefined) {
      this.#work.run("drawMeans", Math.ceil(count / 4), 16, count * 2, [
        count,
        this.#at(inputs),
        slope,
        this.#at(means),
      ]);
    }
  }

  drawNormal(draw: NormalDraw): void {
    checkNormalDraw(draw);
    const { rows, columns, inputs, offset, gain, deviation, scale, means, states } = draw;
    const step = states?.step ?? 0;
    const cost = rows * columns * (states === undefined ? 1 : 6);
    this.#work.run("drawNormals", rows, 1, cost, [
      columns,
      this.#at(inputs),
      this.#at(offset),
      this.#at(gain),
      this.#at(deviation),
      scale,
      this.#at(means),
      this.#at(states?.values),
      this.#at(states?.key),
      step % 2 ** 32,
      Math.floor(step / 2 ** 32),
      this.#at(states?.chains),
    ]);
  }

  transpose(values: Float32Array, rows: number, columns: number, out: Float32Array): void {
    checkTranspose(values, rows, columns, out);
    const parameters = [this.#at(values), rows, columns, this.#at(out)];
    this.#work.run("transposeNumbers", columns, 16, rows * columns * 0.5, parameters);
  }

  transposeBits(
    words: Uint32Array,
    stride: number,
    rows: number,
    columns: number,
    out: Uint32Array,
    outStride: number,
  ): void {
    requireBits("the matrix", words, stride, rows, columns);
    requireBits("the transpose", out, outStride, columns, rows);
    const parameters = [this.#at(words), stride * 4, rows, this.#at(out), outStride * 4];
    this.#work.run("transposeBits", columns, 128, rows * columns * 0.1, parameters);
  }

  columnSums(values: Float32Array, rows: number, columns: number, out: Float32Array): void {
    checkSums(values, rows, columns, out, columns);
    const parameters = [this.#at(values), rows, columns, this.#at(out)];
    this.#work.run("columnSums", columns, 16, rows * columns * 0.1, parameters);
  }

  softplusSums(inputs: Float32Array, rows: number, columns: number, slope: number, out: Float64Array): void {
    checkSums(inputs, rows, columns, out, rows);
    const parameters = [this.#at(inputs), columns, slope, this.#at(out)];
    this.#work.run("softplusSums", rows, 1, rows * columns * 10, parameters);
  }

  ascend(ascent: Ascent): void {
    checkAscent(ascent);
    const { values, velocity, gradient, rate, momentum, l1, l2 } = ascent;
    const arrays = [this.#at(values), this.#at(velocity), this.#at(gradient)];
    this.#work.run("ascend", Math.ceil(values.length / 4), 16, values.length, [
      values.length,
      ...arrays,
      rate,
      momentum,
      l1,
      l2,
    ]);
  }

  ascendProducts(ascent: ProductAscent): void {
    const rows = checkProductAscent(ascent);
    const { values, velocity, columns, terms, rate, momentum, l1, l2 } = ascent;
    const blocks = Math.ceil(columns / block);
    const cost = rows * columns * (1 + (terms[0].inner + terms[1].inner) * 0.0125);
    this.#work.run("ascendProducts", blocks, 1, cost, [
      rows,
      columns,
      ...this.#term(terms[0]),
      ...this.#term(terms[1]),
      this.#at(values),
      this.#at(velocity),
      rate,
      momentum,
      l1,
      l2,
    ]);
  }

  adam(step: AdamStep): void {
    checkAdam(step);
    const { values, gradient, mean, square, change, rate, beta1, beta2, one, two, epsilon, l1, l2 } = step;
    const arrays = [values, gradient, mean, square, change].map((array) => this.#at(array));
    this.#work.run("adam", Math.ceil(values.length / 4), 16, values.length * 6, [
      values.length,
      ...arrays,
      rate,
      beta1,
      beta2,
      one,
      two,
      epsilon,
      l1,
      l2,
    ]);
  }

  apply(apply: Apply): void {
    checkApply(apply);
    const { values, out, scale = 1, shift = 0 } = apply;
    const f = elementFunctions.indexOf(apply.function);
    const cost = values.length * (apply.function === "affine" ? 0.5 : 2);
    const parameters = [values.length, f, this.#at(values), this.#at(out), scale, shift];
    this.#work.run("applyFunction", Math.ceil(values.length / 4), 16, cost, parameters);
  }

  combine(combine: Combine): void {
    checkCombine(combine);
    const { rows, columns, a, b, spread, out } = combine;
    const operation = combinations.indexOf(combine.operation);
    const count = rows * columns;
    if (spread === "none" || spread === "all") {
      const parameters = [count, operation, this.#at(a), this.#at(b), Number(spread === "all"), this.#at(out)];
      this.#work.run("combineArrays", Math.ceil(count / 4), 16, count * 0.5, parameters);
    } else {
      const parameters = [columns, operation, this.#at(a), this.#at(b), Number(spread === "columns"), this.#at(out)];
      this.#work.run("combineRows", rows, 1, count * 0.5, parameters);
    }
  }

  copy(copy: Copy): void {
    checkCopy(copy);
    const { rows, columns, values, stride, step = 1, out, outStride, adds = false } = copy;
    const [from, to] = [this.#at(values), this.#at(out)];
    const parameters = [columns, from, stride * 4, step, to, outStride * 4, Number(adds)];
    this.#work.run("copyRows", rows, 1, rows * columns * 0.3, parameters);
  }

  clear(out: Float32Array): void {
    this.#work.run("clearNumbers", Math.ceil(out.length / 4), 16, out.length * 0.2, [out.length, this.#at(out)]);
  }

  rowSums(values: Float32Array, rows: number, columns: number, out: Float32Array): void {
    checkSums(values, rows, columns, out, rows);
    this.#work.run("rowSums", rows, 16, rows * columns * 0.2, [this.#at(values), columns, this.#at(out)]);
  }

  softmax(values: Float32Array, rows: number, columns: number, out: Float32Array): void {
    checkRows(values, rows, columns, out);
    this.#work.run("softmax", rows, 1, rows * columns * 3, [this.#at(values), columns, this.#at(out)]);
  }

  logSumExps(values: Float32Array, rows: number, columns: number, out: Float32Array): void {
    checkSums(values, rows, columns, out, rows);
    this.#work.run("logSumExps", rows, 16, rows * columns * 2, [this.#at(values), columns, this.#at(out)]);
  }

  products(products: Products): void {
    checkProducts(products);
    const { count, rows, inner, columns, a, b, out, scale = 1, keep = 0 } = products;
    // The columns of a single one can be divided.
    if (count === 1) {
      this.product({ rows, inner, columns, a, b, out, scale, keep });
      return;
    }
    const isDense = a.kind === "dense";
    this.#work.run("denseProducts", count, 1, count * rows * inner * columns * 0.1, [
      rows,
      inner,
      columns,
      this.#at(a.values),
      (isDense ? inner : 1) * 4,
      (isDense ? 1 : rows) * 4,
      products.aStride * 4,
      this.#at(b),
      products.bStride * 4,
      this.#at(out),
      products.outStride * 4,
      scale,
      keep,
    ]);
  }

  energyGaps(gaps: EnergyGaps): void {
    checkGaps(gaps);
    const { rows, columns, classes, power, overlaps, shifts, out } = gaps;
    const cost = rows * columns * classes * 2;
    this.#work.run("energyGaps", rows, 1, cost, [
      columns,
      classes,
      power,
      leastOf(power),
      this.#at(overlaps),
      this.#at(shifts),
      this.#at(out),
    ]);
  }

  gapGradients(gradients: GapGradients): void {
    checkGapGradients(gradients);
    const { rows, columns, classes, power, overlaps, shifts, weights, out, shiftGradients } = gradients;
    const cost = rows * columns * classes * 2;
    this.#work.run("gapGradients", columns, 16, cost, [
      rows,
      columns,
      classes,
      power,
      leastOf(power),
      this.#at(overlaps),
      this.#at(shifts),
      this.#at(weights),
      this.#at(out),
      this.#at(shiftGradients),
    ]);
  }

  ascendColumns(ascent: ColumnAscent): void {
    checkColumnAscent(ascent);
    const { rows, columns, values, velocity, gradient, keep, gain, rate } = ascent;
    const arrays = [this.#at(values), this.#at(velocity), this.#at(gradient)];
    this.#work.run("ascendColumns", columns, 16, rows * columns, [rows, columns, ...arrays, keep, gain, rate]);
  }

  prepare(operations: () => void): () => void {
    const work = this.#work;
    const calls: KernelCall[] = [];
    this.#work = {
      ...work,
      run: (kernel, count, step, cost, parameters) => calls.push({ kernel, count, step, cost, parameters }),
    };
    try {
      operations();
    } finally {
      this.#work = work;
    }
    const perform = work.prepare(calls);
    return () => {
      this.#buffer();
      perform();
    };
  }

  dispose(): void {
    if (this.#memory === undefined) return;
    this.#memory = undefined;
    this.#work.end();
  }

  [disposeSymbol](): void {
    this.dispose();
  }

  #term({ inner, a, b, bias, scale = 1 }: BitsTerm): number[] {
    return [inner, this.#at(a.words), a.stride * 4, this.#at(b), this.#at(bias), scale];
  }

  #buffer(): ArrayBuffer {
    if (this.#memory === undefined) throw disposedError("workspace");
    return this.#memory.buffer;
  }

  /** The address of an array of this workspace, 0 for none. */
  #at(array: Numbers | undefined): number {
    const buffer = this.#buffer();
    if (array === undefined) return 0;
    if (array.buffer !== buffer) throw internal("an operation of a workspace is given an array of another one");
    return array.byteOffset;
  }
}

/** A workspace in WebAssembly with 128-bit SIMD, on one thread. */
export function wasmWorkspace(bytes: number): Workspace {
  return new WasmWorkspace(bytes, crewOfOne());
}

/** A workspace with native kernels, on one thread. */
export function nativeWorkspace(native: NativeKernels): MakeWorkspace {
  const crew = crewOfOne(native);
  return (bytes) => new WasmWorkspace(bytes, crew);
}

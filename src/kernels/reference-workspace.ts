import { disposeSymbol } from "../disposing.js";
import { philox4x32 } from "../math/random.js";
import { elementFunctions, exp, log, sigmoid } from "./element-functions.js";
import { ascendColumns, energyGaps, gapGradients } from "./reference-energy-gaps.js";
import type {
  AdamStep,
  Apply,
  Ascent,
  Combine,
  Copy,
  CountedRandom,
  Draw,
  Factor,
  NormalDraw,
  Product,
  ProductAscent,
  Products,
  Workspace,
} from "./workspace.js";
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
} from "./workspace-checks.js";
import { normalPair, softplus } from "./workspace-functions.js";

const { fround } = Math;

/**
 * The operations of a workspace in plain TypeScript, close to their formulas: the reference for every other backend.
 */
class ReferenceWorkspace implements Workspace {
  readonly threads = 1;
  readonly #allocator: Allocator;

  constructor(bytes: number) {
    this.#allocator = new Allocator(bytes);
  }

  float32(length: number): Float32Array {
    this.#allocator.take(4 * length);
    return new Float32Array(length);
  }

  float64(length: number): Float64Array {
    this.#allocator.take(8 * length);
    return new Float64Array(length);
  }

  words(length: number): Uint32Array {
    this.#allocator.take(4 * length);
    return new Uint32Array(length);
  }

  product(product: Product): void {
    checkProduct(product);
    const { rows, inner, columns, a, b, out, bias } = product;
    const scale = fround(product.scale ?? 1);
    const keep = fround(product.keep ?? 0);
    const sums = new Float32Array(columns);
    for (let r = 0; r < rows; r++) {
      sums.fill(0);
      for (let j = 0; j < inner; j++) {
        const factor = entry(a, r, j, rows, inner);
        if (a.kind === "bits" && factor === 0) continue;
        for (let k = 0; k < columns; k++) sums[k] += fround(factor * b[j * columns + k]);
      }
      for (let k = 0; k < columns; k++) {
        const sum = fround(fround(scale * sums[k]) + (bias?.[k] ?? 0));
        const at = r * columns + k;
        out[at] = keep === 0 ? sum : fround(keep * out[at]) + sum;
      }
    }
  }

  draw(draw: Draw): void {
    checkDraw(draw);
    const { rows, columns, inputs, means, states } = draw;
    const slope = fround(draw.slope);
    const block = new Uint32Array(4);
    for (let r = 0; r < rows; r++) {
      if (states !== undefined) states.words.fill(0, r * states.stride, (r + 1) * states.stride);
      for (let j = 0; j < columns; j++) {
        const p = sigmoid(fround(slope * inputs[r * columns + j]));
        if (means !== undefined) means[r * columns + j] = p;
        if (states === undefined) continue;
        const { words, stride } = states;
        if (j % 4 === 0) fill(block, states, r, j / 4);
        if ((block[j % 4] >>> 8) * 2 ** -24 < p) words[r * stride + (j >>> 5)] |= 1 << (j & 31);
      }
    }
  }

  drawNormal(draw: NormalDraw): void {
    checkNormalDraw(draw);
    const { rows, columns, inputs, offset, gain, deviation, means, states } = draw;
    const scale = fround(draw.scale);
    const block = new Uint32Array(4);
    const normals = new Float32Array(4);
    for (let r = 0; r < rows; r++) {
      for (let j = 0; j < columns; j++) {
        const at = r * columns + j;
        const mean = fround(offset[j] + fround(gain[j] * inputs[at]));
        if (means !== undefined) means[at] = mean;
        if (states === undefined) continue;
        if (j % 4 === 0) {
          fill(block, states, r, j / 4);
          normalPair(block[0], block[1], normals, 0);
          normalPair(block[2], block[3], normals, 2);
        }
        states.values[at] = mean + fround(fround(scale * deviation[j]) * normals[j % 4]);
      }
    }
  }

  transpose(values: Float32Array, rows: number, columns: number, out: Float32Array): void {
    checkTranspose(values, rows, columns, out);
    for (let r = 0; r < rows; r++) {
      for (let j = 0; j < columns; j++) out[j * rows + r] = values[r * columns + j];
    }
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
    out.fill(0, 0, columns * outStride);
    for (let r = 0; r < rows; r++) {
      for (let j = 0; j < columns; j++) {
        const bit = (words[r * stride + (j >>> 5)] >>> (j & 31)) & 1;
        out[j * outStride + (r >>> 5)] |= bit << (r & 31);
      }
    }
  }

  columnSums(values: Float32Array, rows: number, columns: number, out: Float32Array): void {
    checkSums(values, rows, columns, out, columns);
    out.fill(0, 0, columns);
    for (let r = 0; r < rows; r++) {
      for (let j = 0; j < columns; j++) out[j] += values[r * columns + j];
    }
  }

  softplusSums(inputs: Float32Array, rows: number, columns: number, slope: number, out: Float64Array): void {
    checkSums(inputs, rows, columns, out, rows);
    for (let r = 0; r < rows; r++) {
      const sums = [0, 0];
      for (let j = 0; j < columns; j++) sums[j % 2] += softplus(slope * inputs[r * columns + j]);
      out[r] = sums[0] + sums[1];
    }
  }

  ascend(ascent: Ascent): void {
    checkAscent(ascent);
    const { values, velocity, gradient } = ascent;
    const rate = fround(ascent.rate);
    const momentum = fround(ascent.momentum);
    const l1 = fround(ascent.l1);
    const l2 = fround(ascent.l2);
    for (let k = 0; k < values.length; k++) {
      const value = values[k];
      const shrink = value > 0 ? l1 : value < 0 ? -l1 : 0;
      const uphill = fround(fround(gradient[k] - fround(l2 * value)) - shrink);
      velocity[k] = fround(momentum * velocity[k]) + fround(rate * uphill);
      values[k] = value + velocity[k];
    }
  }

  ascendProducts(ascent: ProductAscent): void {
    const rows = checkProductAscent(ascent);
    const { columns, terms } = ascent;
    const out = new Float32Array(rows * columns);
    terms.forEach((term, t) => {
      this.product({ ...term, rows, columns, out, keep: t });
    });
    this.ascend({ ...ascent, gradient: out });
  }

  adam(step: AdamStep): void {
    checkAdam(step);
    const { values, gradient, mean, square, change, rate, beta1, beta2, one, two, epsilon, l1, l2 } = step;
    const decays = l1 !== 0 || l2 !== 0;
    for (let k = 0; k < values.length; k++) {
      const g = decays ? gradient[k] - l2 * values[k] - l1 * Math.sign(values[k]) : gradient[k];
      mean[k] = beta1 * mean[k] + (1 - beta1) * g;
      square[k] = beta2 * square[k] + (1 - beta2) * g * g;
      change[k] = (rate * (mean[k] / one)) / (Math.sqrt(square[k] / two) + epsilon);
      values[k] += change[k];
    }
  }

  apply(apply: Apply): void {
    checkApply(apply);
    const { values, out } = apply;
    const scale = fround(apply.scale ?? 1);
    const shift = fround(apply.shift ?? 0);
    const f = apply.function === "affine" ? (x: number) => fround(scale * x) + shift : elementFunctions[apply.function];
    for (let k = 0; k < values.length; k++) out[k] = f(values[k]);
  }

  combine(combine: Combine): void {
    checkCombine(combine);
    const { operation, rows, columns, a, b, spread, out } = combine;
    for (let r = 0; r < rows; r++) {
      for (let j = 0; j < columns; j++) {
        const at = r * columns + j;
        const y = b[{ none: at, rows: j, columns: r, all: 0 }[spread]];
        out[at] = operation === "add" ? a[at] + y : operation === "subtract" ? a[at] - y : a[at] * y;
      }
    }
  }

  copy(copy: Copy): void {
    checkCopy(copy);
    const { rows, columns, values, stride, step = 1, out, outStride, adds = false } = copy;
    for (let r = 0; r < rows; r++) {
      for (let j = 0; j < columns; j++) {
        const [x, at] = [values[r * stride + j * step], r * outStride + j];
        out[at] = adds ? out[at] + x : x;
      }
    }
  }

  clear(out: Float32Array): void {
    out.fill(0);
  }

  rowSums(values: Float32Array, rows: number, columns: number, out: Float32Array): void {
    checkSums(values, rows, columns, out, rows);
    for (let r = 0; r < rows; r++) out[r] = sumOf(values.subarray(r * columns, (r + 1) * columns));
  }

  softmax(values: Float32Array, rows: number, columns: number, out: Float32Array): void {
    checkRows(values, rows, columns, out);
    for (let r = 0; r < rows; r++) {
      const { weights } = weightsOf(values.subarray(r * columns, (r + 1) * columns));
      const sum = sumOf(weights);
      // All weights are zero where no entry is above -Infinity.
      for (let j = 0; j < columns; j++) out[r * columns + j] = weights[j] / (sum === 0 ? 1 : sum);
    }
  }

  logSumExps(values: Float32Array, rows: number, columns: number, out: Float32Array): void {
    checkSums(values, rows, columns, out, rows);
    for (let r = 0; r < rows; r++) {
      const { weights, largest } = weightsOf(values.subarray(r * columns, (r + 1) * columns));
      out[r] = largest + log(sumOf(weights));
    }
  }

  products(products: Products): void {
    checkProducts(products);
    const { count, a, b, out, aStride, bStride, outStride } = products;
    for (let i = 0; i < count; i++) {
      this.product({
        ...products,
        a: { ...a, values: a.values.subarray(i * aStride) },
        b: b.subarray(i * bStride),
        out: out.subarray(i * outStride),
      });
    }
  }

  readonly energyGaps = energyGaps;
  readonly gapGradients = gapGradients;
  readonly ascendColumns = ascendColumns;

  prepare(operations: () => void): () => void {
    return operations;
  }

  dispose(): void {}

  [disposeSymbol](): void {
    this.dispose();
  }
}

/** Block `index` of the random words of row r. */
function fill(block: Uint32Array, { key, step, chains }: CountedRandom, r: number, index: number): void {
  philox4x32(index, step, Math.floor(step / 2 ** 32), chains[r], key[0], key[1], block);
}

/** Entry (r, j) of the left factor of a product. */
function entry(a: Factor, r: number, j: number, rows: number, inner: number): number {
  if (a.kind === "bits") return (a.words[r * a.stride + (j >>> 5)] >>> (j & 31)) & 1;
  return a.kind === "dense" ? a.values[r * inner + j] : a.values[j * rows + r];
}

/** The sum of some numbers in the order of `rowSums`. */
function sumOf(values: Float32Array): number {
  const sums = new Float32Array(16);
  for (let j = 0; j < values.length; j++) sums[j % 16] += values[j];
  for (let half = 8; half >= 1; half /= 2) {
    for (let k = 0; k < half; k++) sums[k] += sums[k + half];
  }
  return sums[0];
}

/** e^(x_j - max), where max is the largest number, or 0 if all are -Infinity. */
function weightsOf(values: Float32Array): { weights: Float32Array; largest: number } {
  let max = Number.NEGATIVE_INFINITY;
  for (const x of values) if (x > max) max = x;
  const largest = max === Number.NEGATIVE_INFINITY ? 0 : max;
  return { weights: values.map((x) => exp(fround(x - largest))), largest };
}

/** A workspace in plain TypeScript. */
export function referenceWorkspace(bytes: number): Workspace {
  return new ReferenceWorkspace(bytes);
}

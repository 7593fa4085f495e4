import { leastOf, raised } from "../../kernels/energy-gaps.js";
import type { Workspace } from "../../kernels/workspace.js";
import type { Matrix } from "../../math/matrix.js";

/** The sizes of a dense classifier, and its form. */
export interface GapSizes {
  readonly pixels: number;
  readonly classes: number;
  readonly memories: number;
  readonly power: number;
  readonly form: "direct" | "dual";
}

/**
 * The energy gaps of a dense classifier and their gradients in a workspace, a batch of rows at a time. One product gives the
 * overlaps of all classes: a class that is on adds 2 xi_c to the overlap with all classes off. Overlaps are divided by the
 * temperature T before they are raised, and the gaps are those times beta = 1 / T^n. All gradients are in units of n / T.
 */
export class GapPass {
  /** The transpose of the memories, (pixels + classes) x memories. */
  readonly memories: Float32Array;
  /** rows x (pixels + classes): pixels, and the class units, which are off (-1), or in the dual form absent (0). */
  readonly inputs: Float32Array;
  /** rows x classes. */
  readonly gaps: Float64Array;
  /** The weights w_rc of the gradients, rows x classes. */
  readonly weights: Float32Array;
  readonly #sizes: GapSizes;
  readonly #workspace: Workspace;
  /** Over T, rows x memories, and the gradient by them. */
  readonly #overlaps: Float32Array;
  readonly #slopes: Float32Array;
  /** 2 xi_c / T and the gradient by it: direct form, classes x memories. */
  readonly #shifts: Float32Array;
  readonly #shiftSlopes: Float32Array;
  /** f of the overlaps, rows x memories, xi_c as memories x classes, and their products: dual form. */
  readonly #activities: Float32Array;
  readonly #votes: Float32Array;
  readonly #sums: Float32Array;
  #temperature = Number.NaN;

  constructor(workspace: Workspace, sizes: GapSizes, rows: number) {
    const { pixels, classes, memories, form } = sizes;
    const [direct, dual] = form === "direct" ? [1, 0] : [0, 1];
    this.memories = workspace.float32((pixels + classes) * memories);
    this.inputs = workspace.float32(rows * (pixels + classes)).fill(-direct);
    this.gaps = workspace.float64(rows * classes);
    this.weights = workspace.float32(rows * classes);
    this.#sizes = sizes;
    this.#workspace = workspace;
    this.#overlaps = workspace.float32(rows * memories);
    this.#slopes = workspace.float32(rows * memories);
    this.#shifts = workspace.float32(direct * classes * memories);
    this.#shiftSlopes = workspace.float32(direct * classes * memories);
    this.#activities = workspace.float32(dual * rows * memories);
    this.#votes = workspace.float32(dual * classes * memories);
    this.#sums = workspace.float32(dual * rows * classes);
  }

  /** Copies memories, rounded to single precision. */
  load({ rows, columns, values }: Matrix): void {
    for (let mu = 0, k = 0; mu < rows; mu++) {
      for (let i = 0; i < columns; i++, k++) this.memories[i * rows + mu] = values[k];
    }
  }

  /** Copies memories back. */
  store({ rows, columns, values }: Matrix): void {
    for (let mu = 0, k = 0; mu < rows; mu++) {
      for (let i = 0; i < columns; i++, k++) values[k] = this.memories[i * rows + mu];
    }
  }

  /** Sets the pixels of row r. */
  fill(r: number, pixels: ArrayLike<number>): void {
    this.inputs.set(pixels, r * (this.#sizes.pixels + this.#sizes.classes));
  }

  /** Computes the gaps of the first rows, rows x classes. */
  run(rows: number, temperature: number): Float64Array {
    const { pixels, classes, memories: columns, power, form } = this.#sizes;
    const inner = pixels + classes;
    const a = { kind: "dense", values: this.inputs } as const;
    this.#temperature = temperature;
    this.#workspace.product({ rows, inner, columns, a, b: this.memories, out: this.#overlaps, scale: 1 / temperature });
    if (form === "direct") {
      for (let k = 0; k < this.#shifts.length; k++) {
        this.#shifts[k] = (2 * this.memories[pixels * columns + k]) / temperature;
      }
      this.#workspace.energyGaps({ ...this.#differences(rows), out: this.gaps });
      return this.gaps;
    }
    const least = leastOf(power);
    for (let k = 0; k < rows * columns; k++) {
      this.#activities[k] = this.#overlaps[k] > least ? raised(this.#overlaps[k], power) : 0;
    }
    this.#workspace.transpose(this.#classRows(), classes, columns, this.#votes);
    const activities = { kind: "dense", values: this.#activities } as const;
    const sums = this.#sums;
    this.#workspace.product({ rows, inner: columns, columns: classes, a: activities, b: this.#votes, out: sums });
    for (let k = 0; k < rows * classes; k++) this.gaps[k] = sums[k];
    return this.gaps;
  }

  /** What memory mu adds to the gap of class c of row r, after `run`. */
  contribution(r: number, c: number, mu: number): number {
    const { pixels, memories, power, form } = this.#sizes;
    if (form === "dual") return this.memories[(pixels + c) * memories + mu] * this.#activities[r * memories + mu];
    const least = leastOf(power);
    const [off, shift] = [this.#overlaps[r * memories + mu], this.#shifts[c * memories + mu]];
    const separate = (x: number) => (x > least ? raised(x, power) : 0);
    return separate(Math.fround(off + shift)) - separate(off);
  }

  /** The derivatives of sum_rc w_rc gap_rc by the overlaps of the first rows, rows x memories, after `run`. */
  overlapGradient(rows: number): Float32Array {
    const { classes, memories: columns, power, form } = this.#sizes;
    const slopes = this.#slopes;
    if (form === "direct") {
      const parts = { weights: this.weights, out: slopes, shiftGradients: this.#shiftSlopes };
      this.#workspace.gapGradients({ ...this.#differences(rows), ...parts });
      return slopes;
    }
    const a = { kind: "dense", values: this.weights } as const;
    this.#workspace.product({ rows, inner: classes, columns, a, b: this.#classRows(), out: slopes });
    const least = leastOf(power);
    for (let k = 0; k < rows * columns; k++) {
      slopes[k] *= this.#overlaps[k] > least ? raised(this.#overlaps[k], power - 1) : 0;
    }
    return slopes;
  }

  /** The derivatives of sum_rc w_rc gap_rc by the memories, in the order of `memories`, after `run`. */
  memoryGradient(rows: number, out: Float32Array): void {
    const { pixels, classes, memories: columns, power, form } = this.#sizes;
    const b = this.overlapGradient(rows);
    const inputs = { kind: "columns", values: this.inputs } as const;
    this.#workspace.product({ rows: pixels + classes, inner: rows, columns, a: inputs, b, out });
    const own = out.subarray(pixels * columns, (pixels + classes) * columns);
    if (form === "direct") {
      for (let k = 0; k < own.length; k++) own[k] += 2 * this.#shiftSlopes[k];
      return;
    }
    const a = { kind: "columns", values: this.weights } as const;
    const scale = this.#temperature / power;
    this.#workspace.product({ rows: classes, inner: rows, columns, a, b: this.#activities, out: own, scale });
  }

  #differences(rows: number) {
    const { classes, memories: columns, power } = this.#sizes;
    return { rows, columns, classes, power, overlaps: this.#overlaps, shifts: this.#shifts };
  }

  /** xi_c of all memories, classes x memories. */
  #classRows(): Float32Array {
    const { pixels, classes, memories } = this.#sizes;
    return this.memories.subarray(pixels * memories, (pixels + classes) * memories);
  }
}

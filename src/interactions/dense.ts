import { disposeSymbol } from "../disposing.js";
import { DataError, requireInteger, ShapeError } from "../errors.js";
import { defaultKernels, type FieldOperator, type Kernels, type OperatorWalk } from "../kernels/index.js";
import type { BitMatrix } from "../math/bits.js";
import { type Couplings, type LinearParts, squaresOf } from "./couplings.js";

/** Couplings given as a matrix W, n x n row-major, W_ij from unit j into unit i; they need not be symmetric. */
export class DenseCouplings implements Couplings {
  readonly units: number;
  readonly weights: Float64Array;
  readonly #kernels: Kernels;
  #operator: FieldOperator | undefined;

  /** @throws ShapeError unless there are units^2 weights; DataError naming the first that is not finite */
  constructor(weights: ArrayLike<number>, units: number, kernels: Kernels = defaultKernels()) {
    requireInteger("units", units, 1);
    if (weights.length !== units * units) {
      throw new ShapeError(`weights has ${weights.length} entries; ${units} units need ${units} x ${units}`);
    }
    this.units = units;
    this.weights = Float64Array.from(weights);
    const bad = this.weights.findIndex((w) => !Number.isFinite(w));
    if (bad >= 0) {
      const at = `weights[${Math.floor(bad / units)}][${bad % units}]`;
      throw new DataError(`${at} is ${weights[bad]}; expected a finite number`);
    }
    this.#kernels = kernels;
    this.#operator = kernels.denseOperator(this.weights, units);
  }

  /** The operator of the kernels, made again if it was disposed of. */
  get #made(): FieldOperator {
    this.#operator ??= this.#kernels.denseOperator(this.weights, this.units);
    return this.#operator;
  }

  fields(states: BitMatrix, out: Float64Array): void {
    this.#made.fields(states, out);
  }

  step(states: BitMatrix, thresholds: Float64Array, out: BitMatrix): void {
    this.#made.step(states, thresholds, out);
  }

  walk(state: BitMatrix): OperatorWalk {
    return this.#made.walk(state);
  }

  get parts(): LinearParts {
    return { kind: "dense", units: this.units, weights: this.weights };
  }

  quadratic(states: BitMatrix): Float64Array {
    return squaresOf(this, states);
  }

  row(i: number, out: Float64Array): void {
    out.set(this.weights.subarray(i * this.units, (i + 1) * this.units));
  }

  dispose(): void {
    this.#operator?.dispose();
    this.#operator = undefined;
  }

  [disposeSymbol](): void {
    this.dispose();
  }
}

import type { BitMatrix } from "../../math/bits.js";
import type { Matrix } from "../../math/matrix.js";
import type {
  Dependence,
  Kernels,
  PatternOperator,
  PatternOperatorDescription,
  Projector,
  SeparationDescription,
  SeparationOperator,
  SparseRows,
} from "../kernels.js";
import type { NativeKernels } from "../native/code.js";
import { NativeVectorOperator } from "../native/vector-operator.js";
import { NativeVectorScreen } from "../native/vector-screen.js";
import type { VectorScreen } from "../vector-screen.js";
import type { Comparison, VectorOperator, VectorUse } from "../vectors.js";
import { WasmDenseOperator } from "./dense-operator.js";
import { type Machine, machine } from "./module.js";
import { WasmPatternOperator } from "./pattern-operator.js";
import { wasmProjector } from "./projector.js";
import { WasmSeparationOperator } from "./separation-operator.js";
import { WasmSparseOperator } from "./sparse-operator.js";
import { WasmVectorOperator } from "./vector-operator.js";
import { WasmVectorScreen } from "./vector-screen.js";

/**
 * The kernels in WebAssembly with 128-bit SIMD, on one thread, in a memory of their own, or with native kernels in the places
 * of those that matter.
 */
export class WasmKernels implements Kernels {
  readonly name: "wasm" | "native";
  readonly #machine: Machine;
  readonly #native: NativeKernels | undefined;

  /** @param limit bytes that the memory grows to before what was not used lately is moved out of it */
  constructor(limit?: number, native?: NativeKernels) {
    this.name = native === undefined ? "wasm" : "native";
    this.#machine = machine(limit, native);
    this.#native = native;
  }

  /** Bytes that operators and walks hold. */
  get bytes(): number {
    return this.#machine.heap.used;
  }

  /** Bytes that the memory has grown to. */
  get reserved(): number {
    return this.#machine.heap.memory.buffer.byteLength;
  }

  patternOperator(description: PatternOperatorDescription): PatternOperator {
    return this.#machine.heap.build(() => new WasmPatternOperator(this.#machine, description));
  }

  separationOperator(description: SeparationDescription): SeparationOperator {
    return this.#machine.heap.build(() => new WasmSeparationOperator(this.#machine, description));
  }

  denseOperator(weights: Float64Array, units: number): WasmDenseOperator {
    return this.#machine.heap.build(() => new WasmDenseOperator(this.#machine, weights, units));
  }

  sparseOperator(rows: SparseRows, units: number): WasmSparseOperator {
    return this.#machine.heap.build(() => new WasmSparseOperator(this.#machine, rows, units));
  }

  vectorOperator(vectors: Matrix<Float32Array>, use?: VectorUse): VectorOperator {
    if (this.#native !== undefined) return new NativeVectorOperator(this.#native, vectors, use);
    return new WasmVectorOperator(this.#machine, vectors, use);
  }

  vectorScreen(vectors: Matrix<Float32Array>, comparison: Comparison): VectorScreen {
    if (this.#native !== undefined) return new NativeVectorScreen(this.#native, vectors, comparison);
    return new WasmVectorScreen(this.#machine, vectors, comparison);
  }

  projector(patterns: BitMatrix, known?: Projector): Projector | Dependence {
    return wasmProjector(this.#machine, patterns, known);
  }
}

let shared: WasmKernels | undefined;

/**
 * The WebAssembly kernels that the whole program shares; made when first asked for.
 *
 * @throws EngramError where WebAssembly with SIMD does not run; `defaultKernels` takes the reference there
 */
export function wasmKernels(): Kernels {
  shared ??= new WasmKernels();
  return shared;
}

let supported: boolean | undefined;

/** Whether WebAssembly with 128-bit SIMD runs here, which only a try can tell: see `engine.ts`. */
export function isSupported(): boolean {
  supported ??= tried();
  return supported;
}

function tried(): boolean {
  try {
    wasmKernels();
    return true;
  } catch {
    return false;
  }
}

/** Calls of kernels, many in a row: a call from outside takes longer than little work. */
import { columnSums, transposeNumbers } from "./workspace-arrays";
import { clearNumbers, copyRows } from "./workspace-copies";
import { applyFunction } from "./workspace-elements";
import { denseProduct, denseProducts } from "./workspace-product";
import { combineArrays, combineRows, logSumExps, rowSums, softmax } from "./workspace-tensors";

/** The numbers of the kernels in a list: their places in `listedKernels` of src/kernels/wasm/workspace-list.ts. */
const DENSE_PRODUCT: u32 = 0;
const DENSE_PRODUCTS: u32 = 1;
const TRANSPOSE_NUMBERS: u32 = 2;
const COLUMN_SUMS: u32 = 3;
const APPLY_FUNCTION: u32 = 4;
const COMBINE_ARRAYS: u32 = 5;
const COMBINE_ROWS: u32 = 6;
const ROW_SUMS: u32 = 7;
const SOFTMAX: u32 = 8;
const LOG_SUM_EXPS: u32 = 9;
const COPY_ROWS: u32 = 10;

/**
 * Performs the calls from `at` to `end`, in order. A call is words: its kernel, `from`, `to`, and the parameters, whole
 * numbers or numbers of single precision.
 */
export function performList(at: usize, end: usize, scratch: usize): void {
  while (at < end) {
    const kernel = load<u32>(at);
    const from = load<u32>(at, 4);
    const to = load<u32>(at, 8);
    if (kernel == DENSE_PRODUCT) {
      denseProduct(
        from,
        to,
        scratch,
        load<u32>(at, 12),
        load<u32>(at, 16),
        load<u32>(at, 20),
        load<u32>(at, 24),
        load<u32>(at, 28),
        load<u32>(at, 32),
        load<u32>(at, 36),
        load<u32>(at, 40),
        load<u32>(at, 44),
        load<f32>(at, 48),
        load<f32>(at, 52),
      );
      at += 56;
    } else if (kernel == DENSE_PRODUCTS) {
      denseProducts(
        from,
        to,
        scratch,
        load<u32>(at, 12),
        load<u32>(at, 16),
        load<u32>(at, 20),
        load<u32>(at, 24),
        load<u32>(at, 28),
        load<u32>(at, 32),
        load<u32>(at, 36),
        load<u32>(at, 40),
        load<u32>(at, 44),
        load<u32>(at, 48),
        load<u32>(at, 52),
        load<f32>(at, 56),
        load<f32>(at, 60),
      );
      at += 64;
    } else if (kernel == TRANSPOSE_NUMBERS) {
      transposeNumbers(from, to, scratch, load<u32>(at, 12), load<u32>(at, 16), load<u32>(at, 20), load<u32>(at, 24));
      at += 28;
    } else if (kernel == COLUMN_SUMS) {
      columnSums(from, to, scratch, load<u32>(at, 12), load<u32>(at, 16), load<u32>(at, 20), load<u32>(at, 24));
      at += 28;
    } else if (kernel == APPLY_FUNCTION) {
      applyFunction(
        from,
        to,
        scratch,
        load<u32>(at, 12),
        load<u32>(at, 16),
        load<u32>(at, 20),
        load<u32>(at, 24),
        load<f32>(at, 28),
        load<f32>(at, 32),
      );
      at += 36;
    } else if (kernel == COMBINE_ARRAYS) {
      combineArrays(
        from,
        to,
        scratch,
        load<u32>(at, 12),
        load<u32>(at, 16),
        load<u32>(at, 20),
        load<u32>(at, 24),
        load<u32>(at, 28),
        load<u32>(at, 32),
      );
      at += 36;
    } else if (kernel == COMBINE_ROWS) {
      combineRows(
        from,
        to,
        scratch,
        load<u32>(at, 12),
        load<u32>(at, 16),
        load<u32>(at, 20),
        load<u32>(at, 24),
        load<u32>(at, 28),
        load<u32>(at, 32),
      );
      at += 36;
    } else if (kernel == ROW_SUMS) {
      rowSums(from, to, scratch, load<u32>(at, 12), load<u32>(at, 16), load<u32>(at, 20));
      at += 24;
    } else if (kernel == SOFTMAX) {
      softmax(from, to, scratch, load<u32>(at, 12), load<u32>(at, 16), load<u32>(at, 20));
      at += 24;
    } else if (kernel == LOG_SUM_EXPS) {
      logSumExps(from, to, scratch, load<u32>(at, 12), load<u32>(at, 16), load<u32>(at, 20));
      at += 24;
    } else if (kernel == COPY_ROWS) {
      copyRows(
        from,
        to,
        scratch,
        load<u32>(at, 12),
        load<u32>(at, 16),
        load<u32>(at, 20),
        load<u32>(at, 24),
        load<u32>(at, 28),
        load<u32>(at, 32),
        load<u32>(at, 36),
      );
      at += 40;
    } else {
      clearNumbers(from, to, scratch, load<u32>(at, 12), load<u32>(at, 16));
      at += 20;
    }
  }
}

/**
 * The WebAssembly kernels of workspaces, a module of their own, made once for a memory of one thread and once for one
 * that threads share. Each does its part `from` to `to` of a result, so that threads can divide it, and gets, after
 * those two, the address of `SCRATCH` bytes of its thread's own. They may read, not write, up to 128 bytes beyond the end
 * of an array.
 */
import { transpose } from "./transpose";

export { adam } from "./workspace-adam";
export { columnSums, softplusSums, transposeNumbers } from "./workspace-arrays";
export { ascend, ascendProducts } from "./workspace-ascent";
export { clearNumbers, copyRows } from "./workspace-copies";
export { drawMeans, drawStates } from "./workspace-draw";
export { applyFunction } from "./workspace-elements";
export { ascendColumns, energyGaps, gapGradients } from "./workspace-gaps";
export { performList } from "./workspace-list";
export { drawNormals } from "./workspace-normal";
export { bitsProduct, denseProduct, denseProducts } from "./workspace-product";
export { combineArrays, combineRows, logSumExps, rowSums, softmax } from "./workspace-tensors";

/** Rows `from` to `to`, `from` a multiple of 8, of out, the transpose of a matrix of bits; strides are in bytes. */
export function transposeBits(
  from: u32,
  to: u32,
  scratch: usize,
  words: usize,
  stride: usize,
  rows: u32,
  out: usize,
  outStride: usize,
): void {
  transpose(words + (from >> 3), stride, rows, to - from, out + from * outStride, outStride);
}

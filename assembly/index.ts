/**
 * The WebAssembly kernels. They keep no state: each call gets the addresses of its arguments in a memory that the
 * TypeScript side (`src/kernels/wasm`) allocates, and writes nothing but its results there. No relaxed instruction is
 * used, so that the same arguments give the same bits on every machine. The first page of the memory is for the tables
 * of `product.ts`; no argument lies there.
 *
 * Matrices of bits are those of `src/math/bits.ts` (bit 1 is the spin +1), except that a `stride` here counts bytes.
 */

export { denseFields, denseFlips, denseVisit, spinValues } from "./dense";
export { fractionFields, respond, wholeFields, wholeSigns, wholeSignsOfOne } from "./fields";
export { gatherOverlaps, spread16, spread32, spread64, spreadSpins } from "./lanes";
export { multiply, roundToGrid } from "./middle";
export { overlaps } from "./overlaps";
export { product8, product16, product32, product64 } from "./product";
export { addOuterProducts, addSquares, orthonormalise } from "./projector";
export { screenVectors, selectBlocks } from "./screen";
export {
  activeVotes,
  peaks,
  separate,
  separationField,
  separationFields,
  separationSum,
  separationVisit,
} from "./separation";
export { byteColumns, product16OfOne } from "./single";
export { addSingles, compareSingles, softmaxOfSingles } from "./single-vectors";
export { sparseFields, sparseFlips, sparseVisit } from "./sparse";
export { transpose } from "./transpose";
export { addVectors, compareVectors, softmaxOfVectors } from "./vectors";
export { fractionField, fractionVisit, wholeField, wholeVisit } from "./walk";

import {
  scratchBase,
  scratchBytes,
  type WorkspaceKernel,
  workspaceCode,
  workspaceKernels,
  workspaceModule,
} from "../wasm/workspace-module.js";
import type { NativeKernels } from "./code.js";

/** Rows, terms and columns: more than a register and a block of columns, and multiples of neither. */
const [ROWS, INNER, COLUMNS] = [9, 70, 83];
/** Bytes from one array of the trial to the next, and the number of arrays. */
const PLACE = 32768;
const PLACES = 5;

const [a, b, c, d, out] = Array.from({ length: PLACES }, (_, k) => scratchBase + scratchBytes + k * PLACE);
const [rate, momentum, l1, l2] = [0.1, 0.9, 1e-3, 1e-2];
const [scale, keep, slope] = [0.7, 0.3, 0.9];
const [CLASSES, least] = [5, 0.25];

/** The outputs and the parameters of each kernel in the trial, as `WasmWorkspace` gives them. */
const trials: Readonly<Record<WorkspaceKernel, readonly [count: number, ...parameters: number[]]>> = {
  bitsProduct: [3, ROWS, INNER, COLUMNS, a, 12, b, out, c, scale, keep],
  denseProduct: [3, ROWS, INNER, COLUMNS, a, INNER * 4, 4, b, out, c, scale, keep],
  drawMeans: [Math.ceil((ROWS * COLUMNS) / 4), ROWS * COLUMNS, a, slope, out],
  drawStates: [ROWS, COLUMNS, a, slope, c, out, 12, d, 5, 1, d],
  drawNormals: [ROWS, COLUMNS, a, b, c, d, scale, out + PLACE / 2, out, d, 5, 1, d],
  transposeNumbers: [COLUMNS, a, ROWS, COLUMNS, out],
  transposeBits: [COLUMNS, a, 12, ROWS, out, 4],
  columnSums: [COLUMNS, a, ROWS, COLUMNS, out],
  softplusSums: [ROWS, a, COLUMNS, slope, out],
  ascend: [Math.ceil((ROWS * COLUMNS) / 4), ROWS * COLUMNS, a, b, c, rate, momentum, l1, l2],
  ascendProducts: [3, ROWS, COLUMNS, ...term(a, b, 0), ...term(b, d, a), c, out, rate, momentum, l1, l2],
  energyGaps: [ROWS, COLUMNS, CLASSES, 3, least, a, b, out],
  gapGradients: [COLUMNS, ROWS, COLUMNS, CLASSES, 3, least, a, b, c, out, d],
  ascendColumns: [COLUMNS, ROWS, COLUMNS, a, b, c, momentum, scale, rate],
};

/** A product of bits, with a bias or none. */
function term(bits: number, factor: number, bias: number): number[] {
  return [INNER, bits, 12, factor, bias, scale];
}

/** The first kernel that gives other bits than WebAssembly on a small input; undefined if all give the same. */
export function workspaceDifference(native: NativeKernels): WorkspaceKernel | undefined {
  const pages = Math.ceil((a + (PLACES + 1) * PLACE) / 65536);
  // Numbers from -4 to 4 in steps that double precision would not round away.
  const given = Float32Array.from({ length: (PLACES * PLACE) / 4 }, (_, k) => ((k * 40503) % 4093) / 511.625 - 4);
  const memories = [undefined, native].map((kernels) => {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    return {
      numbers: new Float32Array(memory.buffer, a, given.length),
      words: new Uint32Array(memory.buffer, a, given.length),
      code: workspaceCode(workspaceModule(false), memory, kernels),
    };
  });
  return workspaceKernels.find((name) => {
    const [count, ...parameters] = trials[name];
    for (const { numbers, code } of memories) {
      numbers.set(given);
      code[name](0, count, scratchBase, ...parameters);
    }
    const [ours, theirs] = memories.map(({ words }) => words);
    return ours.some((word, k) => word !== theirs[k]);
  });
}

import { crewOfOne, type KernelCall } from "../wasm/workspace-crew.js";
import { scratchBase, scratchBytes, type WorkspaceKernel, workspaceKernels } from "../wasm/workspace-module.js";
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

/** Numbers of element functions. */
const [EXP, LOG, INVERSE_ROOT] = [1, 2, 7];

const COUNT = ROWS * COLUMNS;
const QUADRUPLES = Math.ceil(COUNT / 4);

type Call = readonly [count: number, ...parameters: number[]];

/** The calls of each kernel in the trial: the outputs and the parameters, as `WasmWorkspace` gives them. */
const trials: Readonly<Record<WorkspaceKernel, readonly Call[]>> = {
  bitsProduct: [[3, ROWS, INNER, COLUMNS, a, 12, b, out, c, scale, keep]],
  denseProduct: [[3, ROWS, INNER, COLUMNS, a, INNER * 4, 4, b, out, c, scale, keep]],
  denseProducts: [
    [3, ROWS, 5, 19, a, 20, 4, ROWS * 20, b, 400, out, ROWS * 80, scale, keep],
    [3, ROWS, INNER, 1, a, INNER * 4, 4, ROWS * INNER * 4, b, 0, out + PLACE / 2, ROWS * 4, scale, keep],
    [3, ROWS, INNER, 1, a, 4, ROWS * 4, ROWS * INNER * 4, b, INNER * 4, out + (PLACE / 4) * 3, ROWS * 4, scale, keep],
  ],
  drawMeans: [[QUADRUPLES, COUNT, a, slope, out]],
  drawStates: [[ROWS, COLUMNS, a, slope, c, out, 12, d, 5, 1, d]],
  drawNormals: [[ROWS, COLUMNS, a, b, c, d, scale, out + PLACE / 2, out, d, 5, 1, d]],
  transposeNumbers: [[COLUMNS, a, ROWS, COLUMNS, out]],
  transposeBits: [[COLUMNS, a, 12, ROWS, out, 4]],
  columnSums: [[COLUMNS, a, ROWS, COLUMNS, out]],
  softplusSums: [[ROWS, a, COLUMNS, slope, out]],
  // Logarithms and roots are those of the exponentials in `b`.
  applyFunction: Array.from({ length: 9 }, (_, f) => {
    const values = f === LOG || f === INVERSE_ROOT ? b : a;
    return [QUADRUPLES, COUNT, f, values, f === EXP ? b : out + f * COUNT * 4, scale, keep];
  }),
  combineArrays: pairs((operation, isOne, to) => [QUADRUPLES, COUNT, operation, a, b, isOne, to]),
  combineRows: pairs((operation, perRow, to) => [ROWS, COLUMNS, operation, a, b, perRow, to]),
  rowSums: [[ROWS, a, COLUMNS, out]],
  softmax: [[ROWS, a, COLUMNS, out]],
  logSumExps: [[ROWS, a, COLUMNS, out]],
  // The first step makes the squares positive.
  adam: [0, 0.99].map((beta2) => {
    return [QUADRUPLES, COUNT, a, b, c, d, out, rate, momentum, beta2, 0.5, 0.25, 1e-8, l1, l2];
  }),
  ascend: [[QUADRUPLES, COUNT, a, b, c, rate, momentum, l1, l2]],
  ascendProducts: [[3, ROWS, COLUMNS, ...term(a, b, 0), ...term(b, d, a), c, out, rate, momentum, l1, l2]],
  energyGaps: [[ROWS, COLUMNS, CLASSES, 3, least, a, b, out]],
  gapGradients: [[COLUMNS, ROWS, COLUMNS, CLASSES, 3, least, a, b, c, out, d]],
  ascendColumns: [[COLUMNS, ROWS, COLUMNS, a, b, c, momentum, scale, rate]],
  copyRows: [0, 1, 2, 3].map((k) => {
    return [ROWS, COLUMNS, a, COLUMNS * 4, k % 2, out + k * (PLACE / 4), (COLUMNS + 2) * 4, Math.floor(k / 2)];
  }),
  clearNumbers: [[QUADRUPLES, COUNT, out]],
};

/** A call for each of the three operations, and for both ways in which the second array is spread. */
function pairs(call: (operation: number, spread: number, to: number) => Call): Call[] {
  return Array.from({ length: 6 }, (_, k) => call(k % 3, Math.floor(k / 3), out + k * COUNT * 4));
}

/** A product of bits, with a bias or none. */
function term(bits: number, factor: number, bias: number): number[] {
  return [INNER, bits, 12, factor, bias, scale];
}

/** The calls of all kernels as a list. */
const together = workspaceKernels.flatMap((kernel): KernelCall[] => {
  return trials[kernel].map(([count, ...parameters]) => ({ kernel, count, step: 1, cost: 0, parameters }));
});

/**
 * The first kernel that gives other bits than WebAssembly on a small input, or "performCalls" if all of them do one after the
 * other; undefined if all give the same.
 */
export function workspaceDifference(native: NativeKernels): WorkspaceKernel | "performCalls" | undefined {
  const pages = Math.ceil((a + (PLACES + 1) * PLACE) / 65536);
  // Numbers from -4 to 4 in steps that double precision would not round away.
  const given = Float32Array.from({ length: (PLACES * PLACE) / 4 }, (_, k) => ((k * 40503) % 4093) / 511.625 - 4);
  const memories = [undefined, native].map((kernels) => {
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    const work = crewOfOne(kernels).begin(memory);
    return {
      numbers: new Float32Array(memory.buffer, a, given.length),
      words: new Uint32Array(memory.buffer, a, given.length),
      work,
      list: work.prepare(together),
    };
  });
  const differs = (perform: (memory: (typeof memories)[number]) => void) => {
    for (const memory of memories) {
      memory.numbers.set(given);
      perform(memory);
    }
    const [ours, theirs] = memories.map(({ words }) => words);
    return ours.some((word, k) => word !== theirs[k]);
  };
  const found = workspaceKernels.find((name) => {
    return differs(({ work }) => {
      for (const [count, ...parameters] of trials[name]) work.run(name, count, 1, 0, parameters);
    });
  });
  return found ?? (differs(({ list }) => list()) ? "performCalls" : undefined);
}

/** The data of a Hebbian memory of random patterns, of any size: patterns, damaged cues and visiting orders. */
import { bitMatrix, Random } from "../dist/math/index.js";
import { sameBits } from "./race.mjs";

export function memoryFiles({ units, patterns: count, cues: cueCount, flipped, sweeps, seed, ...more }) {
  const random = new Random(seed);
  const patterns = bitMatrix(count, units);
  const cues = bitMatrix(cueCount, units);
  const bits = random.fork(0);
  const turn = (matrix, r, i) => {
    matrix.words[r * matrix.stride + (i >>> 5)] ^= 1 << (i & 31);
  };
  for (let r = 0; r < count; r++) for (let i = 0; i < units; i++) if (bits.bernoulli(0.5)) turn(patterns, r, i);
  cues.words.set(patterns.words.subarray(0, cues.words.length));
  for (let r = 0; r < cueCount; r++) {
    for (const i of random.fork(1 + r).sample(units * flipped, units)) turn(cues, r, i);
  }
  const orders = new Uint32Array(sweeps * units);
  for (let k = 0; k < sweeps; k++) random.fork(1000 + k).permutation(orders.subarray(k * units, (k + 1) * units));
  return {
    "patterns.bin": patterns.words,
    "cues.bin": cues.words,
    "orders.bin": orders,
    "race.json": JSON.stringify({ units, stride: patterns.stride, sweeps, seed, ...more }),
  };
}

/** Asynchronous recall from the cues one after the other, by the kernels on one thread; a loop in Python is given fewer. */
export const oneByOne = ({ cues, rivalCues }) => ({
  work: "recall",
  what: `${cues} cues one after the other, asynchronous to a fixed point`,
  per: "cue",
  ours: [{ work: "recall", amount: cues, threads: [1] }],
  agrees: sameBits,
  agreement: "equal",
  rivals: [{ name: "NumPy", work: "recall", program: "loop over units, overlaps kept", amount: rivalCues }],
});

export const numpy = (program) => ({ name: "NumPy", program, module: "numpy" });

/**
 * A dense associative memory with F(x) = e^x of all 60,000 training digits of MNIST: synchronous recall of 1,000 of them, with a
 * tenth of the pixels flipped, to the fixed point. Against products in single precision by NumPy, the field of a unit being
 * sum_mu e^(o_mu) (x_mu,i cosh 1 - s_i sinh 1) for the overlaps o_mu.
 */
import { defaultKernels } from "../dist/kernels/index.js";
import { bitMatrix, bitRow, Random } from "../dist/math/index.js";
import { findDataSet, missingDataSet, readDataSet } from "../dist/node/index.js";
import { withContestants } from "./contestants.mjs";
import { raceWork } from "./race.mjs";

const [units, cues, flipped, maxSweeps, seed] = [784, 1000, 0.1, 50, 2016];
/** A cue whose digit leads all others by this number of pixels is decided by one step, without a tie. */
const LEAD = 2;
const TOGETHER = 50;

export async function race(base) {
  const folder = await findDataSet("mnist");
  if (folder === undefined) throw missingDataSet("mnist");
  const { bits: patterns } = await readDataSet(folder, { split: "train", threshold: 127 });
  const random = new Random(seed);
  const rows = random.fork(0).sample(cues, patterns.rows);
  const damaged = bitMatrix(cues, units);
  Array.from(rows).forEach((row, r) => {
    damaged.words.set(bitRow(patterns, row).words, r * damaged.stride);
    for (const i of random.fork(1 + r).sample(Math.round(flipped * units), units)) {
      damaged.words[r * damaged.stride + (i >>> 5)] ^= 1 << (i & 31);
    }
  });
  const clear = clearCues(patterns, damaged, rows);
  const files = {
    "patterns.bin": patterns.words,
    "cues.bin": damaged.words,
    "race.json": JSON.stringify({ units, stride: patterns.stride, maxSweeps }),
  };
  const rivals = [{ name: "NumPy", program: "digits_numpy.py", module: "numpy" }];
  return withContestants({ files, ours: "digits.mjs", rivals }, async (contestants) => {
    const rows = await raceWork(
      { ...contestants, ...base },
      {
        work: "recall",
        what: `${patterns.rows} digits of ${units} pixels, F(x) = e^x: ${cues} cues with 10 % of the pixels flipped, to the fixed point`,
        per: "recall of all",
        ours: [{ work: "recall", amount: 1 }],
        rivals: [{ name: "NumPy", work: "recall", program: "float32 products", amount: 1 }],
        agrees: (ours, theirs) => otherDigit(ours, theirs, clear),
        agreement: `the same states from the ${clear.length} cues whose digit leads all others by ${LEAD} pixels`,
      },
    );
    return { contestants, rows, cues, flipped, clear: clear.length, seed };
  });
}

/** The cues whose own digit is nearer than all others by LEAD pixels; an overlap counts a pixel twice. */
function clearCues(patterns, damaged, rows) {
  const operator = defaultKernels().patternOperator({ patterns, divisor: 1 });
  const clear = [];
  const out = new Int32Array(TOGETHER * patterns.rows);
  for (let first = 0; first < cues; first += TOGETHER) {
    const words = damaged.words.subarray(first * damaged.stride, (first + TOGETHER) * damaged.stride);
    operator.overlaps(bitMatrix(TOGETHER, units, words), out);
    for (let r = 0; r < TOGETHER; r++) {
      const overlaps = out.subarray(r * patterns.rows, (r + 1) * patterns.rows);
      const own = overlaps[rows[first + r]];
      if (overlaps.every((overlap, mu) => mu === rows[first + r] || own - overlap >= 2 * LEAD)) clear.push(first + r);
    }
  }
  operator.dispose();
  return clear;
}

function otherDigit(ours, theirs, clear) {
  const width = Math.ceil(units / 8);
  const of = (states, r) => states.subarray(r * width, (r + 1) * width);
  const other = clear.find((r) => Buffer.compare(of(ours, r), of(theirs, r)) !== 0);
  return other === undefined ? undefined : `the state from cue ${other}`;
}

/**
 * A Hebbian memory of 1,000 random patterns of 10,000 units, beside NumPy: one synchronous update of one cue against the product
 * with the n x n matrix; of a hundred cues against the two products with the patterns; asynchronous recall of a hundred cues to
 * a fixed point, against a loop over the units; and storing the patterns by the projection rule, against a linear system.
 */
import { withContestants } from "./contestants.mjs";
import { memoryFiles, numpy, oneByOne } from "./memory.mjs";
import { numbers, raceWork, sameBits } from "./race.mjs";

const setting = { units: 10_000, patterns: 1_000, cues: 100, flipped: 0.1, sweeps: 50, seed: 1982 };
const rivalCues = 4;

const works = [
  {
    work: "single",
    what: "one cue, one synchronous update",
    per: "cue",
    ours: [{ work: "single", amount: 1, threads: [1] }],
    rivals: [{ name: "NumPy", work: "single", program: "W @ s, float32", amount: 1 }],
    agrees: sameBits,
    agreement: "equal",
  },
  {
    work: "batch",
    what: `${setting.cues} cues, one synchronous update`,
    per: "cue",
    ours: [
      { work: "batch", program: "the states alone", amount: setting.cues, threads: [1] },
      { work: "recallMany", program: "recallMany, with energies and overlaps", amount: setting.cues },
    ],
    rivals: [{ name: "NumPy", work: "batch", program: "X.T @ (X @ S), float32", amount: setting.cues }],
    agrees: sameBits,
    agreement: "equal",
  },
  oneByOne({ ...setting, rivalCues }),
  {
    work: "projection",
    what: `${setting.patterns} patterns of ${setting.units} units stored by the projection rule`,
    per: "memory",
    ours: [{ work: "projection", amount: 1, threads: [1] }],
    rivals: [{ name: "NumPy", work: "projection", program: "solve(X @ X.T, X), float64", amount: 1 }],
    agrees: sameFields,
    agreement: "fields of the cues within rounding",
  },
];

export function race(base) {
  const files = memoryFiles({ ...setting, rivalCues });
  return withContestants({ files, ours: "memory.mjs", rivals: [numpy("recall_numpy.py")] }, async (contestants) => {
    const rows = [];
    for (const work of works) rows.push(...(await raceWork({ ...contestants, ...base }, work)));
    return { contestants, ...setting, rows };
  });
}

/**
 * Both sides solve a system whose matrix X X^T is symmetric and positive definite, so that a relative error is at most
 * 4 p (3 p + 1) u times its condition number (Higham, Accuracy and Stability of Numerical Algorithms, 2002, theorem 10.4), which
 * for random patterns is ((1 + sqrt(p / n)) / (1 - sqrt(p / n)))^2 (Marchenko and Pastur 1967).
 */
function sameFields(ours, theirs) {
  const [a, b] = [numbers(ours), numbers(theirs)];
  const { patterns: p, units: n } = setting;
  const root = Math.sqrt(p / n);
  const error = 4 * p * (3 * p + 1) * 2 ** -53 * ((1 + root) / (1 - root)) ** 2;
  const size = b.reduce((most, field) => Math.max(most, Math.abs(field)), 0);
  const bad = a.findIndex((field, k) => !(Math.abs(field - b[k]) <= 2 * error * size));
  if (a.length !== b.length || bad >= 0) return `field ${bad} is ${a[bad]} and ${b[bad]}`;
}

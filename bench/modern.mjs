/**
 * Retrieval from a modern memory of 1,000,000 vectors of 128 entries: exact steps and steps that omit at most 1e-7 of the weight,
 * for one query and for 64; the evidence of each recall is part of the work. Against NumPy in place, and usearch's exact search.
 * The vectors are unit embeddings in 2,000 clusters, the queries near some of them.
 */
import { Random } from "../dist/math/index.js";
import { withContestants } from "./contestants.mjs";
import { numbers, raceWork } from "./race.mjs";

const [count, units, queries, clusters, seed] = [1_000_000, 128, 64, 2_000, 1];
const omitted = 1e-7;

/** The works: the number of queries, beta, what may be omitted, and in what precision; NumPy's is always single. */
const works = {
  one: { many: 1, beta: 50, omitted: 0 },
  oneSpread: { many: 1, beta: 20, omitted: 0 },
  batch: { many: queries, beta: 50, omitted: 0 },
  batchSpread: { many: queries, beta: 20, omitted: 0 },
  batchSingle: { many: queries, beta: 50, omitted: 0, precision: "single" },
  batchSpreadSingle: { many: queries, beta: 20, omitted: 0, precision: "single" },
  screenedOne: { many: 1, beta: 50, omitted },
  screened: { many: queries, beta: 50, omitted },
  peaked: { many: queries, beta: 200, omitted },
};

const titleOf = ({ many, beta, omitted, precision }) =>
  `${many === 1 ? "1 query" : `${many} queries`}, beta ${beta}, ` +
  (omitted === 0 ? "exact" : `at most ${omitted} of the weight omitted`) +
  (precision === undefined ? "" : `, in ${precision} precision`);

export async function race(base) {
  const files = { ...vectors(), "race.json": JSON.stringify({ count, units, queries, works }) };
  const rivals = [
    { name: "NumPy", program: "modern_numpy.py", module: "numpy" },
    { name: "usearch", program: "usearch.mjs", module: "usearch" },
  ];
  return withContestants({ files, ours: "modern.mjs", rivals }, async (contestants) => {
    const session = { ...contestants, ...base };
    const rows = [];
    for (const [work, about] of Object.entries(works)) {
      const entries = [{ name: "NumPy", work, program: "in place", amount: 1 }];
      if (work === "batch") entries.push({ name: "usearch", work: "search", program: "exactSearch", amount: 1 });
      rows.push(
        ...(await raceWork(session, {
          work,
          what: `a step over ${count} x ${units}: ${titleOf(about)}`,
          per: "step",
          ours: [{ work, amount: 1 }],
          rivals: entries,
          agrees: (ours, theirs) => different(numbers(ours), numbers(theirs), about),
          agreement: "states within the rounding of single precision and what was omitted; the same nearest vectors",
        })),
      );
    }
    return { contestants, rows, count, units, works, seed };
  });
}

function vectors() {
  const random = new Random(seed);
  const centres = Float32Array.from({ length: clusters * units }, () => random.normal());
  const keys = new Float32Array(count * units);
  const cues = new Float32Array(queries * units);
  /** A unit vector near row `from` of `centres`. */
  const put = (out, at, centres, from, deviation) => {
    let squares = 0;
    for (let i = 0; i < units; i++) {
      const x = centres[from * units + i] + deviation * random.normal();
      out[at * units + i] = x;
      squares += x * x;
    }
    for (let i = 0; i < units; i++) out[at * units + i] /= Math.sqrt(squares);
  };
  const below = (limit) => Math.floor(random.uniform() * limit);
  for (let j = 0; j < count; j++) put(keys, j, centres, below(clusters), 0.5);
  for (let k = 0; k < queries; k++) put(cues, k, keys, below(count), 0.5 / Math.sqrt(units));
  return { "keys.bin": keys, "cues.bin": cues };
}

/**
 * States, and behind them the numbers of the nearest vectors; of a search these alone. Scores of unit vectors in single precision
 * are off by at most beta n u with u = 2^-24, which softmax doubles; sums and products of weights add as much as n of them, and
 * what was omitted moves a mean by at most twice its part.
 */
function different(ours, theirs, { many, beta, omitted }) {
  const nearest = ours.subarray(many * units);
  const found = theirs.subarray(theirs.length - many);
  const other = nearest.findIndex((row, k) => row !== found[k]);
  if (other >= 0) return `query ${other}: nearest ${found[other]}, not ${nearest[other]}`;
  if (theirs.length === many) return undefined;
  const within = 4 * 2 ** -24 * units * Math.max(1, beta) + 2 * omitted;
  for (let at = 0; at < many * units; at++) {
    const difference = Math.abs(ours[at] - theirs[at]);
    if (!(difference <= within)) return `query ${Math.floor(at / units)} by ${difference}`;
  }
  return undefined;
}

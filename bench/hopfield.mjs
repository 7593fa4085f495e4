/**
 * The classical Hopfield net beside NumPy: asynchronous recall against two loops over the units, by the kernels on one thread
 * and by the library's function over worker threads; and two works split over worker threads, against NumPy with as many
 * threads of its own: the census of all 2^24 states of a dense net, and sampled basins of attraction.
 */
import { Random } from "../dist/math/index.js";
import { flipExactly, randomPatterns } from "../dist/patterns/index.js";
import { withContestants } from "./contestants.mjs";
import { couplingFiles, couplingRivals, couplingWorks } from "./couplings.mjs";
import { memoryFiles, numpy, oneByOne } from "./memory.mjs";
import { numbers, raceWork, sameBits } from "./race.mjs";

const seed = 1982;
const setting = { units: 4_000, patterns: 400, cues: 100, flipped: 0.1, sweeps: 50, seed };
const rivalCues = 10;

export async function race(base) {
  const plain = { name: "NumPy", work: "plain", program: "loop over units, W[i] @ s", amount: rivalCues };
  const alone = oneByOne({ ...setting, rivalCues });
  const works = [
    [
      memoryFiles({ ...setting, rivalCues }),
      "memory.mjs",
      [numpy("recall_numpy.py")],
      [{ ...alone, rivals: [...alone.rivals, plain] }],
    ],
    [recallFiles(), "hopfield.mjs", [numpy("recall_numpy.py")], [recalls]],
    [couplingFiles(), "couplings.mjs", couplingRivals, couplingWorks],
    [enumerationFiles(), "hopfield.mjs", [numpy("hopfield_numpy.py")], [census, basins]],
  ];
  const rows = [];
  const missing = new Map();
  let contestants;
  for (const [files, ours, rivals, entries] of works) {
    await withContestants({ files, ours, rivals }, async (found) => {
      contestants = found;
      for (const one of found.missing) missing.set(one.name, one);
      for (const entry of entries) rows.push(...(await raceWork({ ...found, ...base }, entry)));
    });
  }
  return { contestants: { ...contestants, missing: [...missing.values()] }, seed, rows };
}

const recallCues = 5 * setting.patterns;

/** Cue r visits the units in orders that stream r of the seed draws; the rival is given them. */
function recallFiles() {
  const { units, patterns: count, flipped, sweeps } = setting;
  const patterns = randomPatterns(count, units, new Random(seed));
  const rows = Array.from({ length: recallCues }, (_, r) => r % count);
  const cues = flipExactly(patterns.select(rows), units * flipped, new Random(seed).fork(0));
  const orders = new Uint32Array(rivalCues * sweeps * units);
  for (let r = 0; r < rivalCues; r++) {
    const random = new Random(seed).fork(r);
    for (let k = r * sweeps; k < (r + 1) * sweeps; k++) {
      random.permutation(orders.subarray(k * units, (k + 1) * units));
    }
  }
  return {
    "patterns.bin": patterns.bits.words,
    "cues.bin": cues.bits.words,
    "orders.bin": orders,
    "race.json": JSON.stringify({ units, stride: patterns.bits.stride, rivalCues, sweeps, seed }),
  };
}

/** One call, so that starting the threads takes a small part of the time, which includes drawing orders and computing energies. */
const recalls = {
  work: "recalls",
  what: `${recallCues.toLocaleString("en")} cues in one call, asynchronous to a fixed point`,
  per: "cue",
  ours: [{ work: "recalls", amount: recallCues }],
  rivals: [{ name: "NumPy", work: "recall", program: "loop over units, overlaps kept", amount: rivalCues }],
  agrees: sameBits,
  agreement: "equal",
};

const enumerated = 24;
const sampled = {
  units: 400,
  patterns: 40,
  samples: 500,
  distances: Array.from({ length: 18 }, (_, k) => 10 * (k + 1)),
};
const rivalPatterns = 4;
const runs = sampled.distances.length * sampled.samples;

function enumerationFiles() {
  const { units, patterns: count, samples, distances } = sampled;
  const patterns = randomPatterns(count, units, new Random(seed));
  return {
    "weights.bin": wholeCouplings(enumerated),
    "basins.bin": patterns.bits.words,
    "race.json": JSON.stringify({ units, stride: patterns.bits.stride, samples, distances, rivalPatterns, seed }),
  };
}

/** Couplings drawn from a normal distribution, in hundredths: whole numbers, so that float32 sums them exactly. */
function wholeCouplings(units) {
  const random = new Random(seed);
  const weights = new Float64Array(units * units);
  for (let i = 0; i < units; i++) {
    for (let j = 0; j < i; j++) {
      const weight = Math.round(100 * random.normal());
      weights[i * units + j] = weight;
      weights[j * units + i] = weight;
    }
  }
  return weights;
}

const census = {
  work: "census",
  what: `fixed points among all 2^${enumerated} states of a dense net`,
  per: "census",
  ours: [{ work: "census", amount: 1 }],
  rivals: [{ name: "NumPy", work: "census", program: "S @ W in blocks of 2^16 states, float32", amount: 1 }],
  agrees: sameBits,
  agreement: "equal",
};

/** Both sides draw their own samples; their results are compared as two samples of the same basins. */
const basins = {
  work: "basins",
  what: `basins of ${sampled.patterns} patterns of ${sampled.units} units, sampled at ${sampled.distances.length} distances`,
  per: "run",
  ours: [{ work: "basins", amount: sampled.patterns * runs }],
  rivals: [
    { name: "NumPy", work: "basins", program: "S @ W in batches of 500 states, float32", amount: rivalPatterns * runs },
  ],
  agrees: sameBasins,
  agreement: "within 5 standard errors",
};

function sameBasins(ours, theirs) {
  const [own, other] = [numbers(ours), numbers(theirs)];
  const { distances, samples } = sampled;
  for (const [k, distance] of distances.entries()) {
    let difference = 0;
    let variance = 0;
    for (let r = 0; r < rivalPatterns; r++) {
      const [our, their] = [own, other].map((values) => values[r * distances.length + k]);
      const mean = (our + their) / 2;
      difference += our - their;
      variance += (2 * mean * (1 - mean)) / samples;
    }
    if (!(Math.abs(difference) <= 5 * Math.sqrt(variance))) return `by ${difference} at distance ${distance}`;
  }
}

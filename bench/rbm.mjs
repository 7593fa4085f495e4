/**
 * A binary RBM on MNIST beside scikit-learn, PyTorch and NumPy: one epoch of PCD-1 from the same weights (but scikit-learn draws
 * its own), on the same digits in batches of a hundred. Every side draws its own random numbers, so the trained machines are
 * compared by the pseudo-likelihood of test digits. Beside it: annealed importance sampling of a machine as large as the trained
 * one, with weights of the size that training gives them.
 */
import { matrix, Random } from "../dist/math/index.js";
import { Rbm } from "../dist/models/index.js";
import { findDataSet, missingDataSet, readDataSet } from "../dist/node/index.js";
import { pseudoLikelihood } from "../dist/training/index.js";
import { binary } from "../dist/units/index.js";
import { withContestants } from "./contestants.mjs";
import { numbers, raceWork } from "./race.mjs";

const visible = 784;
const hidden = 500;
const setting = { visible, hidden, batch: 100, rate: 0.05, seed: 2008 };
/** `rows` digits give the base rates; all biases are `bias`. */
const annealing = { chains: 500, temperatures: 1000, rows: 1000, bias: -2 };
/** Pixels above it are on. */
const half = 127;
/** Test digits that judge the machines. */
const judges = 50;

const rivals = [
  { name: "NumPy", program: "rbm_numpy.py", module: "numpy" },
  { name: "PyTorch", program: "rbm_torch.py", module: "torch" },
  { name: "scikit-learn", program: "rbm_sklearn.py", module: "sklearn" },
];

export async function race(base) {
  const folder = await findDataSet("mnist");
  if (folder === undefined) throw missingDataSet("mnist");
  const sorted = await readDataSet(folder, { split: "train", threshold: half });
  // Rivals take them as they come; sorted by class, they would forget the first ones.
  const digits = sorted.select(Array.from(new Random(setting.seed).permutation(new Uint32Array(sorted.count))));
  const { stride } = digits.bits;
  const files = {
    "data.bin": digits.bits.words,
    "start.bin": normals(0.01),
    "annealing.bin": normals(0.1),
    "race.json": JSON.stringify({ ...setting, annealing, count: digits.count, stride }),
  };
  const judge = judgeOf(await readDataSet(folder, { split: "test", threshold: half }));
  return withContestants({ files, ours: "rbm.mjs", rivals }, async (contestants) => {
    const session = { ...contestants, ...base };
    const epochs = await raceWork(session, {
      work: "epoch",
      what: `PCD-1, ${visible} x ${hidden}, ${digits.count.toLocaleString("en")} digits in batches of ${setting.batch}`,
      per: "epoch",
      ours: [{ work: "epoch", amount: 1 }],
      rivals: rivals.map(({ name }) => ({ name, work: "epoch", amount: 1 })),
      agrees: (ours, theirs) => sameMeans("pseudo-likelihood", judge(ours), judge(theirs)),
      agreement: "pseudo-likelihood of test digits within 5 standard errors",
    });
    const estimates = await raceWork(session, {
      work: "annealing",
      what: `annealed importance sampling, ${annealing.chains} chains, ${annealing.temperatures} temperatures`,
      per: "estimate",
      ours: [{ work: "annealing", amount: 1 }],
      rivals: [{ name: "NumPy", work: "annealing", amount: 1 }],
      agrees: (ours, theirs) => sameMeans("log Z", estimateOf(ours), estimateOf(theirs)),
      agreement: "log Z within 5 standard errors",
    });
    return { contestants, ...setting, annealing, rows: [...epochs, ...estimates] };
  });
}

function normals(deviation) {
  const random = new Random(setting.seed);
  return Float32Array.from({ length: visible * hidden }, () => deviation * random.normal());
}

/** The pseudo-likelihoods of test digits, for the parameters that a contestant has left. */
function judgeOf({ bits }) {
  const rows = Float64Array.from({ length: judges * visible }, (_, k) => {
    const [r, i] = [Math.floor(k / visible), k % visible];
    return (bits.words[r * bits.stride + (i >>> 5)] >>> (i & 31)) & 1;
  });
  return (bytes) => pseudoLikelihood(machineOf(numbers(bytes, Float32Array)), rows);
}

/** W (hidden x visible), the visible and the hidden biases. */
function machineOf(values) {
  const weights = matrix(visible, hidden);
  for (let j = 0, k = 0; j < hidden; j++) {
    for (let i = 0; i < visible; i++, k++) weights.values[i * hidden + j] = values[k];
  }
  const biases = values.subarray(visible * hidden);
  return new Rbm({
    visible: binary(visible, { bias: biases.subarray(0, visible) }),
    hidden: binary(hidden, { bias: biases.subarray(visible) }),
    weights,
  });
}

function estimateOf(bytes) {
  const [mean, standardError] = numbers(bytes);
  return { mean, standardError };
}

/** A complaint if two estimates differ by more than five standard errors. */
function sameMeans(what, a, b) {
  if (Math.abs(a.mean - b.mean) <= 5 * Math.hypot(a.standardError, b.standardError)) return;
  return `${what} ${a.mean} +- ${a.standardError} and ${b.mean} +- ${b.standardError}`;
}

/**
 * A binary RBM on MNIST beside scikit-learn, PyTorch and NumPy: one epoch of PCD-1 from the same weights, on the same digits
 * in batches of a hundred. Every side draws its own random numbers, so the trained machines are compared by the
 * pseudo-likelihood of test digits. Without a rival, beside it: annealed importance sampling.
 */
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { annealedImportance } from "../dist/likelihood/index.js";
import { matrix, Random } from "../dist/math/index.js";
import { Rbm } from "../dist/models/index.js";
import { findDataSet, missingDataSet, readDataSet, workspaceThreads } from "../dist/node/index.js";
import { persistent, pseudoLikelihood, train } from "../dist/training/index.js";
import { binary } from "../dist/units/index.js";
import { figures, printMachine, secondsOf, table, withRival } from "./tools.mjs";

const visible = 784;
const hidden = 500;
const setting = { visible, hidden, batch: 100, rate: 0.05, seed: 2008 };
const rounds = 3;
const annealing = { count: 500, temperatures: 1000 };
/** Pixels above it are on. */
const half = 127;
/** Test digits that judge the machines. */
const judges = 50;
const most = availableParallelism();

export async function race() {
  const folder = await findDataSet("mnist");
  if (folder === undefined) throw missingDataSet("mnist");
  const sorted = await readDataSet(folder, { split: "train", threshold: half });
  // Rivals take them as they come; sorted by class, they would forget the first ones.
  const digits = sorted.select(Array.from(new Random(setting.seed).permutation(new Uint32Array(sorted.count))));
  const start = normals(visible * hidden, 0.01, new Random(setting.seed));
  const files = {
    "data.bin": digits.bits.words,
    "start.bin": Float32Array.from(start),
    "race.json": JSON.stringify({ ...setting, count: digits.count, stride: digits.bits.stride, threads: most }),
  };
  const judged = rowsOf(await readDataSet(folder, { split: "test", threshold: half }), judges);
  const judge = (rbm) => pseudoLikelihood(rbm, judged).mean;
  const crews = await Promise.all([...new Set([1, most])].map((threads) => workspaceThreads(threads)));
  try {
    const compete = async (rival, machine, directory) => {
      printMachine(machine);
      const rivals = (machine.works ?? []).map((work) => ({
        name: work,
        perform: async () => (await rival.ask(work)).seconds,
        judged: () => judge(readMachine(join(directory, `${work}.bin`))),
      }));
      const ours = crews.map((crew) => contestant(crew, digits, start, judge));
      const rows = await raceOf([...ours, ...rivals]);
      return told(rows, machine, await annealingTimes(crews, digits));
    };
    return await withRival("rbm.py", files, compete, ["sklearn", "torch"]);
  } finally {
    await Promise.all(crews.map((crew) => crew.dispose()));
  }
}

/** All sides in turn, so that other load on the machine affects all alike; the first round warms up. */
async function raceOf(contestants) {
  const times = contestants.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    for (const [i, { name, perform }] of contestants.entries()) {
      const seconds = await perform();
      if (round > 0) times[i].push(seconds);
      progress(`${round === 0 ? "warming up" : `round ${round} of ${rounds}`}: ${name} ${seconds.toFixed(2)} s`);
    }
  }
  const medians = times.map((samples) => figures(samples).median);
  const ours = Math.min(...medians.filter((_, i) => contestants[i].own));
  return contestants.map(({ name, own, judged }, i) => ({
    name,
    seconds: medians[i],
    spread: figures(times[i]).spread,
    ratio: own ? null : medians[i] / ours,
    pseudoLikelihood: judged(),
  }));
}

function told(rows, machine, annealed) {
  console.log();
  table([
    ["one epoch of PCD-1", "seconds", "", "we are faster by", "pseudo-likelihood"],
    ...rows.map(({ name, seconds, spread, ratio, pseudoLikelihood: value }) => [
      name,
      seconds.toFixed(2),
      `(${spread[0].toFixed(2)} - ${spread[1].toFixed(2)})`,
      ratio === null ? "-" : ratio.toFixed(2),
      value.toFixed(1),
    ]),
  ]);
  console.log();
  table([
    [`annealing, ${annealing.count} chains, ${annealing.temperatures} temperatures`, "seconds"],
    ...annealed.map(({ name, seconds }) => [name, seconds.toFixed(1)]),
  ]);
  console.log(`\nMedians (lowest - highest). Pseudo-likelihood: nats a digit, mean over ${judges} test digits.`);
  return { race: "rbm", machine, ...setting, rows, annealing: { ...annealing, rows: annealed } };
}

/** Progress: the race takes minutes. */
function progress(line) {
  process.stderr.write(`${line}\n`);
}

function contestant({ threads, makeWorkspace: workspace }, digits, start, judge) {
  let rbm;
  return {
    name: nameOf(threads),
    own: true,
    perform: async () => {
      rbm = new Rbm({
        visible: binary(visible),
        hidden: binary(hidden),
        weights: matrix(visible, hidden, start.slice()),
      });
      const { batch, rate, seed } = setting;
      const method = persistent({ chains: batch });
      const { wall } = await secondsOf(async () => {
        for await (const _ of train(rbm, digits, { method, batch, rate, seed, epochs: 1, workspace }));
      });
      return wall;
    },
    judged: () => judge(rbm),
  };
}

/** Of a machine as large as the trained one, with weights of the size that training gives them. */
async function annealingTimes(crews, digits) {
  const weights = matrix(visible, hidden, normals(visible * hidden, 0.1, new Random(setting.seed)));
  const hiddenUnits = binary(hidden, { bias: -2 });
  const rbm = new Rbm({ visible: binary(visible, { bias: -2 }), hidden: hiddenUnits, weights });
  const data = rowsOf(digits, 1000);
  const rows = [];
  for (const { threads, makeWorkspace: workspace } of crews) {
    const random = new Random(setting.seed);
    const { wall } = await secondsOf(() => annealedImportance(rbm, { ...annealing, data, random, workspace }));
    progress(`annealing: ${nameOf(threads)} ${wall.toFixed(1)} s`);
    rows.push({ name: nameOf(threads), seconds: wall });
  }
  return rows;
}

const nameOf = (threads) => `Engram, ${threads} ${threads === 1 ? "thread" : "threads"}`;

function normals(length, deviation, random) {
  return Float64Array.from({ length }, () => Math.fround(deviation * random.normal()));
}

/** Patterns as rows of 0 and 1. */
function rowsOf({ bits, units, count }, most = count) {
  return Float64Array.from({ length: most * units }, (_, k) => {
    const [r, i] = [Math.floor(k / units), k % units];
    return (bits.words[r * bits.stride + (i >>> 5)] >>> (i & 31)) & 1;
  });
}

/** The result of a rival: W (hidden x visible), the visible and the hidden biases, in float32. */
function readMachine(file) {
  const bytes = readFileSync(file);
  const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
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

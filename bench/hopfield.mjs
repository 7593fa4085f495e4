/**
 * The classical Hopfield net beside NumPy: asynchronous recall against two loops over the units, by the kernels on one thread
 * and by the library's function over worker threads; and two works split over worker threads, against NumPy with as many
 * threads of its own: the census of all 2^24 states of a dense net, and sampled basins of attraction.
 */
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { asynchronous as asynchronousDynamics } from "../dist/dynamics/index.js";
import { DenseCouplings, quadratic } from "../dist/interactions/index.js";
import { Random } from "../dist/math/index.js";
import { Hopfield, HopfieldNet } from "../dist/memories/index.js";
import { parallelBasins, parallelFixedPoints, parallelRecall } from "../dist/node/index.js";
import { flipExactly, randomPatterns } from "../dist/patterns/index.js";
import { asynchronous, oursAlone, plainLoop, raceMemory, timeOtherNodes } from "./memory.mjs";
import { figures, printMachine, report, reportWorkers, secondsOf, summary, withRival } from "./tools.mjs";

const seed = 1982;
const setting = { units: 4_000, patterns: 400, cues: 100, rivalCues: 10, flipped: 0.1, sweeps: 50, seed };
const works = [
  { ...plainLoop, rounds: 5, ours: 2 },
  { ...asynchronous, rounds: 5, ours: 2 },
];
const rounds = 5;
const most = availableParallelism();

export const ours = () => oursAlone(setting, works);

export async function race() {
  const { machine, rows } = await raceMemory(setting, works, printMachine);
  for (const [program, split] of [
    ["recall_numpy.py", [recalls()]],
    ["hopfield_numpy.py", [census(), basins()]],
  ]) {
    const files = Object.assign({}, ...split.map((entry) => entry.files));
    await withRival(program, files, async (rival, _, directory) => {
      for (const entry of split) rows.push(await run(entry, rival, directory));
    });
  }
  report(rows);
  reportWorkers(rows.filter(({ workers }) => workers !== undefined));
  return { race: "hopfield", machine, seed, rows, otherNodes: timeOtherNodes("hopfield") };
}

/**
 * One call with many cues, so that starting the threads takes a small part of the time. Our time includes drawing the orders
 * and computing energies, attractor and nearest pattern; the rival is given the orders.
 */
function recalls() {
  const { units, rivalCues, sweeps } = setting;
  const cueCount = 5 * setting.patterns;
  const patterns = randomPatterns(setting.patterns, units, new Random(seed));
  const memory = new Hopfield(units).store(patterns);
  const rows = Array.from({ length: cueCount }, (_, r) => r % setting.patterns);
  const cues = flipExactly(patterns.select(rows), units * setting.flipped, new Random(seed).fork(0));
  const orders = new Uint32Array(rivalCues * sweeps * units);
  for (let r = 0; r < rivalCues; r++) {
    const random = new Random(seed).fork(r);
    for (let k = r * sweeps; k < (r + 1) * sweeps; k++) {
      random.permutation(orders.subarray(k * units, (k + 1) * units));
    }
  }
  const dynamics = asynchronousDynamics({ maxSweeps: sweeps });
  const description = { units, stride: cues.bits.stride, rivalCues, sweeps, works: ["recall"] };
  return {
    work: "recall",
    what: `${cueCount.toLocaleString("en")} cues in one call, asynchronous to a fixed point`,
    rivalProgram: "loop over units, overlaps kept",
    unit: "cues/s",
    amount: cueCount,
    rivalShare: rivalCues / cueCount,
    files: {
      "patterns.bin": patterns.bits.words,
      "cues.bin": cues.bits.words,
      "orders.bin": orders,
      "race.json": JSON.stringify(description),
    },
    perform: (workers) => parallelRecall(memory, cues, { dynamics, seed, workers }),
    agrees: (found, bytes) => {
      const width = Math.ceil(units / 8);
      const states = found.slice(0, rivalCues).map(({ bits: { words } }) => new Uint8Array(words.buffer, 0, width));
      return found.every(({ converged }) => converged) && Buffer.concat(states).equals(bytes);
    },
    agreement: "equal",
  };
}

/** Couplings drawn from a normal distribution, in hundredths: whole numbers, so that float32 sums them exactly. */
function census() {
  const units = 24;
  const random = new Random(seed);
  const weights = new Float64Array(units * units);
  for (let i = 0; i < units; i++) {
    for (let j = 0; j < i; j++) {
      const weight = Math.round(100 * random.normal());
      weights[i * units + j] = weight;
      weights[j * units + i] = weight;
    }
  }
  const net = new HopfieldNet(quadratic(new DenseCouplings(weights, units)));
  return {
    work: "census",
    what: `fixed points among all 2^${units} states of a dense net`,
    rivalProgram: "S @ W in blocks of 2^16 states, float32",
    unit: "million states/s",
    amount: 2 ** units / 1e6,
    rivalShare: 1,
    files: { "weights.bin": weights },
    perform: (workers) => parallelFixedPoints(net, { workers }),
    agrees: (found, bytes) => isDeepStrictEqual(Buffer.from(found.buffer), bytes),
    agreement: "equal",
  };
}

/** Both sides draw their own samples; their results are compared as two samples of the same basins. */
function basins() {
  const units = 400;
  const samples = 500;
  const distances = Array.from({ length: 18 }, (_, k) => 10 * (k + 1));
  const rivalPatterns = 4;
  const patterns = randomPatterns(40, units, new Random(seed));
  const memory = new Hopfield(units).store(patterns);
  const description = { units, stride: patterns.bits.stride, samples, distances, rivalPatterns, seed };
  return {
    work: "basins",
    what: `basins of ${patterns.count} patterns of ${units} units, sampled at ${distances.length} distances`,
    rivalProgram: "S @ W in batches of 500 states, float32",
    unit: "thousand runs/s",
    amount: (patterns.count * distances.length * samples) / 1e3,
    rivalShare: rivalPatterns / patterns.count,
    files: { "patterns.bin": patterns.bits.words, "race.json": JSON.stringify(description) },
    perform: (workers) => parallelBasins(memory.net, patterns, { distances, samples, seed, workers }),
    agrees: (found, bytes) => {
      const theirs = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
      return distances.every((_, k) => {
        let difference = 0;
        let variance = 0;
        for (const [r, { rows }] of found.slice(0, rivalPatterns).entries()) {
          const their = theirs[r * distances.length + k];
          const mean = (rows[k].value + their) / 2;
          difference += rows[k].value - their;
          variance += (2 * mean * (1 - mean)) / samples;
        }
        return Math.abs(difference) <= 5 * Math.sqrt(variance);
      });
    },
    agreement: "within 5 standard errors",
  };
}

/** One worker, all workers and the rival in turn; the results of all of them are compared. */
async function run(entry, rival, directory) {
  const { work, what, rivalProgram, unit, amount, rivalShare, perform, agrees, agreement } = entry;
  const times = { one: [], all: [], rival: [] };
  const utilisations = [];
  const expected = await perform(most);
  for (let k = 0; k < rounds; k++) {
    const one = await secondsOf(() => perform(1));
    const all = await secondsOf(() => perform(most));
    for (const { result } of [one, all]) {
      if (!isDeepStrictEqual(result, expected)) throw new Error(`${what}: the result depends on the workers`);
    }
    times.one.push(one.wall);
    times.all.push(all.wall);
    utilisations.push(all.processor / (all.wall * most));
    if (rival.isThere) times.rival.push((await rival.ask(work)).seconds / rivalShare);
  }
  const rate = (samples) => figures(samples.map((s) => amount / s));
  const [ours, one, theirs] = [rate(times.all), rate(times.one), rate(times.rival)];
  const utilisation = figures(utilisations);
  const row = {
    work,
    what,
    rivalProgram,
    unit,
    workers: most,
    ours: ours.median,
    oneWorker: one.median,
    speedUp: summary(times.one).median / summary(times.all).median,
    utilisation: utilisation.median,
  };
  const spread = { ours: ours.spread, oneWorker: one.spread, utilisation: utilisation.spread };
  if (!rival.isThere) return { ...row, rival: null, ratio: null, spread, same: null };
  if (!agrees(expected, readFileSync(join(directory, `${work}.bin`)))) throw new Error(`${what}: the results differ`);
  const ratio = summary(times.rival).median / summary(times.all).median;
  const spreads = { ...spread, rival: theirs.spread };
  return { ...row, rival: theirs.median, ratio, spread: spreads, same: true, agreement, rivalShare };
}

/**
 * A Hebbian memory of random patterns, of any size, beside NumPy: the same patterns, damaged cues and visiting orders on
 * both sides, and the same states at the end, compared bit for bit.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defaultKernels } from "../dist/kernels/index.js";
import { bitMatrix, bitRow, Random } from "../dist/math/index.js";
import { figures, seconds, summary, withRival } from "./tools.mjs";

/*
 * The works. `warmUp` runs come before the first that counts; `ours` is how many runs of ours are timed together, where
 * one is short. The Python loop is given fewer cues than we are (`rivalCues`); rates are per cue.
 */
export const single = {
  work: "single",
  what: "one cue, one synchronous update",
  rival: "W @ s, float32",
  unit: "us/cue",
  warmUp: 40,
};
export const batch = {
  work: "batch",
  what: "100 cues, one synchronous update",
  rival: "X.T @ (X @ S), float32",
  unit: "us/cue",
  warmUp: 4,
};
export const asynchronous = {
  work: "recall",
  what: "100 cues, asynchronous to a fixed point",
  rival: "loop over units, overlaps kept",
  unit: "cues/s",
  warmUp: 1,
};
/** The loop as it is usually written, if the n x n matrix fits into memory. */
export const plainLoop = { ...asynchronous, rival: "loop over units, W[i] @ s", rivalWork: "plain" };

/** The same data on every machine and side. */
function data({ units, patterns: count, cues: cueCount, flipped, sweeps, seed }) {
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
  const orders = Array.from({ length: sweeps }, (_, k) => random.fork(1000 + k).permutation(new Uint32Array(units)));
  return { patterns, cues, orders };
}

/** Our side: for each work a function that does it and leaves the new states in `out`. */
function contestant({ patterns, cues, orders }) {
  const units = patterns.columns;
  const operator = defaultKernels().patternOperator({
    patterns,
    divisor: units,
    diagonal: new Float64Array(units).fill(patterns.rows),
  });
  const zero = new Float64Array(units);
  const single = bitMatrix(1, units);
  const batch = bitMatrix(cues.rows, units);
  const recall = bitMatrix(cues.rows, units);
  return {
    single: { out: single, run: () => operator.step(bitRow(cues, 0), zero, single) },
    batch: { out: batch, run: () => operator.step(cues, zero, batch) },
    recall: {
      out: recall,
      run: () => {
        for (let r = 0; r < cues.rows; r++) {
          const walk = operator.walk(bitRow(cues, r));
          const settled = orders.findIndex((order) => walk.visit(order, zero) === 0);
          if (settled < 0) throw new Error(`cue ${r} did not settle in ${orders.length} sweeps`);
          walk.read(bitRow(recall, r));
          walk.dispose();
        }
      },
    },
  };
}

/** Seconds a cue, averaged over a few calls where one is short. */
function time(side, { work, ours }) {
  const cues = side[work].out.rows;
  return (
    seconds(() => {
      for (let k = 0; k < ours; k++) side[work].run();
    }) /
    (ours * cues)
  );
}

function warmUp(side, works) {
  for (const { work, warmUp } of works) for (let k = 0; k < warmUp; k++) side[work].run();
}

const scaleOf = ({ unit }) => (unit === "cues/s" ? (s) => 1 / s : (s) => s * 1e6);

/** Our side alone: the median of each work. */
export function oursAlone(setting, works) {
  const side = contestant(data(setting));
  warmUp(side, works);
  const rows = works.map((entry) => {
    const samples = Array.from({ length: entry.rounds }, () => time(side, entry));
    return { work: entry.work, what: entry.what, unit: entry.unit, ...figures(samples.map(scaleOf(entry))) };
  });
  return { node: process.version, rows };
}

/** Races the works in turn; `onStart` is called with the machine and the rival before the first. */
export function raceMemory(setting, works, onStart) {
  const given = data(setting);
  const { patterns, cues, orders } = given;
  const { units, rivalCues, sweeps } = setting;
  const each = new Uint32Array(sweeps * units);
  for (const [k, order] of orders.entries()) each.set(order, k * units);
  const files = {
    "patterns.bin": patterns.words,
    "cues.bin": cues.words,
    "orders.bin": each,
    "race.json": JSON.stringify({
      units,
      stride: patterns.stride,
      rivalCues,
      sweeps,
      works: works.map(({ work, rivalWork = work }) => rivalWork),
    }),
  };
  return withRival("recall_numpy.py", files, async (rival, machine, directory) => {
    onStart(machine, rival);
    const share = `${setting.flipped * 100} % of the cue's units flipped`;
    console.log(`${setting.patterns} patterns of ${units} units, ${share}; Engram on one thread\n`);
    const side = contestant(given);
    warmUp(side, works);
    const rows = [];
    for (const entry of works) rows.push(await run(entry, side, rival, setting, directory));
    return { machine, rows };
  });
}

/** Both sides in turn, then their results compared bit for bit. */
async function run(entry, side, rival, { units, rivalCues }, directory) {
  const { work, rivalWork = work, what, unit } = entry;
  const ours = [];
  const theirs = [];
  const rivalRows = work === "recall" ? rivalCues : side[work].out.rows;
  if (work !== "recall") for (let k = 0; k < 2; k++) await rival.ask(work);
  for (let k = 0; k < entry.rounds; k++) {
    ours.push(time(side, entry));
    if (rival.isThere) theirs.push((await rival.ask(rivalWork)).seconds / rivalRows);
  }
  const scale = scaleOf(entry);
  const our = figures(ours.map(scale));
  const row = { work, what, rivalProgram: entry.rival, unit, ours: our.median };
  if (!rival.isThere) return { ...row, rival: null, ratio: null, spread: { ours: our.spread }, same: null };
  const their = figures(theirs.map(scale));
  const ratio = summary(theirs).median / summary(ours).median;
  const same = isSame(side[work].out, readFileSync(join(directory, `${rivalWork}.bin`)), rivalRows, units);
  if (!same) throw new Error(`${what}: the results differ`);
  return {
    ...row,
    rival: their.median,
    ratio,
    spread: { ours: our.spread, rival: their.spread },
    same,
    rivalShare: rivalRows / side[work].out.rows,
  };
}

/** Whether the first rows of `bits` are the rival's, which are packed without filling. */
function isSame(bits, bytes, rows, units) {
  const width = Math.ceil(units / 8);
  const ours = new Uint8Array(bits.words.buffer, bits.words.byteOffset, bits.words.byteLength);
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < width; k++) if (ours[r * bits.stride * 4 + k] !== bytes[r * width + k]) return false;
  }
  return bytes.length === rows * width;
}

/** Our side of a race on the Node binaries that ENGRAM_NODES names. */
export function timeOtherNodes(race) {
  const results = [];
  for (const node of (process.env.ENGRAM_NODES ?? "").split(":").filter(Boolean)) {
    const main = fileURLToPath(new URL("main.mjs", import.meta.url));
    const result = JSON.parse(execFileSync(node, [main, race, "--ours"], { encoding: "utf8" }));
    const rates = result.rows.map(({ what, median, unit }) => `${what}: ${median.toPrecision(3)} ${unit}`);
    console.log(`Node ${result.node.slice(1)}: ${rates.join("; ")}`);
    results.push(result);
  }
  return results;
}

/**
 * Recall from a Hebbian memory of 1,000 random patterns of 10,000 units, beside NumPy: one synchronous update of one cue
 * against the product with the n x n matrix; of a hundred cues against the two products with the patterns; and
 * asynchronous recall of a hundred cues to a fixed point, against a loop over the units.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { defaultKernels } from "../dist/kernels/index.js";
import { bitMatrix, bitRow, Random } from "../dist/math/index.js";
import { findPython, machine, Rival, seconds, summary, table } from "./tools.mjs";

const units = 10_000;
const patternCount = 1_000;
const cueCount = 100;
const flipped = 0.1;
const sweeps = 50;
const seed = 1982;
const threads = availableParallelism();
/** The Python loop is given fewer cues; its rate is per cue. */
const rivalCues = 4;

const works = [
  { work: "single", what: "one cue, one synchronous update", rival: "W @ s, float32", rounds: 21, ours: 20 },
  { work: "batch", what: "100 cues, one synchronous update", rival: "X.T @ (X @ S), float32", rounds: 15, ours: 2 },
  { work: "recall", what: "100 cues, asynchronous to a fixed point", rival: "loop over units", rounds: 3, ours: 1 },
];

/** The same data on every machine and side. */
function data() {
  const random = new Random(seed);
  const patterns = bitMatrix(patternCount, units);
  const cues = bitMatrix(cueCount, units);
  const bits = random.fork(0);
  const set = (matrix, r, i) => {
    matrix.words[r * matrix.stride + (i >>> 5)] ^= 1 << (i & 31);
  };
  for (let r = 0; r < patternCount; r++) for (let i = 0; i < units; i++) if (bits.bernoulli(0.5)) set(patterns, r, i);
  cues.words.set(patterns.words.subarray(0, cues.words.length));
  for (let r = 0; r < cueCount; r++) {
    for (const i of random.fork(1 + r).sample(units * flipped, units)) set(cues, r, i);
  }
  const orders = Array.from({ length: sweeps }, (_, k) => random.fork(1000 + k).permutation(new Uint32Array(units)));
  return { patterns, cues, orders };
}

/** Our side: for each work a function that does it and leaves the new states in `out`. */
function contestant({ patterns, cues, orders }) {
  const operator = defaultKernels().patternOperator({
    patterns,
    divisor: units,
    diagonal: new Float64Array(units).fill(patternCount),
  });
  const zero = new Float64Array(units);
  const single = bitMatrix(1, units);
  const batch = bitMatrix(cueCount, units);
  const recall = bitMatrix(cueCount, units);
  return {
    single: { out: single, run: () => operator.step(bitRow(cues, 0), zero, single) },
    batch: { out: batch, run: () => operator.step(cues, zero, batch) },
    recall: {
      out: recall,
      run: () => {
        for (let r = 0; r < cueCount; r++) {
          const walk = operator.walk(bitRow(cues, r));
          const settled = orders.findIndex((order) => walk.visit(order, zero) === 0);
          if (settled < 0) throw new Error(`cue ${r} did not settle in ${sweeps} sweeps`);
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

function warmUp(side) {
  for (let k = 0; k < 40; k++) side.single.run();
  for (let k = 0; k < 4; k++) side.batch.run();
  side.recall.run();
}

/** Our side alone: the median seconds a cue of each work. */
export function ours() {
  const side = contestant(data());
  warmUp(side);
  const result = {};
  for (const entry of works) {
    result[entry.work] = summary(Array.from({ length: entry.rounds }, () => time(side, entry)));
  }
  return { node: process.version, works: result };
}

export async function race() {
  const given = data();
  const directory = mkdtempSync(join(tmpdir(), "engram-bench-"));
  try {
    const side = contestant(given);
    warmUp(side);
    const rival = await openRival(directory, given);
    const about = { ...machine(), ...rival.about };
    console.log(`${about.cpu}, ${about.cores} cores; Node ${about.node.slice(1)}`);
    console.log(
      rival.process
        ? `Python ${about.python}, NumPy ${about.numpy}, ${about.blas}, ${threads} threads; Engram on one thread`
        : `the rival is skipped: ${rival.missing}`,
    );
    console.log(`${patternCount} patterns of ${units} units, ${flipped * 100} % of the cue's units turned over\n`);

    const rows = [];
    for (const entry of works) rows.push(await run(entry, side, rival, directory));
    rival.process?.end();
    report(rows);
    const otherNodes = timeOtherNodes();
    return { race: "recall", machine: about, units, patterns: patternCount, seed, rows, otherNodes };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function openRival(directory, { patterns, cues, orders }) {
  const { python, missing } = findPython();
  if (missing) return { missing };
  writeFileSync(join(directory, "patterns.bin"), patterns.words);
  writeFileSync(join(directory, "cues.bin"), cues.words);
  const all = new Uint32Array(rivalCues * sweeps * units);
  for (let r = 0; r < rivalCues; r++) {
    for (const [k, order] of orders.entries()) all.set(order, (r * sweeps + k) * units);
  }
  writeFileSync(join(directory, "orders.bin"), all);
  writeFileSync(
    join(directory, "race.json"),
    JSON.stringify({ units, stride: patterns.stride, sweeps, rivalCues, threads }),
  );
  const program = fileURLToPath(new URL("rivals/recall_numpy.py", import.meta.url));
  const process = new Rival(python, [program, directory]);
  return { process, about: await process.ask() };
}

/** Both sides in turn, then their results compared bit for bit. */
async function run(entry, side, rival, directory) {
  const { work, what } = entry;
  const ours = [];
  const theirs = [];
  const rivalRows = work === "recall" ? rivalCues : side[work].out.rows;
  if (work !== "recall") for (let k = 0; k < 2; k++) await rival.process?.ask(work);
  for (let k = 0; k < entry.rounds; k++) {
    ours.push(time(side, entry));
    if (rival.process) theirs.push((await rival.process.ask(work)).seconds / rivalRows);
  }
  const row = { work, what, rivalProgram: entry.rival, unit: work === "recall" ? "cues/s" : "us/cue" };
  const scale = (s) => (work === "recall" ? 1 / s : s * 1e6);
  const figures = (samples) => {
    const { median, low, high } = summary(samples.map(scale));
    return { median, spread: [low, high] };
  };
  const our = figures(ours);
  Object.assign(row, { ours: our.median, oursSpread: our.spread });
  if (!rival.process) return { ...row, rival: null, rivalSpread: null, ratio: null, same: null };
  const their = figures(theirs);
  const ratio = summary(theirs).median / summary(ours).median;
  const same = isSame(side[work].out, readFileSync(join(directory, `${work}.bin`)), rivalRows);
  if (!same) throw new Error(`${what}: the results differ`);
  return { ...row, rival: their.median, rivalSpread: their.spread, ratio, same, rivalCues: rivalRows };
}

/** Whether the first rows of `bits` are the rival's, which are packed without filling. */
function isSame(bits, bytes, rows) {
  const width = Math.ceil(units / 8);
  const ours = new Uint8Array(bits.words.buffer, bits.words.byteOffset, bits.words.byteLength);
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < width; k++) if (ours[r * bits.stride * 4 + k] !== bytes[r * width + k]) return false;
  }
  return bytes.length === rows * width;
}

function report(rows) {
  const number = (value) => (value === null ? "-" : value >= 100 ? value.toFixed(0) : value.toPrecision(3));
  const range = (spread) => (spread === null ? "" : `(${number(spread[0])} - ${number(spread[1])})`);
  table([
    ["work", "unit", "Engram", "", "NumPy", "", "times faster", "results"],
    ...rows.map((row) => [
      `${row.what}; ${row.rivalProgram}`,
      row.unit,
      number(row.ours),
      range(row.oursSpread),
      number(row.rival),
      range(row.rivalSpread),
      row.ratio === null ? "-" : row.ratio.toFixed(1),
      row.same ? "equal" : "-",
    ]),
  ]);
  console.log("\nMedians (lowest - highest).");
  if (rows.some((row) => row.rival !== null)) {
    console.log(`The NumPy loop recalled ${rivalCues} of the cues a round; its rate is per cue.`);
  }
}

function timeOtherNodes() {
  const results = [];
  for (const node of (process.env.ENGRAM_NODES ?? "").split(":").filter(Boolean)) {
    const main = fileURLToPath(new URL("main.mjs", import.meta.url));
    const result = JSON.parse(execFileSync(node, [main, "recall", "--ours"], { encoding: "utf8" }));
    const { single, batch, recall } = result.works;
    console.log(
      `Node ${result.node.slice(1)}: ${(single.median * 1e6).toFixed(0)} us a cue alone, ` +
        `${(batch.median * 1e6).toFixed(0)} us in a batch, ${(1 / recall.median).toFixed(0)} cues/s asynchronously`,
    );
    results.push(result);
  }
  return results;
}

/** Recall from a memory of random patterns, and storing by the projection rule; the works of rivals/recall_numpy.py. */
import { synchronous } from "../../dist/dynamics/index.js";
import { defaultKernels } from "../../dist/kernels/index.js";
import { projection } from "../../dist/learning/index.js";
import { bitMatrix, bitRow } from "../../dist/math/index.js";
import { Hopfield } from "../../dist/memories/index.js";
import { recallThreads } from "../../dist/node/index.js";
import { PatternSet } from "../../dist/patterns/index.js";
import { race, read, readBits, serve, threads, unpadded } from "./serve.mjs";

const { units, stride, sweeps } = race;
const patterns = readBits("patterns.bin", units, stride);
const cues = readBits("cues.bin", units, stride);
const thresholds = new Float64Array(units);

const operator = () =>
  defaultKernels().patternOperator({
    patterns,
    divisor: units,
    diagonal: new Float64Array(units).fill(patterns.rows),
  });

/** One synchronous update of the rows of `states`. */
function step(states) {
  const couplings = operator();
  const out = bitMatrix(states.rows, units);
  return { run: () => couplings.step(states, thresholds, out), encode: () => unpadded(out) };
}

/** The same by `recallMany`, with the evidence of each recall. */
async function recallMany() {
  await recallThreads(threads);
  const memory = new Hopfield(units).store(new PatternSet(patterns));
  const set = new PatternSet(cues);
  const dynamics = synchronous({ maxSweeps: 1 });
  const encode = (recalls) => Buffer.concat(recalls.map(({ bits }) => unpadded(bits)));
  return { run: () => memory.recallMany(set, { dynamics }), encode };
}

/** The cues one after the other, all in the same orders, until a sweep changes nothing. */
function recall() {
  const couplings = operator();
  const out = bitMatrix(cues.rows, units);
  const all = read("orders.bin", Uint32Array);
  const orders = Array.from({ length: sweeps }, (_, k) => all.subarray(k * units, (k + 1) * units));
  const run = () => {
    for (let r = 0; r < cues.rows; r++) {
      const walk = couplings.walk(bitRow(cues, r));
      const settled = orders.findIndex((order) => walk.visit(order, thresholds) === 0);
      if (settled < 0) throw new Error(`cue ${r} did not settle in ${sweeps} sweeps`);
      walk.read(bitRow(out, r));
      walk.dispose();
    }
  };
  return { run, encode: () => unpadded(out) };
}

/** Stores all patterns at once; the result is the fields of the cues. */
function store() {
  const set = new PatternSet(patterns);
  const run = () => new Hopfield(units, { rule: projection() }).store(set);
  const encode = ({ interaction }) => {
    const fields = new Float64Array(cues.rows * units);
    interaction.fields(cues, fields);
    return fields;
  };
  return { run, encode };
}

await serve({
  single: () => step(bitRow(cues, 0)),
  batch: () => step(cues),
  recallMany,
  recall,
  projection: store,
});

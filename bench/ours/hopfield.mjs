/** Works of the classical Hopfield net that worker threads share. */
import { asynchronous } from "../../dist/dynamics/index.js";
import { DenseCouplings, quadratic } from "../../dist/interactions/index.js";
import { Hopfield, HopfieldNet } from "../../dist/memories/index.js";
import { parallelBasins, parallelFixedPoints, parallelRecall } from "../../dist/node/index.js";
import { PatternSet } from "../../dist/patterns/index.js";
import { race, read, readBits, serve, threads, unpadded } from "./serve.mjs";

const { units, stride, seed } = race;
const stored = (name) => {
  const patterns = new PatternSet(readBits(name, units, stride));
  return { patterns, memory: new Hopfield(units).store(patterns) };
};

/** Many cues in one call, orders drawn and energies computed. */
function recalls() {
  const { memory } = stored("patterns.bin");
  const cues = new PatternSet(readBits("cues.bin", units, stride));
  const dynamics = asynchronous({ maxSweeps: race.sweeps });
  const encode = (found) => {
    if (!found.every(({ converged }) => converged)) throw new Error("a cue did not settle");
    return Buffer.concat(found.map(({ bits }) => unpadded(bits)));
  };
  return { run: () => parallelRecall(memory, cues, { dynamics, seed, workers: threads }), encode };
}

function census() {
  const weights = read("weights.bin", Float64Array);
  const net = new HopfieldNet(quadratic(new DenseCouplings(weights, Math.sqrt(weights.length))));
  return { run: () => parallelFixedPoints(net, { workers: threads }), encode: (found) => found };
}

/** For each pattern and distance, the fraction of samples that settle on the pattern. */
function basins() {
  const { patterns, memory } = stored("basins.bin");
  const { distances, samples } = race;
  const run = () => parallelBasins(memory.net, patterns, { distances, samples, seed, workers: threads });
  return { run, encode: (found) => Float64Array.from(found.flatMap(({ rows }) => rows.map(({ value }) => value))) };
}

await serve({ recalls, census, basins });

/** The nets that the race of the mapping samples, and their chains. */
import { classMeans, ward } from "../dist/baselines/index.js";
import { glauber } from "../dist/dynamics/index.js";
import { DenseCouplings, quadratic, toMatrix } from "../dist/interactions/index.js";
import { projection } from "../dist/learning/index.js";
import { toRbm } from "../dist/mapping/index.js";
import { bitMatrix, Random } from "../dist/math/index.js";
import { Hopfield, HopfieldNet } from "../dist/memories/index.js";
import { WorkspaceChains } from "../dist/models/index.js";
import { findDataSet, readDataSet } from "../dist/node/index.js";
import { PatternSet, randomPatterns } from "../dist/patterns/index.js";

export const seed = 2021;

/** What is sampled, by name. */
export async function settings() {
  const { digits, source } = await digitPatterns();
  return [
    { name: "mixing", patterns: digits, beta: 0.8, source },
    { name: "metastable", patterns: digits, beta: 3, source },
    { name: "small", patterns: randomPatterns(3, 100, new Random(seed)), beta: 1.3, source: "random patterns" },
  ];
}

/** Five sub-patterns of each digit as in the source of the mapping, or as many random patterns. */
async function digitPatterns() {
  const folder = await findDataSet("mnist");
  if (folder === undefined) return { digits: randomPatterns(50, 784, new Random(seed)), source: "random patterns" };
  const set = await readDataSet(folder, { split: "train", count: 2000, threshold: 0 });
  const states = [...new Set(set.labels)].sort().flatMap((digit) => {
    const own = set.select([...set.labels.keys()].filter((r) => set.labels[r] === digit));
    const { values } = classMeans(own, ward(own).cut(5), 5);
    const rows = Array.from({ length: 5 }, (_, k) => values.subarray(k * set.units, (k + 1) * set.units));
    return rows.map((means) => Array.from(means, (mean) => (mean > 0 ? 1 : -1)));
  });
  return { digits: PatternSet.from(states), source: "five sub-patterns of each MNIST digit" };
}

/** A net, once with its couplings kept as patterns and once as an N x N matrix, and its RBM. */
export function netOf(patterns, beta) {
  const { units } = patterns;
  const memory = new Hopfield(units, { rule: projection() }).store(patterns);
  const dense = new HopfieldNet(quadratic(new DenseCouplings(toMatrix(memory.interaction), units)));
  return { beta, patterns, memory, dense, rbm: toRbm(memory).rbm };
}

/** Chain r starts at pattern r, and from the first again. */
export const startsOf = (patterns, count) =>
  patterns.select(Array.from({ length: count }, (_, r) => r % patterns.count));

/** Block Gibbs sampling of many chains: `advance` makes sweeps, `bits` are the states. */
export function gibbs({ rbm, patterns, beta }, count, workspace) {
  const starts = startsOf(patterns, count);
  const visible = new Float64Array(count * patterns.units);
  for (let r = 0; r < count; r++) visible.set(starts.spins(r), r * patterns.units);
  return new WorkspaceChains(rbm, { random: new Random(seed), visible, beta, workspace });
}

/** The same for Glauber dynamics, chain by chain, of the net itself or of one with the same couplings kept otherwise. */
export function glauberChains(net, { patterns, beta }, count) {
  const dynamics = glauber({ beta, sweeps: Number.MAX_SAFE_INTEGER });
  const { units } = patterns;
  const processes = Array.from({ length: count }, (_, r) =>
    net.start(patterns.select([r % patterns.count]), { dynamics, random: new Random(seed).fork(r) }),
  );
  const states = bitMatrix(count, units);
  return {
    advance(sweeps) {
      for (const process of processes) for (let k = 0; k < sweeps; k++) process.advance(units);
    },
    bits() {
      for (const [r, process] of processes.entries()) states.words.set(process.read().words, r * states.stride);
      return states;
    },
    dispose() {
      for (const process of processes) process.dispose();
    },
  };
}

/** A step of recalls from a modern memory, with their evidence; the works of rivals/modern_numpy.py. */
import { matrix } from "../../dist/math/index.js";
import { ModernMemory } from "../../dist/memories/index.js";
import { recallThreads } from "../../dist/node/index.js";
import { VectorSet } from "../../dist/patterns/index.js";
import { race, read, serve, threads } from "./serve.mjs";

const { count, units, works } = race;
const keys = new VectorSet(matrix(count, units, read("keys.bin", Float32Array)));
const cues = Float64Array.from(read("cues.bin", Float32Array));
await recallThreads(threads);

/** One memory for each beta, over the same vectors. */
const memories = new Map();
function memoryOf(beta) {
  const memory = memories.get(beta) ?? new ModernMemory(units, { similarity: "dot", beta }).store(keys);
  memories.set(beta, memory);
  return memory;
}

/** The memory's copies for screening and its scratch are made when they are first needed: in the untimed run. */
function work({ many, beta, omitted, precision }) {
  const memory = memoryOf(beta);
  const given = new VectorSet(matrix(many, units, cues.subarray(0, many * units)));
  const options = { steps: 1, energies: false, topK: 1, omitted, precision };
  return {
    run: () => memory.recallMany(given, options),
    encode: (recalls) => {
      const states = recalls.flatMap(({ state }) => Array.from(state));
      return Float64Array.from([...states, ...recalls.map(({ nearest }) => nearest.index)]);
    },
  };
}

await serve(Object.fromEntries(Object.entries(works).map(([name, about]) => [name, () => work(about)])));

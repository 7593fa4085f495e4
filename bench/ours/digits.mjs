/** Recall from a dense memory of digits; the work of rivals/digits_numpy.py. */
import { synchronous } from "../../dist/dynamics/index.js";
import { dense } from "../../dist/learning/index.js";
import { Hopfield } from "../../dist/memories/index.js";
import { recallThreads } from "../../dist/node/index.js";
import { PatternSet } from "../../dist/patterns/index.js";
import { race, readBits, serve, threads, unpadded } from "./serve.mjs";

const { units, stride, maxSweeps } = race;
const patterns = readBits("patterns.bin", units, stride);
const cues = readBits("cues.bin", units, stride);
await recallThreads(threads);

/** By `recallMany`, with the evidence of each recall. */
function recall() {
  const memory = new Hopfield(units, { rule: dense({ separation: "exponential", beta: 1 }) });
  memory.store(new PatternSet(patterns));
  const set = new PatternSet(cues);
  const dynamics = synchronous({ maxSweeps });
  const encode = (recalls) => Buffer.concat(recalls.map(({ bits }) => unpadded(bits)));
  return { run: () => memory.recallMany(set, { dynamics }), encode };
}

await serve({ recall });

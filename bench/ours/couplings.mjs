/** Synchronous recall with couplings that are given. */
import { synchronous } from "../../dist/dynamics/index.js";
import { DenseCouplings, quadratic, SparseCouplings } from "../../dist/interactions/index.js";
import { bitMatrix, bitRow } from "../../dist/math/index.js";
import { race, read, readBits, serve, unpadded } from "./serve.mjs";

const { units, stride } = race;
const cues = readBits("cues.bin", units, stride);

function recall(couplings) {
  const interaction = quadratic(couplings);
  const out = bitMatrix(cues.rows, units);
  const run = () => {
    for (let r = 0; r < cues.rows; r++) {
      const process = synchronous().start(interaction, bitRow(cues, r));
      while (process.period === 0) process.advance(units);
      bitRow(out, r).words.set(process.read().words);
      process.dispose();
    }
  };
  return { run, encode: () => unpadded(out) };
}

await serve({
  dense: () => recall(new DenseCouplings(Float64Array.from(read("weights.bin", Float32Array)), units)),
  sparse: () => {
    const [starts, columns] = ["starts.bin", "columns.bin"].map((name) => read(name, Uint32Array));
    const weights = Float64Array.from(read("kept.bin", Float32Array));
    return recall(new SparseCouplings({ starts, columns, weights }, units));
  },
});

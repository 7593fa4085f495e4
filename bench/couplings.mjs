/**
 * Recall with couplings that are given: as a matrix against NumPy's product with it, and as sparse rows, a tenth of the matrix,
 * against SciPy's. All weights are whole numbers, so that float32 sums them exactly.
 */
import { dilute } from "../dist/interactions/index.js";
import { referenceKernels } from "../dist/kernels/index.js";
import { hebb } from "../dist/learning/index.js";
import { Random } from "../dist/math/index.js";
import { flipExactly, randomPatterns } from "../dist/patterns/index.js";
import { sameBits } from "./race.mjs";

const setting = { units: 4_000, patterns: 40, cues: 20, flipped: 0.1, connectivity: 0.1, seed: 1982 };

export function couplingFiles() {
  const { units, patterns: count, cues: cueCount, flipped, connectivity, seed } = setting;
  const patterns = randomPatterns(count, units, new Random(seed));
  const cues = flipExactly(
    patterns.select(Array.from({ length: cueCount }, (_, r) => r)),
    units * flipped,
    new Random(seed),
  );
  const { interaction } = hebb().learn(patterns, referenceKernels);
  const weights = new Float32Array(units * units);
  const row = new Float64Array(units);
  for (let i = 0; i < units; i++) {
    interaction.linear.row(i, row);
    weights.set(
      row.map((w) => Math.round(units * w)),
      i * units,
    );
  }
  const { rows } = dilute(interaction, { connectivity, random: new Random(seed) }).linear.parts;
  const kept = rows.weights.map((w) => Math.round(units * connectivity * w));
  return {
    "weights.bin": weights,
    "starts.bin": rows.starts,
    "columns.bin": rows.columns,
    "kept.bin": Float32Array.from(kept),
    "cues.bin": cues.bits.words,
    "race.json": JSON.stringify({ units, stride: cues.bits.stride, seed }),
  };
}

const recall = (work, what, name, program) => ({
  work,
  what: `${setting.cues} cues of ${setting.units} units one after the other, all units at once until a state comes back, ${what}`,
  per: "cue",
  ours: [{ work, amount: setting.cues, threads: [1] }],
  rivals: [{ name, work, program, amount: setting.cues }],
  agrees: sameBits,
  agreement: "equal",
});

export const couplingWorks = [
  recall("dense", "couplings given as a matrix", "NumPy", "W @ s, float32"),
  recall("sparse", `a tenth of the couplings, given as sparse rows`, "SciPy", "csr_matrix @ s, float32"),
];

export const couplingRivals = [
  { name: "NumPy", program: "couplings_numpy.py", module: "numpy" },
  { name: "SciPy", program: "couplings_scipy.py", module: "scipy" },
];

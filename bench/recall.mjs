/**
 * Recall from a Hebbian memory of 1,000 random patterns of 10,000 units, beside NumPy: one synchronous update of one cue
 * against the product with the n x n matrix; of a hundred cues against the two products with the patterns; and
 * asynchronous recall of a hundred cues to a fixed point, against a loop over the units.
 */
import { asynchronous, batch, oursAlone, raceMemory, single, timeOtherNodes } from "./memory.mjs";
import { printMachine, report } from "./tools.mjs";

const setting = { units: 10_000, patterns: 1_000, cues: 100, rivalCues: 4, flipped: 0.1, sweeps: 50, seed: 1982 };
const works = [
  { ...single, rounds: 21, ours: 20 },
  { ...batch, rounds: 15, ours: 2 },
  { ...asynchronous, rounds: 3, ours: 1 },
];

export const ours = () => oursAlone(setting, works);

export async function race() {
  const { machine, rows } = await raceMemory(setting, works, printMachine);
  report(rows);
  const otherNodes = timeOtherNodes("recall");
  const { units, patterns, seed } = setting;
  return { race: "recall", machine, units, patterns, seed, rows, otherNodes };
}

import {
  Autoassociator,
  bounded,
  covariance,
  dense,
  diederichOpper,
  gardner,
  hebb,
  LargeMemory,
  ModernMemory,
  marginalist,
  PatternSet,
  perceptron,
  projection,
  storkey,
} from "engram";
import { bitDistance } from "engram/math";
import { absolute, rectifiedPower } from "engram/units";
import { restrictedBoltzmann } from "./boltzmann.js";
import type { Contestant, Untrained } from "./contestant.js";
import { patternsKept } from "./counted.js";
import { halves, hopfield, numbers, SQUARE, SWEEPS, statesOf, TRIANGLE, wholeNumbers } from "./couplings.js";
import { energyMemory } from "./energy.js";
import { kanerva, trainedKanerva } from "./kanerva.js";
import { differentiableComputer, longShortTermMemory, neuralTuringMachine } from "./machines.js";

/** The name of the ceiling. */
export const CEILING = "nearest pattern";

/** The memories of the first edition, whose tasks keep their numbers. */
export const first: readonly Untrained[] = [
  patternsKept(CEILING, (stored) => (cues) => nearest(stored, cues)),
  wholeNumbers("Hebb", TRIANGLE, hopfield(hebb())),
  wholeNumbers("autoassociator", TRIANGLE, (stored) => {
    const memory = new Autoassociator(stored.units).store(stored);
    return (cues) => statesOf(memory.recallMany(cues, { feedback: true, maxSteps: SWEEPS }));
  }),
  wholeNumbers("BAM of two halves", SQUARE, halves),
  numbers("bounded", bounded()),
  numbers("marginalist", marginalist()),
  numbers("covariance", covariance(), { thresholds: true }),
  numbers("Storkey", storkey()),
  numbers("projection", projection()),
  numbers("perceptron", perceptron({ kappa: 1, limit: 200 }), { thresholds: true }),
  numbers("Diederich-Opper", diederichOpper({ kappa: 1, limit: 200 }), { asymmetric: true }),
  numbers("Gardner", gardner({ kappa: 1, limit: 200 }), { asymmetric: true }),
  restrictedBoltzmann(),
  patternsKept("Hebb as patterns", hopfield(hebb())),
  patternsKept("projection as patterns", hopfield(projection())),
  patternsKept("dense x^3", hopfield(dense({ separation: "power", power: 3 }))),
  patternsKept("large x^3", (stored) => {
    const layers = { visible: absolute(), hidden: rectifiedPower({ power: 3 }) };
    const memory = new LargeMemory(stored.units, layers).store(stored);
    return (cues) => signsOf(memory.recallMany(cues, { maxSteps: 200, tolerance: 1e-3 }));
  }),
  patternsKept("dense exp(x)", hopfield(dense({ separation: "exponential", beta: 1 }))),
  patternsKept("modern", (stored) => {
    const memory = new ModernMemory(stored.units, { beta: 1 }).store(stored);
    return (cues) => signsOf(memory.recallMany(cues, { energies: false }));
  }),
];

/** The memories that came later; a further one is one more line at the end. */
export const later: readonly Contestant[] = [
  kanerva(),
  trainedKanerva(),
  energyMemory(),
  neuralTuringMachine(),
  differentiableComputer(),
  longShortTermMemory(),
];

/** All, in the order of the table. */
export const contestants: readonly Contestant[] = [...first, ...later];

/** Each cue's nearest stored pattern, the first of equal ones. */
function nearest(stored: PatternSet, cues: PatternSet): PatternSet {
  const rows = Array.from({ length: cues.count }, (_, r) => {
    let [best, least] = [0, stored.units + 1];
    for (let mu = 0; mu < stored.count; mu++) {
      const distance = bitDistance(cues.bits, r, stored.bits, mu);
      if (distance < least) [best, least] = [mu, distance];
    }
    return best;
  });
  return stored.select(rows);
}

/** The signs of real states; 0 is +1. */
function signsOf(recalls: readonly { readonly state: Float64Array }[]): PatternSet {
  return PatternSet.from(recalls.map(({ state }) => state.map((x) => (x >= 0 ? 1 : -1))));
}

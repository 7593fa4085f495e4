import { ArgumentError } from "../../errors.js";
import type { Rbm } from "../../models/index.js";
import type { Units } from "../../units/index.js";

/** Throws unless all units can have the mean. */
export function requireMean(name: string, mean: number, units: Units): void {
  const { low, high } = units.range(0);
  if (mean > low && mean < high) return;
  const range = `a number above ${low} and below ${high}, as ${units.type} units have`;
  throw new ArgumentError(`${name} is ${mean}; expected ${range}`);
}

/** Gives all hidden values one mean, while the visible ones are at theirs; precisions stay as they are. */
export function fitHiddenMean(rbm: Rbm, mean: number): void {
  const { visible, hidden } = rbm;
  if (hidden.states === Number.POSITIVE_INFINITY) hidden.absorb(inputsFor(hidden, mean));
  else {
    const means = new Float64Array(hidden.width).fill(mean);
    hidden.fitTo({ rows: 1, means, variances: new Float64Array(hidden.width) }, 0);
  }
  const means = visible.mean(new Float64Array(visible.width), 1, new Float64Array(visible.width));
  hidden.absorb(rbm.hiddenInputs(means).map((input) => -input));
}

/** The inputs that give units of real values a mean: it grows with the input, so they are found by halving. */
function inputsFor(units: Units, mean: number): Float64Array {
  const ends = [-1, 1].map((end) => new Float64Array(units.width).fill(end));
  const means = new Float64Array(units.width);
  for (const inputs of ends) {
    for (let step = 0; step < 60; step++) {
      units.mean(inputs, 1, means);
      for (let i = 0; i < means.length; i++) if (inputs[i] < 0 === means[i] > mean) inputs[i] *= 2;
    }
  }
  const [low, high] = ends;
  const middle = new Float64Array(units.width);
  for (let step = 0; step < 120; step++) {
    for (let i = 0; i < middle.length; i++) middle[i] = 0.5 * (low[i] + high[i]);
    units.mean(middle, 1, means);
    for (let i = 0; i < middle.length; i++) (means[i] < mean ? low : high)[i] = middle[i];
  }
  return middle;
}

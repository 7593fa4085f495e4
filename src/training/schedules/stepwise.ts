import { ArgumentError, ShapeError } from "../../errors.js";
import { maker } from "../../options.js";

/** `values[k]` from epoch `epochs[k]` on; the first epoch is 0. */
export const stepwise = maker("schedule", {
  name: "stepwise",
  summary: "piecewise constant",
  reference: "Hinton 2012, A practical guide to training restricted Boltzmann machines",
  options: {
    epochs: { type: "numbers", least: 1, low: 0, help: "first epoch of each value, ascending from 0" },
    values: { type: "numbers", least: 1, low: 0, help: "the values, one for each of these epochs" },
  },
  create: ({ epochs, values }) => {
    if (values.length !== epochs.length) {
      throw new ShapeError(`values has ${values.length} numbers for ${epochs.length} epochs; give one for each`);
    }
    if (epochs[0] !== 0 || epochs.some((epoch, k) => k > 0 && epoch < epochs[k - 1])) {
      throw new ArgumentError(
        `epochs is ${JSON.stringify(epochs)}; expected numbers that ascend from 0, such as [0, 5]`,
      );
    }
    return { at: (t: number) => values[epochs.findLastIndex((epoch) => epoch <= t)] };
  },
});

import { maker } from "../../options.js";

/** Linear from `from` to `to` in `epochs` epochs, then `to`: from + (to - from) t / epochs. */
export const linearDecay = maker("schedule", {
  name: "linear",
  summary: "linear from one value to another",
  reference: "Hinton 2012, A practical guide to training restricted Boltzmann machines",
  options: {
    from: { type: "number", low: 0, high: Number.MAX_VALUE, help: "initial value" },
    to: { type: "number", low: 0, high: Number.MAX_VALUE, help: "final value" },
    epochs: { type: "number", above: 0, high: Number.MAX_VALUE, help: "number of epochs from one to the other" },
  },
  create: ({ from, to, epochs }) => ({
    at: (t: number) => (t >= epochs ? to : from + ((to - from) * t) / epochs),
  }),
});

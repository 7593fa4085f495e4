import { maker } from "../../options.js";

/** From `from` to `to` along a line in so many epochs, and `to` after them: from + (to - from) t / epochs. */
export const linearDecay = maker("schedule", {
  name: "linear",
  summary: "along a line from one number to another",
  reference: "Hinton 2012, A practical guide to training restricted Boltzmann machines",
  options: {
    from: { type: "number", low: 0, high: Number.MAX_VALUE, help: "the number at the beginning" },
    to: { type: "number", low: 0, high: Number.MAX_VALUE, help: "the number at the end" },
    epochs: { type: "number", above: 0, high: Number.MAX_VALUE, help: "epochs from one to the other" },
  },
  create: ({ from, to, epochs }) => ({
    at: (t: number) => (t >= epochs ? to : from + ((to - from) * t) / epochs),
  }),
});

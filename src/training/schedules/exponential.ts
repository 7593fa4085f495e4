import { exp, log } from "../../math/elementary.js";
import { maker } from "../../options.js";

/** `from` times `factor` to the power of the number of epochs. */
export const exponentialDecay = maker("schedule", {
  name: "exponential",
  summary: "exponential decay, by the same factor in every epoch",
  reference: "Hinton 2012, A practical guide to training restricted Boltzmann machines",
  options: {
    from: { type: "number", low: 0, high: Number.MAX_VALUE, help: "initial value" },
    factor: { type: "number", above: 0, high: 1, help: "factor per epoch" },
  },
  create: ({ from, factor }) => ({ at: (t: number) => from * exp(t * log(factor)) }),
});

import { maker } from "../../options.js";

/**
 * `from` / (1 + t / half): half of `from` after `half` epochs, then decay as 1 / t (Robbins and Monro, A stochastic
 * approximation method, 1951).
 */
export const inverseTimeDecay = maker("schedule", {
  name: "inverse-time",
  summary: "inverse time decay",
  reference: "Robbins and Monro 1951",
  options: {
    from: { type: "number", low: 0, high: Number.MAX_VALUE, help: "initial value" },
    half: { type: "number", above: 0, high: Number.MAX_VALUE, help: "number of epochs after which half of it is left" },
  },
  create: ({ from, half }) => ({ at: (t: number) => from / (1 + t / half) }),
});

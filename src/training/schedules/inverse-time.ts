import { maker } from "../../options.js";

/**
 * `from` / (1 + t / half): half of `from` after `half` epochs, then falling off as 1 / t (Robbins and Monro, A stochastic
 * approximation method, 1951).
 */
export const inverseTimeDecay = maker("schedule", {
  name: "inverse-time",
  summary: "as one over the time",
  reference: "Robbins and Monro 1951",
  options: {
    from: { type: "number", low: 0, high: Number.MAX_VALUE, help: "the number at the beginning" },
    half: { type: "number", above: 0, high: Number.MAX_VALUE, help: "epochs after which half of it is left" },
  },
  create: ({ from, half }) => ({ at: (t: number) => from / (1 + t / half) }),
});

import { damage } from "./damage.js";

/** Reflects each entry at the middle of the range with this probability: a spin becomes its negative. */
export const flips = damage({
  name: "flips",
  summary: "flip each unit with a probability",
  reference: "Bartunov et al. 2019",
  options: {
    probability: { type: "number", low: 0, high: 1, default: 0.15, help: "probability that a unit is flipped" },
  },
  create: ({ probability }) => ({
    check() {},
    damage(cue, { range: [low, high] }, random) {
      for (let i = 0; i < cue.length; i++) if (random.bernoulli(probability)) cue[i] = low + high - cue[i];
    },
  }),
});

import { maker } from "../../options.js";

/** `from`, and half of what it was after every `every` epochs (Sukhbaatar et al., End-to-end memory networks, 2015). */
export const halvingDecay = maker("schedule", {
  name: "halving",
  summary: "halved after every few epochs",
  reference: "Sukhbaatar et al. 2015",
  options: {
    from: { type: "number", low: 0, high: Number.MAX_VALUE, help: "initial value" },
    every: { type: "number", above: 0, high: Number.MAX_VALUE, help: "number of epochs after which it is halved" },
  },
  create: ({ from, every }) => ({
    at(t: number) {
      let value = from;
      // Half of a number is exact; a thousand halves of any number are 0.
      for (let k = Math.min(Math.floor(t / every), 1100); k > 0; k--) value /= 2;
      return value;
    },
  }),
});

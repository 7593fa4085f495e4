import { optimiserOption } from "../../training/optimisers/index.js";

const NUMBER = { type: "number", low: 0, high: Number.MAX_VALUE } as const;

/** The options of learning by gradients of a traced loss that are plain data. */
export const tapeOptions = {
  epochs: { type: "integer", low: 1, help: "number of passes over the data" },
  batch: { type: "integer", low: 1, default: 8, help: "batch size" },
  rate: { ...NUMBER, scheduled: true, default: 0.001, help: "learning rate" },
  optimiser: { ...optimiserOption(0.9), default: "adam" },
  l2: { ...NUMBER, default: 0, help: "L2 weight decay" },
  clip: {
    type: "number",
    above: 0,
    high: Number.MAX_VALUE,
    default: 1,
    help: "largest norm of the gradient; larger ones are scaled to it",
  },
  seed: { type: "integer", low: 0, default: 0, help: "random seed" },
} as const;

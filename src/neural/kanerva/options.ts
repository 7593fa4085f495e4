import type { OptionSpecs } from "../../options.js";

const PRIOR = {
  noise: {
    type: "number",
    above: 0,
    high: 1e15,
    default: 0.1,
    help: "standard deviation of the noise in each entry of a stored vector",
  },
  variance: {
    type: "number",
    above: 0,
    high: 1e15,
    default: 100,
    help: "prior variance of the memory's entries; a large one stores at once, a small one by and by",
  },
  deviation: {
    type: "number",
    above: 0,
    high: 1e6,
    default: 0.001,
    help: "standard deviation of the prior means of the memory's entries, in parts of --noise",
  },
  seed: { type: "integer", low: 0, default: 0, help: "random seed of the prior means" },
} as const satisfies OptionSpecs;

const ROWS = { type: "integer", low: 1, high: 10_000, default: 32 } as const;

/** Options of a Kanerva memory without an encoder, which needs no training. */
export const kanervaOptions = {
  rows: { ...ROWS, help: "number of rows of the memory: as many linearly independent vectors come back" },
  ...PRIOR,
} as const satisfies OptionSpecs;

/** Options of a product of Kanerva machines without an encoder. */
export const productOptions = {
  machines: {
    type: "numbers",
    low: 1,
    high: 10_000,
    least: 1,
    default: [8, 8, 8, 8],
    help: "number of rows of each machine, such as 8,8,8,8",
  },
  assignment: {
    type: "choice",
    values: ["equal", "explained", "trained"],
    default: "equal",
    help: "shares of the machines: equal, by how well each explains the vector, or trained with an encoder",
  },
  update: {
    type: "choice",
    values: ["joint", "separate"],
    default: "joint",
    help: "joint writes the exact posterior of all machines, separate each by itself",
  },
  ...PRIOR,
} as const satisfies OptionSpecs;

/** Options of a recall. */
export const kanervaRecallOptions = {
  readings: {
    type: "integer",
    low: 1,
    high: 100_000,
    default: 10,
    help: "largest number of readings, each from what the one before read",
  },
  tolerance: {
    type: "number",
    low: 0,
    high: 1,
    default: 0.001,
    help: "a recall ends when a reading changes its state by at most this part of its length",
  },
  feed: {
    type: "choice",
    values: ["picture", "bits", "code"],
    default: "picture",
    help: "what is read again with an encoder: the decoded picture, its nearest black and white one, or its code",
  },
} as const satisfies OptionSpecs;

import { energies } from "./energies/index.js";

const energyOption = {
  type: "made",
  sort: "energy",
  has: "trace",
  from: energies,
  default: "reconstruction",
  help: "energy whose minima become the patterns",
} as const;

/** The options of writing, gradient descent on the parameters of the energy. */
export const writeOptions = {
  steps: { type: "integer", low: 0, high: 1000, default: 5, help: "number of steps of writing; 0 forgets everything" },
  rate: {
    type: "number",
    above: 0,
    high: 1e30,
    optional: true,
    help: "rate of each step before training (default 1, or what suits the energy)",
  },
  penalty: {
    type: "number",
    low: 0,
    high: 1e30,
    default: 0,
    help: "weight of the squared gradients of the patterns' energies before training; 0 leaves it out",
  },
  decay: {
    type: "number",
    low: 0,
    high: 1e30,
    default: 0,
    help: "decay of what is written towards its start, before training; 0 leaves it out",
  },
} as const;

/** The options of reading, gradient descent on the state. */
export const readingOptions = {
  steps: { type: "integer", low: 1, high: 1000, default: 5, help: "number of steps of reading" },
  rate: {
    type: "number",
    above: 0,
    high: 1e30,
    optional: true,
    help: "rate of each step before training (default 0.5, or what suits the energy)",
  },
} as const;

/** The options of an energy memory that are plain data, in one list, for files and the command line. */
export const energyMemoryOptions = {
  energy: energyOption,
  writeSteps: writeOptions.steps,
  writeRate: {
    ...writeOptions.rate,
    help: "rate of each step of writing before training (default 1, or what suits the energy)",
  },
  penalty: writeOptions.penalty,
  decay: writeOptions.decay,
  readSteps: readingOptions.steps,
  readRate: {
    ...readingOptions.rate,
    help: "rate of each step of reading before training (default 0.5, or what suits the energy)",
  },
} as const;

/** The options of a recall from an energy memory. */
export const energyRecallOptions = {
  steps: {
    type: "integer",
    low: 1,
    high: 1_000_000,
    optional: true,
    help: "largest number of steps, further ones at the rate of the last (default those that were trained)",
  },
  tolerance: {
    type: "number",
    low: 0,
    high: 1,
    default: 1e-6,
    help: "a recall ends when its step is at most this part of the length of the longest pattern",
  },
} as const;

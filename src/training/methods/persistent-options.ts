/** The options of methods whose chains go on from update to update. */
export const persistentOptions = {
  steps: { type: "integer", low: 1, default: 1, help: "steps of Gibbs sampling at each update" },
  chains: { type: "integer", low: 1, optional: true, help: "number of chains (default: as many as a batch has rows)" },
} as const;

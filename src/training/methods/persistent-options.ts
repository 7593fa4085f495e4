/** The options of methods with persistent chains. */
export const persistentOptions = {
  steps: { type: "integer", low: 1, default: 1, help: "Gibbs steps per update" },
  chains: { type: "integer", low: 1, optional: true, help: "number of chains (default the batch size)" },
} as const;

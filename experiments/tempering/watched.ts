import type { BatchStatistics, TrainingMethod } from "engram/training";

/** A training method that also passes the states of every negative phase, together with the data, to an observer. */
export function watched(
  method: TrainingMethod,
  see: (model: BatchStatistics, data: BatchStatistics) => void,
): TrainingMethod {
  return {
    name: method.name,
    options: method.options,
    start(setting) {
      const chains = method.start(setting);
      return {
        arrays: chains.arrays,
        begin: () => chains.begin(),
        restore: () => chains.restore(),
        advance(data) {
          const model = chains.advance(data);
          see(model, data);
          return model;
        },
        learn: (learned) => chains.learn?.(learned),
        endEpoch: () => chains.endEpoch?.(),
        swapRates: () => chains.swapRates?.() ?? [],
        ladder: () => chains.ladder?.() ?? [],
      };
    },
  };
}

import { requireInteger } from "../../errors.js";
import { BlockChains } from "./block-chains.js";
import type { TrainingMethod } from "./method.js";

/** How many chains go on, and how far at each update. */
export interface PersistentOptions {
  /** k, steps of Gibbs sampling at each update; 1 where it is left out. */
  readonly steps?: number | undefined;
  /** Number of chains; as many as a batch has rows where it is left out. */
  readonly chains?: number | undefined;
}

/**
 * PCD-k, or stochastic maximum likelihood: chains that go on from update to update, while the machine changes slowly under
 * them (Younes, Parametric inference for imperfectly observed Gibbsian fields, 1989; Tieleman, Training restricted
 * Boltzmann machines using approximations to the likelihood gradient, 2008).
 *
 * @throws ArgumentError for steps or chains that are no whole number of at least 1
 */
export function persistent({ steps = 1, chains }: PersistentOptions = {}): TrainingMethod {
  requireInteger("steps", steps, 1);
  if (chains !== undefined) requireInteger("chains", chains, 1);
  return {
    name: "persistent",
    options: { steps, chains },
    start: ({ workspace, machine, batch, random }) => {
      const running = new BlockChains(workspace, machine, chains ?? batch, random);
      return {
        arrays: running.arrays(),
        begin: () => running.begin(),
        restore: () => undefined,
        advance: () => {
          running.advance(steps);
          return running;
        },
      };
    },
  };
}

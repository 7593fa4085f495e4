import { requireInteger } from "../../errors.js";
import { BlockChains } from "./block-chains.js";
import type { TrainingMethod } from "./method.js";

/** How far the chains of contrastive divergence go. */
export interface ContrastiveDivergenceOptions {
  /** k, steps of Gibbs sampling from the data; 1 where it is left out. */
  readonly steps?: number | undefined;
}

/**
 * CD-k: chains start at the data of the batch and take k steps of block Gibbs sampling. Not the gradient of log p, but often
 * close to it; the bias shrinks with k (Hinton, Training products of experts by minimizing contrastive divergence, 2002).
 *
 * @throws ArgumentError for steps that are no whole number of at least 1
 */
export function contrastiveDivergence({ steps = 1 }: ContrastiveDivergenceOptions = {}): TrainingMethod {
  requireInteger("steps", steps, 1);
  return {
    name: "contrastive divergence",
    options: { steps },
    start: ({ workspace, machine, batch, random }) => {
      const chains = new BlockChains(workspace, machine, batch, random);
      return {
        arrays: new Map([["draws", chains.draws]]),
        begin: () => undefined,
        restore: () => undefined,
        advance: ({ hidden }) => {
          chains.drawHidden(1, false, hidden);
          machine.toVisible(hidden, chains.visible);
          chains.drawVisible(1);
          machine.toHidden(chains.visible, chains.hidden);
          if (steps === 1) chains.hidden.mean();
          else {
            chains.drawHidden(1, false);
            chains.advance(steps - 1);
          }
          return chains;
        },
      };
    },
  };
}

import { maker } from "../../options.js";
import { BlockChains } from "./block-chains.js";
import type { MethodSetting, ModelChains } from "./method.js";

/**
 * CD-k: chains start at the data of the batch and take k steps of block Gibbs sampling. This approximates the gradient of
 * log p; the bias shrinks with k (Hinton, Training products of experts by minimizing contrastive divergence, 2002).
 */
export const contrastiveDivergence = maker("training method", {
  name: "cd",
  summary: "contrastive divergence",
  reference: "Hinton 2002",
  options: { steps: { type: "integer", low: 1, default: 1, help: "Gibbs steps per update" } },
  create: ({ steps }) => ({
    start: ({ workspace, stack, batch, random }: MethodSetting): ModelChains => {
      const chains = new BlockChains(workspace, stack, batch, random);
      return {
        arrays: new Map([["draws", chains.draws]]),
        begin: () => undefined,
        restore: () => undefined,
        advance: ({ hidden }) => {
          chains.drawHidden(1, false, hidden);
          stack.down(0, hidden, chains.visible);
          chains.drawVisible(1);
          stack.up(0, chains.visible, chains.hidden);
          if (steps === 1) chains.hidden.mean();
          else {
            chains.drawHidden(1, false);
            chains.advance(steps - 1);
          }
          return chains;
        },
      };
    },
  }),
});

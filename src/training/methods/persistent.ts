import { maker } from "../../options.js";
import { BlockChains } from "./block-chains.js";
import type { MethodSetting, ModelChains } from "./method.js";
import { persistentOptions } from "./persistent-options.js";

/**
 * PCD-k, or stochastic maximum likelihood: chains continue from update to update, while the machine changes slowly
 * (Younes, Parametric inference for imperfectly observed Gibbsian fields, 1989; Tieleman, Training restricted
 * Boltzmann machines using approximations to the likelihood gradient, 2008).
 */
export const persistent = maker("training method", {
  name: "pcd",
  summary: "persistent contrastive divergence",
  reference: "Younes 1989; Tieleman 2008",
  options: persistentOptions,
  create: ({ steps, chains }) => ({
    start: ({ workspace, stack, batch, random }: MethodSetting): ModelChains => {
      const running = new BlockChains(workspace, stack, chains ?? batch, random);
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
  }),
});

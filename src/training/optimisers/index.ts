import { type Maker, withDefaults } from "../../options.js";
import { adam } from "./adam.js";
import { centredRmsprop } from "./centred-rmsprop.js";
import { momentum } from "./momentum.js";
import type { Optimiser } from "./optimiser.js";
import { rmsprop } from "./rmsprop.js";

export type { LearnedArray, Optimiser, StepOptions, Steps } from "./optimiser.js";
export { adam, centredRmsprop, momentum, rmsprop };

/** All optimisers, the default first. */
export const optimisers: readonly Maker<Optimiser>[] = [momentum, adam, rmsprop, centredRmsprop];

/** The option of a training that takes an optimiser, with its own default momentum, and with others of Adam's defaults. */
export function optimiserOption(usual = 0, ofAdam: Readonly<Record<string, number>> = {}) {
  const own = new Map<Maker<Optimiser>, Readonly<Record<string, number>>>([
    [momentum, { momentum: usual }],
    [adam, ofAdam],
  ]);
  const from = optimisers.map((made) => withDefaults(made, own.get(made) ?? {}));
  return { type: "made", sort: "optimiser", has: "start", from, default: "momentum", help: "optimiser" } as const;
}

import type { Maker } from "../../../options.js";
import { block } from "./block.js";
import type { Damage } from "./damage.js";
import { flips } from "./flips.js";

export type { Damage, Patterned } from "./damage.js";
export { block, flips };

/** All damages of a training, the default first. A new one is one file and one line here. */
export const damages: readonly Maker<Damage>[] = [flips, block];

import type { Maker } from "../../../options.js";
import { adjacent } from "./adjacent.js";
import { layerwise } from "./layerwise.js";
import type { Tying } from "./tying.js";

export type { FactTable, HopTables, Sizes, Tying } from "./tying.js";
export { adjacent, layerwise };

/** All tyings, the default first. A new one is one file and one line here. */
export const tyings: readonly Maker<Tying>[] = [adjacent, layerwise];

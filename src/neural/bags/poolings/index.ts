import type { Maker } from "../../../options.js";
import { association } from "./association.js";
import { gated } from "./gated.js";
import { max } from "./max.js";
import { mean } from "./mean.js";
import type { Pooling } from "./pooling.js";

export type { Pooled, Pooling } from "./pooling.js";

/** All poolings of bags, the default first. A new one is one file and one line here. */
export const poolings: readonly Maker<Pooling>[] = [association, gated, mean, max];

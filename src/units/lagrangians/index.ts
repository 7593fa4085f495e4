import { absolute } from "./absolute.js";
import { identity } from "./identity.js";
import { logSumExp } from "./log-sum-exp.js";
import { norm } from "./norm.js";
import { rectifiedPower } from "./rectified-power.js";

/** The Lagrangians of layers, by name. */
export const lagrangians = [absolute, identity, norm, rectifiedPower, logSumExp] as const;

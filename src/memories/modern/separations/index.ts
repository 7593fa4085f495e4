import { entmax, sparsemax } from "./entmax.js";
import { flat } from "./flat.js";
import { hard } from "./hard.js";
import { softmax } from "./softmax.js";

/** The separation functions of real vectors, by name. */
export const vectorSeparations = [softmax, sparsemax, entmax, flat, hard] as const;

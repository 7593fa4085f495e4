import type { Maker } from "../../../options.js";
import { answers } from "./answers.js";
import { facts } from "./facts.js";
import type { Supervision } from "./supervision.js";

export type { Supervised, Supervision } from "./supervision.js";
export { answers, facts };

/** All supervisions, the default first. A new one is one file and one line here. */
export const supervisions: readonly Maker<Supervision>[] = [answers, facts];

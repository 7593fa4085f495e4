import type { Maker } from "../../options.js";
import { dnc } from "./dnc.js";
import { lstm } from "./lstm.js";
import type { Machine } from "./machine.js";
import { ntm } from "./ntm.js";

export type { Machine, MachineStep } from "./machine.js";
export { dnc, lstm, ntm };

/** All machines for sequences. A new one is one file and one line here. */
export const machines: readonly Maker<Machine>[] = [ntm, dnc, lstm];

import { createContext } from "preact";
import type { Lab } from "./lab.js";

/** The lab around a page. */
export const LabContext = createContext<Lab>(undefined as unknown as Lab);

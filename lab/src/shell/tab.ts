import { signal } from "@preact/signals";
import type { Part } from "./route.js";

/** A panel beside the stage. */
export type Tab = Part;

/** The panel that is open where there is room for one of them only. */
export const tab = signal<Tab>("readings");

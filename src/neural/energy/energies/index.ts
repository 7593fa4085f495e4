import type { Maker } from "../../../options.js";
import type { Energy } from "./energy.js";
import { mlp } from "./mlp.js";
import { quadratic } from "./quadratic.js";
import { quadraticFeatures } from "./quadratic-features.js";
import { reconstruction } from "./reconstruction.js";

export type { Energy, EnergyParameters, InitialParameter } from "./energy.js";
export { mlp, quadratic, quadraticFeatures, reconstruction };

/** All energies of an energy memory, the default first. A new one is one file and one line here. */
export const energies: readonly Maker<Energy>[] = [reconstruction, quadraticFeatures, mlp, quadratic];

export { type AsynchronousOptions, asynchronous } from "./asynchronous.js";
export { dynamicsByName, dynamicsNames } from "./by-name.js";
export type { Dynamics, DynamicsOption, Net, Process } from "./dynamics.js";
export { type GlauberOptions, glauber } from "./glauber.js";
export { type MetropolisOptions, metropolis } from "./metropolis.js";
export { type SynchronousOptions, synchronous } from "./synchronous.js";

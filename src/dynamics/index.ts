export { type AsynchronousOptions, asynchronous } from "./asynchronous.js";
export type { Dynamics, Net, Process } from "./dynamics.js";
export { type GlauberOptions, glauber } from "./glauber.js";
export { type MetropolisOptions, metropolis } from "./metropolis.js";
export { type SynchronousOptions, synchronous } from "./synchronous.js";

export { type AsynchronousOptions, asynchronous } from "./asynchronous.js";
export { allDynamics, dynamicsByName } from "./by-name.js";
export { type Dynamics, dynamics, type Process, type SpinProcess } from "./dynamics.js";
export { type GlauberOptions, glauber } from "./glauber.js";
export { type MetropolisOptions, metropolis } from "./metropolis.js";
export { type SynchronousOptions, synchronous } from "./synchronous.js";

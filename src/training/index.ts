export type { Measured, Monitor, MonitorContext } from "./rbm/monitor.js";
export {
  exponentialDecay,
  inverseTimeDecay,
  linearDecay,
  type Schedule,
  type Scheduled,
  stepwise,
} from "./rbm/schedule.js";
export { type Dream, type UnlearningOptions, unlearn, unlearning } from "./unlearning.js";

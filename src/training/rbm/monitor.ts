import type { Rbm } from "../../models/index.js";

/** When a monitor is asked. */
export interface MonitorContext {
  /** Epochs that are over. */
  readonly epoch: number;
  /** Updates so far. */
  readonly updates: number;
  /** The seed of the training, for measurements that draw random numbers. */
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
}

/** What a monitor found. */
export interface Measured {
  /** Numbers by name; they join those of the other monitors in the report. */
  readonly values: Readonly<Record<string, number>>;
  /** One plain sentence for each thing that looks wrong. */
  readonly warnings?: readonly string[] | undefined;
}

/**
 * Measures a machine while it is trained; it is called at the end of every epoch, and must leave the machine as it is. What it
 * keeps from one call to the next is not part of a checkpoint.
 */
export type Monitor = (rbm: Rbm, context: MonitorContext) => Measured | Promise<Measured>;

import { ArgumentError, EngramError, requireInteger, requireNumber, requireOptions } from "../../errors.js";
import { defaultWorkspace, type MakeWorkspace } from "../../kernels/index.js";
import type { DeepBoltzmannMachine } from "../../models/index.js";
import type { SavedCheckpoint } from "../rbm/checkpoint.js";
import type { DataSource } from "../rbm/data.js";
import { asSchedule, type Schedule, type Scheduled } from "../rbm/schedule.js";

/** How layers of two-state units learn. */
export interface DeepLayerOptions {
  /** How often to go through the data; at least 1. */
  readonly epochs: number;
  /** Rows of a batch; 100 where it is left out, or all where there are fewer. The last one of an epoch may be smaller. */
  readonly batch?: number | undefined;
  /** Learning rate; 0.01 where it is left out. */
  readonly rate?: Scheduled | undefined;
  /** From 0 to below 1; 0 where it is left out. */
  readonly momentum?: Scheduled | undefined;
  /** Weight decay: the gradient less l2 W; 0 where it is left out. */
  readonly l2?: number | undefined;
}

/** What the whole of a training needs. */
export interface DeepTrainingCommon {
  /** A whole number: the same seed gives the same bits. 0 where it is left out. */
  readonly seed?: number | undefined;
  /** A checkpoint to go on from, of the same machine, data and settings but for `epochs`. */
  readonly resume?: SavedCheckpoint | undefined;
  readonly workspace?: MakeWorkspace | undefined;
  /** Ends the work between two updates. */
  readonly signal?: AbortSignal | undefined;
}

/** Options with their defaults, checked. */
export interface DeepLayerSettings {
  readonly epochs: number;
  readonly batch: number;
  readonly rate: Schedule;
  readonly momentum: Schedule;
  readonly l2: number;
}

/**
 * @param what what messages call the options
 * @throws ArgumentError for an option out of its range
 */
export function asLayerSettings(options: DeepLayerOptions, rows: number, what?: string): DeepLayerSettings {
  requireOptions(options, "{ epochs }", what);
  const { epochs, batch = Math.min(100, rows), l2 = 0 } = options;
  requireInteger("epochs", epochs, 1);
  requireInteger("batch", batch, 1);
  if (batch > rows)
    throw new ArgumentError(`batch is ${batch} but the data has ${rows} rows; expected at most as many`);
  requireNumber("l2", l2, 0, Number.MAX_VALUE);
  return {
    epochs,
    batch,
    rate: asSchedule("rate", options.rate ?? 0.01, 0, Number.MAX_VALUE),
    momentum: asSchedule("momentum", options.momentum ?? 0, 0, 1 - Number.EPSILON),
    l2,
  };
}

/** @throws ArgumentError for a seed that is no whole number */
export function asCommon({ seed = 0, resume, workspace = defaultWorkspace, signal }: DeepTrainingCommon) {
  requireInteger("seed", seed, 0);
  signal?.throwIfAborted();
  return { seed, resume, workspace, signal };
}

/** What must be the same of a layer for a checkpoint to be resumed. */
export function describeLayer({ batch, rate, momentum, l2 }: DeepLayerSettings): Record<string, string> {
  return { batch: String(batch), rate: rate.description, momentum: momentum.description, l2: String(l2) };
}

/** What must be the same of the rest. */
export function describeCommon(
  machine: DeepBoltzmannMachine,
  source: DataSource,
  seed: number,
): Record<string, string> {
  return {
    layers: [machine.visible, ...machine.hidden].map(({ type, count }) => `${count} ${type}`).join(", "),
    data: `${source.rows} rows with digest ${source.digest()}`,
    seed: String(seed),
  };
}

/** The error of a training that has left the finite numbers. */
export function deepDiverged(epoch: number, what: string, rate: number): EngramError {
  return new EngramError(
    `training diverged in epoch ${epoch}: ${what} no longer finite; try a rate below ${rate}; ` +
      "the machine is as it was at the last report",
  );
}

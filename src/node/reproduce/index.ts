import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { type Order, order, type Report, report, requireExperiment, type SettingName } from "engram/experiments";
import { ArgumentError, requireInteger } from "../../errors.js";
import { mapParallel } from "../parallel/map.js";
import { loadUserModule } from "../user-module.js";
import { KeptParts, userCacheFolder } from "./kept-parts.js";
import type { WorkerOrder } from "./task-worker.js";
import { packageVersion } from "./version.js";

export { drawFigure } from "./figure.js";
export { userCacheFolder } from "./kept-parts.js";
export { standInOf } from "./stand-in.js";

/** Milliseconds from one look at the tasks under way to the next. */
const WATCH = 500;

/** How far a run is. */
export interface Progress {
  readonly done: number;
  readonly tasks: number;
  /** What is done of the tasks under way, in tasks, as far as they tell. */
  readonly begun: number;
  /** Tasks that an earlier run, which was interrupted, had done. */
  readonly resumed: number;
  /** Whether finished parts are kept, so that the run can be interrupted. */
  readonly kept: boolean;
}

/** Choices of a run. */
export interface ReproduceOptions {
  /** Worker threads; the default is one a core. */
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Where the parts of an unfinished run are kept; the default is in the user's cache folder. */
  readonly folder?: string | undefined;
  /** The folder of the data set that stands in, for an order with one: that which `standInOf` was given. */
  readonly data?: string | undefined;
}

/** A report, and what made it: nothing below `report` may change the report. */
export interface Reproduction {
  readonly report: Report;
  readonly version: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string; readonly platform: string };
  readonly run: {
    readonly workers: number;
    readonly seconds: number;
    /** Processor time over wall time times workers: 1 when all of them were busy all the time. */
    readonly utilisation: number;
    readonly resumed: number;
  };
}

/** An experiment of a user's own, in a module by default export, and how it is to be performed. */
export interface ModuleOrder {
  /** Path of the module. */
  readonly module: string;
  /** Defaults to "standard", or "full" where the experiment has no standard setting. */
  readonly setting?: SettingName | undefined;
  /** Defaults to 1. */
  readonly seed?: number | undefined;
}

/**
 * The order of an experiment of a user's own.
 *
 * @throws ArgumentError for a module that cannot be loaded or that does not export an experiment
 */
export async function moduleOrder({ module, setting, seed }: ModuleOrder): Promise<Order> {
  const { url, value } = await loadUserModule(module);
  return order(requireExperiment(value, module), { setting, seed, module: url });
}

/**
 * Performs an experiment over worker threads, one of the library's or, `reproduce({ module: "./mine.mjs" })`, a user's own. The report depends on the order alone. A run that is killed or aborted has
 * kept its finished parts, and the next one of the same order goes on from there.
 *
 * @throws the signal's reason when it is aborted
 */
export async function reproduce(
  asked: Order | ModuleOrder,
  { workers = availableParallelism(), signal, onProgress, folder, data }: ReproduceOptions = {},
): Promise<Reproduction> {
  requireInteger("workers", workers, 1, 1024);
  const work = "experiment" in asked ? asked : await moduleOrder(asked);
  requireInteger("seed", work.seed, 0);
  if ((work.standIn === undefined) !== (data === undefined)) {
    throw new ArgumentError("data goes with an order that has data in place of its own; give both or none");
  }
  const start = performance.now();
  const used = process.cpuUsage();
  const tasks = work.experiment.tasks(work.parameters);
  const parts: unknown[] = new Array(tasks);
  const kept = KeptParts.open(folder ?? join(userCacheFolder(), "experiments"), work);
  const left: number[] = [];
  for (let task = 0; task < tasks; task++) {
    if (kept?.found.has(task)) parts[task] = kept.found.get(task);
    else left.push(task);
  }
  const resumed = tasks - left.length;
  let done = resumed;
  const under = new Float64Array(new SharedArrayBuffer(8 * tasks));
  const tell = () => {
    const begun = under.reduce((sum, part) => sum + part, 0);
    onProgress?.({ done, tasks, begun, resumed, kept: kept !== undefined });
  };
  const watch = setInterval(tell, WATCH);
  try {
    tell();
    const { setting, parameters, seed, module } = work;
    const { id } = work.experiment;
    const shared: WorkerOrder = { id, module, setting, parameters, seed, folder: kept?.folder, standIn: data, under };
    await mapParallel<number, unknown>(new URL("./task-worker.js", import.meta.url), left, {
      workers,
      signal,
      shared,
      onResult(part, k) {
        parts[left[k]] = part;
        kept?.add(left[k], part);
        done++;
        under[left[k]] = 0;
        tell();
      },
    });
  } catch (error) {
    kept?.close();
    throw error;
  } finally {
    clearInterval(watch);
  }
  const { user, system } = process.cpuUsage(used);
  const seconds = (performance.now() - start) / 1000;
  const summary = report(work, parts);
  kept?.remove();
  const threads = Math.min(workers, Math.max(1, left.length));
  return {
    report: summary,
    version: packageVersion,
    machine: {
      cpu: cpus()[0]?.model ?? "unknown",
      cores: availableParallelism(),
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
    },
    run: { workers: threads, seconds, utilisation: (user + system) / 1e6 / (seconds * threads), resumed },
  };
}

import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { type Order, order, type Report, report, requireExperiment, type SettingName } from "engram/experiments";
import { ArgumentError, EngramError, requireInteger } from "../../errors.js";
import { mapParallel } from "../parallel/map.js";
import { loadUserModule } from "../user-module.js";
import { packageVersion } from "../version.js";
import { type Finished, KeptParts, removeParts, userCacheFolder } from "./kept-parts.js";
import type { WorkerOrder } from "./task-worker.js";

export { drawFigure } from "./figure.js";
export { userCacheFolder } from "./kept-parts.js";
export { standInOf } from "./stand-in.js";

/** Milliseconds between updates of the progress of running tasks. */
const WATCH = 500;

/** Progress of a run. */
export interface Progress {
  readonly done: number;
  readonly tasks: number;
  /** Completed fraction of the running tasks, in tasks, as far as they report it. */
  readonly begun: number;
  /** Number of tasks completed by an earlier, interrupted run. */
  readonly resumed: number;
  /** Whether finished parts are saved, so that an interrupted run can be resumed. */
  readonly kept: boolean;
  /** Number of saved parts that are damaged: their tasks are repeated. */
  readonly damaged: number;
  /** Why some finished parts could not be saved so far, such as a full disk; they are tried again. */
  readonly trouble?: Error | undefined;
}

/** Options of `reproduce`. */
export interface ReproduceOptions {
  /** Number of worker threads; defaults to one per core. */
  readonly workers?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Folder for the parts of an unfinished run; defaults to one in the user's cache folder. */
  readonly folder?: string | undefined;
  /** For an order with a substitute data set: its folder, as passed to `standInOf`. */
  readonly data?: string | undefined;
  /**
   * Whether the saved parts stay when the run is complete, until `discardParts`: a caller that writes the result to a file
   * loses nothing then if the file cannot be written. Defaults to false.
   */
  readonly keepParts?: boolean | undefined;
}

/** A report and how it was made; the report does not depend on the other members. */
export interface Reproduction {
  readonly report: Report;
  readonly version: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string; readonly platform: string };
  readonly run: {
    readonly workers: number;
    readonly seconds: number;
    /** Processor time divided by wall time times workers: 1 if all of them were always busy. */
    readonly utilisation: number;
    readonly resumed: number;
    /** Seconds of all tasks together, those of the runs that this one resumed included. */
    readonly work: number;
  };
}

/** A user's own experiment, the default export of a module, and how to perform it. */
export interface ModuleOrder {
  /** Path of the module. */
  readonly module: string;
  /** Defaults to "standard", or to "full" if the experiment has no standard setting. */
  readonly setting?: SettingName | undefined;
  /** Defaults to 1. */
  readonly seed?: number | undefined;
}

/**
 * The order of a user's own experiment.
 *
 * @throws ArgumentError for a module that cannot be loaded or that does not export an experiment
 */
export async function moduleOrder({ module, setting, seed }: ModuleOrder): Promise<Order> {
  const { url, value } = await loadUserModule(module);
  return order(requireExperiment(value, module), { setting, seed, module: url });
}

/**
 * Performs an experiment over worker threads: one of the library's, or a user's own by `reproduce({ module: "./mine.mjs" })`.
 * The report depends only on the order. A run that is killed or aborted has saved its finished parts, and the next run of the
 * same order resumes from there.
 *
 * @throws ArgumentError if only one of `data` and the order's substitute data is given; the signal's reason if it is aborted
 */
export async function reproduce(
  asked: Order | ModuleOrder,
  { workers = availableParallelism(), signal, onProgress, folder, data, keepParts = false }: ReproduceOptions = {},
): Promise<Reproduction> {
  requireInteger("workers", workers, 1, 1024);
  const work = "experiment" in asked ? asked : await moduleOrder(asked);
  requireInteger("seed", work.seed, 0);
  if ((work.standIn === undefined) !== (data === undefined)) {
    throw new ArgumentError("data and an order with a substitute data set belong together; give both or neither");
  }
  const start = performance.now();
  const used = process.cpuUsage();
  const tasks = work.experiment.tasks(work.parameters);
  const finished: Finished[] = new Array(tasks);
  const place = folder ?? defaultFolder();
  const kept = KeptParts.open(place, work);
  const left: number[] = [];
  for (let task = 0; task < tasks; task++) {
    const found = kept?.found.get(task);
    if (found === undefined) left.push(task);
    else finished[task] = found;
  }
  const resumed = tasks - left.length;
  let done = resumed;
  const under = new Float64Array(new SharedArrayBuffer(8 * tasks));
  const tell = () => {
    const begun = under.reduce((sum, part) => sum + part, 0);
    const { damaged = 0, trouble } = kept ?? {};
    onProgress?.({ done, tasks, begun, resumed, kept: kept !== undefined, damaged, trouble });
  };
  const watch = setInterval(tell, WATCH);
  let result: Reproduction;
  try {
    tell();
    const { setting, parameters, seed, module } = work;
    const { id } = work.experiment;
    const shared: WorkerOrder = { id, module, setting, parameters, seed, folder: kept?.folder, standIn: data, under };
    await mapParallel<number, Finished>(new URL("engram:task"), left, {
      workers,
      signal,
      shared,
      onResult(result, k) {
        finished[left[k]] = result;
        kept?.add(left[k], result);
        done++;
        under[left[k]] = 0;
        tell();
      },
    });
    const { user, system } = process.cpuUsage(used);
    const seconds = (performance.now() - start) / 1000;
    const threads = Math.min(workers, Math.max(1, left.length));
    result = {
      report: reportOf(work, finished, kept),
      version: packageVersion(),
      machine: {
        cpu: cpus()[0]?.model ?? "unknown",
        cores: availableParallelism(),
        node: process.version,
        platform: `${process.platform} ${process.arch}`,
      },
      run: {
        workers: threads,
        seconds,
        utilisation: (user + system) / 1e6 / (seconds * threads),
        resumed,
        work: finished.reduce((sum, { seconds }) => sum + seconds, 0),
      },
    };
  } finally {
    kept?.close();
    clearInterval(watch);
  }
  if (!keepParts) removeParts(place, work);
  return result;
}

/**
 * Removes what `reproduce` saved of an order, which `keepParts` made it leave.
 *
 * @param folder the folder that `reproduce` was given; defaults to the one in the user's cache folder
 */
export function discardParts(work: Order, folder = defaultFolder()): void {
  removeParts(folder, work);
}

function defaultFolder(): string {
  return join(userCacheFolder(), "experiments");
}

/**
 * The report of all parts.
 *
 * @throws EngramError naming the file of saved parts if it cannot be made with them: the experiment was changed since, and its
 * version was not raised
 */
function reportOf(work: Order, finished: readonly Finished[], kept: KeptParts | undefined): Report {
  try {
    return report(
      work,
      finished.map(({ part }) => part),
    );
  } catch (error) {
    if (!kept || kept.found.size === 0) throw error;
    throw new EngramError(
      `the parts of an earlier run in ${kept.path} do not fit ${work.experiment.id}; remove the file and repeat the command`,
      { cause: error },
    );
  }
}

import { ArgumentError, DataError, Random } from "engram";
import { internal } from "engram/errors";
import { defaultKernels, defaultWorkspace } from "engram/kernels";
import { type Context, type Experiment, type Kept, overall, type Row, type Verdict } from "./experiment.js";

/** The names of an experiment's settings. */
export type SettingName = "quick" | "standard" | "full";

/** The report of an experiment: plain JSON but for `figure`, which can be drawn any number of times. */
export interface Report {
  readonly id: string;
  readonly title: string;
  readonly source: { readonly citation: string; readonly where: string };
  readonly setting: SettingName;
  readonly parameters: object;
  readonly seed: number;
  /** The data in place of the source's. */
  readonly data?: StandIn;
  readonly verdict: Verdict;
  readonly rows: readonly Row[];
  readonly notes: readonly string[];
  /** What the experiment's `figure` draws. */
  readonly figure: unknown;
}

/** One setting of an experiment with a seed: all that its result depends on. */
export interface Order {
  readonly experiment: Experiment;
  readonly setting: SettingName;
  readonly parameters: object;
  readonly seed: number;
  readonly standIn?: StandIn | undefined;
  /** URL of the module whose default export the experiment is, where it is not one of the library's. */
  readonly module?: string | undefined;
}

/** A data set in place of MNIST: its name, its digest, and its training and test images. */
export interface StandIn {
  readonly name: string;
  readonly digest: string;
  readonly train: number;
  readonly test: number;
  /** Height and width of all images. */
  readonly shape: readonly [height: number, width: number];
  /** Classes of the training images, in order; those of the test images are among them. */
  readonly classes: readonly number[];
}

/** A checked order; the setting defaults to "standard" if there is one, else to "full". */
export function order(
  experiment: Experiment,
  {
    setting,
    seed = 1,
    standIn,
    module,
  }: {
    setting?: SettingName | undefined;
    seed?: number | undefined;
    standIn?: StandIn | undefined;
    module?: string | undefined;
  } = {},
): Order {
  const { settings } = experiment;
  const name = setting ?? (settings.standard === undefined ? "full" : "standard");
  const parameters = settings[name];
  if (parameters === undefined) {
    throw new ArgumentError(
      `setting is ${name}, which ${experiment.id} lacks; it has ${Object.keys(settings).join(", ")}`,
    );
  }
  if (standIn !== undefined) requireFit(experiment, standIn);
  return { experiment, setting: name, parameters, seed, ...(standIn && { standIn }), ...(module && { module }) };
}

function requireFit({ id, digits }: Experiment, { name, shape, classes }: StandIn): void {
  if (digits === undefined) {
    throw new ArgumentError(`${id} does not use images, so it cannot use other data (${name}); omit the data`);
  }
  if (digits === "any" || (shape.join() === "28,28" && classes.join() === "0,1,2,3,4,5,6,7,8,9")) return;
  const found = `images of ${shape.join(" x ")} in the classes ${classes.join(", ")}`;
  throw new ArgumentError(`${name} has ${found}; ${id} takes images of 28 x 28 in the classes 0 to 9 alone`);
}

/** What a task needs besides its order. By default nothing is saved and no data set is available. */
export type Means = { readonly [name in Exclude<keyof Context, "random">]?: Context[name] | undefined };

/** Runs one task of an order. The part is as if parsed from JSON text, so that saved parts and new ones are alike. */
export async function runTask(
  { experiment, parameters, seed }: Order,
  task: number,
  {
    kernels = defaultKernels(),
    data = noData,
    images = noData,
    workspace = defaultWorkspace,
    kept = nothingKept,
    progress = () => undefined,
    signal = new AbortController().signal,
  }: Means = {},
): Promise<unknown> {
  const random = new Random(seed).fork(task);
  const context: Context = { random, kernels, data, images, workspace, kept, progress, signal };
  const part = await experiment.run(parameters, task, context);
  return JSON.parse(JSON.stringify(part, (_, value) => (isLost(value) ? lost(experiment, task, value) : value)));
}

const nothingKept: Kept = { read: async () => undefined, write: async () => undefined };

/** Whether JSON cannot hold a value and would write null. */
function isLost(value: unknown): boolean {
  return typeof value === "number" && !Number.isFinite(value);
}

function lost({ id }: Experiment, task: number, value: unknown): never {
  throw internal(`task ${task} of ${id} gave ${String(value)}`);
}

/** Summarises the parts of all tasks, in the order of the tasks. */
export function report({ experiment, setting, parameters, seed, standIn }: Order, parts: readonly unknown[]): Report {
  const { id, title, citation, where } = experiment;
  const summary = experiment.summarize(parameters, parts);
  const { figure } = summary;
  const rows = standIn === undefined ? summary.rows : summary.rows.map(withoutSource);
  const notes = standIn === undefined ? summary.notes : [noteOn(standIn), ...summary.notes];
  return {
    id,
    title,
    source: { citation, where },
    setting,
    parameters,
    seed,
    ...(standIn && { data: standIn }),
    verdict: overall(rows),
    rows,
    notes,
    figure,
  };
}

/** A row on other data than the source's: its published value is not of these, unless its statement holds for any data. */
function withoutSource(row: Row): Row {
  if (row.anyData) return row;
  const { label, ours, low, high } = row;
  return { label, ours, low, high, verdict: "not comparable" };
}

function noteOn({ name, train, test }: StandIn): string {
  const counts = `${train.toLocaleString("en")} training and ${test.toLocaleString("en")} test images`;
  return `The data are ${name}, ${counts}, in place of MNIST: settings that ask for more images take all of these, and published values, in notes and figure, too, are those of MNIST.`;
}

/** Performs an experiment in the calling thread, task by task: yields its progress, returns the report. */
export async function* perform(
  work: Order,
  means: Means = {},
): AsyncGenerator<{ readonly done: number; readonly tasks: number }, Report> {
  const tasks = work.experiment.tasks(work.parameters);
  const parts: unknown[] = [];
  for (let task = 0; task < tasks; task++) {
    yield { done: task, tasks };
    means.signal?.throwIfAborted();
    parts.push(await runTask(work, task, means));
  }
  yield { done: tasks, tasks };
  return report(work, parts);
}

async function noData(name: string): Promise<never> {
  throw new DataError(`the data set ${name} is not at hand here; pass a data source`);
}

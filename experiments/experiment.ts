import { ArgumentError, type PatternSet, type Random } from "engram";
import type { DigitOptions } from "engram/data";
import type { Kernels, MakeWorkspace } from "engram/kernels";

/**
 * The contract of an experiment: one published table or figure as one value, in the file
 * `experiments/<source>/<table-or-figure>.ts`, named in `experiments/index.ts`. The command line and the tests use that same
 * value. An experiment imports the library by its name, "engram", as any program would.
 *
 * The work is divided into independent tasks. A task draws from its own stream of random numbers and returns a part of plain
 * JSON; the parts are summarised in the order of the tasks. So the result depends on (parameters, seed) alone: not on the
 * number of workers, the order of the tasks, or whether the run was interrupted and resumed.
 *
 * ```ts
 * export const capacity: Experiment<Parameters, Part, FigureData> = {
 *   id: "hopfield-1982/capacity",
 *   title: "Errors in the recalled state against the number of patterns",
 *   citation: "Hopfield, Neural networks and physical systems ..., PNAS 79 (1982)",
 *   where: "p. 2556",
 *   version: 1,
 *   settings: { quick: { nets: 20 }, full: { nets: 1000 } },
 *   tasks: ({ nets }) => nets,
 *   run: (parameters, task, { random, kernels }) => ...,
 *   summarize: (parameters, parts) => ({ rows, notes, figure }),
 *   figure: (Plot, { figure }) => ({ marks: [Plot.line(figure.curve, { x: "alpha", y: "m" })] }),
 * };
 * ```
 *
 * - `P`: the parameters, plain JSON; each setting gives all of them.
 * - `Part`: the result of a task, plain JSON (no NaN, no Infinity, no typed arrays: it is sent and saved as text).
 * - `Data`: the data of the figure, plain JSON.
 */
export interface Experiment<P extends object = object, Part = unknown, Data = unknown> {
  /** "<source>/<table-or-figure>", the file's path. */
  readonly id: string;
  /** What is shown, in one line. */
  readonly title: string;
  /** Author, title, place and year of the source. */
  readonly citation: string;
  /** Where the source has the published values: the table, figure, equation or section. */
  readonly where: string;
  /** To be raised whenever `run` would return other parts for the same parameters: saved parts of older versions are not used. */
  readonly version: number;
  /**
   * Set if all images are MNIST's, as labelled training and test images: which other sets may replace it (`StandIn`), any or
   * only those of MNIST's size and classes.
   */
  readonly digits?: "any" | "like MNIST";
  /** quick: seconds; full: the best number that is worth waiting for; standard, if there is one, is the default. */
  readonly settings: { readonly quick: P; readonly standard?: P; readonly full: P };
  /** Number of independent tasks, at least 1. Some tens of them keep all cores busy and the progress bar moving. */
  tasks(parameters: P): number;
  /** Does task number `task`, from 0. Everything random comes from `context.random`. */
  run(parameters: P, task: number, context: Context): Part | Promise<Part>;
  /** Summarises: `parts[k]` is the result of task k. */
  summarize(parameters: P, parts: readonly Part[]): Summary<Data>;
  /**
   * The figure, as options for `Plot.plot`. Published values stand beside ours, every axis has a label with its unit,
   * and series are labelled by text marks or facets, since the figure must be one SVG (no `title`, `caption` or
   * `legend`). Colours come from `colours`, which are readable on light and dark ground.
   */
  figure(Plot: Plot, summary: Summary<Data>): PlotOptions;
}

/**
 * Throws unless something is an experiment, such as the default export of a module.
 *
 * @param name what messages call it
 * @throws ArgumentError naming what it lacks
 */
export function requireExperiment(thing: unknown, name: string): Experiment {
  const candidate = thing as Partial<Experiment> | null | undefined;
  const lacks = [
    ...(["id", "title", "citation", "where"] as const).filter((key) => typeof candidate?.[key] !== "string"),
    ...(["tasks", "run", "summarize", "figure"] as const).filter((key) => typeof candidate?.[key] !== "function"),
    ...(typeof candidate?.version === "number" ? [] : ["version"]),
    ...(candidate?.settings?.quick && candidate.settings.full ? [] : ["settings.quick and settings.full"]),
  ];
  if (lacks.length === 0) return candidate as Experiment;
  throw new ArgumentError(`${name} does not export an experiment by default: it lacks ${lacks.join(", ")}`);
}

/** Arguments of a task beside its parameters. */
export interface Context {
  /** Stream number `task` of the seed's generator: new Random(seed).fork(task). */
  readonly random: Random;
  readonly kernels: Kernels;
  /** Loads a data set by its name. @throws DataError saying where it was looked for */
  readonly data: DataSource;
  /** Loads the grey images of a data set by its name. @throws DataError saying where it was looked for */
  readonly images: ImageSource;
  /** Where work in single precision is done: the same bits with any of them. */
  readonly workspace: MakeWorkspace;
  /** What this task saved before it was killed. */
  readonly kept: Kept;
  /** Reports the completed part of the task, from 0 to 1, for the progress bar. */
  readonly progress: (part: number) => void;
  /** Aborted when the caller cancels: a task that takes minutes should check it regularly. */
  readonly signal: AbortSignal;
}

/** A named data set as patterns: `data("mnist", { split: "test" })`. */
export type DataSource = (name: string, options?: DigitOptions & { readonly split?: string }) => Promise<PatternSet>;

/** Grey images, one byte a pixel, image after image: `images("mnist", { split: "test" })`. */
export type ImageSource = (name: string, options?: { readonly split?: string }) => Promise<GreyImages>;

/** Images as a data set holds them. */
export interface GreyImages {
  /** Image after image, row after row, 0 to 255. */
  readonly values: Uint8Array;
  readonly count: number;
  readonly shape: readonly [height: number, width: number];
  /** One whole number an image, where the data set has labels. */
  readonly labels?: Uint8Array | undefined;
}

/**
 * What a task of minutes saves under names of its own, such as the checkpoint of a training, so that a run that was killed
 * resumes within the task. The part must have the same bits either way. All of it is removed when the task is done, and
 * without storage nothing is saved.
 */
export interface Kept {
  /** The bytes that were last written under this name; undefined if there are none. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Atomic: after a kill at any moment, `read` returns the old bytes or the new ones. */
  write(name: string, bytes: Uint8Array): Promise<void>;
}

/**
 * What may be said of a source's claim under the source's own protocol; it follows from an interval that is derived.
 *
 * - `agrees`: the published value lies in our interval.
 * - `differs`: it does not.
 * - `source differs, explained`: it does not, and a computation of ours shows why: a misprint, another convention, an
 *   asymptotic formula outside its range.
 * - `not resolved`: our interval holds both what the source states and its contrary; more draws would tell.
 * - `not comparable`: our setting is smaller than the source's (fewer epochs, other data), so that neither agreement nor
 *   difference can be claimed.
 */
export type Verdict = "agrees" | "differs" | "source differs, explained" | "not resolved" | "not comparable";

/** One claim beside our result. */
export interface Row {
  readonly label: string;
  /** As the source prints it; omitted where it prints nothing, and the row compares our theory with our simulation. */
  readonly published?: number | string;
  /** What our own theory gives. */
  readonly theory?: number | string;
  /** Our value: an estimate, the mean over draws, or an exact result. */
  readonly ours: number | string;
  /**
   * The interval that the verdict rests on: confidence limits of our value, or the spread of single draws where the
   * source is one draw. Null where our value is exact and must be met exactly.
   */
  readonly low: number | null;
  readonly high: number | null;
  /** Of the published value; of the theory where nothing is published. */
  readonly verdict: Verdict;
  /** Where the source is one random draw: the part of our draws that lie below it, ties counted half. */
  readonly quantile?: number;
  /** What a reader should know: the explanation of a difference, what our setting lacks, where a value comes from. */
  readonly remark?: string;
  /** Set where what is compared is said of any data: by mathematics, or by a supposition of ours. */
  readonly anyData?: true;
}

/** The results of an experiment. */
export interface Summary<Data = unknown> {
  readonly rows: readonly Row[];
  /** What follows, in whole sentences: conventions found out, misprints, where a published draw falls among ours. */
  readonly notes: readonly string[];
  readonly figure: Data;
}

/** The worst verdict of the rows: the verdict of the whole. */
export function overall(rows: readonly { readonly verdict: Verdict }[]): Verdict {
  const worst = (["differs", "not resolved", "source differs, explained", "not comparable", "agrees"] as const).find(
    (verdict) => rows.some((row) => row.verdict === verdict),
  );
  return worst ?? "agrees";
}

/** Options for `Plot.plot` (https://observablehq.com/plot). */
export type PlotOptions = Readonly<Record<string, unknown>>;

/** Observable Plot, as far as figures need it: it is passed in, so that Node and the lab draw with the one they have. */
export interface Plot {
  areaY(data: unknown, options?: object): object;
  arrow(data: unknown, options?: object): object;
  axisX(data?: unknown, options?: object): object;
  axisY(data?: unknown, options?: object): object;
  barY(data: unknown, options?: object): object;
  cell(data: unknown, options?: object): object;
  dot(data: unknown, options?: object): object;
  frame(options?: object): object;
  line(data: unknown, options?: object): object;
  lineY(data: unknown, options?: object): object;
  link(data: unknown, options?: object): object;
  rect(data: unknown, options?: object): object;
  ruleX(data: unknown, options?: object): object;
  ruleY(data: unknown, options?: object): object;
  text(data: unknown, options?: object): object;
}

/** Colours that are readable on light and on dark ground. Text and axes use `currentColor`. */
export const colours = {
  published: "#e8590c",
  ours: "#3b82c4",
  theory: "#2f9e5b",
  other: "#a855c7",
  faint: "#8a8f98",
} as const;

/** A legend inside the frame: one line of coloured text a series, from the top of the given corner down. */
export function legend(
  Plot: Plot,
  lines: readonly (readonly [text: string, colour: string])[],
  corner: "top-left" | "top-right" = "top-right",
  facet: object = {},
): object[] {
  const dx = corner === "top-left" ? 12 : -10;
  return lines.map(([text, fill], k) =>
    Plot.text([text], { frameAnchor: corner, dx, dy: 10 + 16 * k, fontWeight: 600, fill, ...facet }),
  );
}

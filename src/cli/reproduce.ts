import { stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Command, Option } from "commander";
import {
  type Experiment,
  experiments,
  type Order,
  order,
  overall,
  type Row,
  requireExperiment,
  type SettingName,
  type StandIn,
  type Verdict,
} from "engram/experiments";
import { ArgumentError } from "../errors.js";
import {
  canvasFor,
  discardParts,
  drawFigure,
  isModulePath,
  loadUserModule,
  type Progress,
  type Reproduction,
  reproduce,
  standInOf,
  writeFileAtomic,
} from "../node/index.js";
import { experimentsNamed } from "./experiment-names.js";
import { dataFolder } from "./io/grey-set.js";
import { integerOption, jsonOption, seedOption } from "./io/options.js";
import { count, inkFor, print, ReportedFailure, short, warn } from "./io/output.js";
import { claimOutputs, figureFormat, forceOption, resultsFormat } from "./io/output-files.js";
import { ProgressBar } from "./io/progress.js";
import { type Cell, tableLines, wrapped } from "./io/table.js";

interface ReproduceOptions {
  list?: true;
  all?: true;
  quick?: true;
  full?: true;
  seed: number;
  threads?: number;
  data?: string;
  json?: string | true;
  svg?: string;
  force?: true;
}

export function reproduceCommand(): Command {
  return new Command("reproduce")
    .description("Reproduce published tables and figures, and compare the published values with ours.")
    .argument(
      "[names...]",
      "experiments, such as rojas-1996/table-one-step or table-one-step; a source, rojas-1996; 'rojas-1996/table-*'; or your own modules, ./mine.mjs",
    )
    .option("--list", "list the named experiments, or all")
    .option("--all", "reproduce all experiments")
    .addOption(
      new Option("--quick", "use the quick setting, smaller and faster (default the standard setting)").conflicts(
        "full",
      ),
    )
    .option("--full", "use the full setting, the slowest and most accurate")
    .option("--seed <n>", "random seed", seedOption, 1)
    .option(
      "--threads <n>",
      "number of threads; the results do not depend on it (default one per core)",
      integerOption("--threads", 1, 1024),
    )
    .option("--data <name>", "labelled images in place of MNIST: name of a data set, or a folder of IDX files")
    .option(
      "--json [file]",
      "print rows, verdict, parameters, seed and machine as JSON, or write them to a file",
      jsonOption,
    )
    .option("--svg <file>", "write the figure as SVG; for several experiments, into this folder")
    .addOption(forceOption())
    .addOption(new Option("--debug", "print the stack trace of an error"))
    .addHelpText(
      "after",
      "\nExits with 1 if a result differs from the published value without a known\nexplanation.\n\nExample:\n  engram reproduce rojas-1996/table-one-step --quick --svg table.svg",
    )
    .action(run);
}

async function run(ids: string[], options: ReproduceOptions): Promise<void> {
  const { json } = options;
  if (options.list) return list(ids, options);
  const asked = await choose(ids, options);
  const chosen = asked.map(({ experiment }) => experiment);
  await claimFiles(asked, options);
  const data = await otherData(options, chosen);
  // All of them before the first one starts: data may fit only some of them.
  const orders = asked.map((one) => orderOf(one, options, data));
  const results: Reproduction[] = [];
  for (const work of orders) {
    const result = await perform(work, options, data);
    const figure = figurePath(work.experiment, options, chosen.length > 1);
    if (figure !== undefined) await writeFigure(work.experiment, result, figure);
    results.push(result);
    if (json !== true) print(false, undefined, () => [...(results.length > 1 ? [""] : []), ...describe(result)]);
  }
  if (typeof json === "string") await writeText(json, textOf(results, chosen.length > 1));
  if (json === true) print(true, recordsOf(results, chosen.length > 1), () => []);
  // Only now: a run that is stopped, or whose files cannot be written, resumes with all that was done.
  for (const work of orders) discardParts(work);
  const verdict = overall(results.map(({ report }) => report));
  if (results.length > 1 && json !== true) print(false, undefined, () => ["", ...closing(results)]);
  if (verdict === "differs") throw new ReportedFailure(`${verdict}: see the table`);
}

async function writeText(file: string, text: string): Promise<void> {
  await writeFileAtomic(file, new TextEncoder().encode(`${text}\n`));
}

/** Prints the names and titles of experiments. */
async function list(ids: string[], options: ReproduceOptions): Promise<void> {
  const { json } = options;
  await claimFiles([], options);
  const listed = ids.length === 0 ? experiments : (await choose(ids, {})).map(({ experiment }) => experiment);
  const records = listed.map(({ id, title, citation, where }) => ({ id, title, citation, where }));
  if (typeof json === "string") return writeText(json, JSON.stringify(records, null, 2));
  print(json, records, () => {
    const rows = records.map(({ id, title }) => [{ text: id }, { text: title }]);
    return tableLines(["experiment", "what it shows"], rows);
  });
}

/** An experiment, and the URL of its module if it is a user's own. */
interface Asked {
  readonly experiment: Experiment;
  readonly module?: string | undefined;
}

async function choose(ids: string[], { all }: Pick<ReproduceOptions, "all">): Promise<readonly Asked[]> {
  if (all) {
    if (ids.length > 0) throw new ArgumentError(`--all cannot be combined with names; omit ${ids.join(" ")}`);
    return experiments.map((experiment) => ({ experiment }));
  }
  if (ids.length === 0) throw new ArgumentError("no experiment is named; give a name from --list, or use --all");
  const asked = await Promise.all(
    [...new Set(ids)].map(async (id): Promise<readonly Asked[]> => {
      if (!isModulePath(id) || !/^\.{0,2}[\\/]|\.[cm]?[jt]s$/.test(id)) {
        return experimentsNamed(id).map((experiment) => ({ experiment }));
      }
      const { url, value } = await loadUserModule(id);
      return [{ experiment: requireExperiment(value, id), module: url }];
    }),
  );
  // A source and one of its experiments may both be named.
  return [...new Map(asked.flat().map((one) => [one.module ?? one.experiment.id, one])).values()];
}

/** Checks that files can be written before the work, which may take hours, begins. */
async function claimFiles(chosen: readonly Asked[], options: ReproduceOptions): Promise<void> {
  const { json, svg, data, force } = options;
  const several = chosen.length > 1;
  if (several && svg !== undefined && !(await stat(svg).catch(() => undefined))?.isDirectory()) {
    throw new ArgumentError(`--svg is ${svg}, but ${svg} is not a folder; make it first`);
  }
  const figures = chosen.map(({ experiment }) => figurePath(experiment, options, several));
  await claimOutputs(
    [
      { flag: "--json", path: json === true ? undefined : json, format: resultsFormat },
      ...figures.map((path) => ({ flag: "--svg", path, format: figureFormat })),
    ],
    {
      inputs: [
        { flag: "--data", path: data },
        ...chosen.map(({ module }) => ({ flag: "the experiment", path: module && fileURLToPath(module) })),
      ],
      force,
    },
  );
}

/** The substitute for MNIST, and its folder. */
interface OtherData {
  readonly standIn: StandIn;
  readonly folder: string;
}

async function otherData({ data }: ReproduceOptions, chosen: readonly Experiment[]): Promise<OtherData | undefined> {
  if (data === undefined || data === "mnist") return undefined;
  if (data === "glyphs") throw new ArgumentError("--data is glyphs, which has no test part; name another data set");
  const other = chosen.find(({ digits }) => !digits);
  if (other !== undefined) {
    const able = experiments.filter(({ digits }) => digits).map(({ id }) => id);
    throw new ArgumentError(`--data is ${data}, but ${other.id} cannot use other data; use it with ${able.join(", ")}`);
  }
  const folder = await dataFolder(data);
  return { standIn: await standInOf(data, folder), folder };
}

function orderOf({ experiment, module }: Asked, { quick, full, seed }: ReproduceOptions, data?: OtherData): Order {
  const setting: SettingName | undefined = quick ? "quick" : full ? "full" : undefined;
  return order(experiment, { seed, setting, standIn: data?.standIn, module });
}

async function perform(work: Order, { threads }: ReproduceOptions, data: OtherData | undefined): Promise<Reproduction> {
  const { experiment } = work;
  const bar = new ProgressBar(experiment.id);
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort();
  process.once("SIGINT", onInterrupt).once("SIGTERM", onInterrupt);
  let last: Progress = { done: 0, tasks: 0, begun: 0, resumed: 0, kept: true, damaged: 0 };
  try {
    return await reproduce(work, {
      workers: threads,
      data: data?.folder,
      signal: interrupt.signal,
      keepParts: true,
      onProgress(progress) {
        announce(progress, last);
        last = progress;
        bar.update(progress.done, progress.tasks, progress.begun);
      },
    });
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    bar.clear();
    const remedy = last.kept ? "repeat the command to resume" : "nothing was saved";
    throw new Error(`${experiment.id} was stopped after ${last.done} of ${last.tasks} tasks; ${remedy}`);
  } finally {
    bar.clear();
    process.off("SIGINT", onInterrupt).off("SIGTERM", onInterrupt);
  }
}

/** Says what is new of how parts are saved. */
function announce({ resumed, tasks, kept, damaged, trouble }: Progress, before: Progress): void {
  if (before.tasks === 0) {
    if (!kept) warn(false, "the cache folder cannot be written: if this run is stopped, it cannot be resumed");
    if (damaged > 0)
      warn(false, `${count(damaged, "saved part")} of an earlier run are damaged: their tasks are repeated`);
    if (resumed > 0) process.stderr.write(`Resuming an earlier run after ${resumed} of ${tasks} tasks.\n`);
  }
  if (trouble !== undefined && before.trouble === undefined) {
    const remedy = "make room there, or set XDG_CACHE_HOME to another folder for the next run";
    warn(false, `finished parts cannot be saved now (${trouble.message}), and are tried again: ${remedy}`);
  }
}

/** The path of an experiment's figure: that of the option, or a file in its folder if there are several. */
function figurePath({ id }: Experiment, { svg }: ReproduceOptions, several: boolean): string | undefined {
  return several && svg !== undefined ? join(svg, `${id.replaceAll("/", "-")}.svg`) : svg;
}

async function writeFigure(experiment: Experiment, { report }: Reproduction, path: string) {
  await writeText(path, (await drawFigure(experiment, report)).trimEnd());
}

/** The JSON of one experiment, or of several. */
function recordsOf(results: readonly Reproduction[], several: boolean): unknown {
  const records = results.map(record);
  return several ? records : records[0];
}

/** The same as text, with the data of each figure in one line. */
function textOf(results: readonly Reproduction[], several: boolean): string {
  const texts = results.map((result) => {
    const { figure, ...rest } = record(result);
    return `${JSON.stringify(rest, null, 2).slice(0, -2)},\n  "figure": ${JSON.stringify(figure ?? null)}\n}`;
  });
  return several ? `[\n${texts.join(",\n")}\n]` : texts[0];
}

/** The JSON of an experiment. */
function record({ report, version, machine, run }: Reproduction) {
  return { ...report, version, machine, run };
}

const colours = {
  agrees: "green",
  "source differs, explained": "yellow",
  "not resolved": "yellow",
  differs: "red",
  "not comparable": "dim",
} as const satisfies Readonly<Record<Verdict, string>>;

function colourOf(verdict: Verdict): (text: string) => string {
  return inkFor(process.stdout)[colours[verdict]];
}

function describe({ report, run, machine }: Reproduction): string[] {
  const { id, title, source, rows, notes, verdict, setting, seed } = report;
  const drawn = rows.some(({ quantile }) => quantile !== undefined);
  const columns: Column[] = [
    ...(rows.some(({ published }) => published !== undefined) ? (["published"] as const) : []),
    ...(rows.some(({ theory }) => theory !== undefined) ? (["theory"] as const) : []),
    "ours",
  ];
  const heading = ["", ...columns, "interval", ...(drawn ? ["quantile"] : []), "verdict"];
  const threads = count(run.workers, "thread");
  return [
    ...paragraph(`${id}: ${title}`).map(inkFor(process.stdout).bold),
    ...paragraph(`${source.citation}, ${source.where}`),
    "",
    ...tableLines(
      heading,
      rows.map((row) => cells(row, columns, drawn)),
    ),
    ...remarks(rows),
    ...notes.flatMap((note) => ["", ...paragraph(note)]),
    "",
    `verdict: ${colourOf(verdict)(verdict)}`,
    `${setting} setting, seed ${seed}: ${short(run.seconds)} s on ${threads} of ${machine.cores}, ${Math.round(100 * run.utilisation)} % busy`,
  ];
}

/** The columns of values that a table may have. */
type Column = "published" | "theory" | "ours";

function cells(row: Row, columns: readonly Column[], drawn: boolean): Cell[] {
  const { label, low, high, verdict, quantile } = row;
  const interval = low === null || high === null ? "exact" : `${short(low)} .. ${short(high)}`;
  return [
    { text: label },
    ...columns.map((column) => ({ text: shown(row[column]), right: true })),
    { text: interval, right: true },
    ...(drawn ? [{ text: quantile === undefined ? "" : quantile.toFixed(3), right: true }] : []),
    { text: verdict, colour: colourOf(verdict) },
  ];
}

function shown(value: number | string | undefined): string {
  if (value === undefined) return "";
  return typeof value === "number" ? short(value) : value;
}

/** Each explanation once, with the rows that it explains. */
function remarks(rows: readonly Row[]): string[] {
  const explained = new Map<string, string[]>();
  for (const { label, remark } of rows) {
    if (remark !== undefined) explained.set(remark, [...(explained.get(remark) ?? []), label]);
  }
  return [...explained].flatMap(([remark, labels]) => ["", ...paragraph(`${labels.join(", ")}: ${remark}`)]);
}

function closing(results: readonly Reproduction[]): string[] {
  const rows = results.map(({ report: { id, verdict }, run }): Cell[] => [
    { text: id },
    { text: `${run.seconds.toFixed(1)} s`, right: true },
    { text: verdict, colour: colourOf(verdict) },
  ]);
  return tableLines(["experiment", "time", "verdict"], rows);
}

/** A text in lines that fit the terminal. */
function paragraph(text: string): string[] {
  return wrapped(text, Math.min(100, canvasFor(process.stdout).columns));
}

import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
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
import pc from "picocolors";
import { ArgumentError } from "../errors.js";
import { unknownName } from "../names.js";
import {
  drawFigure,
  isModulePath,
  loadUserModule,
  type Progress,
  type Reproduction,
  reproduce,
  standInOf,
  writeFileAtomic,
} from "../node/index.js";
import { dataFolder } from "./io/grey-set.js";
import { integerOption } from "./io/options.js";
import { count, print, ReportedFailure, short, warn } from "./io/output.js";
import { ProgressBar } from "./io/progress.js";
import { type Cell, tableLines } from "./io/table.js";

interface ReproduceOptions {
  list?: true;
  all?: true;
  quick?: true;
  full?: true;
  seed: number;
  workers?: number;
  data?: string;
  json?: string;
  svg?: string;
}

export function reproduceCommand(): Command {
  return new Command("reproduce")
    .description("Reproduce published tables and figures, and compare the published values with ours.")
    .argument("[ids...]", "names of experiments from --list, or your own modules (./mine.mjs)")
    .option("--list", "list all experiments")
    .option("--all", "reproduce all experiments")
    .addOption(
      new Option("--quick", "use the quick setting, which takes seconds (default the standard setting)").conflicts(
        "full",
      ),
    )
    .option("--full", "use the full setting, the slowest and most accurate")
    .option("--seed <n>", "random seed", integerOption("--seed", 0), 1)
    .option("--workers <n>", "number of worker threads (default one per core)", integerOption("--workers", 1, 1024))
    .option("--data <name>", "labelled images in place of MNIST: name of a data set, or a folder of IDX files")
    .option("--json <file>", "write rows, verdict, parameters, seed and machine as JSON")
    .option("--svg <file>", "write the figure as SVG; for several experiments, into this folder")
    .addOption(new Option("--debug", "print the stack trace of an error"))
    .addHelpText(
      "after",
      "\nExits with 1 if a result disagrees with the published value without a known explanation.\n\nExample:\n  engram reproduce rojas-1996/table-one-step --quick --svg table.svg",
    )
    .action(run);
}

async function run(ids: string[], options: ReproduceOptions): Promise<void> {
  if (options.list) {
    const rows = experiments.map(({ id, title }) => [{ text: id }, { text: title }]);
    return print(false, undefined, () => tableLines(["experiment", "what it shows"], rows));
  }
  const asked = await choose(ids, options);
  const chosen = asked.map(({ experiment }) => experiment);
  await requirePlaces(chosen, options);
  const data = await otherData(options, chosen);
  // All of them before the first one starts: data may fit only some of them.
  const orders = asked.map((one) => orderOf(one, options, data));
  const results: Reproduction[] = [];
  for (const work of orders) {
    // Saved parts of an experiment go only when its results are on the disk.
    const write = async (result: Reproduction) => {
      results.push(result);
      if (options.svg !== undefined) await writeFigure(work.experiment, result, options.svg, chosen.length > 1);
      if (options.json !== undefined) await writeRecords(results, options.json, chosen.length > 1);
    };
    const result = await perform(work, options, { data, write });
    if (results.length > 1) process.stdout.write("\n");
    print(false, undefined, () => describe(result));
  }
  const verdict = overall(results.map(({ report }) => report));
  if (results.length > 1) print(false, undefined, () => ["", ...closing(results)]);
  if (verdict === "differs") throw new ReportedFailure(`${verdict}: see the table`);
}

/** An experiment, and the URL of its module if it is a user's own. */
interface Asked {
  readonly experiment: Experiment;
  readonly module?: string | undefined;
}

async function choose(ids: string[], { all }: ReproduceOptions): Promise<readonly Asked[]> {
  if (all) {
    if (ids.length > 0) throw new ArgumentError(`--all cannot be combined with names; omit ${ids.join(" ")}`);
    return experiments.map((experiment) => ({ experiment }));
  }
  if (ids.length === 0) throw new ArgumentError("no experiment is named; give a name from --list, or use --all");
  const names = experiments.map(({ id }) => id);
  return Promise.all(
    [...new Set(ids)].map(async (id): Promise<Asked> => {
      const found = experiments.find((experiment) => experiment.id === id);
      if (found !== undefined) return { experiment: found };
      if (!isModulePath(id) || !/^\.{0,2}[\\/]|\.[cm]?[jt]s$/.test(id)) throw unknownName("experiment", id, names);
      const { url, value } = await loadUserModule(id);
      return { experiment: requireExperiment(value, id), module: url };
    }),
  );
}

/** Checks that files can be written before the work, which may take hours, begins. */
async function requirePlaces(chosen: readonly Experiment[], { json, svg }: ReproduceOptions): Promise<void> {
  const several = chosen.length > 1;
  const folders: [option: string, path: string, folder: string][] = [];
  if (json !== undefined) folders.push(["--json", json, dirname(json)]);
  if (svg !== undefined) folders.push(["--svg", svg, several ? svg : dirname(svg)]);
  for (const [option, path, folder] of folders) {
    const found = await stat(folder).catch(() => undefined);
    if (!found?.isDirectory())
      throw new ArgumentError(`${option} is ${path}, but ${folder} is not a folder; make it first`);
  }
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

async function perform(
  work: Order,
  { workers }: ReproduceOptions,
  { data, write }: { readonly data?: OtherData | undefined; readonly write: (result: Reproduction) => Promise<void> },
): Promise<Reproduction> {
  const { experiment } = work;
  const bar = new ProgressBar(experiment.id);
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort();
  process.once("SIGINT", onInterrupt).once("SIGTERM", onInterrupt);
  let last: Progress = { done: 0, tasks: 0, begun: 0, resumed: 0, kept: true, damaged: 0 };
  try {
    return await reproduce(work, {
      workers,
      data: data?.folder,
      signal: interrupt.signal,
      write,
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

async function writeFigure(experiment: Experiment, { report }: Reproduction, path: string, several: boolean) {
  const file = several ? join(path, `${experiment.id.replaceAll("/", "-")}.svg`) : path;
  await writeFileAtomic(file, new TextEncoder().encode(await drawFigure(experiment, report)));
}

/** Writes the JSON of the experiments so far: an array if there are several. */
async function writeRecords(results: readonly Reproduction[], path: string, several: boolean): Promise<void> {
  const records = results.map(record);
  const text = JSON.stringify(several ? records : records[0], null, 2);
  await writeFileAtomic(path, new TextEncoder().encode(`${text}\n`));
}

/** The JSON of an experiment. */
function record({ report, version, machine, run }: Reproduction) {
  return { ...report, version, machine, run };
}

const colours: Readonly<Record<Verdict, (text: string) => string>> = {
  agrees: pc.green,
  "source differs, explained": pc.yellow,
  "not resolved": pc.yellow,
  differs: pc.red,
  "not comparable": pc.dim,
};

function describe({ report, run, machine }: Reproduction): string[] {
  const { id, title, source, rows, notes, verdict, setting, seed } = report;
  const drawn = rows.some(({ quantile }) => quantile !== undefined);
  const columns: Column[] = [
    ...(rows.some(({ published }) => published !== undefined) ? (["published"] as const) : []),
    ...(rows.some(({ theory }) => theory !== undefined) ? (["theory"] as const) : []),
    "ours",
  ];
  const heading = ["", ...columns, "interval", ...(drawn ? ["quantile"] : []), "verdict"];
  const workers = count(run.workers, "worker");
  return [
    pc.bold(`${id}: ${title}`),
    `${source.citation}, ${source.where}`,
    "",
    ...tableLines(
      heading,
      rows.map((row) => cells(row, columns, drawn)),
    ),
    ...remarks(rows),
    ...notes.flatMap((note) => ["", ...wrapped(note)]),
    "",
    `verdict: ${colours[verdict](verdict)}`,
    `${setting} setting, seed ${seed}: ${short(run.seconds)} s on ${workers} of ${machine.cores}, ${Math.round(100 * run.utilisation)} % busy`,
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
    { text: verdict, colour: colours[verdict] },
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
  return [...explained].flatMap(([remark, labels]) => ["", ...wrapped(`${labels.join(", ")}: ${remark}`)]);
}

function closing(results: readonly Reproduction[]): string[] {
  const rows = results.map(({ report: { id, verdict }, run }): Cell[] => [
    { text: id },
    { text: `${run.seconds.toFixed(1)} s`, right: true },
    { text: verdict, colour: colours[verdict] },
  ]);
  return tableLines(["experiment", "time", "verdict"], rows);
}

function wrapped(text: string, width = 100): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

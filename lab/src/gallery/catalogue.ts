import type { Row, SettingName, Verdict } from "engram/experiments";

/** An experiment in the index of the Gallery. */
export interface Entry {
  readonly id: string;
  readonly title: string;
  readonly citation: string;
  readonly where: string;
  /** Whether it runs on MNIST. */
  readonly needsDigits: boolean;
  /** The settings that it has. */
  readonly settings: readonly SettingName[];
  /** Its committed results, the first of which stands for the experiment. */
  readonly results: readonly ResultEntry[];
}

/** What the index says of a committed result. */
export interface ResultEntry {
  /** Name of its file. */
  readonly name: string;
  readonly setting: SettingName;
  readonly verdict: Verdict;
  /** Number of rows, and of those that agree. */
  readonly rows: number;
  readonly agree: number;
}

/** The result of a setting with a seed, in the lab or committed. */
export interface Result {
  readonly setting: SettingName;
  readonly parameters: object;
  readonly seed: number;
  readonly verdict: Verdict;
  readonly rows: readonly Row[];
  readonly notes: readonly string[];
  /** SVG; null if it could not be drawn. */
  readonly figure: string | null;
  readonly run: { readonly workers: number; readonly seconds: number };
}

/** A committed result. */
export interface StoredResult extends Result {
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string; readonly platform: string };
}

/** A verdict as addresses write it; `none` stands for an experiment without a committed result. */
export type Kind = "agrees" | "explained" | "differs" | "unresolved" | "incomparable" | "none";

/** In the order of the key. */
export const kinds: readonly Kind[] = ["agrees", "explained", "differs", "unresolved", "incomparable", "none"];

const kindsOfVerdicts: Readonly<Record<Verdict, Kind>> = {
  agrees: "agrees",
  "source differs, explained": "explained",
  differs: "differs",
  "not resolved": "unresolved",
  "not comparable": "incomparable",
};

export function kindOf(verdict: Verdict | undefined): Kind {
  return verdict === undefined ? "none" : kindsOfVerdicts[verdict];
}

export function kindOfEntry({ results }: Entry): Kind {
  return kindOf(results[0]?.verdict);
}

/** The folder of an experiment's source. */
export function sourceOf({ id }: Pick<Entry, "id">): string {
  return id.split("/")[0];
}

/** A source as it is named in texts: "Krotov and Hopfield 2016". */
export function sourceName(source: string): string {
  const [, names, year = ""] = /^(.*?)(?:-(\d{4}))?$/.exec(source) ?? [];
  const words = names
    .split("-")
    .map((name) => (name.length < 4 ? name.toUpperCase() : name[0].toUpperCase() + name.slice(1)));
  return `${words.join(" and ")} ${year}`.trim();
}

/** The file of a result. */
export function fileOf(entry: Entry, { name }: ResultEntry): string {
  return `data/results/${sourceOf(entry)}/${name}.json`;
}

/** Number of experiments of each kind. */
export function countKinds(entries: readonly Entry[]): Readonly<Record<Kind, number>> {
  const counts = { agrees: 0, explained: 0, differs: 0, unresolved: 0, incomparable: 0, none: 0 };
  for (const entry of entries) counts[kindOfEntry(entry)]++;
  return counts;
}

/** From the one that a reader should see first. */
const byUrgency: readonly Kind[] = ["differs", "unresolved", "explained", "incomparable", "agrees", "none"];

export type OrderName = "listed" | "source" | "verdict";

/** Which experiments are shown, and in which order. */
export interface Selection {
  /** The folder of a source, or the empty text for all. */
  readonly source: string;
  readonly verdict: Kind | "all";
  /** Words that all occur in an experiment's id, title or citation. */
  readonly text: string;
  readonly order: OrderName;
}

export function select(entries: readonly Entry[], { source, verdict, text, order }: Selection): readonly Entry[] {
  const words = text.toLowerCase().split(/\s+/);
  const found = entries.filter((entry) => {
    const { id, title, citation, where } = entry;
    const all = `${id} ${title} ${citation} ${where}`.toLowerCase();
    const isOfSource = source === "" || sourceOf(entry) === source;
    const isOfKind = verdict === "all" || kindOfEntry(entry) === verdict;
    return isOfSource && isOfKind && words.every((word) => all.includes(word));
  });
  if (order === "source") return found.sort((a, b) => sourceOf(a).localeCompare(sourceOf(b)));
  const rank = (entry: Entry) => byUrgency.indexOf(kindOfEntry(entry));
  return order === "verdict" ? found.sort((a, b) => rank(a) - rank(b)) : found;
}

/** Rows from the ones that a reader should see first. */
export function oddFirst(rows: readonly Row[]): readonly Row[] {
  const rank = ({ verdict }: Row) => byUrgency.indexOf(kindOf(verdict));
  return [...rows].sort((a, b) => rank(a) - rank(b));
}

/** The command that gives a result: with the experiment's default where there is none. */
export function commandOf({ id, settings }: Entry, result?: Pick<Result, "setting" | "seed">): string {
  const usual: SettingName = settings.includes("standard") ? "standard" : "full";
  const setting = result === undefined || result.setting === usual ? "" : ` --${result.setting}`;
  const seed = result === undefined || result.seed === 1 ? "" : ` --seed ${result.seed}`;
  return `engram reproduce ${id}${setting}${seed}`;
}

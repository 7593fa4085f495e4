/*
 * Writes the tables of docs/choosing.md from the committed results of memories/equal-bits and of bench/costs.mjs, each between two
 * comments of the page. Run it after those have changed: `node docs/choosing.mjs`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { contestants } from "../dist/experiments/memories/compared.js";

const CHOSEN = "10 % flipped";
const OTHERS = ["25 % flipped", "half hidden"];
const NONE = "-";
/** Number of memories that are named first. */
const FIRST = 4;

const read = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));

/** The page with its tables. */
export function filled(page) {
  const results = read("../experiments/memories/results/equal-bits.json");
  const costs = read("../bench/results/costs.json");
  return page.replaceAll(/(<!-- (\w+): (.*?) -->\n)[\s\S]*?(<!-- end -->)/g, (_, start, sort, name, end) => {
    const text =
      sort === "first" ? firstOf(results, name) : name === "costs" ? costTable(costs) : recallTable(results, name);
    return `${start}\n${text}\n\n${end}`;
  });
}

/** Patterns recalled exactly within each budget, and what else is known at the largest. */
function recallTable({ figure, parameters: { budgets } }, data) {
  const entries = figure.filter((entry) => entry.data === data);
  const largest = budgets.at(-1);
  const memories = [...new Set(figure.map(({ memory }) => memory))];
  const find = (memory, kbit, cue) =>
    entries.find((entry) => entry.memory === memory && entry.kbit === kbit && entry.cue === cue);
  const recalled = (entry) => (entry === undefined ? NONE : counted(entry.patterns * entry.exact.value));
  const rows = memories
    .map((memory) => ({ memory, last: find(memory, largest, CHOSEN) }))
    .sort((a, b) => rank(b.last) - rank(a.last))
    .map(({ memory, last }) => [
      memory,
      ...budgets.map((kbit) => recalled(find(memory, kbit, CHOSEN))),
      ...OTHERS.map((cue) => recalled(find(memory, largest, cue))),
      last === undefined ? NONE : last.gain.value.toFixed(3),
      last === undefined || last.weights === 0 ? NONE : last.weights.toLocaleString("en"),
    ]);
  const head = ["memory", ...budgets.map((kbit) => `${kbit} kbit`), ...OTHERS, "bits gained a bit", "trained weights"];
  return tableOf(head, rows);
}

/** The memories of a sort that recall most patterns of each kind within the largest budget. */
function firstOf({ figure, parameters: { budgets } }, sort) {
  const isTrained = sort === "trained";
  const own = figure.filter(({ memory, kbit, cue, weights }) => {
    return kbit === budgets.at(-1) && cue === CHOSEN && (isTrained ? weights > 0 : weights === 0 && !keeps(memory));
  });
  return [...new Set(figure.map(({ data }) => data))]
    .map((data) => {
      const best = own.filter((entry) => entry.data === data).sort((a, b) => rank(b) - rank(a));
      return `- ${data}: ${best
        .slice(0, FIRST)
        .map((entry) => `${entry.memory} ${counted(rank(entry))}`)
        .join(", ")}`;
    })
    .join("\n");
}

/** Whether a memory keeps the patterns themselves. */
const keeps = (memory) => contestants.find(({ name }) => name === memory).keeps === "the patterns";

const rank = (entry) => (entry === undefined ? -1 : entry.patterns * entry.exact.value);

/** CPU time on one thread. */
function costTable({ rows }) {
  const sets = [...new Set(rows.map(({ data }) => data))];
  const memories = [...new Set(rows.map(({ memory }) => memory))];
  const find = (memory, data) => rows.find((row) => row.memory === memory && row.data === data);
  const head = ["memory", ...sets.flatMap((data) => [`store, ${data}`, `recall, ${data}`, `training, ${data}`])];
  const body = memories.map((memory) => [
    memory,
    ...sets.flatMap((data) => {
      const { storeMilliseconds, recallMilliseconds, trainingSeconds } = find(memory, data) ?? {};
      const of = (value, unit) => (value === undefined ? NONE : `${value} ${unit}`);
      return [of(storeMilliseconds, "ms"), of(recallMilliseconds, "ms"), of(trainingSeconds, "s")];
    }),
  ]);
  return tableOf(head, body);
}

const counted = (x) => (x < 9.95 ? x.toFixed(1) : Math.round(x).toLocaleString("en"));

/** A table in Markdown, aligned. */
function tableOf(head, rows) {
  const all = [head, ...rows];
  const widths = head.map((_, c) => Math.max(...all.map((row) => row[c].length)));
  const line = (row) =>
    `| ${row.map((cell, c) => (c === 0 ? cell.padEnd(widths[c]) : cell.padStart(widths[c]))).join(" | ")} |`;
  const rule = `| ${widths.map((width, c) => (c === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const path = new URL("choosing.md", import.meta.url);
  writeFileSync(path, filled(readFileSync(path, "utf8")));
}

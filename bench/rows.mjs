/**
 * The rows of all races. A row is one work by our side, with some kernels and a number of threads, beside a rival at its best
 * number of threads. Times are seconds of one `per`: a cue, an epoch, a sweep.
 *
 *     work, what, per      name of the work, and what it is
 *     ours, rival          median wall seconds; rival is null where there is none
 *     ratio                rival / ours: how many times as fast we are
 *     spread               [lowest, highest] of ours, of rival, and of the ratio in each round
 *     wall, cpu            { minimum, median, maximum } of ours and rival, in seconds of the clock and of all threads together
 *     kernels, threads, node, program   how ours ran; isBest: no number of threads is faster with these kernels
 *     rivalName, rivalThreads, rivalProgram   who the rival is, its libraries included, and what it does
 *     rate                 { unit, ours, rival } from the medians, for works that count operations
 *     share                the part of our work that the rival did, whose time is scaled up
 *     agreement            how the results of both sides were found to be the same
 */

/** Numbers in order, without a change to the given ones. */
const sorted = (samples) => Array.from(samples).sort((a, b) => a - b);

/** The minimum, the median and the maximum. */
export function statistics(samples) {
  const values = sorted(samples);
  const half = values.length >> 1;
  const median = values.length % 2 === 1 ? values[half] : (values[half - 1] + values[half]) / 2;
  return { minimum: values[0], median, maximum: values.at(-1) };
}

/**
 * The rows of one work. `ours` and `rivals` are who took part: { name, program, threads, share, wall, cpu } with the seconds of
 * each round; ours with { kernels, node } as well. `alike` pairs equal numbers of threads, for works that are about a core;
 * otherwise the rival of a row is the fastest of its name and program. `operations` of one `per` give a rate in `unit`.
 */
export function rowsOf(description, ours, rivals) {
  const { work, what, per, operations, unit, alike = false, agreement = null } = description;
  const fastest = (all) => all.reduce((best, one) => (medianOf(one) < medianOf(best) ? one : best));
  return ours.flatMap((own) => {
    const isBest = fastest(alternatives(ours, own)) === own;
    return opponentsOf(own, rivals, alike, fastest).map((rival) => {
      const theirs = (value) => (rival === null ? null : value(rival));
      const both = (value) => ({ ours: value(own), rival: theirs(value) });
      return {
        work,
        what,
        per,
        ...both(medianOf),
        rivalName: theirs(({ name }) => name),
        ratio: theirs((other) => medianOf(other) / medianOf(own)),
        spread: { ...both(({ wall }) => range(wall)), ratio: theirs((other) => range(ratios(own, other))) },
        kernels: own.kernels,
        threads: own.threads,
        node: own.node,
        program: own.program ?? null,
        isBest,
        rivalThreads: theirs(({ threads }) => threads),
        rivalProgram: theirs(({ program }) => program ?? null),
        wall: both(({ wall }) => statistics(wall)),
        cpu: both(({ cpu }) => statistics(cpu)),
        rate: operations === undefined ? null : { unit, ...both((one) => operations / medianOf(one)) },
        share: theirs(({ share }) => share),
        agreement: theirs(() => agreement),
      };
    });
  });
}

/** In each round. */
const ratios = (own, rival) => own.wall.map((seconds, round) => rival.wall[round] / seconds);
const medianOf = ({ wall }) => statistics(wall).median;
const range = (samples) => [Math.min(...samples), Math.max(...samples)];

/** Those that differ from `own` in the number of threads only. */
const alternatives = (ours, own) =>
  ours.filter(({ kernels, node, program }) => kernels === own.kernels && node === own.node && program === own.program);

/** One rival of each name and program, or null where there is none. */
function opponentsOf(own, rivals, alike, fastest) {
  const groups = new Map();
  for (const rival of rivals.filter(({ threads }) => !alike || threads === own.threads)) {
    const key = JSON.stringify([rival.name, rival.program]);
    groups.set(key, [...(groups.get(key) ?? []), rival]);
  }
  return groups.size === 0 ? [null] : Array.from(groups.values(), fastest);
}

/** The table of rows, as text. */
export function tableOf(rows) {
  const hasNodes = new Set(rows.map(({ node }) => node)).size > 1;
  const lines = [];
  for (const work of new Set(rows.map(({ work }) => work))) {
    const own = rows.filter((row) => row.work === work);
    const [{ what, per }] = own;
    const head = [
      "Engram",
      "threads",
      `one ${per}`,
      "",
      "CPU",
      "rival",
      "threads",
      `one ${per}`,
      "",
      "CPU",
      "times as fast",
      "",
    ];
    lines.push("", what, ...aligned([head, ...own.map((row) => cellsOf(row, hasNodes))], [0, 5]));
  }
  return lines.join("\n");
}

function cellsOf(row, hasNodes) {
  const { kernels, node, program, threads, isBest, wall, cpu, spread, ratio, rate } = row;
  const who = [kernels, hasNodes ? `Node ${node.slice(1)}` : "", program ?? ""].filter(Boolean).join(", ");
  const timesOf = (side) => {
    const scale = scaleOf(wall[side].median);
    const flops = rate === null ? "" : ` = ${digits(rate[side])} ${rate.unit}`;
    return [`${scale(wall[side].median)}${flops}`, between(spread[side], scale), scale(cpu[side].median)];
  };
  const ours = [who, `${threads}${isBest ? "*" : ""}`, ...timesOf("ours")];
  if (row.rival === null) return [...ours, "-", "", "", "", "", "", ""];
  const rival = [row.rivalName, row.rivalProgram].filter(Boolean).join(": ");
  return [...ours, rival, `${row.rivalThreads}`, ...timesOf("rival"), digits(ratio), between(spread.ratio, digits)];
}

const between = ([low, high], write) => `(${write(low)} - ${write(high)})`;
const digits = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

/** Writes seconds in the unit that suits a number of them. */
function scaleOf(seconds) {
  const [factor, unit] = seconds >= 1 ? [1, "s"] : seconds >= 1e-3 ? [1e3, "ms"] : [1e6, "us"];
  return (value) => `${digits(value * factor)} ${unit}`;
}

/** Lines of cells in columns; those of `left` begin at the left. */
export function aligned(rows, left = [0]) {
  const widths = rows[0].map((_, k) => Math.max(...rows.map((row) => row[k].length)));
  const pad = (cell, k) => (left.includes(k) ? cell.padEnd(widths[k]) : cell.padStart(widths[k]));
  return rows.map((row) => row.map(pad).join("  ").trimEnd());
}

/** What the table needs to be understood. */
export function notesOf(rows) {
  const shares = new Map(rows.filter(({ share }) => share !== null && share < 1).map((row) => [row.what, row.share]));
  return [
    "Medians of wall and CPU time (lowest - highest wall time), in turn in one run; * the best number of threads of these kernels.",
    ...Array.from(
      shares,
      ([what, share]) => `${what}: the rival did ${digits(100 * share)} % of the work, its time is scaled up.`,
    ),
  ].join("\n");
}

/** The machine and who raced on it, as text. */
export function describe({ machine, contestants, missing }) {
  const { cpu, cores, platform, load, busyWithOthers } = machine;
  const others =
    busyWithOthers === null ? "" : `, ${Math.round(100 * busyWithOthers)} % of the cores taken by other programs`;
  return [
    `${cpu}, ${cores} cores, ${platform}; load ${load.before[0].toFixed(1)} before and ${load.after[0].toFixed(1)} after${others}`,
    ...contestants.map(nameOf),
    ...missing.map(({ name, reason }) => `${name} does not race: ${reason}`),
  ].join("\n");
}

function nameOf({ name, version, blas, node, kernels, threads, pools = {} }) {
  const libraries = kernels === undefined ? `${version}, ${blas}` : `${kernels} kernels, Node ${node.slice(1)}`;
  const counts = Object.entries(pools).map(([pool, count]) => `${pool} ${count}`);
  return `${name} ${libraries}; threads ${threads}${counts.length > 0 ? ` (${counts.join(", ")})` : ""}`;
}

import { type Context, colours, type Experiment } from "../experiment.js";
import { contestants, first, later } from "./compared.js";
import type { Contestant, Counted, Trained } from "./contestant.js";
import { type Effort, measured } from "./measured.js";
import { notesOf } from "./notes.js";
import { DATA, type DataName, sourceOf } from "./patterns.js";
import { boundRows, ceilingRows, type Entry, entriesOf, KBIT, orderRows, type Part, recalledRows } from "./table.js";

interface Parameters extends Effort {
  /** In kbit, ascending. */
  readonly budgets: readonly number[];
  /** Hundreds of updates of a training before anything is stored; each memory takes its own share of them. */
  readonly lessons: number;
}

/** One memory on one kind of patterns, within these budgets. */
interface Task {
  readonly data: DataName;
  readonly kbits: readonly number[];
  readonly contestant: Contestant;
}

const COLOURS: Readonly<Record<string, string>> = {
  "10 % flipped": colours.ours,
  "25 % flipped": colours.other,
  "half hidden": colours.published,
};

const sizeOf = (kbit: number) => `${kbit} kbit`;

/** All memories at the same number of stored bits. */
export const equalBits: Experiment<Parameters, readonly Part[], readonly Entry[]> = {
  id: "memories/equal-bits",
  title: "All memories of the library at the same number of stored bits, beside the nearest stored pattern",
  citation: "A comparison of Engram's own, full edition (2026); each memory's page names its source",
  where: "no published values; the ceiling is the nearest stored pattern",
  version: 2,
  digits: "any",
  settings: {
    quick: { budgets: [4, 16, 64], trials: 1, draws: 3, cues: 12, perOctave: 1, lessons: 2 },
    standard: { budgets: [4, 16, 64], trials: 4, draws: 24, cues: 48, perOctave: 2, lessons: 40 },
    full: { budgets: [4, 16, 64], trials: 8, draws: 100, cues: 100, perOctave: 3, lessons: 400 },
  },
  tasks: (parameters) => tasksOf(parameters).length,

  async run(parameters, task, context) {
    const { data, kbits, contestant } = tasksOf(parameters)[task];
    const { random, progress } = context;
    const source = await sourceOf(data, context.images);
    const memories = await readied(tasksOf(parameters)[task], parameters, context);
    const parts: Part[] = [];
    for (const [k, kbit] of kbits.entries()) {
      progress((1 + k) / (1 + kbits.length));
      const memory = memories[k];
      // The memories of the first edition have a task for each budget, and keep its stream.
      const stream = later.includes(contestant) ? random.fork(2).fork(k) : random;
      const means = { ...context, random: stream, budget: kbit * KBIT };
      const found = await measured(memory, source, parameters, means);
      const trained = "weights" in memory ? { weights: memory.weights, training: memory.training } : {};
      parts.push({ data, kbit, memory: contestant.name, units: source.units, ...found, ...trained });
    }
    return parts;
  },

  summarize({ budgets }, all) {
    const order = (part: Part) => DATA.indexOf(part.data) * budgets.length + budgets.indexOf(part.kbit);
    const parts = all.flat().sort((a, b) => order(a) - order(b));
    const entries = parts.filter(({ patterns }) => patterns > 0).flatMap(entriesOf);
    const largest = budgets[budgets.length - 1];
    const held = parts.filter(({ kbit, patterns }) => kbit === largest && patterns > 0);
    return {
      rows: [...recalledRows(held), ...boundRows(entries), ...ceilingRows(held), ...orderRows(held)],
      notes: notesOf(budgets, parts, entries),
      figure: entries,
    };
  },

  figure(Plot, { figure }) {
    const drawn = figure.filter(({ cue }) => Object.hasOwn(COLOURS, cue));
    const colour = ({ cue }: Entry) => COLOURS[cue];
    const facets = { fx: "data", fy: (entry: Entry) => sizeOf(entry.kbit) };
    const kbits = [...new Set(figure.map(({ kbit }) => kbit))];
    const corner = { fx: () => DATA[0], fy: () => sizeOf(kbits[0]) };
    return {
      width: 860,
      height: 70 + 400 * kbits.length,
      marginLeft: 160,
      marginRight: 60,
      fx: { label: null, domain: DATA },
      fy: { label: null, domain: kbits.map(sizeOf) },
      x: { label: "information recovered beyond the cue for a stored bit (bits)", grid: true, domain: [-0.1, 1.05] },
      y: { label: null, domain: contestants.map(({ name }) => name), grid: true },
      marks: [
        Plot.ruleX([0]),
        Plot.ruleX([1], { stroke: colours.theory, strokeDasharray: "5 4" }),
        Plot.link(drawn, {
          ...facets,
          x1: ({ gain }: Entry) => gain.low,
          x2: ({ gain }: Entry) => gain.high,
          y: "memory",
          stroke: colour,
          strokeWidth: 1.5,
          clip: true,
        }),
        Plot.dot(drawn, {
          ...facets,
          x: ({ gain }: Entry) => gain.value,
          y: "memory",
          fill: colour,
          r: 3,
          clip: true,
        }),
        ...[...Object.entries(COLOURS), ["dashed: the bound", colours.theory]].map(([text, fill], k) =>
          Plot.text([text], {
            ...corner,
            frameAnchor: "right",
            textAnchor: "end",
            dx: -18,
            dy: 16 * k - 30,
            fontWeight: 600,
            fill,
          }),
        ),
      ],
    };
  },
};

/** Those of the first edition come first, so that they keep their numbers and with them their random numbers. */
function tasksOf({ budgets }: Parameters): Task[] {
  return [
    ...DATA.flatMap((data) =>
      budgets.flatMap((kbit) => first.map((contestant) => ({ data, kbits: [kbit], contestant }))),
    ),
    ...DATA.flatMap((data) => later.map((contestant) => ({ data, kbits: budgets, contestant }))),
  ];
}

/** The memory for each budget, trained where it needs training. */
async function readied(
  { data, kbits, contestant }: Task,
  { lessons }: Parameters,
  { random, kernels, workspace, images, signal }: Context,
): Promise<readonly (Counted | Trained)[]> {
  if (contestant.train === undefined) return kbits.map(() => contestant);
  const source = await sourceOf(data, images);
  const given = { units: source.units, patterns: await source.others(), hundreds: lessons };
  const budgets = kbits.map((kbit) => kbit * KBIT);
  return contestant.train(given, budgets, { random: random.fork(3), kernels, workspace, signal });
}

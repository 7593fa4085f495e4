import { flip, randomPatterns } from "engram";
import { KanervaMemory, ProductKanerva } from "engram/neural";
import { colours, type Experiment } from "../experiment.js";
import { mean, stated } from "../statistics.js";
import { interval } from "../wu-2018/trained.js";
import { citation } from "./source.js";

interface Parameters {
  readonly units: number;
  readonly rows: number;
  readonly machines: number;
  readonly patterns: readonly number[];
  readonly sets: number;
}

/** Wrong bits of a pattern, for each number of patterns, of each memory on the same sets. */
interface Part {
  readonly wrong: readonly (readonly number[])[];
}

interface FigureData {
  readonly points: readonly { readonly memory: string; readonly patterns: number; readonly wrong: number }[];
}

const FLIPPED = 0.1;

const MEMORIES = ["one machine", "product, joint", "product, separate"] as const;

/** Products and one machine with as many rows: wrong bits of recalls from damaged random patterns. */
export const capacity: Experiment<Parameters, Part, FigureData> = {
  id: "marblestone-2020/capacity",
  title: "Wrong bits of recalled random patterns at equal rows: one Kanerva machine, and products without an encoder",
  citation,
  where: "abstract: scaling and capacity advantages over single Kanerva machines",
  version: 1,
  settings: {
    quick: { units: 100, rows: 16, machines: 4, patterns: [8, 16, 24], sets: 4 },
    standard: { units: 200, rows: 32, machines: 4, patterns: [8, 16, 24, 32, 40, 48, 64], sets: 20 },
    full: { units: 200, rows: 32, machines: 4, patterns: [8, 16, 24, 32, 40, 48, 64, 96], sets: 200 },
  },
  tasks: ({ sets }) => sets,

  run({ units, rows, machines, patterns }, _, { random }) {
    const seed = random.fork(0).word();
    const wrong = MEMORIES.map((name) =>
      patterns.map((count, p) => {
        const items = randomPatterns(count, units, random.fork(1).fork(p));
        const cues = flip(items, FLIPPED, random.fork(2).fork(p));
        const shared = { code: units, seed };
        const memory =
          name === "one machine"
            ? new KanervaMemory({ rows, ...shared })
            : new ProductKanerva({
                machines: Array<number>(machines).fill(rows / machines),
                update: name === "product, joint" ? "joint" : "separate",
                ...shared,
              });
        const recalls = memory.store(items).recallMany(cues);
        return mean(
          recalls.map(({ state }, r) =>
            items.spins(r).reduce((sum, s, i) => sum + (s > 0 !== state[i] > 0 ? 1 : 0), 0),
          ),
        );
      }),
    );
    return { wrong };
  },

  summarize({ units, rows, machines, patterns, sets }, parts) {
    const at = (memory: number, p: number) => parts.map(({ wrong }) => wrong[memory][p]);
    const [one, joint, separate] = [0, 1, 2];
    const less = (a: number, p: number) => interval(parts.map(({ wrong }) => wrong[a][p] - wrong[one][p]));
    const smaller = "random patterns without an encoder; the source's machines are trained with theirs";
    return {
      rows: [joint, separate].flatMap((m) =>
        patterns.map((count, p) =>
          stated(
            `${MEMORIES[m]}, ${count} patterns: wrong bits less those of one machine`,
            "below 0",
            less(m, p),
            { below: 0 },
            { smaller },
          ),
        ),
      ),
      notes: [
        `${rows} rows, in one machine or in ${machines} of ${rows / machines}, with equal shares; patterns of ${units} random spins, of which ${100 * FLIPPED} % are flipped in a cue. Means over ${sets} sets, the same for all memories.`,
        `Wrong bits: ${MEMORIES.map((name, m) => `${name} ${patterns.map((count, p) => `${mean(at(m, p)).toFixed(2)} (${count})`).join(", ")}`).join("; ")}.`,
        "With equal shares the exact posterior of a product is that of one memory of all rows with smaller weights. Machines that are written separately each explain all of every pattern, so that they hold no more than the rows of one.",
      ],
      figure: {
        points: MEMORIES.flatMap((memory, m) =>
          patterns.map((count, p) => ({ memory, patterns: count, wrong: mean(at(m, p)) })),
        ),
      },
    };
  },

  figure(Plot, { figure: { points } }) {
    const colour = [colours.published, colours.ours, colours.other];
    const stroke = ({ memory }: { memory: string }) => colour[MEMORIES.indexOf(memory as (typeof MEMORIES)[number])];
    return {
      width: 640,
      height: 340,
      x: { label: "patterns →", grid: true },
      y: { label: "↑ wrong bits of a pattern", grid: true },
      marks: [
        Plot.line(points, { x: "patterns", y: "wrong", z: "memory", stroke, strokeWidth: 2 }),
        ...MEMORIES.map((name, m) =>
          Plot.text([name], { frameAnchor: "top-left", dx: 12, dy: 10 + 16 * m, fill: colour[m] }),
        ),
      ],
    };
  },
};

import { asynchronous, flipExactly, hebb, type PatternSet, type Random, randomPatterns } from "engram";
import { requireLinear } from "engram/interactions";
import type { Kernels } from "engram/kernels";
import type { Learned } from "engram/learning";
import { dot, proportion, spinAt } from "engram/math";
import { colours, type Experiment } from "../experiment.js";
import { exact, stated } from "../statistics.js";
import { citation } from "./source.js";

interface Parameters {
  /** Nets, each of which recalls one damaged pattern. */
  readonly nets: number;
}

interface Part {
  /** Whether the damaged pattern is recalled exactly. */
  readonly retrieved: boolean;
  /** Updates that raise the energy; units whose field is not the votes of the patterns; couplings that are not the sum. */
  readonly raised: number;
  readonly votes: number;
  readonly couplings: number;
  /** Of the first net: overlaps with all patterns after every few updates, and some couplings after every pattern. */
  readonly overlaps?: readonly (readonly number[])[];
  readonly learned?: readonly (readonly number[])[];
}

interface Line {
  readonly panel: string;
  readonly name: string;
  readonly time: number;
  readonly value: number;
  readonly first: boolean;
}

const UNITS = 100;
const PATTERNS = 5;
/** Units of the cue that are wrong. */
const DAMAGE = 25;
/** Updates between two points of the figure. */
const STEP = 5;
/** Couplings that the figure follows. */
const FOLLOWED = 6;
/** Whole numbers after a division by n and a multiplication by n. */
const ROUNDING = 1e-9;
const RECALL = "overlaps while the net recalls";
const LEARNING = "couplings while it learns";

/** What changes in time: overlaps with the patterns in recall, couplings in learning. */
export const overTime: Experiment<Parameters, Part, readonly Line[]> = {
  id: "hopfield-1982/over-time",
  title: "Overlaps with all patterns while a damaged one is recalled, and couplings while patterns are learned",
  citation,
  where:
    "equations 1 and 2, as in the pictures of pattern overlaps and of synaptic weights over time in the lecture slides The Hopfield network",
  version: 1,
  settings: { quick: { nets: 100 }, standard: { nets: 1000 }, full: { nets: 10_000 } },
  tasks: ({ nets }) => nets,
  run: (_, task, { random, kernels }) => partOf(task === 0, random, kernels),

  summarize({ nets }, parts) {
    const retrieved = proportion(parts.filter((part) => part.retrieved).length, nets, 0.99);
    const none = (of: (part: Part) => number) => {
      const count = parts.reduce((sum, part) => sum + of(part), 0);
      return count === 0 ? "none" : `${count}`;
    };
    const [{ overlaps = [], learned = [] }] = parts;
    const lines = (panel: string, rows: readonly (readonly number[])[], step: number, name: string) =>
      rows.flatMap((row, k) =>
        row.map((value, j): Line => ({ panel, name: `${name} ${j + 1}`, time: k * step, value, first: j === 0 })),
      );
    return {
      rows: [
        stated(
          `${PATTERNS} patterns in ${UNITS} units, ${DAMAGE} wrong in the cue: part recalled without error`,
          "retrieved",
          retrieved,
          { above: 0.5 },
        ),
        exact(
          "asynchronous updates that raise the energy",
          "none",
          none(({ raised }) => raised),
        ),
        exact(
          "units whose field is not the sum of the patterns' votes",
          "none",
          none(({ votes }) => votes),
        ),
        exact(
          "couplings learned pattern by pattern that are not the sum over all",
          "none",
          none((part) => part.couplings),
        ),
      ],
      notes: [
        `${nets} nets of units -1 and +1 with thresholds at zero; a cue is retrieved if all units of its pattern are right at the end, and the statement is taken as true of most cues.`,
        "A vote is the overlap of the state with a pattern times the unit's value in it: sum_j J_ij s_j = sum_mu xi_i v_mu - p s_i, where p s_i is what the missing self-couplings would add. The slides write the sum with them.",
        `The figure is the first net. Left, its overlaps with the ${PATTERNS} patterns after every ${STEP} updates, its own in colour; right, ${FOLLOWED} of its couplings J_ij after each pattern, in units of one pattern: each moves by +1 or -1.`,
      ],
      figure: [...lines(RECALL, overlaps, STEP, "pattern"), ...lines(LEARNING, learned, 1, "coupling")],
    };
  },

  figure: (Plot, { figure }) => {
    const panels = [RECALL, LEARNING].map((panel) => figure.filter((line) => line.panel === panel));
    // Both panels share their axes: each is drawn in parts of its own range, with its ticks as text.
    const last = panels.map((lines) => Math.max(...lines.map(({ time }) => time)));
    const range = [
      { low: -0.5, high: 1, ticks: [-0.5, 0, 0.5, 1], unit: "updates" },
      { low: -PATTERNS, high: PATTERNS, ticks: [-PATTERNS, 0, PATTERNS], unit: "patterns learned" },
    ];
    const y = (k: number, value: number) => (value - range[k].low) / (range[k].high - range[k].low);
    const colour = ({ first }: Line) => (first ? colours.ours : colours.faint);
    return {
      width: 860,
      height: 360,
      marginTop: 40,
      marginLeft: 50,
      marginBottom: 40,
      fx: { label: null, domain: [RECALL, LEARNING] },
      x: { axis: null, domain: [-0.12, 1.02] },
      y: { axis: null, domain: [-0.08, 1.04] },
      marks: panels
        .flatMap((lines, k) => {
          const fx = () => range[k] && [RECALL, LEARNING][k];
          return [
            Plot.line(lines, {
              fx,
              x: ({ time }: Line) => time / last[k],
              y: ({ value }: Line) => y(k, value),
              z: "name",
              stroke: colour,
              strokeWidth: 2,
            }),
            Plot.text(range[k].ticks, {
              fx,
              x: -0.03,
              y: (value: number) => y(k, value),
              text: (value: number) => `${value}`,
              textAnchor: "end",
              fill: "currentColor",
            }),
            Plot.text([`${last[k]} ${range[k].unit}`], { fx, x: 1, y: -0.05, textAnchor: "end", fill: "currentColor" }),
          ];
        })
        .concat(Plot.frame({ stroke: "currentColor", strokeOpacity: 0.3 })),
    };
  },
};

function partOf(isFirst: boolean, random: Random, kernels: Kernels): Part {
  const stored = randomPatterns(PATTERNS, UNITS, random.fork(0));
  const rows = Array.from({ length: PATTERNS }, (_, mu) => stored.spins(mu));
  const { interaction } = hebb().learn(stored, kernels);
  const fields = new Float64Array(UNITS);
  const cue = flipExactly(stored.select([0]), DAMAGE, random.fork(1));
  const process = asynchronous().start(interaction, cue.bits, random.fork(2));
  const overlaps: number[][] = [];
  let [raised, votes, updates, energy] = [0, 0, 0, Number.POSITIVE_INFINITY];
  let state: number[] = [];
  for (;;) {
    const bits = process.read();
    state = Array.from(fields, (_, i) => spinAt(bits, 0, i));
    const seen = rows.map((x) => dot(x, state));
    if (updates % STEP === 0) {
      overlaps.push(seen.map((product) => product / UNITS));
      interaction.fields(bits, fields);
      votes += state.filter((spin, i) => {
        const cast = rows.reduce((sum, x, mu) => sum + x[i] * seen[mu], 0) - PATTERNS * spin;
        return Math.abs(UNITS * fields[i] - cast) > ROUNDING;
      }).length;
    }
    // E = -1/2 sum J_ij s_i s_j of whole numbers, up to a constant.
    const now = -seen.reduce((sum, product) => sum + product * product, 0) / 2;
    if (now > energy) raised++;
    energy = now;
    if (process.period > 0) break;
    process.advance(1);
    updates++;
  }
  process.dispose();
  interaction.dispose();
  const learned = Array.from({ length: PATTERNS + 1 }, (_, p) =>
    Array.from({ length: FOLLOWED }, (_, k) => rows.slice(0, p).reduce((sum, x) => sum + x[0] * x[k + 1], 0)),
  );
  return {
    retrieved: state.every((spin, i) => spin === rows[0][i]),
    raised,
    votes,
    couplings: otherCouplings(stored, rows, kernels),
    ...(isFirst ? { overlaps, learned } : {}),
  };
}

/** How many couplings that are learned one pattern after the other are not sum_mu xi_i xi_j. */
function otherCouplings(stored: PatternSet, rows: readonly Int8Array[], kernels: Kernels): number {
  const rule = hebb();
  let learned: Learned | undefined;
  for (let p = 1; p <= PATTERNS; p++) {
    const next = rule.learn(stored.select(Array.from({ length: p }, (_, mu) => mu)), kernels, learned);
    learned?.interaction.dispose();
    learned = next;
  }
  const couplings = requireLinear(learned!.interaction, "couplings");
  const own = new Float64Array(UNITS);
  let different = 0;
  for (let i = 0; i < UNITS; i++) {
    couplings.row(i, own);
    for (let j = 0; j < UNITS; j++) {
      const sum = i === j ? 0 : rows.reduce((total, x) => total + x[i] * x[j], 0);
      if (Math.abs(UNITS * own[j] - sum) > ROUNDING) different++;
    }
  }
  learned!.interaction.dispose();
  return different;
}

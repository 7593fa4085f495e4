import { Random } from "engram";
import {
  fixed,
  Memo,
  memoTraining,
  type PairTask,
  pairedInference,
  pairedInferenceOf,
  reinforce,
  scoreMemo,
} from "engram/neural";
import { linearDecay, trainBy } from "engram/training";
import { colours, type Experiment, type GreyImages } from "../experiment.js";
import { compare, stated } from "../statistics.js";
import { interval, percent } from "../stories.js";
import { RIVALS, scoreRival, THINKING, trainRival } from "./rivals.js";
import { citation } from "./source.js";

interface Parameters {
  readonly seeds: number;
  readonly epochs: number;
  readonly episodes: number;
  readonly test: number;
}

/** One seed: of each variant, the share of right answers by distance, direct questions first, and the mean number of hops. */
interface Part {
  readonly outcomes: readonly { readonly accuracy: readonly number[]; readonly hops: number }[];
  /** The same shares of each rival. */
  readonly rivals: readonly (readonly number[])[];
}

interface FigureData {
  readonly points: readonly { readonly variant: string; readonly question: string; readonly accuracy: number }[];
}

/** Largest number of sequences of an episode, entries of a vector, images of each part of MNIST. */
const [SEQUENCES, UNITS, IMAGES] = [8, 64, 5000];

/** A recipe, and the length of its sequences; digits are MNIST's. */
const VARIANTS = [
  { name: "MEMO", items: 3, model: { hops: 3 } },
  { name: "MEMO, learned halting", items: 3, model: { hops: 3, halting: reinforce({ cost: 0.05 }) } },
  { name: "summed items (EMN)", items: 3, model: { hops: 3, pairs: "summed" } },
  { name: "MEMO, free maps", items: 3, model: { hops: 3, maps: "free" } },
  { name: "MEMO, 4 items", items: 4, model: { hops: 4 } },
  { name: "MEMO, 5 items", items: 5, model: { hops: 5 } },
  { name: "MEMO, digits", items: 3, model: { hops: 3 }, digits: true },
] as const;

/** Does what A and C have in common follow from A-B and B-C? */
export const pairedInferenceTable: Experiment<Parameters, Part, FigureData> = {
  id: "banino-2020/paired-inference",
  title: "Paired associative inference: right answers to direct questions and to inferences over several pairs",
  citation,
  where:
    "section 4.1 and table 1; the published values are those that Banino, Balaguer and Blundell, PonderNet (2021), appendix D, print for MEMO: A-B 99.82 (0.30), B-C 99.76 (0.38), A-C 98.26 (0.67) per cent",
  version: 2,
  digits: "any",
  settings: {
    quick: { seeds: 2, epochs: 4, episodes: 1600, test: 500 },
    standard: { seeds: 5, epochs: 15, episodes: 3200, test: 2000 },
    full: { seeds: 10, epochs: 60, episodes: 3200, test: 10_000 },
  },
  tasks: ({ seeds }) => seeds,

  async run({ epochs, episodes, test }, _, { random, images, workspace, signal, progress }) {
    const [learned, tested] = [await images("mnist", { split: "train" }), await images("mnist", { split: "test" })];
    const outcomes: { accuracy: readonly number[]; hops: number }[] = [];
    const seed = random.fork(0).word();
    for (const variant of VARIANTS) {
      const shape = { items: variant.items, sequences: [SEQUENCES / 2, SEQUENCES] as const };
      const isDigits = "digits" in variant;
      const task = isDigits ? digitTask(learned, shape) : pairedInference({ ...shape, units: UNITS });
      // Of digits, other images than those of training.
      const other = isDigits ? digitTask(tested, shape) : task;
      const memo = new Memo(task.units, {
        dimension: UNITS,
        halting: fixed(),
        ...variant.model,
        random: new Random(seed).fork(1),
      });
      const options = {
        epochs,
        episodes,
        rate: linearDecay({ from: 0.001, to: 0, epochs }),
        seed,
        workspace,
        signal,
      };
      for await (const { epoch } of trainBy(memoTraining, memo, task, options)) {
        progress((outcomes.length + epoch / epochs) / (VARIANTS.length + RIVALS.length));
      }
      const { accuracy, hops } = scoreMemo(memo, other, { episodes: test, random: random.fork(2), workspace });
      outcomes.push({ accuracy, hops });
    }
    const task = pairedInference({ items: 3, sequences: [SEQUENCES / 2, SEQUENCES], units: UNITS });
    const rivals: number[][] = [];
    for (const rival of RIVALS) {
      const done = VARIANTS.length + rivals.length;
      const machine = await trainRival(rival, task, { epochs, episodes, seed }, { workspace, signal }, (epoch) =>
        progress((done + epoch / epochs) / (VARIANTS.length + RIVALS.length)),
      );
      rivals.push(scoreRival(machine, task, { episodes: test, random: random.fork(2), workspace }));
    }
    return { outcomes, rivals };
  },

  summarize({ seeds, epochs, episodes, test }, parts) {
    const shares = (variant: number, distance: number) =>
      parts.map(({ outcomes }) => outcomes[variant].accuracy[distance - 1]);
    const rivalShares = (rival: number, distance: number) => parts.map(({ rivals }) => rivals[rival][distance - 1]);
    const inPercent = (values: readonly number[]) => interval(values.map((share) => 100 * share));
    const smaller = { smaller: "other data than the source's: normal random vectors, drawn anew for every episode" };
    const hops = (variant: number) => interval(parts.map(({ outcomes }) => outcomes[variant].hops)).value;
    return {
      rows: [
        compare("MEMO, direct questions (A-B, B-C), right answers in %", 99.82, inPercent(shares(0, 1)), smaller),
        compare("MEMO, inferences (A-C), right answers in %", 98.26, inPercent(shares(0, 2)), smaller),
        stated(
          "inferences (A-C), MEMO less summed items (EMN), in %",
          "above",
          inPercent(shares(0, 2).map((share, k) => share - shares(2, 2)[k])),
          { above: 0 },
        ),
        ...RIVALS.map(({ name }, rival) =>
          stated(
            `inferences (A-C), MEMO less ${name}, in %`,
            "above: current architectures struggle (abstract)",
            inPercent(shares(0, 2).map((share, k) => share - rivalShares(rival, 2)[k])),
            { above: 0 },
          ),
        ),
      ],
      notes: [
        `An episode has ${SEQUENCES / 2} to ${SEQUENCES} sequences, whose neighbours are told as pairs in random order and turned at random; a question is a cue and two candidates, and chance is 50 %. Of each seed every variant learns ${episodes.toLocaleString("en")} fresh episodes in each of ${epochs} epochs by Adam (rate 0.001, decaying to 0), and is tested on ${test.toLocaleString("en")} others; ${seeds} seeds. Vectors have ${UNITS} entries, 4 heads.`,
        `Mean of right answers by the number of pairs from cue to answer: ${VARIANTS.map(({ name, items }, v) => `${name} ${Array.from({ length: items - 1 }, (_, k) => percent(inPercent(shares(v, k + 1)).value / 100)).join(", ")}`).join("; ")}. Learned halting takes ${hops(1).toFixed(2)} of 3 hops, at a cost of 0.05 a hop.`,
        "All heads see items by one map and weigh the two places of a pair by gains; the paper's heads have maps of their own. With such free maps, drawn at random, what a hop gets is not what the next one can ask for until that has been learned, and both kinds of questions stay at chance for as long as the others need. Answers are the candidate that is most like what the question has become; the paper classifies the match.",
        `Digits are ${IMAGES.toLocaleString("en")} images of MNIST, each brought to mean 0 and variance 1, and as many others to test with.`,
        `DNC and LSTM get a fact a step, then the question, the cue and both candidates at once, then ${THINKING} steps without input, and answer with one bit. They learn as many episodes as MEMO, in batches as large, at the same rates. Mean of right answers to direct questions and inferences: ${RIVALS.map(({ name }, r) => `${name} ${[1, 2].map((distance) => percent(inPercent(rivalShares(r, distance)).value / 100)).join(", ")}`).join("; ")}. Of DNC and LSTM no published values are at hand; of the Universal Transformer, PonderNet's table 7 has A-B 97.43, B-C 98.28, A-C 85.60 per cent.`,
      ],
      figure: {
        points: [
          ...VARIANTS.map(({ name, items }, v) => ({ name, items, of: (distance: number) => shares(v, distance) })),
          ...RIVALS.map(({ name }, r) => ({ name, items: 3, of: (distance: number) => rivalShares(r, distance) })),
        ].flatMap(({ name, items, of }) =>
          Array.from({ length: items - 1 }, (_, k) => k).flatMap((k) =>
            of(k + 1).map((share) => ({
              variant: name,
              question: k === 0 ? "direct" : `over ${k + 1} pairs`,
              accuracy: 100 * share,
            })),
          ),
        ),
      },
    };
  },

  figure(Plot, { figure: { points } }) {
    return {
      width: 720,
      height: 320,
      marginLeft: 150,
      x: { label: "right answers in % →", domain: [40, 100], grid: true },
      y: { label: null, domain: [...VARIANTS, ...RIVALS].map(({ name }) => name) },
      fx: { label: null },
      marks: [
        Plot.ruleX([50], { stroke: colours.other, strokeDasharray: "4 3" }),
        Plot.dot(points, { x: "accuracy", y: "variant", fx: "question", r: 3, fill: colours.ours, fillOpacity: 0.6 }),
      ],
    };
  },
};

/** Paired inference on images, each brought to mean 0 and variance 1. */
function digitTask(
  { values, count }: GreyImages,
  shape: { readonly items: number; readonly sequences: readonly [number, number] },
): PairTask {
  const units = values.length / count;
  const scaled = new Float32Array(Math.min(count, IMAGES) * units);
  for (let from = 0; from < scaled.length; from += units) {
    let [sum, squares] = [0, 0];
    for (let k = from; k < from + units; k++) {
      sum += values[k];
      squares += values[k] * values[k];
    }
    const middle = sum / units;
    const deviation = Math.sqrt(Math.max(squares / units - middle * middle, 1));
    for (let k = from; k < from + units; k++) scaled[k] = (values[k] - middle) / deviation;
  }
  return pairedInferenceOf({ units, values: scaled }, shape);
}

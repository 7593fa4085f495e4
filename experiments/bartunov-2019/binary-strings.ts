import { Hopfield, hebb, type LearningRule, PatternSet, projection, Random, storkey } from "engram";
import { standardErrorOfMean, studentQuantile } from "engram/math";
import {
  EnergyMemory,
  EpisodeSource,
  flips,
  reconstruction,
  scoreEnergyMemory,
  trainEnergyMemory,
} from "engram/neural";
import { linearDecay } from "engram/training";
import { colours, type Experiment } from "../experiment.js";
import { type Interval, mean, stated } from "../statistics.js";
import { citation } from "./source.js";

interface Parameters {
  readonly seeds: number;
  readonly units: number;
  /** Numbers of patterns, each with trainings of its own. */
  readonly patterns: readonly number[];
  readonly features: number;
  readonly epochs: number;
  /** Fresh episodes that each memory is tested on. */
  readonly episodes: number;
}

/** Wrong bits a pattern of each method, for one seed and one number of patterns, on the same episodes. */
interface Part {
  readonly cue: number;
  readonly wrong: readonly number[];
  /** The part of the recalls of the energy memory in which a step was halved. */
  readonly halved: number;
}

/** Height of a line of the figure's names, in wrong bits. */
const LINE = 0.9;

interface FigureData {
  readonly points: readonly { readonly method: string; readonly patterns: number; readonly wrong: number }[];
}

const PROBABILITY = 0.15;
const RULES: readonly (readonly [name: string, rule: () => LearningRule])[] = [
  ["Hebb", () => hebb()],
  ["Storkey", () => storkey()],
  ["projection", () => projection()],
];
const METHODS = ["energy memory", ...RULES.map(([name]) => name), "nearest pattern"];

/** Episodes of an epoch of training, and of an update. */
const [EPISODES, BATCH] = [1600, 16];

/** How many bits of random strings stay wrong, against the number of strings? */
export const binaryStrings: Experiment<Parameters, Part, FigureData> = {
  id: "bartunov-2019/binary-strings",
  title: "Random binary strings with flipped bits: wrong bits of an energy memory beside Hopfield nets by three rules",
  citation,
  where: "appendix: random binary strings, beside the rules of Hebb and Storkey and the pseudo-inverse",
  version: 1,
  settings: {
    quick: { seeds: 3, units: 64, patterns: [16], features: 128, epochs: 2, episodes: 20 },
    standard: { seeds: 5, units: 64, patterns: [8, 16, 24, 32, 48], features: 256, epochs: 10, episodes: 50 },
    full: { seeds: 10, units: 128, patterns: [16, 32, 48, 64, 96, 128], features: 512, epochs: 40, episodes: 100 },
  },
  tasks: ({ seeds, patterns }) => seeds * patterns.length,

  async run({ units, patterns: numbers, features, epochs, episodes }, task, { random, workspace, signal, progress }) {
    const patterns = numbers[task % numbers.length];
    const memory = new EnergyMemory({
      units,
      energy: reconstruction({ features }),
      // Near-orthogonal patterns learn independently: the mean over them divides the rate of each by their number.
      write: { steps: 10, rate: patterns / 2 },
      read: { steps: 5 },
      random: random.fork(0),
    });
    const damage = flips({ probability: PROBABILITY });
    const training = {
      epochs,
      episodes: EPISODES,
      batch: BATCH,
      patterns,
      damage,
      rate: linearDecay({ from: 0.003, to: 0, epochs }),
      seed: random.fork(1).word(),
      workspace,
      signal,
    };
    for await (const { epoch } of trainEnergyMemory(memory, training)) progress(epoch / (epochs + 1));
    const source = new EpisodeSource(units, undefined, { patterns, damage });
    const test = random.fork(2);
    const { wrong, cueWrong, halved } = scoreEnergyMemory(memory, source, { episodes, random: test });
    const others = new Array<number>(RULES.length + 1).fill(0);
    const [stored, cues] = [new Float64Array(patterns * units), new Float64Array(patterns * units)];
    for (let e = 0; e < episodes; e++) {
      source.draw(stored, cues, test.fork(e));
      const [own, damaged] = [setOf(stored, units), setOf(cues, units)];
      RULES.forEach(([, rule], k) => {
        const net = new Hopfield(units, { rule: rule() }).store(own);
        const recalls = net.recallMany(damaged, { random: new Random(e) });
        others[k] += mean(recalls.map(({ state }, r) => differing(state, own.spins(r)))) / episodes;
        net.dispose();
      });
      const nearest = Array.from({ length: patterns }, (_, r) => {
        const distances = Array.from({ length: patterns }, (__, mu) => differing(damaged.spins(r), own.spins(mu)));
        return differing(own.spins(distances.indexOf(Math.min(...distances))), own.spins(r));
      });
      others[RULES.length] += mean(nearest) / episodes;
    }
    return { cue: cueWrong, wrong: [wrong, ...others], halved };
  },

  summarize({ seeds, units, patterns: numbers, features, epochs, episodes }, parts) {
    const partsOf = (number: number) => parts.filter((_, task) => task % numbers.length === number);
    const rows = numbers.flatMap((patterns, number) =>
      RULES.map(([name], k) =>
        stated(
          `${patterns} strings of ${units} bits: wrong bits of the energy memory less those by ${name}, mean of paired seeds`,
          "below 0",
          interval(partsOf(number).map(({ wrong }) => wrong[0] - wrong[k + 1])),
          { below: 0 },
          { remark: "the claim of the source is from memory" },
        ),
      ),
    );
    const means = numbers.map((patterns, number) => {
      const own = METHODS.map((name, k) => `${name} ${mean(partsOf(number).map(({ wrong }) => wrong[k])).toFixed(3)}`);
      return `${patterns} strings: ${own.join(", ")}; cues ${mean(partsOf(number).map(({ cue }) => cue)).toFixed(2)}`;
    });
    return {
      rows,
      notes: [
        `Wrong bits a string, means over ${seeds} seeds of ${episodes} fresh episodes each; cues have each bit flipped with probability ${PROBABILITY}. ${means.join(". ")}.`,
        `The energy is the reconstruction with ${features} features of two factors, trained for ${epochs} epochs of ${EPISODES.toLocaleString("en")} episodes of as many strings as it is tested on: ten steps of writing, five of reading. Steps were halved in ${(100 * mean(parts.map(({ halved }) => halved))).toFixed(1)} % of the recalls. Hopfield nets recall asynchronously until they settle.`,
        `What is written are ${(units * features).toLocaleString("en")} numbers; the couplings of a Hopfield net are ${((units * (units - 1)) / 2).toLocaleString("en")}. The nearest pattern, which keeps all strings, is the ceiling.`,
      ],
      figure: {
        points: numbers.flatMap((patterns, number) =>
          METHODS.map((method, k) => ({ method, patterns, wrong: mean(partsOf(number).map(({ wrong }) => wrong[k])) })),
        ),
      },
    };
  },

  figure(Plot, { figure: { points } }) {
    const most = Math.max(...points.map(({ patterns }) => patterns));
    // Names of lines that end beside each other stand one above the other.
    const ends = points.filter(({ patterns }) => patterns === most).sort((a, b) => a.wrong - b.wrong);
    let below = Number.NEGATIVE_INFINITY;
    const names = ends.map(({ wrong, ...end }) => {
      below = Math.max(wrong, below + LINE);
      return { ...end, at: below };
    });
    return {
      width: 640,
      height: 360,
      marginRight: 110,
      color: { domain: METHODS },
      x: { label: "number of strings →", grid: true },
      y: { label: "↑ wrong bits a string", grid: true },
      marks: [
        Plot.ruleY([0], { stroke: colours.other }),
        Plot.line(points, { x: "patterns", y: "wrong", stroke: "method" }),
        Plot.dot(points, { x: "patterns", y: "wrong", fill: "method", r: 3 }),
        Plot.text(names, { x: "patterns", y: "at", text: "method", fill: "method", textAnchor: "start", dx: 8 }),
      ],
    };
  },
};

/** Spins as a set of patterns. */
function setOf(values: Float64Array, units: number): PatternSet {
  return PatternSet.from(
    Array.from({ length: values.length / units }, (_, r) =>
      Int8Array.from(values.subarray(r * units, (r + 1) * units)),
    ),
  );
}

function differing(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let count = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) count++;
  return count;
}

/** A mean with Student's 95 % interval. */
function interval(values: readonly number[]): Interval {
  const value = mean(values);
  const reach = studentQuantile(0.975, values.length - 1) * standardErrorOfMean(values, value);
  return { value, low: value - reach, high: value + reach };
}

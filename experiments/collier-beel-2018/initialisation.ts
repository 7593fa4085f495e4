import { Random } from "engram";
import { copy, ntm, type Parameter, SequenceMachine, sequenceTraining } from "engram/neural";
import { adam, trainBy } from "engram/training";
import { colours, type Experiment } from "../experiment.js";
import { compare, median, medianInterval, stated } from "../statistics.js";
import { citation } from "./source.js";

interface Parameters {
  readonly seeds: number;
  /** Points of a learning curve, and sequences of each. */
  readonly points: number;
  readonly each: number;
  readonly batch: number;
  readonly rate: number;
  /** Largest length of a sequence. */
  readonly length: number;
  /** The memory, and the units of the controller. */
  readonly rows: number;
  readonly width: number;
  readonly units: number;
}

/** One seed: of each first memory, the mean number of wrong bits a sequence at each point of the curve, while it learned. */
interface Part {
  readonly curves: readonly (readonly number[])[];
}

interface FigureData {
  readonly points: readonly {
    readonly memory: string;
    readonly seed: number;
    readonly sequences: number;
    readonly wrong: number;
  }[];
  readonly medians: readonly Omit<FigureData["points"][number], "seed">[];
}

/** First memories. The authors' program draws what it calls learned from numbers near 0. */
const MEMORIES = [
  { name: "constant", memory: "constant" },
  { name: "learned", memory: "learned" },
  { name: "learned from near 0", memory: "learned", small: true },
  { name: "random", memory: "random" },
] as const;

type Memory = (typeof MEMORIES)[number];

/** A run has converged at the first point with fewer wrong bits a sequence: `convergence_error` of the authors' program. */
const CONVERGED = 0.1;

/** What the authors trained: their defaults, of which an evaluation follows every 200 updates. */
const SOURCE = { batch: 32, rate: 0.001, length: 20, rows: 128, width: 20, units: 100 };

/** Does a neural Turing machine learn faster from a memory of small constants? */
export const initialisation: Experiment<Parameters, Part, FigureData> = {
  id: "collier-beel-2018/initialisation",
  title: "Sequences until a neural Turing machine copies, by what its memory holds at first",
  citation,
  where:
    "abstract; hyperparameters and the limit of convergence are the defaults of run_tasks.py in the authors' repository, MarkPKCollier/NeuralTuringMachine",
  version: 1,
  settings: {
    quick: { seeds: 2, points: 10, each: 500, batch: 2, rate: 0.003, length: 10, rows: 32, width: 12, units: 64 },
    standard: { seeds: 10, points: 24, each: 500, batch: 2, rate: 0.003, length: 10, rows: 32, width: 12, units: 64 },
    full: { seeds: 30, points: 157, each: 6400, ...SOURCE },
  },
  tasks: ({ seeds }) => seeds,

  async run(
    { points, each, batch, rate, length, rows, width, units },
    _,
    { random, workspace, signal, progress },
  ): Promise<Part> {
    const task = copy({ length: [1, length] });
    const seed = random.fork(0).word();
    const curves: number[][] = [];
    for (const kind of MEMORIES) {
      const machine = new SequenceMachine(task, {
        machine: ntm({ rows, width, units, memory: kind.memory }),
        random: new Random(seed),
      });
      if ("small" in kind) drawNearZero(machine, random.fork(1));
      const curve: number[] = [];
      const options = {
        epochs: points,
        sequences: each,
        batch,
        rate,
        optimiser: adam({ beta2: 0.99 }),
        seed,
        workspace,
        signal,
      };
      for await (const { epoch, training } of trainBy(sequenceTraining, machine, task, options)) {
        curve.push(training.wrongBits);
        progress((curves.length + epoch / points) / MEMORIES.length);
      }
      curves.push(curve);
    }
    return { curves };
  },

  summarize(parameters, parts) {
    const { seeds, points, each, batch, rate, length, rows, width, units } = parameters;
    const curves = ({ name }: Memory) => {
      const k = MEMORIES.findIndex((memory) => memory.name === name);
      return parts.map((part) => part.curves[k]);
    };
    const hasConverged = (curve: readonly number[]) => curve.some((wrong) => wrong < CONVERGED);
    const sequencesOf = (curve: readonly number[]) =>
      each * (hasConverged(curve) ? 1 + curve.findIndex((wrong) => wrong < CONVERGED) : points);
    const [constant, ...others] = MEMORIES;
    const sequences = (memory: Memory) => curves(memory).map(sequencesOf);
    const over = (memory: Memory) =>
      medianInterval(sequences(memory).map((count, k) => count / sequences(constant)[k]));
    const next = others.reduce((best, memory) => (median(sequences(memory)) < median(sequences(best)) ? memory : best));
    const isSource = (Object.keys(SOURCE) as (keyof typeof SOURCE)[]).every((key) => parameters[key] === SOURCE[key]);
    const own = `lengths 1 to ${length}, ${rows} x ${width} memory, ${units} units, batches of ${batch}`;
    const shown = MEMORIES.map((memory) => ({ ...memory, curves: curves(memory) }));
    return {
      rows: [
        ...others.map((memory) =>
          stated(
            `sequences until under ${CONVERGED} wrong bits, ${memory.name} over constant, median of paired seeds`,
            "above 1: constant converges faster than the next best (abstract)",
            over(memory),
            { above: 1 },
            isSource ? {} : { remark: own },
          ),
        ),
        compare(
          "sequences until it copies, the next best over constant, median of paired seeds",
          2,
          over(next),
          isSource ? {} : { smaller: own },
        ),
      ],
      notes: [
        `Of each of ${seeds} seeds all first memories learn from the same ${(points * each).toLocaleString("en")} sequences with the same other first parameters: ${own}, Adam with a rate of ${rate} and a second decay of .99. A run has converged when it gets fewer than ${CONVERGED} bits a sequence wrong in the mean of ${each.toLocaleString("en")} fresh sequences, which it then learns from. The authors have lengths up to 20, a 128 x 20 memory, 100 units, 31,250 batches of 32 and a rate of .001.`,
        `Sequences until then, median (range) over seeds: ${MEMORIES.map((memory) => {
          const all = sequences(memory);
          const count = curves(memory).filter(hasConverged).length;
          const inWords = [median(all), Math.min(...all), Math.max(...all)].map((n) => n.toLocaleString("en"));
          return `${memory.name} ${inWords[0]} (${inWords[1]} to ${inWords[2]}), ${count} of ${seeds} runs converged`;
        }).join(
          "; ",
        )}. A run that has not converged counts with all its sequences, so that a ratio with it is a bound.`,
        `The interval of a median is that of order statistics, whatever the distribution; its level is at least 95 % from 6 seeds on.`,
        `Constant is 1e-6 everywhere. Learned starts from normal numbers of deviation .5 within tanh, and random keeps such numbers. Learned from near 0 starts from uniform numbers within ${limitOf(rows * width).toFixed(3)}, which is the default of the layer that the authors' program makes its learned memory from. In that program the variable of the constant and of the random memory is among those that are trained (ntm.py, zero_state); here both stay as they are.`,
      ],
      figure: {
        points: shown.flatMap(({ name, curves: all }) =>
          all.flatMap((curve, seed) =>
            curve.map((wrong, k) => ({ memory: name, seed, sequences: (k + 1) * each, wrong })),
          ),
        ),
        medians: shown.flatMap(({ name, curves: all }) =>
          Array.from({ length: points }, (_, k) => ({
            memory: name,
            sequences: (k + 1) * each,
            wrong: median(all.map((curve) => curve[k])),
          })),
        ),
      },
    };
  },

  figure(Plot, { figure: { points, medians } }) {
    return {
      width: 720,
      height: 300,
      marginLeft: 50,
      x: { label: "sequences →", grid: true, ticks: 3 },
      y: { label: "↑ wrong bits a sequence", grid: true },
      fx: { label: null, domain: MEMORIES.map(({ name }) => name) },
      marks: [
        Plot.line(points, {
          fx: "memory",
          x: "sequences",
          y: "wrong",
          z: "seed",
          stroke: colours.ours,
          strokeOpacity: 0.3,
        }),
        Plot.line(medians, { fx: "memory", x: "sequences", y: "wrong", stroke: colours.ours, strokeWidth: 2.5 }),
      ],
    };
  },
};

/** The limit of the uniform weights of Glorot and Bengio (2010) from 1 input to a number of outputs. */
function limitOf(outputs: number): number {
  return Math.sqrt(6 / (1 + outputs));
}

/** Draws the first memory of a machine anew. */
function drawNearZero({ parameters }: SequenceMachine, random: Random): void {
  const { values } = (parameters as { readonly start: { readonly memory: Parameter } }).start.memory;
  for (let k = 0; k < values.length; k++) values[k] = limitOf(values.length) * (2 * random.uniform() - 1);
}

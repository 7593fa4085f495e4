import {
  dense,
  flip,
  Hopfield,
  LargeMemory,
  type LargeOptions,
  ModernMemory,
  type Random,
  randomPatterns,
} from "engram";
import type { Kernels } from "engram/kernels";
import { log } from "engram/math";
import { absolute, identity, logSumExp, norm, rectifiedPower } from "engram/units";
import { colours, type Experiment } from "../experiment.js";
import { derived } from "../statistics.js";

interface Parameters {
  readonly units: number;
  readonly patterns: number;
  readonly sets: number;
  readonly cues: number;
}

/** Counts of a set: of the cues, and of the recalls that are what they should be. */
interface Part {
  readonly cues: number;
  /** Model A with steep units: cues whose signs are those of a dense memory's recall from the same end. */
  readonly dense: number;
  /** Model B: cues from which every step and its energy, but for a constant, is that of a modern memory, to rounding. */
  readonly modern: number;
  /** Model C: recalls that ended on a fixed point of its equations, of length 1 in its activations. */
  readonly sphere: number;
  /** Halvings of a step of one time constant, by model. */
  readonly halvings: readonly [a: number, b: number, c: number];
  /** Energy of the first cue along the flow of each model, as a part of its fall. */
  readonly falls: readonly (readonly number[])[];
}

interface Point {
  readonly model: string;
  /** In time constants of the visible units. */
  readonly time: number;
  readonly energy: number;
}

const MODELS = ["A", "B", "C"] as const;
const BETA = 0.5;
const DEGREE = 3;
const TIMES = [0, 0.1, 1];
/** The flow in the figure: its step, and the steps that are shown, at equal distances of the logarithm of time. */
const FINE = 0.0005;
const SHOWN = [1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000, 1500, 2000, 3000, 5000, 7000];

const models: readonly LargeOptions[] = [
  { visible: absolute({ beta: 2 }), hidden: rectifiedPower({ power: DEGREE }) },
  { visible: identity(), hidden: logSumExp({ beta: BETA }) },
  { visible: norm(), hidden: rectifiedPower({ power: DEGREE }) },
];

/** The three models of the source and the memories that they become. */
export const limits: Experiment<Parameters, Part, readonly Point[]> = {
  id: "krotov-hopfield-2020/limits",
  title: "Two layers with pairwise synapses become the dense memory, the modern memory, and a memory on the sphere",
  citation:
    "Krotov and Hopfield, Large associative memory problem in neurobiology and machine learning, International Conference on Learning Representations (2021), arXiv 2008.06996",
  where: "section 3, models A, B and C; equations 1 to 4 for the flow and its energy",
  version: 1,
  settings: {
    quick: { units: 60, patterns: 12, sets: 4, cues: 10 },
    standard: { units: 100, patterns: 30, sets: 20, cues: 20 },
    full: { units: 200, patterns: 60, sets: 50, cues: 20 },
  },
  tasks: ({ sets }) => sets,

  run(parameters, _task, { random, kernels }) {
    return measured(parameters, random, kernels);
  },

  summarize({ units, patterns, sets }, parts) {
    const total = (value: (part: Part) => number) => parts.reduce((sum, part) => sum + value(part), 0);
    const cues = total((part) => part.cues);
    const halvings = MODELS.map((model, k) => `${model} ${total((part) => part.halvings[k])}`).join(", ");
    return {
      rows: [
        derived(
          "model A with steep units: fixed points whose signs are a fixed point of the dense memory",
          cues,
          total((part) => part.dense),
        ),
        derived(
          "model B: cues whose steps and energies are those of the modern memory",
          cues,
          total((part) => part.modern),
        ),
        derived(
          "model C: cues that end on a fixed point on the sphere",
          cues,
          total((part) => part.sphere),
        ),
      ],
      notes: [
        `${sets} sets of ${patterns} random patterns of ${units} units, a tenth of the units of each cue flipped; rectified powers of degree ${DEGREE} in models A and C, beta = ${BETA} in model B. The source proves these limits and prints no numbers for them.`,
        `The energy falls along the flow, not along every step of Euler's method: with hidden units of 0, 0.1 and 1 time constants of the visible ones, steps of one time constant were halved ${halvings} times, nearly all of them where the hidden units are ten times as fast.`,
        "Each pattern has a hidden unit of its own: a capacity that is exponential in the number of visible units needs exponentially many hidden ones.",
      ],
      figure: MODELS.flatMap((model, k) =>
        (parts[0].falls[k] ?? []).map((energy, step): Point => ({ model, time: FINE * SHOWN[step], energy })),
      ),
    };
  },

  figure(Plot, { figure }) {
    return {
      height: 380,
      marginRight: 30,
      x: { label: "time (time constants of the visible units)", type: "log" },
      y: { label: "energy above the fixed point, of that of the cue", grid: true, domain: [0, 1] },
      marks: [
        Plot.line(figure, { x: "time", y: "energy", z: "model", stroke: colours.ours }),
        Plot.text(
          MODELS.flatMap((model) => figure.filter((point) => point.model === model && point.energy < 0.5).slice(0, 1)),
          { x: "time", y: "energy", text: "model", dx: 8, dy: -6, fill: colours.ours },
        ),
      ],
    };
  },
};

function measured({ units, patterns: count, cues: many }: Parameters, random: Random, kernels: Kernels): Part {
  const patterns = randomPatterns(count, units, random.fork(0));
  const rows = Array.from({ length: many }, (_, r) => r % count);
  const cues = flip(patterns.select(rows), 0.1, random.fork(1));
  const binary = new Hopfield(units, { rule: dense({ separation: "rectified", power: DEGREE }), kernels }).store(
    patterns,
  );
  const steep = large(units, { visible: absolute({ beta: 1e4 }), hidden: rectifiedPower({ power: DEGREE }) }, patterns);
  const modern = new ModernMemory(units, { similarity: "dot", beta: BETA }).store(patterns);
  const [b, c] = [large(units, models[1], patterns), large(units, models[2], patterns)];
  const found = { dense: 0, modern: 0, sphere: 0 };
  for (let r = 0; r < many; r++) {
    const cue = cues.spins(r);
    const signs = Int8Array.from(steep.recall(cue).activations, (g) => (g > 0 ? 1 : -1));
    const { state } = binary.recall(signs, { random: random.fork(2) });
    if (state.every((spin, i) => spin === signs[i])) found.dense++;
    if (isModern(b, modern, cue, Math.sqrt(units))) found.modern++;
    const { converged, activations } = c.recall(cue, { step: 1, tolerance: 1e-9 });
    const length = Math.sqrt(activations.reduce((sum, g) => sum + g * g, 0));
    if (converged && Math.abs(length - 1) < 1e-12) found.sphere++;
  }
  binary.dispose();
  const halvings: [number, number, number] = [0, 0, 0];
  for (const [k, model] of models.entries()) {
    for (const hiddenTime of TIMES) {
      const memory = large(units, { ...model, hiddenTime }, patterns);
      halvings[k] += memory.recall(cues.spins(0), { step: 1, maxSteps: 300 }).halvings;
    }
  }
  return {
    cues: many,
    ...found,
    halvings,
    falls: models.map((model) => fallOf(large(units, model, patterns), cues.spins(0))),
  };
}

function large(units: number, options: LargeOptions, patterns: ReturnType<typeof randomPatterns>): LargeMemory {
  return new LargeMemory(units, options).store(patterns);
}

/** Whether some steps of one time constant are those of the modern memory, and their energies but for log N / beta + M^2 / 2. */
function isModern(memory: LargeMemory, modern: ModernMemory, cue: Int8Array, length: number): boolean {
  const flow = memory.start(cue, { step: 1, tolerance: 0 });
  for (let steps = 1; steps <= 5; steps++) {
    flow.advance(1);
    const { state, energy = 0 } = modern.recall(cue, { steps, tolerance: 0 });
    const v = flow.read();
    if (v.some((value, i) => Math.abs(value - state[i]) > 1e-9 * length)) return false;
    const between = log(memory.overlaps(v).length) / BETA + (length * length) / 2;
    if (Math.abs(memory.energy(v) + between - energy) > 1e-9 * length * length) return false;
  }
  return true;
}

/** The energy along the flow above where it ends, of that of the cue, at the steps that are shown. */
function fallOf(memory: LargeMemory, cue: Int8Array): number[] {
  const { cueEnergy, energy: end } = memory.recall(cue);
  const flow = memory.start(cue, { step: FINE, tolerance: 0 });
  return SHOWN.map((step) => {
    while (flow.sweeps < step && flow.period === 0) flow.advance(1);
    return (memory.energy(flow.read()) - end) / (cueEnergy - end);
  });
}

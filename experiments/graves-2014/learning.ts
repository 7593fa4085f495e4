import { Random } from "engram";
import { standardErrorOfMean, studentQuantile } from "engram/math";
import { lstm, ntm, SequenceMachine, type SequenceScore, type SequenceTask, sequenceTraining } from "engram/neural";
import { adam, linearDecay, trainBy } from "engram/training";
import type { Context } from "../experiment.js";
import { type Interval, mean, median } from "../statistics.js";

/** Parameters of the experiments that train machines side by side. */
export interface Parameters {
  readonly seeds: number;
  /** Sequences of a training: the points of a learning curve, and sequences of each. */
  readonly points: number;
  readonly each: number;
  /** The LSTM beside the NTM: its layers, and the units of each. */
  readonly layers: number;
  readonly units: number;
  /** Tests ask this number of groups of ten fresh sequences, each group of one length. */
  readonly groups: number;
}

export const MACHINES = ["NTM, LSTM controller", "NTM, feed-forward controller", "LSTM"] as const;
export type MachineName = (typeof MACHINES)[number];

/** A machine to be trained. */
export interface Learner<Name extends string> {
  readonly name: Name;
  readonly machine: ReturnType<typeof ntm>;
  /** The first learning rate, which falls linearly to 0. */
  readonly rate: number;
}

/** What one machine learned. */
export interface Learned {
  /** Mean loss in bits a sequence at each point of the curve, while it learned. */
  readonly curve: readonly number[];
  /** On fresh sequences of each test. */
  readonly scores: readonly (SequenceScore & { readonly optimum?: number })[];
}

/** One seed: all machines. */
export type PartOf<Name extends string> = { readonly [K in Name]: Learned };
export type Part = PartOf<MachineName>;

/** How the machines learn: the same for all tasks but for what is said here. */
export interface Recipe {
  readonly task: SequenceTask;
  readonly tests: readonly SequenceTask[];
  /** Sequences of an update. */
  readonly batch: number;
  /** Learning rates, which fall linearly to 0: of the NTM, of that with a feed-forward controller if it has another, of the LSTM. */
  readonly rates: { readonly ntm: number; readonly feedForward?: number; readonly lstm: number };
  /** Heads of the NTMs and units of their controllers; default to one head of each sort and 100 units. */
  readonly ntm?: { readonly [Controller in "lstm" | "feedforward"]: Heads };
}

/** Heads of each sort and units of a controller. */
export interface Heads {
  readonly reads: number;
  readonly writes: number;
  readonly units: number;
}

/** Sequences of a group. */
const TESTED = 10;

/** Trains all machines of one seed, on the same sequences. */
export function learnAll(parameters: Parameters, recipe: Recipe, context: Context): Promise<Part> {
  const { layers, units } = parameters;
  const { rates, ntm: heads } = recipe;
  const [own, feedForward, other] = MACHINES;
  const learners = [
    { name: own, machine: ntm({ controller: "lstm", ...heads?.lstm }), rate: rates.ntm },
    {
      name: feedForward,
      machine: ntm({ controller: "feedforward", ...heads?.feedforward }),
      rate: rates.feedForward ?? rates.ntm,
    },
    { name: other, machine: lstm({ layers, units }), rate: rates.lstm },
  ];
  return learnEach(learners, parameters, recipe, context);
}

/** Trains machines of one seed, on the same sequences. */
export async function learnEach<Name extends string>(
  learners: readonly Learner<Name>[],
  { points, each, groups }: Pick<Parameters, "points" | "each" | "groups">,
  { task, tests, batch }: Pick<Recipe, "task" | "tests" | "batch">,
  { random, workspace, signal, progress }: Context,
  inspect?: (name: Name, machine: SequenceMachine) => void,
): Promise<PartOf<Name>> {
  const seed = random.fork(0).word();
  const asked = random.fork(1);
  const learned: [Name, Learned][] = [];
  for (const [k, { name, machine: kind, rate }] of learners.entries()) {
    const machine = new SequenceMachine(task, { machine: kind, random: new Random(seed) });
    const options = {
      epochs: points,
      sequences: each,
      batch,
      rate: linearDecay({ from: rate, to: 0, epochs: points }),
      optimiser: adam({ beta2: 0.99 }),
      seed,
      workspace,
      signal,
    };
    const curve: number[] = [];
    for await (const { epoch, training } of trainBy(sequenceTraining, machine, task, options)) {
      curve.push(training.loss);
      progress((k + epoch / points) / learners.length);
    }
    learned.push([name, { curve, scores: tests.map((test, t) => scoreOf(machine, test, groups, asked.fork(t))) }]);
    inspect?.(name, machine);
  }
  return Object.fromEntries(learned) as PartOf<Name>;
}

function scoreOf(
  machine: SequenceMachine,
  test: SequenceTask,
  count: number,
  random: Random,
): Learned["scores"][number] {
  const groups = Array.from({ length: count }, (_, g) => {
    const drawn = test.draw(random.fork(g), TESTED);
    const best = test.optimum?.(drawn);
    return { ...machine.score(drawn), ...(best !== undefined && { optimum: best / TESTED }) };
  });
  const over = (of: (group: (typeof groups)[number]) => number) => mean(groups.map(of));
  return {
    loss: over(({ loss }) => loss),
    wrongBits: over(({ wrongBits }) => wrongBits),
    bits: over(({ bits }) => bits),
    ...(test.optimum !== undefined && { optimum: over(({ optimum }) => optimum ?? Number.NaN) }),
  };
}

/** A mean over seeds with Student's 95 % interval. */
export function overSeeds(values: readonly number[]): Interval {
  const value = mean(values);
  const reach = studentQuantile(0.975, values.length - 1) * standardErrorOfMean(values, value);
  return { value, low: value - reach, high: value + reach };
}

/** "NTM, LSTM controller 0.02 (0.00 to 0.05)": the median over seeds, and the least and the largest. */
export function inWords<Name extends string = MachineName>(
  parts: readonly PartOf<Name>[],
  of: (learned: Learned) => number,
  digits = 2,
): string {
  return (Object.keys(parts[0]) as Name[])
    .map((name) => {
      const values = parts.map((part) => of(part[name]));
      const [middle, least, most] = [median(values), Math.min(...values), Math.max(...values)];
      return `${name} ${middle.toFixed(digits)} (${least.toFixed(digits)} to ${most.toFixed(digits)})`;
    })
    .join("; ");
}

/** What is said of every training. */
export function trainingNote(
  { seeds, points, each, layers, units }: Parameters,
  { batch, rates, ntm: heads }: Recipe,
): string {
  const headsOf = ({ reads, units: own }: Heads) =>
    `${reads} ${reads === 1 ? "head" : "heads"} of each sort and ${own} units`;
  const own =
    heads === undefined
      ? "one head of each sort, 100 units"
      : `${headsOf(heads.lstm)} with an LSTM controller, ${headsOf(heads.feedforward)} with a feed-forward one`;
  const other = rates.feedForward === undefined ? "" : `; ${rates.feedForward} with a feed-forward controller`;
  return `Of each of ${seeds} seeds all machines learn from the same ${(points * each).toLocaleString("en")} sequences: batches of ${batch}, Adam with a second decay of .99, rates that fall linearly from ${rates.ntm} (NTM, 128 x 20, ${own}${other}) and ${rates.lstm} (LSTM, ${layers} x ${units}) to 0. The source has RMSProp with momentum and single sequences.`;
}

/** Sequences below which nothing can be said of what a machine learns. */
const LEAST = 10_000;

/** What our training lacks of the source's, if anything. */
export function shorterThan({ points, each }: Pick<Parameters, "points" | "each">): { readonly smaller?: string } {
  return points * each < LEAST ? { smaller: `${(points * each).toLocaleString("en")} sequences` } : {};
}

/** The same, for rows beside the LSTM of the source. */
export function smallerThan(
  parameters: Parameters,
  source: { readonly layers: number; readonly units: number },
): { readonly smaller?: string } {
  const { layers, units } = parameters;
  if (layers === source.layers && units === source.units) return shorterThan(parameters);
  return { smaller: `our LSTM has ${layers} x ${units} units, the source's ${source.layers} x ${source.units}` };
}

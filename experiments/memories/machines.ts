import { PatternSet, Random } from "engram";
import {
  damagedPatterns,
  damagedPatternsOf,
  dnc,
  isParameter,
  leaves,
  lstm,
  ntm,
  SequenceMachine,
  type SequenceTask,
  sequenceTraining,
} from "engram/neural";
import { adam, linearDecay, trainBy } from "engram/training";
import type { Lessons, Means, Trained, Trainee } from "./contestant.js";
import { NIBBLE, rounded, SCALE } from "./counted.js";

type MadeMachine = ReturnType<typeof ntm>;

/** A kind of machine for sequences, of a size. */
interface Design {
  readonly name: string;
  readonly counted: string;
  /** The size of the machine that is trained, at most: rows of a memory, or units. */
  readonly size: number;
  /** Whether the same weights work with any number of rows. */
  readonly grows: boolean;
  /** Numbers of the state, and arrays that they are in. */
  readonly numbers: (size: number, width: number) => number;
  readonly arrays: number;
  readonly rate: number;
  readonly make: (size: number, width: number, units: number) => MadeMachine;
}

/** Patterns that a sequence of a training stores, at most, and the cues that follow. */
const [PATTERNS, CUES] = [12, 4];
const FLIP = 0.1;
/** Sequences of an update, and cues that are answered together. */
const [BATCH, TOGETHER] = [16, 48];
/** Units of a controller for each unit of a pattern: all bits have to pass through them. */
const CONTROL = 2;

/** Rows of M = n numbers for random patterns, n / 4 for pictures. */
const widthOf = ({ units, patterns }: Lessons) => (patterns === undefined ? units : units / 4);

/** A neural Turing machine whose first memory is learned. */
export const neuralTuringMachine = () =>
  machineFor({
    name: "NTM",
    counted: `N (M + 2) + M numbers of ${NIBBLE} bits, N at most 12 rows of M = n entries (digits: n / 4)`,
    size: 12,
    grows: false,
    numbers: (rows, width) => rows * (width + 2) + width,
    arrays: 3,
    rate: 0.005,
    make: (rows, width, units) => ntm({ rows, width, units, controller: "feedforward", memory: "learned" }),
  });

/** A differentiable neural computer without the temporal link: what is asked for is never an order. */
export const differentiableComputer = () =>
  machineFor({
    name: "DNC",
    counted: `N (M + 4) + M numbers of ${NIBBLE} bits, N rows of M = n entries (digits: n / 4)`,
    size: 12,
    grows: true,
    numbers: (rows, width) => rows * (width + 4) + width,
    arrays: 6,
    rate: 0.003,
    make: (rows, width, units) => dnc({ rows, width, units, controller: "feedforward", link: false }),
  });

/** Long short-term memory, whose units are all that it has. */
export const longShortTermMemory = () =>
  machineFor({
    name: "LSTM",
    counted: `2 k numbers of ${NIBBLE} bits, k at most 200 units`,
    size: 200,
    grows: false,
    numbers: (units) => 2 * units,
    arrays: 2,
    rate: 0.003,
    make: (units) => lstm({ units }),
  });

/** A machine that gets patterns one after the other; a cue is one more step, and recall its answer. */
function machineFor(design: Design): Trainee {
  const { name, counted, grows, numbers, arrays } = design;
  return {
    name,
    keeps: "rounded numbers",
    counted,
    async train(lessons, budgets, means) {
      const width = widthOf(lessons);
      const fits = (size: number, budget: number) => numbers(size, width) * NIBBLE + arrays * SCALE <= budget;
      const trainings = new Map<number, Promise<SequenceMachine>>();
      const sizes = budgets.map((budget) => {
        let size = 0;
        while ((grows || size < design.size) && fits(size + 1, budget)) size++;
        return size;
      });
      const trained: Trained[] = [];
      for (const size of sizes) {
        const own = grows ? design.size : size;
        if (!trainings.has(own)) trainings.set(own, taught(design, lessons, own, means));
        const machine = await (trainings.get(own) as Promise<SequenceMachine>);
        const used = size === own ? machine : resized(machine, design.make(size, width, controlOf(lessons)));
        const weights = [...leaves(machine.parameters, isParameter).values()];
        trained.push({
          weights: weights.reduce((sum, { values }) => sum + values.length, 0),
          training: `${updatesOf(lessons).toLocaleString("en")} updates of ${BATCH} sequences of up to ${heldBy(design, own)} patterns${grows ? ` with ${own} rows` : ""}`,
          most: (units, budget) => Math.floor(budget / units),
          ...keeperOf(used, means),
        });
      }
      return trained;
    },
  };
}

const controlOf = ({ units }: Lessons) => CONTROL * units;

const updatesOf = ({ hundreds }: Lessons) => Math.round(100 * hundreds);

const heldBy = (design: Design, size: number) => (design.name === "LSTM" ? PATTERNS : Math.min(PATTERNS, size));

/** A trained machine of this size. */
async function taught(
  design: Design,
  lessons: Lessons,
  size: number,
  { random, workspace, signal }: Means,
): Promise<SequenceMachine> {
  const own = random.fork(size);
  const task = taskOf(lessons, heldBy(design, size));
  const made = design.make(size, widthOf(lessons), controlOf(lessons));
  const machine = new SequenceMachine(task, { machine: made, random: own.fork(0) });
  const epochs = Math.ceil(lessons.hundreds);
  const options = {
    epochs,
    sequences: Math.round(updatesOf(lessons) / epochs) * BATCH,
    batch: BATCH,
    rate: linearDecay({ from: design.rate, to: 0, epochs }),
    optimiser: adam({ beta2: 0.99 }),
    seed: own.fork(1).word(),
    workspace,
    signal,
  };
  for await (const _ of trainBy(sequenceTraining, machine, task, options));
  return machine;
}

function taskOf({ units, patterns: given }: Lessons, held: number): SequenceTask {
  // Those of a sequence differ: of a small set there are no more.
  const most = Math.min(held, given?.count ?? held);
  const options = { patterns: [1, most] as const, cues: CUES, flip: FLIP };
  if (given === undefined) return damagedPatterns({ bits: units, ...options });
  const values = new Int8Array(given.count * units);
  for (let r = 0; r < given.count; r++) values.set(given.spins(r), r * units);
  return damagedPatternsOf({ units, values }, options);
}

/** A machine of another size with the same weights. */
function resized({ inputs, outputs, parameters }: SequenceMachine, machine: MadeMachine): SequenceMachine {
  const other = new SequenceMachine({ inputs, outputs }, { machine, random: new Random(0) });
  const weights = leaves(parameters, isParameter);
  for (const [name, { values }] of leaves(other.parameters, isParameter)) values.set(weights.get(name)?.values ?? []);
  return other;
}

/** Stores patterns by steps, one for each, and keeps the rounded state; every cue is a step from there. */
function keeperOf(machine: SequenceMachine, { workspace }: Means): Pick<Trained, "bits" | "learn"> {
  const { inputs, outputs: units } = machine;
  const writer = machine.start({ workspace });
  const reader = machine.start({ batch: TOGETHER, workspace });
  const first = Array.from(writer.state, ([name, values]) => [name, values.slice()] as const);
  const bits = first.reduce((sum, [, values]) => sum + values.length * NIBBLE + SCALE, 0);
  const learn: Trained["learn"] = (stored) => {
    for (const [name, values] of first) writer.state.get(name)?.set(values);
    const x = new Float32Array(inputs);
    for (let r = 0; r < stored.count; r++) {
      x.set(stored.spins(r));
      writer.step(x);
    }
    const kept = Array.from(
      writer.state,
      ([name, values]) => [name, rounded(Float64Array.from(values), NIBBLE)] as const,
    );
    return (cues) => {
      const answers: Int8Array[] = [];
      for (let from = 0; from < cues.count; from += TOGETHER) {
        const count = Math.min(TOGETHER, cues.count - from);
        for (const [name, values] of kept) {
          for (let b = 0; b < TOGETHER; b++) reader.state.get(name)?.set(values, b * values.length);
        }
        const asked = new Float32Array(TOGETHER * inputs);
        for (let b = 0; b < count; b++) {
          asked.set(cues.spins(from + b), b * inputs);
          asked[b * inputs + units] = 1;
        }
        const { outputs } = reader.step(asked);
        for (let b = 0; b < count; b++) {
          answers.push(Int8Array.from(outputs.subarray(b * units, (b + 1) * units), (x) => (x > 0 ? 1 : -1)));
        }
      }
      return PatternSet.from(answers);
    };
  };
  return { bits: () => bits, learn };
}

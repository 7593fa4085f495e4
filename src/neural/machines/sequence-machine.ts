import { ArgumentError, DataError, requireInteger, ShapeError } from "../../errors.js";
import { defaultWorkspace, type MakeWorkspace } from "../../kernels/index.js";
import { sigmoid, softplus } from "../../math/log-sum-exp.js";
import { Random } from "../../math/random.js";
import { type Made, type OptionsOf, readOptions } from "../../options.js";
import { compileModel, shapesOf } from "../model-program.js";
import { isTensor } from "../tape/gradient.js";
import type { Values } from "../tape/kernels.js";
import { entry, stack } from "../tape/operations/shape.js";
import { trace } from "../tape/program.js";
import type { Shape, Tensor } from "../tape/tensor.js";
import type { Sequences, SequenceTask } from "../tasks/task.js";
import { isShape, leaves, mapTree } from "../tree.js";
import { machines } from "./index.js";
import type { Machine } from "./machine.js";

/** Options of a machine for sequences. */
export const sequenceMachineOptions = {
  machine: {
    type: "made",
    sort: "machine",
    has: "step",
    from: machines,
    default: "ntm",
    help: "what maps the sequences",
  },
} as const;

/** What a step of a machine did, by name: weightings of heads or the memory, for instance. */
export interface Evidence {
  /** The shape of each step's numbers. */
  readonly shape: Shape;
  /** Step after step. */
  readonly values: Float32Array;
}

/** How a machine answered one sequence. */
export interface SequenceRun {
  readonly steps: number;
  /** The probabilities that bits are 1: [steps, outputs]. */
  readonly outputs: Float32Array;
  readonly evidence: Readonly<Record<string, Evidence>>;
}

/** How well sequences are answered. */
export interface SequenceScore {
  /** Mean of -log2 p(answer), in bits a sequence. */
  readonly loss: number;
  /** Mean number of bits with a probability on the wrong side of 1/2, a sequence. */
  readonly wrongBits: number;
  /** Mean number of bits that count, a sequence. */
  readonly bits: number;
}

/** A machine at work, one step at a time. */
export interface SteppedMachine {
  /** Takes the next input of each sequence, [batch, inputs]; the results are those of this step until the next one. */
  step(inputs: ArrayLike<number>): SteppedResults;
  /** What the next step begins with, by name, such as "memory"; the first axis is the batch. Numbers that are set here count. */
  readonly state: ReadonlyMap<string, Values>;
  /** Releases the memory. */
  dispose(): void;
}

/** What a step gave. */
export interface SteppedResults {
  /** The total inputs of the output units, [batch, outputs]: the logarithms of the odds of a 1. */
  readonly outputs: Values;
  readonly evidence: Readonly<Record<string, Values>>;
}

/** A machine that maps sequences of numbers to sequences of bits, with what it has learned. */
export class SequenceMachine {
  /** Numbers that it gets in a time step. */
  readonly inputs: number;
  /** Bits that it answers in a time step. */
  readonly outputs: number;
  readonly machine: Machine & Made;
  readonly parameters: object;
  /** The task that it is made for; absent for a task of one's own. */
  readonly task: (SequenceTask & Made) | undefined;

  /**
   * @param task its widths are those of the machine
   * @param random draws the initial parameters; defaults to the seed 0
   * @throws OptionError or ArgumentError for options out of range
   */
  constructor(
    task: Pick<SequenceTask, "inputs" | "outputs">,
    {
      random = new Random(0),
      ...options
    }: Partial<OptionsOf<typeof sequenceMachineOptions>> & { readonly random?: Random | undefined } = {},
  ) {
    requireInteger("inputs of the task", task.inputs, 1);
    requireInteger("outputs of the task", task.outputs, 1);
    const { machine } = readOptions("a machine for sequences", sequenceMachineOptions, options);
    if (!("name" in machine))
      throw new ArgumentError("machine has no name; make it by a maker, so that files can hold it");
    this.inputs = task.inputs;
    this.outputs = task.outputs;
    this.machine = machine as Machine & Made;
    this.parameters = machine.parameters(task.inputs, task.outputs, random);
    this.task = "name" in task ? (task as SequenceTask & Made) : undefined;
  }

  /**
   * Traces the answers to sequences.
   *
   * @param inputs [steps, batch, inputs]
   * @returns the total inputs of the output units, [steps, batch, outputs]
   */
  trace(parameters: object, inputs: Tensor): Tensor {
    const [steps, batch] = inputs.shape;
    let state = this.machine.start(parameters, batch);
    const outputs: Tensor[] = [];
    for (let t = 0; t < steps; t++) {
      const step = this.machine.step(parameters, state, entry(inputs, t));
      state = step.state;
      outputs.push(step.outputs);
    }
    return stack(outputs);
  }

  /** Starts sequences before their first input. A sequence gets the same bits alone and among others. */
  start({
    batch = 1,
    workspace = defaultWorkspace,
  }: {
    readonly batch?: number | undefined;
    readonly workspace?: MakeWorkspace | undefined;
  } = {}): SteppedMachine {
    requireInteger("batch", batch, 1);
    const { machine, parameters, inputs } = this;
    const begin = compileModel(parameters, {}, (own: object) => ({ state: machine.start(own, batch) }), { workspace });
    begin.run();
    const first = leaves(begin.results.state, isFloats);
    // The shapes of the state are those of a trace.
    const traced = trace({ parameters: shapesOf(parameters) }, (own) => machine.start(own.parameters, batch));
    const shapes = mapTree<object, Tensor, Shape, object>(traced.results, isTensor, ({ shape }) => shape);
    const named = Object.fromEntries(
      Array.from(leaves(shapes, isShape), ([name, shape]): [string, Shape] => [`state.${name}`, shape]),
    );
    const given: Readonly<Record<string, Shape>> = { x: [batch, inputs], ...named };
    const program = compileModel(
      parameters,
      given,
      (own: object, tensors) => {
        const state = mapTree<object, Shape, Tensor, object>(shapes, isShape, (_, name) => tensors[`state.${name}`]);
        return machine.step(own, state, tensors.x);
      },
      { workspace },
    );
    const state = new Map(Array.from(first.keys(), (name) => [name, program.inputs[`state.${name}`]]));
    for (const [name, values] of first) state.get(name)?.set(values);
    begin.dispose();
    const results = program.results as unknown as SteppedResults & { readonly state: object };
    const next = leaves(results.state, isFloats);
    return {
      step(x) {
        if (x.length !== batch * inputs) {
          throw new ShapeError(
            `inputs has ${x.length} numbers; expected ${batch * inputs}, ${inputs} for each sequence`,
          );
        }
        program.inputs.x.set(x);
        program.run();
        for (const [name, values] of next) state.get(name)?.set(values);
        return results;
      },
      state,
      dispose: () => program.dispose(),
    };
  }

  /**
   * Answers one sequence, with what every step did.
   *
   * @param inputs [steps, inputs], flat
   * @throws ShapeError or DataError for numbers that do not fit
   */
  run(inputs: ArrayLike<number>, { workspace }: { readonly workspace?: MakeWorkspace | undefined } = {}): SequenceRun {
    const { inputs: width, outputs: answered } = this;
    const steps = inputs.length / width;
    if (!(Number.isInteger(steps) && steps > 0)) {
      throw new ShapeError(
        `inputs has ${inputs.length} numbers; expected ${width} for each time step, and at least one time step`,
      );
    }
    const wrong = Array.from(inputs).findIndex((x) => !Number.isFinite(x));
    if (wrong >= 0) throw new DataError(`inputs: number ${wrong} is ${inputs[wrong]}; expected a finite number`);
    const stepped = this.start({ workspace });
    try {
      const outputs = new Float32Array(steps * answered);
      const kept: Record<string, Float32Array> = {};
      for (let t = 0; t < steps; t++) {
        const { outputs: own, evidence } = stepped.step(Array.from({ length: width }, (_, k) => inputs[t * width + k]));
        for (let k = 0; k < answered; k++) outputs[t * answered + k] = sigmoid(own[k]);
        for (const [name, values] of Object.entries(evidence)) {
          kept[name] ??= new Float32Array(steps * values.length);
          kept[name].set(values, t * values.length);
        }
      }
      const shapes = this.#evidenceShapes();
      const evidence = Object.fromEntries(
        Object.entries(kept).map(([name, values]) => [name, { shape: shapes[name], values }]),
      );
      return { steps, outputs, evidence };
    } finally {
      stepped.dispose();
    }
  }

  /** How well sequences are answered. */
  score(
    { batch, steps, inputs, targets, counts }: Sequences,
    { workspace }: { readonly workspace?: MakeWorkspace | undefined } = {},
  ): SequenceScore {
    const width = batch * this.inputs;
    const size = batch * this.outputs;
    if (inputs.length !== steps * width || targets.length !== steps * size) {
      throw new ShapeError(
        `the sequences have ${inputs.length} inputs and ${targets.length} targets; ` +
          `expected ${steps * width} and ${steps * size}`,
      );
    }
    const stepped = this.start({ batch, workspace });
    try {
      const score = new Float64Array(3);
      for (let t = 0; t < steps; t++) {
        const { outputs } = stepped.step(inputs.subarray(t * width, (t + 1) * width));
        const at = t * size;
        addScore(score, outputs, targets.subarray(at, at + size), counts.subarray(at, at + size));
      }
      return meanScore(score, batch);
    } finally {
      stepped.dispose();
    }
  }

  /** The shapes of what a step did, without the axis of the batch. */
  #evidenceShapes(): Readonly<Record<string, Shape>> {
    const { machine, parameters, inputs } = this;
    const { results } = trace({ parameters: shapesOf(parameters), x: [1, inputs] }, (own) =>
      machine.step(own.parameters, machine.start(own.parameters, 1), own.x),
    );
    return Object.fromEntries(Object.entries(results.evidence).map(([name, { shape }]) => [name, shape.slice(1)]));
  }
}

/** Adds the losses in bits, the wrong bits and the bits that count. */
export function addScore(
  score: Float64Array,
  outputs: ArrayLike<number>,
  targets: ArrayLike<number>,
  counts: ArrayLike<number>,
): void {
  for (let k = 0; k < targets.length; k++) {
    if (counts[k] === 0) continue;
    score[0] += (softplus(outputs[k]) - targets[k] * outputs[k]) / Math.LN2;
    if (outputs[k] > 0 !== (targets[k] === 1)) score[1]++;
    score[2]++;
  }
}

/** The sums of `addScore` for a number of sequences. */
export function meanScore([loss, wrong, bits]: Float64Array, sequences: number): SequenceScore {
  return { loss: loss / sequences, wrongBits: wrong / sequences, bits: bits / sequences };
}

function isFloats(value: unknown): value is Values {
  return ArrayBuffer.isView(value);
}

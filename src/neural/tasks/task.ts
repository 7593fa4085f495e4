import type { Random } from "../../math/random.js";
import { type MakerOf, type Making, maker, type OptionSpecs } from "../../options.js";

/** Sequences of one length with what shall be answered. */
export interface Sequences {
  /** Number of sequences. */
  readonly batch: number;
  /** Number of time steps of each. */
  readonly steps: number;
  /** [steps, batch, inputs] */
  readonly inputs: Float32Array;
  /** The bits to be answered: [steps, batch, outputs]. */
  readonly targets: Float32Array;
  /** 1 for a bit of `targets` that counts, else 0: [steps, batch, outputs]. */
  readonly counts: Float32Array;
}

/** A task on sequences of bits: it draws them. */
export interface SequenceTask {
  /** Numbers that a machine gets in a time step. */
  readonly inputs: number;
  /** Bits that it answers in a time step. */
  readonly outputs: number;
  /** The time steps of the shortest sequences, and of the longest. */
  readonly steps: readonly [least: number, most: number];
  /** Vectors that have to be held at a time, at most. */
  readonly holds: number;
  /** Draws sequences of one length. */
  draw(random: Random, batch: number): Sequences;
  /** For tasks that cannot be solved without errors: the least loss that can be expected, in bits, of these sequences. */
  optimum?(sequences: Sequences): number;
}

/** Builds the maker of a task. */
export function sequenceTask<const Specs extends OptionSpecs>(
  making: Making<SequenceTask, Specs>,
): MakerOf<SequenceTask, Specs> {
  return maker("task", making);
}

/** Sequences of zeros, of which nothing counts. */
export function emptySequences({ inputs, outputs }: SequenceTask, batch: number, steps: number): Sequences {
  return {
    batch,
    steps,
    inputs: new Float32Array(steps * batch * inputs),
    targets: new Float32Array(steps * batch * outputs),
    counts: new Float32Array(steps * batch * outputs),
  };
}

/** A whole number of a range, both ends included. */
export function drawWithin(random: Random, [low, high]: readonly [number, number]): number {
  return low + random.integer(high - low + 1);
}

/** Sequence number b alone. */
export function sequenceAt({ inputs: width, outputs }: SequenceTask, sequences: Sequences, b: number): Sequences {
  const { batch, steps, inputs, targets, counts } = sequences;
  const own = (values: Float32Array, each: number) =>
    Float32Array.from(
      { length: steps * each },
      (_, k) => values[(Math.floor(k / each) * batch + b) * each + (k % each)],
    );
  return {
    batch: 1,
    steps,
    inputs: own(inputs, width),
    targets: own(targets, outputs),
    counts: own(counts, outputs),
  };
}

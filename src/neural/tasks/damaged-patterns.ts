import { ArgumentError, ShapeError } from "../../errors.js";
import type { Random } from "../../math/random.js";
import { drawWithin, emptySequences, type SequenceTask, sequenceTask } from "./task.js";

const shape = {
  patterns: { type: "range", low: 1, high: 10_000, default: [1, 8], help: "number of stored patterns" },
  cues: { type: "integer", low: 1, high: 10_000, default: 4, help: "number of cues that follow the patterns" },
  flip: { type: "number", low: 0, high: 1, default: 0.1, help: "probability that a bit of a cue is flipped" },
} as const;

/**
 * Recall from damaged cues, the task of an associative memory, as a task on sequences: patterns of random bits, one in a time
 * step, then cues, each one of these patterns with some bits flipped; to each cue the whole pattern is to be answered in the
 * same time step. Bits are -1 and +1 in the inputs, and a channel of its own marks cues.
 */
export const damagedPatterns = sequenceTask({
  name: "damaged-patterns",
  summary: "give back stored patterns from cues with flipped bits",
  reference: "Bartunov et al. 2019",
  options: { bits: { type: "integer", low: 1, high: 10_000, default: 64, help: "bits of a pattern" }, ...shape },
  create: ({ bits, ...rest }) =>
    taskOf({ bits, ...rest }, (random, count, out) => {
      for (let k = 0; k < count * bits; k++) out[k] = 2 * random.integer(2) - 1;
    }),
});

/** The same task on given patterns of -1 and +1: those of a sequence are different rows, such as pictures of digits. */
export function damagedPatternsOf(
  vectors: { readonly units: number; readonly values: ArrayLike<number> },
  {
    patterns = shape.patterns.default,
    cues = shape.cues.default,
    flip = shape.flip.default,
  }: { patterns?: readonly [number, number]; cues?: number; flip?: number } = {},
): SequenceTask {
  const { units: bits, values } = vectors;
  const count = values.length / bits;
  if (!Number.isInteger(count)) throw new ShapeError(`values has ${values.length} numbers for rows of ${bits}`);
  if (count < patterns[1]) {
    throw new ArgumentError(`vectors has ${count} rows; a sequence needs ${patterns[1]} different ones`);
  }
  return taskOf({ bits, patterns, cues, flip }, (random, needed, out) => {
    random.sample(needed, count).forEach((row, k) => {
      for (let i = 0; i < bits; i++) out[k * bits + i] = values[row * bits + i];
    });
  });
}

interface Shape {
  readonly bits: number;
  readonly patterns: readonly [number, number];
  readonly cues: number;
  readonly flip: number;
}

/** @param fill writes patterns, row after row */
function taskOf(
  { bits, patterns, cues, flip }: Shape,
  fill: (random: Random, count: number, out: Float32Array) => void,
): SequenceTask {
  const inputs = bits + 1;
  return {
    inputs,
    outputs: bits,
    steps: [patterns[0] + cues, patterns[1] + cues],
    holds: patterns[1],
    draw(random, batch) {
      const count = drawWithin(random, patterns);
      const sequences = emptySequences(this, batch, count + cues);
      const stored = new Float32Array(count * bits);
      sequences.counts.fill(1, count * batch * bits);
      for (let b = 0; b < batch; b++) {
        fill(random, count, stored);
        for (let t = 0; t < count; t++) {
          sequences.inputs.set(stored.subarray(t * bits, (t + 1) * bits), (t * batch + b) * inputs);
        }
        for (let t = count; t < count + cues; t++) {
          const wanted = random.integer(count) * bits;
          const [from, to] = [(t * batch + b) * inputs, (t * batch + b) * bits];
          sequences.inputs[from + bits] = 1;
          for (let i = 0; i < bits; i++) {
            const spin = stored[wanted + i];
            sequences.inputs[from + i] = random.bernoulli(flip) ? -spin : spin;
            sequences.targets[to + i] = spin > 0 ? 1 : 0;
          }
        }
      }
      return sequences;
    },
  };
}

import type { Random } from "engram";
import type { Sequences, SequenceTask } from "engram/neural";

/** A series of sequences of bits, each of which is to be copied before the next one comes. */
export interface Series extends SequenceTask {
  /** What happens at each step of sequences that `draw` gives. */
  phases(steps: number): readonly Phase[];
}

/** A marker, a vector that is to be kept, or one that is to be given back. */
export type Phase = "marker" | "input" | "answer";

/**
 * The copy problem of the DNC's extended data figure 1: after each sequence it is asked for, and is not needed again. A channel
 * of its own marks where a sequence begins, and another one every step that asks for an answer, so that a controller without
 * a memory of its own knows which it is.
 *
 * @param length of each sequence
 * @param count least and most sequences of a series
 */
export function seriesOfCopies({
  bits,
  length,
  count: [least, most],
}: {
  readonly bits: number;
  readonly length: number;
  readonly count: readonly [number, number];
}): Series {
  const each = 1 + 2 * length;
  const [begin, ask] = [bits, bits + 1];
  const phaseOf = (step: number): Phase => {
    const within = step % each;
    return within === 0 ? "marker" : within <= length ? "input" : "answer";
  };
  return {
    inputs: bits + 2,
    outputs: bits,
    steps: [least * each, most * each],
    holds: length,
    phases: (steps) => Array.from({ length: steps }, (_, step) => phaseOf(step)),
    draw(random: Random, batch: number): Sequences {
      const steps = each * (least + random.integer(most - least + 1));
      const inputs = new Float32Array(steps * batch * (bits + 2));
      const targets = new Float32Array(steps * batch * bits);
      const counts = new Float32Array(steps * batch * bits);
      for (let step = 0; step < steps; step++) {
        for (let b = 0; b < batch; b++) {
          const at = (step * batch + b) * (bits + 2);
          const answer = ((step + length) * batch + b) * bits;
          const phase = phaseOf(step);
          if (phase === "marker") inputs[at + begin] = 1;
          if (phase === "answer") inputs[at + ask] = 1;
          if (phase !== "input") continue;
          for (let k = 0; k < bits; k++) {
            inputs[at + k] = targets[answer + k] = random.integer(2);
            counts[answer + k] = 1;
          }
        }
      }
      return { batch, steps, inputs, targets, counts };
    },
  };
}

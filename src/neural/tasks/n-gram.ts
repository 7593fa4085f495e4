import { log } from "../../math/elementary.js";
import { drawWithin, emptySequences, sequenceTask } from "./task.js";

/**
 * Dynamic n-grams (Graves, Wayne and Danihelka, Neural Turing machines, 2014, section 4.4): each sequence has a table of its own
 * with the probability of a 1 after each context of `context` bits, drawn from the beta distribution (1/2, 1/2); each next bit
 * is to be predicted. The best prediction after N_1 ones and N_0 zeros in a context is (N_1 + 1/2) / (N_1 + N_0 + 1) (equation
 * 10, after Murphy 2012). The first bits, which have no full context, do not count.
 */
export const nGram = sequenceTask({
  name: "n-gram",
  summary: "predict each next bit from counts of what followed the last bits",
  reference: "Graves, Wayne and Danihelka 2014",
  options: {
    context: { type: "integer", low: 1, high: 16, default: 5, help: "bits of a context" },
    length: { type: "range", low: 2, high: 10_000, default: [200, 200], help: "length of a sequence" },
  },
  create({ context, length }) {
    return {
      inputs: 1,
      outputs: 1,
      steps: [length[0] - 1, length[1] - 1],
      holds: 2 ** context,
      draw(random, batch) {
        const size = drawWithin(random, length);
        const steps = size - 1;
        const sequences = emptySequences(this, batch, steps);
        const { inputs, targets, counts } = sequences;
        for (let b = 0; b < batch; b++) {
          // The square of a sine at a uniform angle has the beta distribution (1/2, 1/2).
          const table = Float64Array.from({ length: 2 ** context }, () => arcsine(random.normal(), random.normal()));
          let seen = 0;
          for (let t = 0; t < size; t++) {
            const bit = t < context ? random.integer(2) : random.uniform() < table[seen] ? 1 : 0;
            if (t < steps) inputs[t * batch + b] = bit;
            if (t > 0) targets[(t - 1) * batch + b] = bit;
            if (t >= context) counts[(t - 1) * batch + b] = 1;
            seen = ((seen << 1) | bit) & (2 ** context - 1);
          }
        }
        return sequences;
      },
      optimum({ batch, steps, inputs, targets, counts }) {
        let loss = 0;
        for (let b = 0; b < batch; b++) {
          const ones = new Float64Array(2 ** context);
          const all = new Float64Array(2 ** context);
          let seen = 0;
          for (let t = 0; t < steps; t++) {
            const at = t * batch + b;
            seen = ((seen << 1) | inputs[at]) & (2 ** context - 1);
            if (counts[at] === 0) continue;
            const one = (ones[seen] + 0.5) / (all[seen] + 1);
            loss -= log(targets[at] === 1 ? one : 1 - one) / Math.LN2;
            ones[seen] += targets[at];
            all[seen]++;
          }
        }
        return loss;
      },
    };
  },
});

/** x^2 / (x^2 + y^2) for independent normal numbers. */
function arcsine(x: number, y: number): number {
  return (x * x) / (x * x + y * y);
}

import { drawWithin, emptySequences, sequenceTask } from "./task.js";

/**
 * Copy (Graves, Wayne and Danihelka, Neural Turing machines, 2014, section 4.1): a marker, a sequence of random bits, another
 * marker; then the same sequence is to be answered. Markers have channels of their own.
 */
export const copy = sequenceTask({
  name: "copy",
  summary: "give back a sequence of random bits",
  reference: "Graves, Wayne and Danihelka 2014",
  options: {
    bits: { type: "integer", low: 1, high: 1024, default: 8, help: "bits in a time step" },
    length: { type: "range", low: 1, high: 10_000, default: [1, 20], help: "length of a sequence" },
  },
  create({ bits, length }) {
    const [begin, end] = [bits, bits + 1];
    return {
      inputs: bits + 2,
      outputs: bits,
      steps: [2 * length[0] + 2, 2 * length[1] + 2],
      holds: length[1],
      draw(random, batch) {
        const size = drawWithin(random, length);
        const sequences = emptySequences(this, batch, 2 * size + 2);
        const { inputs, targets, counts } = sequences;
        const at = (step: number, b: number, width: number) => (step * batch + b) * width;
        for (let b = 0; b < batch; b++) {
          inputs[at(0, b, bits + 2) + begin] = 1;
          inputs[at(size + 1, b, bits + 2) + end] = 1;
          for (let t = 0; t < size; t++) {
            const answer = at(size + 2 + t, b, bits);
            for (let k = 0; k < bits; k++) {
              const bit = random.integer(2);
              inputs[at(1 + t, b, bits + 2) + k] = bit;
              targets[answer + k] = bit;
              counts[answer + k] = 1;
            }
          }
        }
        return sequences;
      },
    };
  },
});

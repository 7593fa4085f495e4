import { drawWithin, emptySequences, sequenceTask } from "./task.js";

/**
 * Repeat copy (Graves, Wayne and Danihelka, Neural Turing machines, 2014, section 4.2): a marker, a sequence of random bits, the
 * number of copies as a scalar of mean 0 and variance 1; then the sequence is to be answered as often, and an end marker after
 * the last copy.
 */
export const repeatCopy = sequenceTask({
  name: "repeat-copy",
  summary: "give back a sequence of random bits several times, then say that it ends",
  reference: "Graves, Wayne and Danihelka 2014",
  options: {
    bits: { type: "integer", low: 1, high: 1024, default: 8, help: "bits in a time step" },
    length: { type: "range", low: 1, high: 10_000, default: [1, 10], help: "length of a sequence" },
    repeats: { type: "range", low: 1, high: 1000, default: [1, 10], help: "number of copies" },
    normalised: {
      type: "range",
      low: 1,
      high: 1000,
      default: [1, 10],
      help: "numbers of copies of which the input has mean 0 and variance 1",
    },
  },
  create({ bits, length, repeats, normalised: [low, high] }) {
    // Of the uniform distribution on these whole numbers; a single one has no variance.
    const deviation = Math.sqrt(((high - low) * (high - low + 2)) / 12) || 1;
    const [begin, copies, end] = [bits, bits + 1, bits];
    return {
      inputs: bits + 2,
      outputs: bits + 1,
      steps: [length[0] * (repeats[0] + 1) + 3, length[1] * (repeats[1] + 1) + 3],
      holds: length[1],
      draw(random, batch) {
        const [size, times] = [drawWithin(random, length), drawWithin(random, repeats)];
        const sequences = emptySequences(this, batch, size * (times + 1) + 3);
        const { inputs, targets, counts } = sequences;
        const at = (step: number, b: number, width: number) => (step * batch + b) * width;
        const first = size + 2;
        const last = first + size * times;
        counts.fill(1, at(first, 0, bits + 1));
        for (let b = 0; b < batch; b++) {
          inputs[at(0, b, bits + 2) + begin] = 1;
          inputs[at(size + 1, b, bits + 2) + copies] = (times - (low + high) / 2) / deviation;
          targets[at(last, b, bits + 1) + end] = 1;
          // After the last copy the marker alone counts.
          counts.fill(0, at(last, b, bits + 1), at(last, b, bits + 1) + bits);
          for (let t = 0; t < size; t++) {
            for (let k = 0; k < bits; k++) {
              const bit = random.integer(2);
              inputs[at(1 + t, b, bits + 2) + k] = bit;
              for (let r = 0; r < times; r++) targets[at(first + r * size + t, b, bits + 1) + k] = bit;
            }
          }
        }
        return sequences;
      },
    };
  },
});

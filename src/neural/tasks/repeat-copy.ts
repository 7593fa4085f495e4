import { drawWithin, emptySequences, sequenceTask } from "./task.js";

/**
 * Repeat copy (Graves, Wayne and Danihelka, Neural Turing machines, 2014, section 4.2): a marker, a sequence of random bits, the
 * number of copies as a scalar; then the sequence is to be answered as often, and an end marker after the last copy. The scalar
 * is the number of copies over the largest of `repeats`.
 */
export const repeatCopy = sequenceTask({
  name: "repeat-copy",
  summary: "give back a sequence of random bits several times, then say that it ends",
  reference: "Graves, Wayne and Danihelka 2014",
  options: {
    bits: { type: "integer", low: 1, high: 1024, default: 8, help: "bits in a time step" },
    length: { type: "range", low: 1, high: 10_000, default: [1, 10], help: "length of a sequence" },
    repeats: { type: "range", low: 1, high: 1000, default: [1, 10], help: "number of copies" },
    scale: {
      type: "integer",
      low: 1,
      high: 1000,
      default: 10,
      help: "the number of copies that the input says as 1",
    },
  },
  create({ bits, length, repeats, scale }) {
    const [begin, copies, end] = [bits, bits + 1, bits];
    return {
      inputs: bits + 2,
      outputs: bits + 1,
      steps: length[1] * (repeats[1] + 1) + 3,
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
          inputs[at(size + 1, b, bits + 2) + copies] = times / scale;
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

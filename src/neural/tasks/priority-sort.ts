import { emptySequences, sequenceTask } from "./task.js";

/**
 * Priority sort (Graves, Wayne and Danihelka, Neural Turing machines, 2014, section 4.5): vectors of random bits, each with a
 * priority drawn uniformly from [-1, 1]; those of the highest priorities are to be answered in descending order, after a marker.
 */
export const prioritySort = sequenceTask({
  name: "priority-sort",
  summary: "give back vectors of bits in the order of their priorities",
  reference: "Graves, Wayne and Danihelka 2014",
  options: {
    bits: { type: "integer", low: 1, high: 1024, default: 8, help: "bits in a vector" },
    vectors: { type: "integer", low: 1, high: 10_000, default: 20, help: "number of vectors" },
    answers: { type: "integer", low: 1, high: 10_000, default: 16, help: "number of vectors to be answered" },
  },
  create({ bits, vectors: items, answers }) {
    const [priority, end] = [bits, bits + 1];
    const asked = Math.min(answers, items);
    return {
      inputs: bits + 2,
      outputs: bits,
      steps: [items + 1 + asked, items + 1 + asked],
      holds: items,
      draw(random, batch) {
        const sequences = emptySequences(this, batch, items + 1 + asked);
        const { inputs, targets, counts } = sequences;
        const at = (step: number, b: number, width: number) => (step * batch + b) * width;
        counts.fill(1, at(items + 1, 0, bits));
        for (let b = 0; b < batch; b++) {
          inputs[at(items, b, bits + 2) + end] = 1;
          const priorities = Float64Array.from({ length: items }, () => 2 * random.uniform() - 1);
          for (let t = 0; t < items; t++) {
            inputs[at(t, b, bits + 2) + priority] = priorities[t];
            for (let k = 0; k < bits; k++) inputs[at(t, b, bits + 2) + k] = random.integer(2);
          }
          const order = Uint32Array.from(priorities.keys()).sort((i, j) => priorities[j] - priorities[i]);
          for (let t = 0; t < asked; t++) {
            const from = at(order[t], b, bits + 2);
            targets.set(inputs.subarray(from, from + bits), at(items + 1 + t, b, bits));
          }
        }
        return sequences;
      },
    };
  },
});

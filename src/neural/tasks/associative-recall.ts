import { drawWithin, emptySequences, sequenceTask } from "./task.js";

/**
 * Associative recall (Graves, Wayne and Danihelka, Neural Turing machines, 2014, section 4.3): items of several steps of random
 * bits, each after a marker; then, between two other markers, one of them but the last; the item after it is to be answered.
 */
export const associativeRecall = sequenceTask({
  name: "associative-recall",
  summary: "give back the item that followed another",
  reference: "Graves, Wayne and Danihelka 2014",
  options: {
    bits: { type: "integer", low: 1, high: 1024, default: 6, help: "bits in a time step" },
    itemLength: { type: "integer", low: 1, high: 1000, default: 3, help: "time steps of an item" },
    items: { type: "range", low: 2, high: 10_000, default: [2, 6], help: "number of items" },
  },
  create({ bits, itemLength, items }) {
    const [item, query] = [bits, bits + 1];
    const stepsOf = (count: number) => count * (itemLength + 1) + 1 + itemLength + 1 + itemLength;
    return {
      inputs: bits + 2,
      outputs: bits,
      steps: [stepsOf(items[0]), stepsOf(items[1])],
      holds: items[1] * itemLength,
      draw(random, batch) {
        const count = drawWithin(random, items);
        const sequences = emptySequences(this, batch, stepsOf(count));
        const { inputs, targets, counts } = sequences;
        const at = (step: number, b: number, width: number) => (step * batch + b) * width;
        const asked = count * (itemLength + 1);
        const answered = asked + itemLength + 2;
        counts.fill(1, at(answered, 0, bits));
        for (let b = 0; b < batch; b++) {
          const chosen = random.integer(count - 1);
          inputs[at(asked, b, bits + 2) + query] = 1;
          inputs[at(asked + itemLength + 1, b, bits + 2) + query] = 1;
          for (let i = 0; i < count; i++) {
            const first = i * (itemLength + 1);
            inputs[at(first, b, bits + 2) + item] = 1;
            for (let t = 0; t < itemLength; t++) {
              for (let k = 0; k < bits; k++) {
                const bit = random.integer(2);
                inputs[at(first + 1 + t, b, bits + 2) + k] = bit;
                if (i === chosen) inputs[at(asked + 1 + t, b, bits + 2) + k] = bit;
                if (i === chosen + 1) targets[at(answered + t, b, bits) + k] = bit;
              }
            }
          }
        }
        return sequences;
      },
    };
  },
});

import { binary, contrastiveDivergence, PatternSet, Rbm, train } from "engram";
import type { Untrained } from "./contestant.js";
import { rounded, SCALE } from "./counted.js";

/** Whole bytes for the weights and biases of an RBM. */
const BYTE = 8;
/** Least numbers of passes over the patterns and of updates in a training, the size of a batch, and rounds of a recall. */
const EPOCHS = 300;
const UPDATES = 3000;
const BATCH = 10;
const ROUNDS = 20;

/** An RBM that is trained on the patterns; from a cue hidden and visible means follow each other, and are rounded at the end. */
export function restrictedBoltzmann(): Untrained {
  const hidden = (units: number, budget: number) =>
    Math.max(0, Math.floor(((budget - SCALE) / BYTE - units) / (units + 1)));
  return {
    name: "trained RBM",
    keeps: "rounded numbers",
    counted: "(n + 1)(k + 1) - 1 numbers of 8 bits, k hidden units",
    // No memory gives back more random patterns than its bits are enough for.
    most: (units, budget) => (hidden(units, budget) < 1 ? 0 : Math.floor(budget / units)),
    bits: (units, _, budget) => ((units + 1) * (hidden(units, budget) + 1) - 1) * BYTE + SCALE,
    async learn(stored, { budget, random, workspace, signal }) {
      const { units, count } = stored;
      const k = hidden(units, budget);
      const weights = Array.from({ length: units }, () => Float64Array.from({ length: k }, () => random.normal() / 20));
      const rbm = new Rbm({ visible: binary(units), hidden: binary(k), weights });
      const method = contrastiveDivergence({ steps: 1 });
      const epochs = Math.max(EPOCHS, Math.ceil(UPDATES / Math.ceil(count / BATCH)));
      const options = { method, batch: Math.min(BATCH, count), epochs, rate: 0.1, seed: random.integer(2 ** 31) };
      for await (const _ of train(rbm, stored, { ...options, workspace, signal }));
      const kept = quantised(rbm);
      return (cues) => {
        let visible = Float64Array.from({ length: cues.count * units }, (_, at) => {
          return cues.binary(Math.floor(at / units))[at % units];
        });
        for (let round = 0; round < ROUNDS; round++) {
          visible = Float64Array.from(kept.visibleMean(kept.hiddenMean(visible).map(half)), half);
        }
        const rows = Array.from({ length: cues.count }, (_, r) => visible.subarray(r * units, (r + 1) * units));
        return PatternSet.from(rows);
      };
    },
  };
}

const half = (mean: number) => (mean > 1 / 2 ? 1 : 0);

/** The same machine with weights and biases of whole bytes, on one scale. */
function quantised({ visible, hidden, weights }: Rbm): Rbm {
  const [b, c] = [visible.parameters, hidden.parameters];
  const all = new Float64Array(weights.values.length + b.length + c.length);
  all.set(weights.values);
  all.set(b, weights.values.length);
  all.set(c, weights.values.length + b.length);
  const kept = rounded(all, BYTE);
  const rows = Array.from({ length: b.length }, (_, i) => kept.subarray(i * c.length, (i + 1) * c.length));
  const biases = kept.subarray(weights.values.length);
  return new Rbm({
    visible: binary(b.length, { bias: biases.slice(0, b.length) }),
    hidden: binary(c.length, { bias: biases.slice(b.length) }),
    weights: rows,
  });
}

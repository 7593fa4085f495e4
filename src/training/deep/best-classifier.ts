import type { ForwardPass } from "../../models/dbn/forward-pass.js";
import type { Classifier } from "../../models/index.js";
import type { LiveArrays } from "../rbm/method.js";

/** How well a classifier does on some rows. */
export interface ClassifierScore {
  /** Mean of -log p(c | x), nats. */
  readonly loss: number;
  /** The part of the rows whose most probable class is another one. */
  readonly errorRate: number;
}

/** The classifier that did best so far: the one with the fewest errors, the lower loss among equals. */
export class BestClassifier {
  /** All that it remembers, for checkpoints. */
  readonly arrays: LiveArrays;
  readonly #weights: readonly Float32Array[];
  readonly #biases: readonly Float32Array[];
  /** Epochs that it has learned for, 0 while there is none; its loss and its error rate. */
  readonly #found = new Float64Array(3);

  constructor({ weights, biases }: ForwardPass) {
    this.#weights = weights.map((values) => new Float32Array(values.length));
    this.#biases = biases.map((values) => new Float32Array(values.length));
    this.arrays = new Map<string, Float64Array | Float32Array>([
      ["best.found", this.#found],
      ...this.#weights.map((values, l) => [`best.weights.${l}`, values] as const),
      ...this.#biases.map((values, l) => [`best.biases.${l}`, values] as const),
    ]);
  }

  get epoch(): number {
    return this.#found[0];
  }

  /** Takes over weights and biases where they are better. */
  offer({ loss, errorRate }: ClassifierScore, epoch: number, { weights, biases }: ForwardPass): void {
    const [found, leastLoss, fewest] = this.#found;
    if (found > 0 && (errorRate > fewest || (errorRate === fewest && loss >= leastLoss))) return;
    this.#found.set([epoch, loss, errorRate]);
    weights.forEach((values, l) => {
      this.#weights[l].set(values);
    });
    biases.forEach((values, l) => {
      this.#biases[l].set(values);
    });
  }

  /** Gives what it has to a classifier. */
  store({ layers }: Classifier): void {
    layers.forEach(({ weights, bias }, l) => {
      weights.values.set(this.#weights[l]);
      bias.set(this.#biases[l]);
    });
  }
}

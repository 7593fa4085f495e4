import type { Random, Rbm } from "engram";
import { buildFitting, type MakeWorkspace } from "engram/kernels";
import { type LayerBatch, LayerStack } from "engram/layers";
import { square } from "engram/math";
import { exactGradient, rbmLayers } from "engram/models";
import type { BatchStatistics, TrainingMethod } from "engram/training";

/** Errors of an estimate of the gradient of the weights, at one machine. */
export interface GradientError {
  /** Squared length of the exact gradient. */
  readonly exact: number;
  /** Squared length of the estimate's mean less the exact gradient, less the expected contribution of noise. */
  readonly bias: number;
  /** Mean squared distance of one chain's estimate from the mean of all that began as it did. */
  readonly variance: number;
  /** Cosine of the angle between the estimate's mean and the exact gradient. */
  readonly cosine: number;
  /** The part of the weights for which the estimate's mean has the sign of the exact gradient. */
  readonly signs: number;
}

/**
 * The chains of training methods beside a machine that does not learn from them: they follow its parameters, many chains a
 * method, so that bias and variance of each chain's estimate can be separated.
 */
export class Followers {
  readonly #rbm: Rbm;
  readonly #rows: Float64Array;
  readonly #stack: LayerStack;
  readonly #data: BatchStatistics;
  readonly #methods: { readonly advance: () => BatchStatistics }[];
  readonly #dispose: () => void;

  /** @param chains for each method; a multiple of the number of rows, and more than that */
  constructor(
    rbm: Rbm,
    rows: Float64Array,
    methods: readonly TrainingMethod[],
    { chains, random, workspace }: { chains: number; random: Random; workspace: MakeWorkspace },
  ) {
    const width = rbm.visible.width;
    const { workspace: place, built } = buildFitting(workspace, (room) => {
      const stack = new LayerStack(room, rbmLayers(rbm));
      const [visible, hidden] = stack.batches(chains) as [LayerBatch, LayerBatch];
      return {
        stack,
        data: { visible, hidden },
        chains: methods.map((method, m) =>
          method.start({ workspace: room, rbm, stack, batch: chains, random: random.fork(m) }),
        ),
      };
    });
    this.#rbm = rbm;
    this.#rows = rows;
    this.#stack = built.stack;
    this.#data = built.data;
    this.#dispose = () => place.dispose();
    for (let r = 0; r < chains; r++) {
      const from = (r * width) % rows.length;
      built.data.visible.load(r, rows.subarray(from, from + width));
    }
    built.stack.load(rbmLayers(rbm));
    for (const running of built.chains) running.begin();
    this.#methods = built.chains.map((running) => ({ advance: () => running.advance(this.#data) }));
  }

  /** One update of every method's chains at the machine as it is now. */
  advance(): BatchStatistics[] {
    const { visible, hidden } = this.#data;
    this.#stack.load(rbmLayers(this.#rbm));
    return this.#methods.map(({ advance }) => {
      this.#stack.up(0, visible, hidden);
      hidden.mean();
      return advance();
    });
  }

  /** The errors of what `advance` gave, before the machine moves on. */
  measure(phases: readonly BatchStatistics[]): GradientError[] {
    const starts = this.#rows.length / this.#rbm.visible.width;
    return phases.map((phase) => errorOf(this.#rbm, this.#rows, momentsOf(phase, starts)));
  }

  dispose(): void {
    this.#dispose();
  }
}

/** Estimates of <v h^T> of the model by chains. */
export interface Moments {
  readonly mean: Float64Array;
  /** Mean squared distance of a chain's own from the mean of all that began as it did. */
  readonly variance: number;
  /** Mean squared distance of the mean from its expectation. */
  readonly noise: number;
}

/** Errors of the gradient from these moments against the exact one, for these rows of data. */
export function errorOf(rbm: Rbm, rows: Float64Array, { mean, variance, noise }: Moments): GradientError {
  const exact = exactGradient(rbm, rows).weights;
  const data = rbm.zeroGradient();
  rbm.addGradient(rows, rbm.visible.width / rows.length, data);
  let [distance, product, length, signs] = [0, 0, 0, 0];
  for (let w = 0; w < exact.length; w++) {
    const estimate = data.weights[w] - mean[w];
    distance += square(estimate - exact[w]);
    product += estimate * exact[w];
    length += estimate * estimate;
    if (estimate > 0 === exact[w] > 0) signs++;
  }
  return {
    exact: squaredLength(exact),
    bias: distance - noise,
    variance,
    cosine: product / Math.sqrt(length * squaredLength(exact)),
    signs: signs / exact.length,
  };
}

/** Chains r and s start from the same row of data where r = s mod `starts`: only differences between these are noise. */
function momentsOf({ visible, hidden }: BatchStatistics, starts: number): Moments {
  const [n, k] = [widthOf(visible), widthOf(hidden)];
  const each = visible.rows / starts;
  const means = Array.from({ length: starts }, () => new Float64Array(n * k));
  const squares = new Float64Array(starts);
  const v = new Float64Array(n);
  for (let r = 0; r < visible.rows; r++) {
    const start = r % starts;
    visible.read(r, v);
    const h = hidden.means.subarray(r * k, (r + 1) * k);
    squares[start] += (squaredLength(v) * squaredLength(h)) / each;
    for (let i = 0; i < n; i++) {
      if (v[i] !== 0) for (let j = 0; j < k; j++) means[start][i * k + j] += (v[i] * h[j]) / each;
    }
  }
  const mean = new Float64Array(n * k);
  let variance = 0;
  for (let start = 0; start < starts; start++) {
    for (let w = 0; w < mean.length; w++) mean[w] += means[start][w] / starts;
    variance += ((squares[start] - squaredLength(means[start])) * (each / (each - 1))) / starts;
  }
  return { mean, variance, noise: variance / visible.rows };
}

function widthOf({ layer }: LayerBatch): number {
  return layer.units.width;
}

function squaredLength(x: ArrayLike<number>): number {
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += x[k] * x[k];
  return sum;
}

import { sigmoid } from "../../src/kernels/element-functions.js";
import { philox4x32, Random } from "../../src/math/random.js";

/**
 * The training of an RBM of binary units as its formulas say, with plain arrays: what the library's training must give,
 * to the last bit. Weights, inputs and sums over a batch are rounded to single precision after every operation; biases
 * and running means are in double precision. Of the library only the random numbers and the sigmoid are used.
 */

const { fround } = Math;

/** A row of numbers for each row of a batch, or a row of weights for each visible unit. */
export type Table = number[][];

/** How the negative phase is estimated. */
export type ReferenceMethod =
  | { readonly kind: "cd"; readonly steps: number }
  | { readonly kind: "pcd"; readonly steps: number; readonly chains: number; readonly fast?: Fast }
  | { readonly kind: "tempering"; readonly steps: number; readonly chains: number; readonly ladder: readonly number[] };

interface Fast {
  readonly rate: number;
  readonly decay: number;
}

export interface ReferenceOptions {
  readonly method: ReferenceMethod;
  readonly batch: number;
  readonly epochs: number;
  /** The learning rate and the momentum after so many epochs, whole or not. */
  readonly rate: (epochs: number) => number;
  readonly momentum: (epochs: number) => number;
  readonly l1: number;
  readonly l2: number;
  readonly sparsity: { readonly target: number; readonly cost: number; readonly memory: number } | undefined;
  readonly centred: { readonly sliding: number } | undefined;
  readonly seed: number;
}

/** Weights W, visible biases b and hidden biases c. */
export interface ReferenceRbm {
  W: Table;
  b: number[];
  c: number[];
}

/** States of the visible units and, given these, the means of the hidden ones. */
interface Phase {
  readonly v: Table;
  readonly means: Table;
}

const zeros = (length: number) => new Array<number>(length).fill(0);
const transpose = (table: Table): Table => table[0].map((_, j) => table.map((row) => row[j]));
const add = (x: number, y: number) => fround(x + y);
/** sum_k x_k y_k in ascending order, rounded at every step. */
const dot = (x: readonly number[], y: readonly number[]) => x.reduce((sum, a, k) => add(sum, fround(a * y[k])), 0);
const dotDouble = (x: readonly number[], y: readonly number[]) => x.reduce((sum, a, k) => sum + a * y[k], 0);

const hiddenInputs = (v: Table, { W, c }: ReferenceRbm): Table => {
  const columns = transpose(W);
  return v.map((row) => columns.map((w, j) => add(dot(row, w), fround(c[j]))));
};
const visibleInputs = (h: Table, { W, b }: ReferenceRbm): Table =>
  h.map((row) => W.map((w, i) => add(dot(row, w), fround(b[i]))));
const meansOf = (inputs: Table): Table => inputs.map((row) => row.map((x) => sigmoid(x)));

/** Draws states; every draw takes a step of its own, chain r of a step has a stream of its own. */
class Drawer {
  #step = 0;
  readonly #key: readonly [number, number];

  constructor(random: Random) {
    this.#key = random.key;
  }

  draw(inputs: Table, beta = 1): Table {
    const step = this.#step++;
    const block = new Uint32Array(4);
    return inputs.map((row, r) =>
      row.map((x, j) => {
        philox4x32(Math.floor(j / 4), step, 0, r, ...this.#key, block);
        return (block[j % 4] >>> 8) * 2 ** -24 < sigmoid(fround(fround(beta) * x)) ? 1 : 0;
      }),
    );
  }
}

/** The chains of the negative phase. */
interface Chains {
  advance(data: Phase, rbm: ReferenceRbm): Phase;
  /** Learns from the gradient of an update: of the weights, and of both biases. */
  learn?(gradient: ReferenceRbm): void;
}

/** CD-k: k steps from the data of the batch. */
function contrastive(steps: number, random: Random): Chains {
  const drawer = new Drawer(random);
  return {
    advance({ v: data }, rbm) {
      let v = data;
      for (let step = 0; step < steps; step++) {
        const h = drawer.draw(hiddenInputs(v, rbm));
        v = drawer.draw(visibleInputs(h, rbm));
      }
      const phase = { v, means: meansOf(hiddenInputs(v, rbm)) };
      // The library draws the last hidden states of several steps, too, though nothing is made of them.
      if (steps > 1) drawer.draw(hiddenInputs(v, rbm));
      return phase;
    },
  };
}

/** Visible states that feel no hidden ones, and hidden states given them. */
function firstHidden(drawer: Drawer, rbm: ReferenceRbm, chains: number, beta = 1): Table {
  const v = drawer.draw(
    Array.from({ length: chains }, () => rbm.b.map(fround)),
    beta,
  );
  return drawer.draw(hiddenInputs(v, rbm), beta);
}

/** PCD-k: chains that go on, on weights and biases with fast parts where there are any. */
function persistent(start: ReferenceRbm, steps: number, chains: number, random: Random, fast?: Fast): Chains {
  const drawer = new Drawer(random);
  let h = firstHidden(drawer, start, chains);
  const [rate, decay] = [fast?.rate ?? 0, fast?.decay ?? 0];
  const [F, f, g] = [start.W.map((row) => row.map(() => 0)), zeros(start.b.length), zeros(start.c.length)];
  return {
    advance(_, { W, b, c }) {
      const total = {
        W: W.map((row, i) => row.map((w, j) => add(w, F[i][j]))),
        b: b.map((x, i) => fround(x) + f[i]),
        c: c.map((x, j) => fround(x) + g[j]),
      };
      let phase: Phase | undefined;
      for (let step = 0; step < steps; step++) {
        const v = drawer.draw(visibleInputs(h, total));
        const inputs = hiddenInputs(v, total);
        h = drawer.draw(inputs);
        phase = { v, means: meansOf(inputs) };
      }
      return phase!;
    },
    learn(gradient) {
      F.forEach((row, i) => {
        row.forEach((x, j) => {
          row[j] = add(fround(fround(decay) * x), fround(fround(rate) * gradient.W[i][j]));
        });
      });
      f.forEach((x, i) => {
        f[i] = decay * x + rate * gradient.b[i];
      });
      g.forEach((x, j) => {
        g[j] = decay * x + rate * gradient.c[j];
      });
    },
  };
}

/** Parallel tempering: chains at every inverse temperature, which swap their visible states. */
function tempered(
  start: ReferenceRbm,
  { steps, chains, ladder }: ReferenceMethod & { kind: "tempering" },
  random: Random,
): Chains {
  const levels = ladder.map((beta, t) => {
    const drawer = new Drawer(random.fork(t));
    return { beta, drawer, h: firstHidden(drawer, start, chains, beta), v: [] as Table, inputs: [] as Table };
  });
  let round = 0;
  return {
    advance(_, rbm) {
      // log sum_h exp(-beta E(v, h))
      const logWeight = ({ v, inputs }: (typeof levels)[number], beta: number, r: number) =>
        inputs[r].reduce((sum, x) => sum + Math.log1p(Math.exp(beta * x)), beta * dotDouble(rbm.b, v[r]));
      for (let step = 0; step < steps; step++) {
        for (const level of levels) {
          level.v = level.drawer.draw(visibleInputs(level.h, rbm), level.beta);
          level.inputs = hiddenInputs(level.v, rbm);
        }
        const source = random.fork(ladder.length).fork(round);
        for (let t = round % 2; t < ladder.length - 1; t += 2) {
          const [p, q] = [levels[t], levels[t + 1]];
          for (let r = 0; r < chains; r++) {
            const own = logWeight(p, p.beta, r) + logWeight(q, q.beta, r);
            const other = logWeight(p, q.beta, r) + logWeight(q, p.beta, r);
            if (source.uniform() >= Math.exp(Math.min(0, other - own))) continue;
            [p.v[r], q.v[r]] = [q.v[r], p.v[r]];
            [p.inputs[r], q.inputs[r]] = [q.inputs[r], p.inputs[r]];
          }
        }
        round++;
        for (const level of levels) level.h = level.drawer.draw(level.inputs, level.beta);
      }
      const { v, inputs } = levels[ladder.length - 1];
      return { v, means: meansOf(inputs) };
    },
  };
}

function chainsOf(method: ReferenceMethod, start: ReferenceRbm, random: Random): Chains {
  if (method.kind === "cd") return contrastive(method.steps, random);
  if (method.kind === "pcd") return persistent(start, method.steps, method.chains, random, method.fast);
  return tempered(start, method, random);
}

/** Means of the columns: of states, whose sums are exact, or of means, whose sums are rounded at every step. */
const columnMeans = (rows: Table) =>
  transpose(rows).map((column) => column.reduce((sum, x) => add(sum, x), 0) * (1 / rows.length));

/** Trains; gives the machine after every update. */
export function* referenceTraining(
  start: ReferenceRbm,
  data: Table,
  options: ReferenceOptions,
): Generator<ReferenceRbm, void> {
  const { batch, l1, l2, sparsity, centred } = options;
  const random = new Random(options.seed);
  const rbm: ReferenceRbm = { W: start.W.map((row) => row.map(fround)), b: [...start.b], c: [...start.c] };
  const { W, b, c } = rbm;
  const chains = chainsOf(options.method, rbm, random.fork(2));
  const velocity = { W: W.map((row) => row.map(() => 0)), b: zeros(b.length), c: zeros(c.length) };
  let [mu, lambda, activity]: (number[] | undefined)[] = [];
  const slide = (running: number[] | undefined, values: readonly number[], part: number) =>
    running?.map((x, k) => x + part * (values[k] - x)) ?? [...values];

  for (let epoch = 0; epoch < options.epochs; epoch++) {
    const order = random.fork(0).fork(epoch).permutation(new Uint32Array(data.length));
    for (let first = 0; first < data.length; first += batch) {
      const at = epoch + first / data.length;
      const [rate, momentum] = [options.rate(at), options.momentum(at)];
      const v = Array.from(order.subarray(first, first + batch), (r) => data[r]);
      const positive = { v, means: meansOf(hiddenInputs(v, rbm)) };
      const visibleMeans = columnMeans(v);
      const hiddenMeans = columnMeans(positive.means);

      // The gradient: the data's part, that of the sparsity target, and the model's.
      const gradient = W.map((row) => row.map(() => 0));
      const addToGradient = (term: (i: number, j: number) => number) => {
        for (const [i, row] of gradient.entries()) for (const j of row.keys()) row[j] = add(row[j], term(i, j));
      };
      const addProducts = (phase: Phase, weight: number) => {
        const [x, y] = [transpose(phase.v), transpose(phase.means)];
        addToGradient((i, j) => fround(fround(weight) * dot(x[i], y[j])));
      };
      const addOuter = (x: readonly number[], y: readonly number[], sign: number) => {
        addToGradient((i, j) => sign * fround(fround(x[i]) * fround(y[j])));
      };
      addProducts(positive, 1 / v.length);
      if (sparsity !== undefined) {
        activity = slide(activity, hiddenMeans, 1 - sparsity.memory);
        addOuter(
          visibleMeans,
          activity.map((q) => sparsity.cost * (sparsity.target - q)),
          1,
        );
      }
      if (centred !== undefined) {
        mu = slide(mu, visibleMeans, centred.sliding);
        lambda = slide(lambda, hiddenMeans, centred.sliding);
      }
      const negative = chains.advance(positive, rbm);
      addProducts(negative, -1 / negative.v.length);
      const modelMeans = (rows: Table) =>
        transpose(rows).map((x) => x.reduce((sum, y) => add(sum, y), 0) / rows.length);
      const visibleDifference = modelMeans(negative.v).map((mean, i) => visibleMeans[i] - mean);
      const hiddenDifference = modelMeans(negative.means).map((mean, j) => hiddenMeans[j] - mean);
      chains.learn?.({ W: gradient.map((row) => [...row]), b: visibleDifference, c: hiddenDifference });
      if (mu !== undefined && lambda !== undefined) {
        addOuter(mu, hiddenDifference, -1);
        addOuter(visibleDifference, lambda, -1);
      }

      // The step.
      for (const [i, row] of W.entries()) {
        for (const [j, w] of row.entries()) {
          const decayed = add(add(gradient[i][j], -fround(fround(l2) * w)), -Math.sign(w) * fround(l1));
          velocity.W[i][j] = add(fround(fround(momentum) * velocity.W[i][j]), fround(fround(rate) * decayed));
          row[j] = add(w, velocity.W[i][j]);
        }
      }
      for (const [i, difference] of visibleDifference.entries()) {
        velocity.b[i] = momentum * velocity.b[i] + rate * difference;
        b[i] += velocity.b[i];
      }
      for (const [j, difference] of hiddenDifference.entries()) {
        velocity.c[j] = momentum * velocity.c[j] + rate * difference;
        c[j] += velocity.c[j];
        if (sparsity !== undefined) c[j] += rate * sparsity.cost * (sparsity.target - activity[j]);
      }
      if (mu !== undefined && lambda !== undefined) {
        // The biases of v^T W h that go with (v - mu)^T W (h - lambda), after W moved.
        const [column, row] = [mu.map(fround), lambda.map(fround)];
        for (const [i, steps] of velocity.W.entries()) b[i] -= dot(steps, row);
        for (const [j, steps] of transpose(velocity.W).entries()) c[j] -= dot(steps, column);
      }
      yield rbm;
    }
  }
}

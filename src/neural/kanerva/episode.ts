import { type Linear, linear } from "../layers/linear.js";
import type { Parameter } from "../parameters.js";
import {
  add,
  affine,
  divide,
  exp,
  inverseRoot,
  log,
  multiply,
  reciprocal,
  softplus,
  square,
  subtract,
} from "../tape/operations/elementwise.js";
import { product, products, transpose } from "../tape/operations/product.js";
import { softmax, sum, sumRows } from "../tape/operations/rows.js";
import { entry, reshape, swapMiddle } from "../tape/operations/shape.js";
import { solve } from "../tape/operations/solve.js";
import { spread } from "../tape/operations/spread.js";
import { constant, type Shape, type Tensor } from "../tape/tensor.js";
import type { Coders } from "./code-memory.js";

/** What a Kanerva memory learns by training. */
export interface KanervaParameters<Leaf = Parameter> {
  readonly encoder: readonly Linear<Leaf>[];
  readonly decoder: readonly Linear<Leaf>[];
  /** R0, rows x code. */
  readonly mean: Leaf;
  /** ln u0 of the prior covariance u0 I of the rows. */
  readonly logVariance: Leaf;
  /** ln s^2 of the noise in codes. */
  readonly logNoise: Leaf;
  /** The map from a code to ln of the variance of each weight of its reading, code x rows. */
  readonly spread: Linear<Leaf>;
  /** Addresses A, rows x width, and keys, code x width, of the machine with trained addresses. */
  readonly addresses?: Leaf | undefined;
  readonly keys?: Leaf | undefined;
  /** The total inputs of the shares of machines for a code, of a product. */
  readonly assignment?: Linear<Leaf> | undefined;
}

/** A batch of episodes: the patterns that are written in turn and then read, and standard normal numbers. */
export interface EpisodeTensors {
  /** [episodes, items, units], from 0 to 1. */
  readonly patterns: Tensor;
  /** What they are read from, such as damaged patterns; by default, the patterns themselves. */
  readonly cues?: Tensor | undefined;
  /** [episodes, items, rows] */
  readonly noiseOfWeights: Tensor;
  /** [episodes, items, code] */
  readonly noiseOfCodes: Tensor;
}

/** The shapes of a batch of episodes; `cued` where patterns are read from cues of their own. */
export function episodeShapes({
  episodes,
  items,
  units,
  rows,
  code,
  cued = false,
}: {
  readonly episodes: number;
  readonly items: number;
  readonly units: number;
  readonly rows: number;
  readonly code: number;
  readonly cued?: boolean | undefined;
}) {
  const patterns: Shape = [episodes, items, units];
  return {
    patterns,
    ...(cued && { cues: patterns }),
    noiseOfWeights: [episodes, items, rows] as Shape,
    noiseOfCodes: [episodes, items, code] as Shape,
  };
}

/** The terms of the bound of an episode, sums over all items, nats. */
export interface EpisodeTerms {
  /** -ln p(x | z) of the patterns as they are read. */
  readonly reading: Tensor;
  /** KL(w); where weights are not sampled, |w|^2 / 2. */
  readonly weights: Tensor;
  /** KL(M). */
  readonly memory: Tensor;
  /** KL(r) of the shares of machines from equal ones, of a product; 0 otherwise. */
  readonly assignment: Tensor;
  /** -ln p(x | e(x)) of the decoder alone, which is not a term of the bound. */
  readonly coding: Tensor;
  /** The divergence of the mean shares of all items from equal ones, times the items; not a term of the bound. */
  readonly balance: Tensor;
}

/** What is sampled: weights and the memory, which makes a bound of the likelihood; weights alone; or nothing. */
export type Sampled = "memory" | "weights" | "none";

/** The posterior of a memory in a trace: R of [B, K, C], U of [B, K, K], and the sum of ln(s^2 / q) over all writes. */
interface Posterior {
  readonly mean: Tensor;
  readonly covariance: Tensor;
  readonly logDeterminant: Tensor;
}

/** How codes are read: weights [B, T, K], the factors of the rows (shares of machines), and the shares [B, T, machines]. */
interface Addressed {
  readonly weights: Tensor;
  readonly factors?: Tensor;
  readonly shares?: Tensor;
}

/** The addressing of codes [B, T, C] by R of [B, K, C]. */
type Address = (mean: Tensor, codes: Tensor) => Addressed;

/**
 * Traces the variational bound of episodes (Wu et al., Learning attractor dynamics for generative memory, 2018, section 3):
 * the codes e(x_t) are written in turn; each pattern is then read from the posterior of M with weights around the solution
 * for its code, or for that of its cue,
 *
 *     -ln p(x_1 ... x_T) <= sum_t [ -ln p(x_t | d(M^T w_t)) + KL(q(w_t) | N(0, I)) ] + KL(q(M) | p(M))
 *
 * with one sample of w_t and M^T w_t, so that it is a bound of the likelihood in expectation. Where M is not sampled, it is
 * read by its mean; where nothing is, the first term and |w|^2 / 2 are a penalised error of reconstruction.
 */
export function traceEpisodes(
  { encoder, decoder }: Coders,
  parameters: KanervaParameters<Tensor>,
  { patterns, cues, noiseOfWeights, noiseOfCodes }: EpisodeTensors,
  sampled: Sampled = "memory",
): EpisodeTerms {
  const codes = encoder.trace(parameters.encoder, patterns);
  const asked = cues === undefined ? codes : encoder.trace(parameters.encoder, cues);
  const [episodes, items, code] = codes.shape;
  const rows = parameters.mean.shape[0];
  const noise = exp(parameters.logNoise);
  const variance = exp(parameters.logVariance);
  const unit = identity(episodes, rows);
  const start = reshape(repeated(reshape(parameters.mean, [1, rows * code]), episodes), [episodes, rows, code]);
  const address = addressing(parameters, noise);
  let posterior: Posterior = {
    mean: start,
    covariance: multiply(unit, variance),
    logDeterminant: constant(0, [episodes, 1, 1]),
  };
  const inTurn = reshape(swapMiddle(reshape(codes, [1, episodes, items, code])), [items, episodes, 1, code]);
  for (let t = 0; t < items; t++) posterior = write(posterior, entry(inTurn, t), address, noise);
  const { weights, factors, shares } = address(posterior.mean, asked);
  const logSpreads = linear(asked, parameters.spread);
  const drawn = sampled === "none" ? weights : add(weights, multiply(noiseOfWeights, exp(affine(logSpreads, 0.5))));
  const design = factors === undefined ? drawn : multiply(drawn, factors);
  const read = products(design, posterior.mean);
  const ofSpreads = sum(subtract(affine(exp(logSpreads), 1, -1), logSpreads));
  const squares = sum(square(weights));
  const trace = divide(sum(multiply(posterior.covariance, unit)), variance);
  const shift = divide(sum(square(subtract(posterior.mean, start))), variance);
  const ofMemory = subtract(affine(trace, code, -code * rows * episodes), affine(sum(posterior.logDeterminant), code));
  return {
    reading: errors(
      decoder.trace(
        parameters.decoder,
        sampled === "memory" ? drawnCodes(read, design, posterior, noiseOfCodes) : read,
      ),
      patterns,
    ),
    weights: affine(sampled === "none" ? squares : add(squares, ofSpreads), 0.5),
    memory: affine(add(ofMemory, shift), 0.5),
    assignment: shares === undefined ? constant(0) : fromEqual(shares),
    coding: errors(decoder.trace(parameters.decoder, codes), patterns),
    balance: shares === undefined ? constant(0) : affine(fromEqual(meanOfRows(shares)), episodes * items),
  };
}

/** M^T v for M from its posterior. */
function drawnCodes(mean: Tensor, design: Tensor, { covariance }: Posterior, noise: Tensor): Tensor {
  const spreads = sumRows(multiply(products(design, covariance), design));
  // The root, with a derivative at 0.
  const deviations = multiply(spreads, inverseRoot(affine(spreads, 1, 1e-12)));
  return add(mean, multiply(noise, deviations));
}

function addressing({ addresses, keys, assignment, mean }: KanervaParameters<Tensor>, noise: Tensor): Address {
  if (addresses !== undefined && keys !== undefined) {
    return (_, codes) => ({ weights: product(product(codes, keys), transpose(addresses)) });
  }
  if (assignment !== undefined) return (from, codes) => shared(from, codes, assignment, noise);
  const rows = mean.shape[0];
  return (from, codes) => {
    const normal = add(products(from, transpose(from)), multiply(identity(from.shape[0], rows), noise));
    return { weights: transpose(solve(normal, products(from, transpose(codes)))) };
  };
}

/**
 * The addressing of a product of machines: each row of R counts with the share of its machine, and the weights of all
 * machines are solved together.
 */
function shared(mean: Tensor, codes: Tensor, assignment: Linear<Tensor>, noise: Tensor): Addressed {
  const [batch, items, rows] = [mean.shape[0], codes.shape[1], mean.shape[1]];
  const machines = assignment.weights.shape[1];
  const shares = softmax(linear(codes, assignment));
  const factors = product(shares, blocks(machines, rows));
  const all = batch * items;
  const column = reshape(factors, [all, rows, 1]);
  const gram = reshape(products(mean, transpose(mean)), [batch, 1, rows * rows]);
  const grams = reshape(spread(gram, [batch, items, rows * rows]), [all, rows, rows]);
  const normal = add(multiply(grams, products(column, transpose(column))), multiply(identity(all, rows), noise));
  const sides = multiply(products(codes, transpose(mean)), factors);
  return { weights: reshape(solve(normal, reshape(sides, [all, rows, 1])), [batch, items, rows]), factors, shares };
}

/** Writes codes of [B, 1, C], see `GaussianMemory.write`. */
function write(
  { mean, covariance, logDeterminant }: Posterior,
  codes: Tensor,
  address: Address,
  noise: Tensor,
): Posterior {
  const { weights, factors } = address(mean, codes);
  const design = factors === undefined ? weights : multiply(weights, factors);
  const spreads = products(covariance, transpose(design));
  const q = add(products(design, spreads), noise);
  const gains = multiply(spreads, reciprocal(q));
  return {
    mean: add(mean, products(gains, subtract(codes, products(design, mean)))),
    covariance: subtract(covariance, products(gains, transpose(spreads))),
    logDeterminant: add(logDeterminant, subtract(spread(log(noise), q.shape), log(q))),
  };
}

/** -sum ln p(x) for probabilities sigmoid(a). */
function errors(inputs: Tensor, patterns: Tensor): Tensor {
  return sum(subtract(softplus(inputs), multiply(inputs, patterns)));
}

/** sum r ln(k r) */
function fromEqual(shares: Tensor): Tensor {
  return sum(multiply(shares, log(affine(shares, shares.columns, 1e-12))));
}

/** The mean of all rows, [1, N]. */
function meanOfRows(x: Tensor): Tensor {
  const rows = x.size / x.columns;
  return product(constant(1 / rows, [1, rows]), reshape(x, [rows, x.columns]));
}

/** A row [1, N] as [count, N]. */
function repeated(row: Tensor, count: number): Tensor {
  return spread(row, [count, row.columns]);
}

/** The matrix [machines, rows] with ones for the rows of each machine. */
function blocks(machines: number, rows: number): Tensor {
  const each = rows / machines;
  const values = Float64Array.from({ length: machines * rows }, (_, at) =>
    Math.floor((at % rows) / each) === Math.floor(at / rows) ? 1 : 0,
  );
  return constant(values, [machines, rows]);
}

function identity(batch: number, size: number): Tensor {
  const values = new Float64Array(batch * size * size);
  for (let k = 0; k < batch; k++) {
    for (let i = 0; i < size; i++) values[(k * size + i) * size + i] = 1;
  }
  return constant(values, [batch, size, size]);
}

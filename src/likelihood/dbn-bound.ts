import { DataError, requireFiniteResults, requireInteger, requireOptions } from "../errors.js";
import { buildFitting, defaultWorkspace } from "../kernels/index.js";
import { ChainStreams } from "../layers/index.js";
import { log } from "../math/elementary.js";
import { logSumExp } from "../math/log-sum-exp.js";
import { type Random, requireRandom } from "../math/random.js";
import { standardErrorOfMean, varianceOfMean } from "../math/standard-error.js";
import { labelLogWeights } from "../models/dbn/classify.js";
import { DeepBeliefStack } from "../models/dbn/deep-belief-stack.js";
import { type DeepBeliefNet, deepFeatures } from "../models/index.js";
import type { Rows } from "../units/index.js";
import { largestLog, noteOfCut } from "./log-likelihood.js";
import { logPartition, type PartitionOptions } from "./partition.js";
import type { PartitionFunction } from "./verdict.js";
import { takeSteps } from "./watch.js";

/** Options of the bound; those of `logPartition` apply to the top RBM. */
export interface DeepBeliefBoundOptions extends Omit<PartitionOptions, "beta" | "data"> {
  /** Generator; row r draws from its own stream. */
  readonly random: Random;
  /** Number of draws from Q per row; defaults to 10. */
  readonly draws?: number | undefined;
  /** log Z of the top RBM; computed if omitted. */
  readonly partition?: PartitionFunction | undefined;
}

/** A lower bound on the log-likelihood of data, in nats, with its evidence. */
export interface DeepBeliefBound {
  /** The mean of the bound over the rows; its expectation is at most that of log p(v). */
  readonly value: number;
  /** The mean of log (1/S sum_s w_s) over the rows: on average between the bound and log p(v), closer with more draws. */
  readonly importanceWeighted: number;
  /** The bound with the upper bound of log Z, minus three standard errors of the draws. */
  readonly low: number;
  /** The bound with the lower bound of log Z, plus three standard errors. It limits this bound, not log p(v). */
  readonly high: number;
  /** Standard error of `value` from the draws from Q only; 0 if there are no lower RBMs. */
  readonly standardError: number;
  /** What the upper bound was above 0, where no log-probability can be: `value`, bounds and `rows` are cut to 0. */
  readonly cut: number;
  /** The bound on log p(v) of every row. */
  readonly rows: Float64Array;
  /** Standard error of the mean over the rows as a sample of a population; Infinity for one row. */
  readonly rowStandardError: number;
  /** Whether log Z of the top RBM is reliable. */
  readonly trusted: boolean;
  /** The reason for `trusted` in one sentence. */
  readonly verdict: string;
  readonly partition: PartitionFunction;
}

/** Number of rows per batch. */
const ROWS = 256;

/** Number of standard errors between the bound and its limits. */
const SIGMAS = 3;

/**
 * The variational lower bound on log p(v) of a deep belief net (Salakhutdinov and Murray, On the quantitative analysis of
 * deep belief networks, 2008),
 *
 *     log p(v) >= E_Q[log w],   w = p(v | h^1) ... p*(h^(L-1)) / (Z Q(h^1 | v) ... Q(h^(L-1) | h^(L-2))),
 *
 * with p* of the top RBM, its hidden layer and its label unit summed out, and Z its partition function. The expectation
 * is the mean over draws from Q. By Jensen's inequality log of the mean of w lies, on average, between the bound and log p(v)
 * (Burda, Grosse and Salakhutdinov, Importance weighted autoencoders, 2016). Both are as accurate as log Z: see the verdict.
 * For a net of one RBM the bound is its log-likelihood.
 *
 * @param rows states of the visible layer
 * @throws ShapeError or DataError for rows that are not states, ArgumentError for options out of range, the signal's reason
 *   if it was aborted
 */
export async function deepBeliefBound(
  net: DeepBeliefNet,
  rows: Rows,
  options: DeepBeliefBoundOptions,
): Promise<DeepBeliefBound> {
  requireOptions(options, "{ random }");
  const { random, draws = 10, partition: given, workspace, ...partitionOptions } = options;
  requireRandom(random, "the bound");
  requireInteger("draws", draws, 2);
  const count = countRows(net, rows);
  const partition =
    given ??
    (await logPartition(net.top, { ...partitionOptions, workspace, random, data: topData(net, rows, options) }));
  const logs = await logWeights(net, rows, count, draws, options);
  const bounds = new Float64Array(count);
  let [weighted, noise] = [0, 0];
  for (let r = 0; r < count; r++) {
    const own = logs.subarray(r * draws, (r + 1) * draws);
    const mean = own.reduce((sum, x) => sum + x, 0) / draws;
    bounds[r] = mean - partition.logZ;
    weighted += (logSumExp(own) - log(draws) - partition.logZ) / count;
    noise += varianceOfMean(own, mean);
  }
  requireFiniteResults("bound", bounds);
  const value = bounds.reduce((sum, x) => sum + x, 0) / count;
  const standardError = Math.sqrt(noise) / count;
  const most = largestLog(net.visible);
  const high = value + partition.logZ - partition.low + SIGMAS * standardError;
  const cut = Math.max(0, high - most);
  return {
    value: Math.min(most, value),
    importanceWeighted: Math.min(most, weighted),
    low: Math.min(most, value + partition.logZ - partition.high - SIGMAS * standardError),
    high: Math.min(most, high),
    cut,
    standardError,
    rows: bounds.map((bound) => Math.min(most, bound)),
    rowStandardError: standardErrorOfMean(bounds, value),
    trusted: partition.trusted,
    verdict: `${partition.verdict}${noteOfCut(cut)}`,
    partition,
  };
}

/** Streams of the generator, besides 0 and 1, which `logPartition` uses. */
const STREAMS = { draws: 2, data: 3 };

function countRows({ visible }: DeepBeliefNet, rows: Rows): number {
  if (rows?.length > 0 && rows.length % visible.width === 0) {
    visible.check("rows", rows);
    return rows.length / visible.width;
  }
  throw new DataError(`rows has ${rows?.length} values; expected rows of ${visible.width}, at least one`);
}

/** The data propagated to the top RBM, whose base-rate model has their means. Labels are not known. */
function topData(net: DeepBeliefNet, rows: Rows, { random, workspace }: DeepBeliefBoundOptions): Rows | undefined {
  if (net.labels !== undefined) return undefined;
  if (net.rbms.length === 1) return rows;
  const columns = net.visible.width;
  const data = { rows: rows.length / columns, columns, values: rows };
  const layer = net.rbms.length - 1;
  return deepFeatures(net, data, { layer, random: random.fork(STREAMS.data), workspace }).values;
}

/** log of w Z for every row and every draw. */
async function logWeights(
  net: DeepBeliefNet,
  rows: Rows,
  count: number,
  draws: number,
  { random, workspace = defaultWorkspace, progress, signal }: DeepBeliefBoundOptions,
): Promise<Float64Array> {
  const size = Math.min(ROWS, count);
  const { workspace: room, built } = buildFitting(workspace, (place) => ({
    stack: new DeepBeliefStack(place, net, size),
    streams: new ChainStreams(place, random.fork(STREAMS.draws), size),
  }));
  try {
    built.stack.load();
    const out = new Float64Array(count * draws);
    const blocks = Math.ceil(count / size);
    await takeSteps(blocks * draws, { progress, signal }, (step) => {
      const [block, draw] = [Math.floor(step / draws), step % draws];
      const from = block * size;
      const [first] = built.stack.visible;
      first.rows = Math.min(size, count - from);
      for (let r = 0; r < first.rows; r++) {
        first.load(r, rows.subarray((from + r) * net.visible.width, (from + r + 1) * net.visible.width));
        built.streams.chains[r] = from + r;
      }
      const logs = drawLogWeights(built.stack, built.streams, draw);
      for (let r = 0; r < first.rows; r++) out[(from + r) * draws + draw] = logs[r];
    });
    return out;
  } finally {
    room.dispose();
  }
}

function drawLogWeights(stack: DeepBeliefStack, streams: ChainStreams, draw: number): Float64Array {
  const { rbms, visible, hidden, net } = stack;
  const top = rbms.length - 1;
  const logs = new Float64Array(visible[0].rows);
  const terms = new Float64Array(logs.length);
  const add = (sign: number) => {
    for (let r = 0; r < logs.length; r++) logs[r] += sign * terms[r];
  };
  for (let l = 0; l < top; l++) {
    stack.infer(l, streams, draw);
    hidden[l].logProbabilities(terms);
    add(-1);
    rbms[l].down(0, hidden[l], visible[l]);
    visible[l].logProbabilities(terms);
    add(1);
    stack.copyUp(l);
  }
  if (net.classes === 0) {
    rbms[top].weights[0].logWeights(visible[top], hidden[top], 1, terms);
    add(1);
    return logs;
  }
  rbms[top].up(0, visible[top], hidden[top]);
  const classLogs = labelLogWeights(rbms[top], hidden[top], net.classes);
  visible[top].energies(terms);
  add(-1);
  for (let r = 0; r < logs.length; r++) {
    logs[r] += logSumExp(classLogs.subarray(r * net.classes, (r + 1) * net.classes));
  }
  return logs;
}

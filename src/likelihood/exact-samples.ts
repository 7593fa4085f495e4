import { requireInteger, requireOptions } from "../errors.js";
import { exp } from "../math/elementary.js";
import { type Random, requireRandom } from "../math/random.js";
import { type ExactOptions, exactLogPartition, type Rbm } from "../models/index.js";
import { chosen } from "../models/rbm/exact.js";
import { eachStateWeight, setStateNumber } from "../models/rbm/state-weights.js";

/** Options of exact samples. */
export interface ExactSamplesOptions extends ExactOptions {
  /** Number of rows; defaults to 1. */
  readonly count?: number | undefined;
  /** Row r draws from `random.fork(r)`: it depends neither on the other rows nor on their number. */
  readonly random: Random;
}

/**
 * Visible states drawn independently from p(v) itself, not by a Markov chain: the states of one layer are listed twice, for
 * their sum and to invert the cumulative distribution at uniform numbers. If that layer is the hidden one, v is then drawn
 * given h.
 *
 * @returns `count` rows of visible states
 * @throws ArgumentError for a count below 1, or if neither layer is small enough, as for `exactLogPartition`
 */
export function exactSamples(rbm: Rbm, options: ExactSamplesOptions): Float64Array {
  requireOptions(options, "{ random }");
  const { count = 1, random, beta = 1, over } = options;
  requireInteger("count", count, 1);
  requireRandom(random, "drawing samples");
  const layer = chosen(rbm, over);
  const streams = Array.from({ length: count }, (_, r) => random.fork(r));
  const places = Float64Array.from(streams, (stream) => stream.uniform());
  const order = Uint32Array.from(streams.keys()).sort((a, b) => places[a] - places[b]);
  const logZ = exactLogPartition(rbm, { beta, over });
  const numbers = new Float64Array(count);
  let number = 0;
  let passed = 0;
  let drawn = 0;
  eachStateWeight(rbm, layer, beta, (logWeight) => {
    passed += exp(logWeight - logZ);
    for (; drawn < count && places[order[drawn]] < passed; drawn++) numbers[order[drawn]] = number;
    number++;
  });
  // Rounding may leave the sum a little below 1.
  for (; drawn < count; drawn++) numbers[order[drawn]] = number - 1;
  const listed = rbm[layer];
  const states = new Float64Array(count * listed.width);
  for (let r = 0; r < count; r++) {
    setStateNumber(listed, numbers[r], states.subarray(r * listed.width, (r + 1) * listed.width));
  }
  return layer === "visible" ? states : rbm.sampleVisible(states, { streams, beta });
}

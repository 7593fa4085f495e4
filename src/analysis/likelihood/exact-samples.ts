import { requireInteger } from "../../errors.js";
import { exp } from "../../math/elementary.js";
import { type Random, requireRandom } from "../../math/random.js";
import { type ExactOptions, exactLogPartition, type Rbm } from "../../models/index.js";
import { chosen, eachState } from "../../models/rbm/exact.js";

/** How many exact samples, and from which generator. */
export interface ExactSamplesOptions extends ExactOptions {
  /** How many rows; 1 where it is left out. */
  readonly count?: number | undefined;
  /** Row r draws from `random.fork(r)`: it depends neither on the other rows nor on their number. */
  readonly random: Random;
}

/**
 * Visible states drawn independently from p(v) itself, not by a Markov chain: the states of one layer are listed twice,
 * for their sum and for the places at which uniform numbers fall into it; where that layer is the hidden one, v is then drawn
 * given h.
 *
 * @returns `count` rows of visible states
 * @throws ArgumentError for a count below 1, or where neither layer is small enough, as for `exactLogPartition`
 */
export function exactSamples(rbm: Rbm, { count = 1, random, beta = 1, over }: ExactSamplesOptions): Float64Array {
  requireInteger("count", count, 1);
  requireRandom(random, "drawing samples");
  const width = rbm.visible.width;
  const streams = Array.from({ length: count }, (_, r) => random.fork(r));
  const places = Float64Array.from(streams, (stream) => stream.uniform());
  const order = Uint32Array.from(streams.keys()).sort((a, b) => places[a] - places[b]);
  const logZ = exactLogPartition(rbm, { beta, over });
  const listsVisible = chosen(rbm, over) === "visible";
  const samples = new Float64Array(count * width);
  const put = (place: number, state: Float64Array, inputs: Float64Array) => {
    const row = samples.subarray(order[place] * width, (order[place] + 1) * width);
    if (listsVisible) row.set(state);
    else rbm.visible.sample(inputs, beta, [streams[order[place]]], row);
  };
  let passed = 0;
  let drawn = 0;
  let last = (_: number) => {};
  eachState(rbm, over, beta, (state, inputs, logWeight) => {
    if (passed === 0) last = (place) => put(place, state, inputs);
    passed += exp(logWeight - logZ);
    for (; drawn < count && places[order[drawn]] < passed; drawn++) put(drawn, state, inputs);
  });
  // Rounding may leave the sum a little below 1. The walk keeps one state and changes it: here it is the last one.
  for (; drawn < count; drawn++) last(drawn);
  return samples;
}

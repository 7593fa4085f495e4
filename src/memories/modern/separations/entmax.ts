import { pow, square } from "../../../math/elementary.js";
import { separation, type VectorSeparation, type Weighing } from "./separation.js";

/** Weights [(alpha - 1) t_j - tau]_+ ^ (1 / (alpha - 1)), with tau such that they add up to 1. */
function weigh(scores: Float64Array, alpha: number): Weighing {
  const [slope, power] = [alpha - 1, 1 / (alpha - 1)];
  const raised = alpha === 2 ? (x: number) => x : alpha === 1.5 ? square : (x: number) => pow(x, power);
  const most = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  // Relative to the largest, so that tau lies from -1 to 0 and only scores within 1 / (alpha - 1) of it can count.
  const near: number[] = [];
  for (let j = 0; j < scores.length; j++) if (slope * (scores[j] - most) > -1) near.push(j);
  const heights = Float64Array.from(near, (j) => slope * (scores[j] - most));
  let [low, high] = [-1, 0];
  for (let tau = -0.5; tau > low && tau < high; tau = (low + high) / 2) {
    let sum = 0;
    for (const height of heights) if (height > tau) sum += raised(height - tau);
    if (sum >= 1) low = tau;
    else high = tau;
  }
  const weights = new Float64Array(scores.length);
  let sum = 0;
  near.forEach((j, k) => {
    if (heights[k] > low) weights[j] = raised(heights[k] - low);
    sum += weights[j];
  });
  let [mean, powers] = [0, 0];
  for (const j of near) {
    if (weights[j] === 0) continue;
    weights[j] /= sum;
    mean += weights[j] * (scores[j] - most);
    powers += pow(weights[j], alpha);
  }
  return { weights, potential: most + mean + (1 - powers) / (alpha * slope) };
}

function entmaxOf(alpha: number): VectorSeparation {
  const slope = alpha - 1;
  return {
    weigh: (scores) => weigh(scores, alpha),
    uniform: (count) => (1 - pow(count, -slope)) / (alpha * slope),
    // From this lead on the weight is 1 to the last bit.
    lead: () => 1 / slope,
  };
}

/**
 * p_j = [(alpha - 1) t_j - tau]_+ ^ (1 / (alpha - 1)), the gradient of max_p p.t - (sum p^alpha - 1) / (alpha (alpha - 1)) over
 * distributions p (Peters, Niculae and Martins, Sparse sequence-to-sequence models, 2019; Martins et al., Sparse modern
 * Hopfield networks, 2023). Between softmax (alpha to 1) and sparsemax (alpha = 2): patterns 1 / (alpha - 1) below the best
 * score do not count at all, so that a retrieval can be exact.
 */
export const entmax = separation({
  name: "entmax",
  summary: "between softmax and sparsemax: patterns far below the best do not count",
  reference: "Peters, Niculae and Martins 2019",
  options: {
    alpha: {
      type: "number",
      low: 1.01,
      high: 2,
      default: 1.5,
      help: "from 1, softmax, to 2, sparsemax",
    },
  },
  create: ({ alpha }) => entmaxOf(alpha),
});

/**
 * p_j = [t_j - tau]_+, the projection of the scores on the distributions (Martins and Astudillo, From softmax to sparsemax, 2016):
 * a pattern that leads all others by 1 is retrieved exactly.
 */
export const sparsemax = separation({
  name: "sparsemax",
  summary: "the nearest distribution to the scores: a lead of 1 retrieves one pattern exactly",
  reference: "Martins and Astudillo 2016",
  options: {},
  create: () => entmaxOf(2),
});

import { binary, DeepBeliefNet, type Random, softmax, type Units } from "../../../src/index.js";
import { joined } from "../../../src/units/index.js";
import { LAYERS, nodes } from "../../units/layers.js";
import { machine } from "../rbm-machines.js";

/** A net of binary layers with random weights and biases, and `classes` label values if any. */
export function randomNet(widths: readonly number[], random: Random, classes = 0, strength = 0.8): DeepBeliefNet {
  const labels =
    classes > 0 ? softmax(1, classes, { bias: Array.from({ length: classes }, () => random.normal()) }) : undefined;
  const rbms = widths.slice(1).map((width, l) => {
    const own: Units = LAYERS.binary(widths[l], random);
    const visible = l === widths.length - 2 && labels !== undefined ? joined(own, labels) : own;
    return machine(visible, LAYERS.binary(width, random), random, strength);
  });
  return new DeepBeliefNet(rbms, { labels });
}

/** p(v) of all states of the visible layer, in the order of `nodes`, from the definition: every layer is summed over. */
export const exactProbabilities = (net: DeepBeliefNet): Float64Array => exactMoments(net).first;

/** The mean and the mean square over Q of w = p(v, h^1, ...) / Q(h^1, ... | v), for all states v: the mean is p(v). */
export function exactMoments(net: DeepBeliefNet): { first: Float64Array; second: Float64Array } {
  const { top, widths, classes } = net;
  const levels = net.rbms.length;
  const states = widths.slice(0, levels).map((width) => nodes(binary(width)).rows);
  const width = widths[levels - 1];
  // Of the units that the top RBM sees, labels summed out.
  let first = new Float64Array(2 ** width);
  for (let s = 0; s < first.length; s++) {
    for (let c = 0; c < Math.max(1, classes); c++) {
      const joint = new Float64Array(width + classes);
      joint.set(states[levels - 1].subarray(s * width, (s + 1) * width));
      if (classes > 0) joint[width + c] = 1;
      first[s] += Math.exp(-top.freeEnergy(joint)[0]);
    }
  }
  const Z = first.reduce((sum, x) => sum + x, 0);
  first = first.map((x) => x / Z);
  let second = first.map((x) => x * x);
  for (let l = levels - 2; l >= 0; l--) {
    const rbm = net.rbms[l];
    const below = new Float64Array(2 ** rbm.visible.width);
    const belowSecond = new Float64Array(below.length);
    for (let t = 0; t < below.length; t++) {
      const v = states[l].subarray(t * rbm.visible.width, (t + 1) * rbm.visible.width);
      const inferred = rbm.hiddenMean(v);
      for (let s = 0; s < first.length; s++) {
        const h = states[l + 1].subarray(s * rbm.hidden.width, (s + 1) * rbm.hidden.width);
        const p = bernoulli(v, rbm.visibleMean(h));
        below[t] += first[s] * p;
        belowSecond[t] += (second[s] * p * p) / bernoulli(h, inferred);
      }
    }
    [first, second] = [below, belowSecond];
  }
  return { first, second };
}

/** The probability of a row of independent binary units with the given means. */
export const bernoulli = (row: Float64Array, means: Float64Array): number =>
  row.reduce((p, x, i) => p * (x === 1 ? means[i] : 1 - means[i]), 1);

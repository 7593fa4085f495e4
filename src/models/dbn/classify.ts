import { ArgumentError, requireFiniteResults } from "../../errors.js";
import { buildFitting, defaultWorkspace, type MakeWorkspace } from "../../kernels/index.js";
import type { LayerBatch } from "../../layers/layer-batch.js";
import type { LayerStack } from "../../layers/layer-stack.js";
import { asData, type Data } from "../../math/data-matrix.js";
import { exp } from "../../math/elementary.js";
import { logSumExp } from "../../math/log-sum-exp.js";
import { type Matrix, matrix } from "../../math/matrix.js";
import type { DeepBeliefNet } from "./deep-belief-net.js";
import { DeepBeliefStack } from "./deep-belief-stack.js";

/** Number of rows per batch. */
const ROWS = 128;

/**
 * Class probabilities by a deep belief net with labels: the up-pass of means to h^(L-1), then the conditional of the top RBM
 * with its hidden layer summed out, p(y | h^(L-1)) = softmax_y(-F(h^(L-1), y)) (Hinton, Osindero and Teh 2006).
 *
 * @param data rows of values of the visible layer, or of their means
 * @returns a row for every row of data, a column for every class
 * @throws ArgumentError for a net without labels, ShapeError or DataError for data that do not fit
 */
export function labelProbabilities(
  net: DeepBeliefNet,
  data: Data,
  { workspace = defaultWorkspace }: { readonly workspace?: MakeWorkspace | undefined } = {},
): Matrix {
  const { classes } = net;
  if (classes === 0)
    throw new ArgumentError("the net has no label units; make it with labels, or fine-tune a classifier");
  const { rows, columns, values } = asData("data", data, net.visible.width);
  const size = Math.min(ROWS, rows);
  const { workspace: room, built: stack } = buildFitting(workspace, (w) => new DeepBeliefStack(w, net, size));
  try {
    stack.load();
    const out = matrix(rows, classes);
    const [first] = stack.visible;
    const top = stack.rbms.length - 1;
    for (let from = 0; from < rows; from += size) {
      first.rows = Math.min(size, rows - from);
      first.means.set(values.subarray(from * columns, (from + first.rows) * columns));
      for (let l = 0; l < top; l++) {
        stack.inferMeans(l);
        stack.copyMeansUp(l);
      }
      const [visible, hidden] = [stack.visible[top], stack.hidden[top]];
      stack.rbms[top].up(0, visible, hidden, { means: true });
      const logs = labelLogWeights(stack.rbms[top], hidden, classes);
      for (let r = 0; r < visible.rows; r++) {
        const own = logs.subarray(r * classes, (r + 1) * classes);
        const total = logSumExp(own);
        for (let c = 0; c < classes; c++) out.values[(from + r) * classes + c] = exp(own[c] - total);
      }
    }
    requireFiniteResults("probabilities", out.values);
    return out;
  } finally {
    room.dispose();
  }
}

/**
 * log of sum_h^L exp(-E) of every row and every class, without the energy of the other visible units alone. `hidden` must
 * have the input of the other visible units and of no label; it is overwritten.
 */
export function labelLogWeights(
  { layers: [visible], weights: [between] }: LayerStack,
  hidden: LayerBatch,
  classes: number,
): Float64Array {
  const [n, k] = [visible.units.width - classes, hidden.layer.units.width];
  const biases = visible.units.parameters.subarray(-classes);
  const logs = new Float64Array(hidden.rows * classes);
  const sums = new Float64Array(hidden.rows);
  const inputs = hidden.inputs.slice(0, hidden.rows * k);
  for (let c = 0; c < classes; c++) {
    const weights = between.values.subarray((n + c) * k, (n + c + 1) * k);
    for (let r = 0, at = 0; r < hidden.rows; r++) {
      for (let j = 0; j < k; j++, at++) hidden.inputs[at] = inputs[at] + weights[j];
    }
    hidden.cumulants(1, sums);
    for (let r = 0; r < hidden.rows; r++) logs[r * classes + c] = sums[r] + biases[c];
  }
  return logs;
}

import { requireInteger, requireNumber } from "../../errors.js";
import { defaultWorkspace, type MakeWorkspace } from "../../kernels/index.js";
import { asData, type Data } from "../../math/data-matrix.js";
import { type LbfgsResult, lbfgs } from "../../math/lbfgs.js";
import { matrix, transpose } from "../../math/matrix.js";
import { Pauses } from "../../pauses.js";
import { filledClassSizes } from "../labels.js";
import { LogisticRegression } from "./logistic-model.js";
import { SoftmaxLoss } from "./softmax-loss.js";

/** Options of a logistic regression. */
export interface LogisticRegressionOptions {
  /**
   * Penalty l2 / 2 sum W^2 on the weights, added to the mean loss per row; defaults to 1e-4. A factor C of the sum of
   * the losses, as in some libraries, corresponds to l2 = 1 / (C n).
   */
  readonly l2?: number | undefined;
  /** Maximum number of iterations; defaults to 500. */
  readonly iterations?: number | undefined;
  /** It has converged when no entry of the gradient is larger; defaults to 1e-5. Single precision allows about 1e-7. */
  readonly tolerance?: number | undefined;
  /** Number of classes; defaults to the highest label plus 1. */
  readonly classes?: number | undefined;
  /** Aborts the fit between two iterations. */
  readonly signal?: AbortSignal | undefined;
  /** Makes the workspace of the products; defaults to `defaultWorkspace`. */
  readonly workspace?: MakeWorkspace | undefined;
}

/** The progress of a fit. */
export interface LogisticRegressionProgress {
  /** 0 is the start, where all weights are zero. */
  readonly iteration: number;
  /** Mean loss plus penalty. */
  readonly objective: number;
  /** The largest entry of its gradient. */
  readonly gradientNorm: number;
  /** Number of evaluations of the objective so far: each is a pass over the data. */
  readonly evaluations: number;
}

/** Relative error of the objective: scores are sums in single precision. */
const PRECISION = 2 ** -24;

/**
 * Multinomial logistic regression, iteration by iteration: p(c | x) = softmax_c(x^T W + b), with the W and b that make
 *
 *     -1/n sum_r log p(y_r | x_r) + l2 / 2 sum_jc W_jc^2
 *
 * smallest by L-BFGS; the intercepts b are not penalised (Bishop, Pattern recognition and machine learning, 2006,
 * section 4.3.4). The objective is convex: for l2 > 0 W is unique. For l2 = 0 and separable classes there is no
 * minimum, and the weights grow until the gradient is within the tolerance. Features should be of order one (see
 * `standardisation`): otherwise the fit takes more iterations. The same data give the same bits on any backend.
 *
 * @param features one row per example; they are copied in single precision
 * @param labels the class of every row, 0 ... classes - 1
 * @throws ShapeError where rows and labels do not fit, DataError for a value that is not finite or an invalid label,
 *   ArgumentError for options out of range, a single class or a class without rows, the signal's reason if it is
 *   aborted
 */
export async function* fitLogisticRegression(
  features: Data,
  labels: ArrayLike<number>,
  options: LogisticRegressionOptions = {},
): AsyncGenerator<LogisticRegressionProgress, LogisticRegression> {
  const { l2 = 1e-4, iterations = 500, tolerance = 1e-5, signal, workspace = defaultWorkspace } = options;
  requireNumber("l2", l2, 0, Number.MAX_VALUE);
  requireInteger("iterations", iterations, 0);
  requireNumber("tolerance", tolerance, 0);
  const data = asData("features", features);
  const classes = filledClassSizes(labels, data.rows, options.classes, "a fit").length;
  requireInteger("number of classes", classes, 2);
  const loss = new SoftmaxLoss(data, labels, classes, l2, workspace);
  try {
    const start = new Float64Array((data.columns + 1) * classes);
    const steps = lbfgs((x, gradient) => loss.evaluate(x, gradient), start, {
      iterations,
      tolerance,
      precision: PRECISION,
    });
    const pauses = new Pauses();
    for (;;) {
      if (pauses.due) await pauses.take();
      signal?.throwIfAborted();
      const step = steps.next();
      if (step.done === true) return modelOf(step.value, data.columns, classes, l2);
      const { iteration, value, gradientNorm, evaluations } = step.value;
      yield { iteration, objective: value, gradientNorm, evaluations };
    }
  } finally {
    loss.dispose();
  }
}

/** The model at the end of `fitLogisticRegression`. */
export async function logisticRegression(
  features: Data,
  labels: ArrayLike<number>,
  options?: LogisticRegressionOptions,
): Promise<LogisticRegression> {
  const fit = fitLogisticRegression(features, labels, options);
  for (;;) {
    const step = await fit.next();
    if (step.done === true) return step.value;
  }
}

function modelOf(result: LbfgsResult, features: number, classes: number, l2: number): LogisticRegression {
  const { x, value, iteration, evaluations, gradientNorm, outcome } = result;
  const weights = transpose(matrix(classes, features, x.slice(0, features * classes)));
  const intercepts = x.slice(features * classes);
  const fit = { outcome, iterations: iteration, evaluations, objective: value, gradientNorm, l2 };
  return new LogisticRegression(weights, intercepts, fit);
}

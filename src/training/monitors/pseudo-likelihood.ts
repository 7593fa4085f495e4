import type { Random } from "../../math/random.js";
import type { Rbm } from "../../models/index.js";
import type { Rows } from "../../units/index.js";
import { type Average, averageOf } from "./average.js";
import { Conditionals } from "./conditionals.js";

/** Options of `pseudoLikelihood`. */
export interface PseudoLikelihoodOptions {
  /**
   * Uses one unit per row, drawn from here, instead of all: n log p(v_i | v_-i) has the same mean, and n times less work.
   */
  readonly random?: Random | undefined;
}

/**
 * The logarithm of the pseudo-likelihood, the mean over the rows of
 *
 *     sum_i log p(v_i | v_-i)
 *
 * in nats per row: of probabilities for units of finitely many states, of densities for those of real values (see
 * `Conditionals` for them). It needs no log Z, and has its maximum where log p(v) has if the model can fit the data (Besag,
 * Statistical analysis of non-lattice data, 1975; Hyvarinen, Consistency of pseudolikelihood estimation of fully visible
 * Boltzmann machines, 2006; one random unit per row as in scikit-learn's `score_samples`). It is not a likelihood: a machine
 * whose chains mix badly can have a high one.
 *
 * @throws ShapeError or DataError for rows that are not states of the visible layer
 */
export function pseudoLikelihood(rbm: Rbm, rows: Rows, { random }: PseudoLikelihoodOptions = {}): Average {
  const count = rbm.rowsOfVisible(rows);
  const { width, count: units } = rbm.visible;
  const conditionals = new Conditionals(rbm);
  const logs = Float64Array.from({ length: count }, (_, r) => {
    conditionals.load(rows.subarray(r * width, (r + 1) * width));
    if (random !== undefined) return units * conditionals.logProbability(random.integer(units));
    let sum = 0;
    for (let i = 0; i < units; i++) sum += conditionals.logProbability(i);
    return sum;
  });
  return averageOf(logs);
}

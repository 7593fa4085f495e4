import type { AssociationRule } from "../../learning/index.js";
import { identityMatrix, type Matrix } from "../../math/matrix.js";
import type { VectorSet } from "../../patterns/index.js";

/** The excitation of the output units by a stored input: x_mu W = signal + crosstalk. */
export interface Crosstalk {
  /** x_mu W, k values. */
  readonly excitation: Float64Array;
  /** g_mu,mu: how strongly x_mu excites its own output. */
  readonly gain: number;
  /** g_mu,mu y_mu */
  readonly signal: Float64Array;
  /** sum over nu != mu of g_mu,nu y_nu: the crosstalk from the other pairs. */
  readonly crosstalk: Float64Array;
  /** Indices of the outputs whose sign the crosstalk changes. */
  readonly overturned: readonly number[];
}

/**
 * How strongly every input excites its own output, g_mu,mu with G = X A. The rules are linear in the outputs, W = A Y,
 * so that x_mu W = sum_nu g_mu,nu y_nu, and learning the unit vectors as outputs gives A.
 *
 * For the correlation matrix G = gamma X X^T, so that the gain is gamma |x_mu|^2 and the crosstalk
 * gamma sum (x_mu . x_nu) y_nu (Rojas, Neural Networks, 1996, section 12.2). For the pseudoinverse G = X X^+, which is
 * the identity if the inputs are independent: there is no crosstalk.
 */
export function gainsOf(rule: AssociationRule, inputs: Matrix): Float64Array {
  const { weights } = rule.learn(inputs, identityMatrix(inputs.rows));
  return Float64Array.from({ length: inputs.rows }, (_, mu) => {
    let gain = 0;
    for (let i = 0; i < inputs.columns; i++) {
      gain += inputs.values[mu * inputs.columns + i] * weights.values[i * inputs.rows + mu];
    }
    return gain;
  });
}

/** Splits an excitation into signal and crosstalk, which add up to it. */
export function split(excitation: Float64Array, outputs: VectorSet, mu: number, gain: number): Crosstalk {
  const signal = outputs.row(mu).map((y) => gain * y);
  const crosstalk = excitation.map((e, j) => e - signal[j]);
  const overturned = Array.from(excitation.keys()).filter(
    (j) => signal[j] !== 0 && excitation[j] < 0 !== signal[j] < 0,
  );
  return { excitation, gain, signal, crosstalk, overturned };
}

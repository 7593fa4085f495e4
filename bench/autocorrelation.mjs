/** How correlated the steps of Markov chains are. */

/** Width of the window in autocorrelation times: the omitted part is about e^-6 of the sum. */
const WINDOW = 6;

/**
 * The integrated autocorrelation time of a number along stationary chains, tau = 1/2 + sum_t rho(t), 1/2 where steps are
 * independent, with its standard error sqrt(4 (W + 1/2 - tau) / steps) tau for the window W that the sum is cut off at (Wolff,
 * Monte Carlo errors with less errors, 2004, eq. 42). Every chain is correlated about its own mean: where chains do not mix it
 * is the time within a metastable state. `series[r][t]` is the number in chain r at step t.
 */
export function autocorrelationTime(series) {
  const length = series[0].length;
  const centred = series.map((one) => {
    const mean = one.reduce((sum, x) => sum + x, 0) / length;
    return one.map((x) => x - mean);
  });
  const covariance = (t) => {
    let sum = 0;
    for (const one of centred) for (let k = 0; k + t < length; k++) sum += one[k] * one[k + t];
    return sum / (centred.length * (length - t));
  };
  const variance = covariance(0);
  if (variance === 0) return { value: 0.5, error: 0 };
  let tau = 0.5;
  let window = 0;
  while (window < WINDOW * tau && window < length / 4) tau += covariance(++window) / variance;
  // A mean that is taken from the chain itself takes 2 tau / length off every covariance.
  const value = Math.max(0.5, tau * (1 + (2 * window + 1) / length));
  const error = Math.sqrt((4 * Math.max(0, window + 0.5 - value)) / (length * series.length)) * value;
  return { value, error };
}

/** The mean over chains that are independent of each other, and its standard error. */
export function meanOfChains(series) {
  const means = series.map((one) => one.reduce((sum, x) => sum + x, 0) / one.length);
  const value = means.reduce((sum, x) => sum + x, 0) / means.length;
  const squares = means.reduce((sum, x) => sum + (x - value) ** 2, 0);
  return { value, error: Math.sqrt(squares / (means.length - 1) / means.length) };
}

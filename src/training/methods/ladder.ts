/**
 * A ladder of inverse temperatures with equal rejection rates of swaps: the rejections of the old ladder add up to a
 * barrier, taken as linear between its betas, and the new betas divide it into equal parts (Syed, Bouchard-Cote,
 * Deligiannidis and Doucet, Non-reversible parallel tempering, 2021, algorithm 2). Its ends stay.
 *
 * @param betas the ladder, ascending
 * @param rates acceptance rate of swaps between each beta and the next
 */
export function equalisedLadder(betas: ArrayLike<number>, rates: ArrayLike<number>): Float64Array {
  const steps = rates.length;
  // If all swaps are accepted, any ladder will do: a tiny rejection rate then keeps the old one.
  const barriers = new Float64Array(steps + 1);
  for (let t = 0; t < steps; t++) barriers[t + 1] = barriers[t] + Math.max(1 - rates[t], 1e-6);
  const ladder = Float64Array.from(betas);
  for (let t = 1, k = 0; t < steps; t++) {
    const goal = (barriers[steps] * t) / steps;
    while (barriers[k + 1] < goal) k++;
    const part = (goal - barriers[k]) / (barriers[k + 1] - barriers[k]);
    ladder[t] = betas[k] + part * (betas[k + 1] - betas[k]);
  }
  return ladder;
}

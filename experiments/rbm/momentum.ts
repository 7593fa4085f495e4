import { momentum, type Optimiser, stepwise } from "engram";
import { exp, log } from "engram/math";

/** Epochs in which the momentum rises to what it stays at. */
const RISE = 8;

/** Momentum from 0.5 to 0.9, by the same factor from epoch to epoch: small as long as the first steps are large and all alike. */
export function risingMomentum(): Optimiser {
  const epochs = Array.from({ length: RISE }, (_, epoch) => epoch);
  const values = epochs.map((epoch) => 0.5 * exp((log(0.9 / 0.5) * epoch) / (RISE - 1)));
  return momentum({ momentum: stepwise({ epochs, values }) });
}

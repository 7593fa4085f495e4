import { momentum, type Optimiser, stepwise } from "engram";
import { exp, log } from "engram/math";

/** Epochs in which the momentum rises to its final value. */
const RISE = 8;

/** Momentum from 0.5 to 0.9, by the same factor an epoch: small while the first steps are large and in the same direction. */
export function risingMomentum(): Optimiser {
  const epochs = Array.from({ length: RISE }, (_, epoch) => epoch);
  const values = epochs.map((epoch) => 0.5 * exp((log(0.9 / 0.5) * epoch) / (RISE - 1)));
  return momentum({ momentum: stepwise({ epochs, values }) });
}

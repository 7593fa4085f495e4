import { exp, log, type Schedule, stepwise } from "engram";

/** Epochs in which the momentum rises to what it stays at. */
const RISE = 8;

/** From 0.5 to 0.9, by the same factor from epoch to epoch: small as long as the first steps are large and all alike. */
export function risingMomentum(): Schedule {
  return stepwise(
    Array.from({ length: RISE }, (_, epoch) => [epoch, 0.5 * exp((log(0.9 / 0.5) * epoch) / (RISE - 1))]),
  );
}

import { hypot } from "../../math/elementary.js";
import type { Rbm } from "../../models/index.js";
import type { Rows } from "../../units/index.js";
import { averageOf } from "./average.js";

/** Mean free energies in nats, and their difference. */
export interface FreeEnergyGap {
  readonly training: number;
  readonly heldOut: number;
  /** heldOut - training: above 0 if the training rows are more probable. */
  readonly gap: number;
  /** Of the gap, from the spread of the rows. */
  readonly standardError: number;
}

/**
 * The gap between the mean free energies of held-out and of training rows, any number of either. F(v) is
 * -log p(v) - log Z, and log Z drops out of the difference: the gap is how much more likely training rows are, in nats, and
 * grows with overfitting (Hinton, A practical guide to training restricted Boltzmann machines, 2010, section 6).
 *
 * @throws ShapeError or DataError for rows that are not states of the visible layer
 */
export function freeEnergyGap(rbm: Rbm, training: Rows, heldOut: Rows): FreeEnergyGap {
  const [seen, unseen] = [training, heldOut].map((rows) => averageOf(rbm.freeEnergy(rows)));
  return {
    training: seen.mean,
    heldOut: unseen.mean,
    gap: unseen.mean - seen.mean,
    standardError: hypot(seen.standardError, unseen.standardError),
  };
}

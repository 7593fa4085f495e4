import type { Warning } from "engram";
import { Random } from "engram/math";
import type { Rbm } from "engram/models";
import {
  deadHiddenUnits,
  deadUnitsWarning,
  freeEnergyGap,
  overfittingWarning,
  pseudoLikelihood,
  sampleRows,
} from "engram/training";
import type { Pictures } from "./pictures.js";
import type { Readings } from "./protocol.js";

/** Pictures of either kind that free energies are averaged over. */
const ROWS = 300;
/** Units times hidden units times pictures of a pseudo-likelihood: takes a few hundredths of a second. */
const WORK = 1_200_000;
const MOST_PICTURES = 60;

/** What was found. */
export interface Measured {
  readonly readings: Readings;
  /** The part of the hidden units that are dead. */
  readonly dead: number;
  /** What looks wrong. */
  readonly warnings: readonly Warning[];
}

/** Measures a machine on the same pictures each time, so that the curves show the machine and not the choice of pictures. */
export class Gauge {
  readonly #seen: Float64Array;
  readonly #unseen: Float64Array;
  readonly #few: Float64Array;

  constructor(rbm: Rbm, { training, heldOut }: Pictures) {
    const random = new Random(0);
    const { visible, hidden } = rbm;
    this.#seen = sampleRows(training, visible, ROWS, random.fork(1));
    this.#unseen = sampleRows(heldOut, visible, ROWS, random.fork(2));
    const count = Math.max(4, Math.min(MOST_PICTURES, Math.floor(WORK / (visible.width * hidden.width))));
    this.#few = this.#unseen.subarray(0, count * visible.width);
  }

  read(rbm: Rbm): Measured {
    const found = freeEnergyGap(rbm, this.#seen, this.#unseen);
    const { mean } = pseudoLikelihood(rbm, this.#few);
    const dead = deadHiddenUnits(rbm, this.#unseen);
    const { width } = rbm.hidden;
    const warnings = [deadUnitsWarning(dead, width), overfittingWarning(found)].filter(
      (warning) => warning !== undefined,
    );
    return { readings: { pseudoLikelihood: mean, gap: found.gap }, dead: dead.length / width, warnings };
  }
}

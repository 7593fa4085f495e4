import type { Random } from "../../math/index.js";
import type { Rbm } from "../../models/index.js";
import {
  deadUnitsMonitor,
  freeEnergyMonitor,
  type Monitor,
  measuredPseudoLikelihood,
  reconstructionMonitor,
} from "../../training/index.js";
import type { Rows } from "../../units/index.js";
import type { GreySet } from "../io/grey-set.js";
import { type Reading, statesOf } from "../io/reading.js";
import { isDue } from "./training-log.js";

/** Number of images for each monitor: enough to show the progress, and few compared to an epoch. */
const watched = { pseudoLikelihood: 1000, freeEnergy: 500, dead: 500, reconstruction: 50 };

/** What monitors measure. */
interface Watched {
  readonly rbm: Rbm;
  readonly learned: GreySet;
  readonly heldOut: GreySet | undefined;
  readonly reading: Reading;
  readonly epochs: number;
}

/** The monitors, called after every epoch, or, if epochs are short, after some of them and after the last. */
export function monitorsOf(plan: Watched, updatesAnEpoch: number, random: Random): Monitor<Rbm>[] {
  return allMonitors(plan, random).map(
    (monitor): Monitor<Rbm> =>
      (rbm, context) =>
        isDue(context.epoch, plan.epochs, updatesAnEpoch) ? monitor(rbm, context) : { values: {} },
  );
}

function allMonitors({ learned, heldOut, rbm: { visible }, reading }: Watched, random: Random): Monitor<Rbm>[] {
  const rows = (count: number, stream: number) => statesOf(learned, visible, reading, count, random.fork(stream));
  const monitors = [
    steadyPseudoLikelihood(rows(watched.pseudoLikelihood, 0), random.fork(1)),
    deadUnitsMonitor(rows(watched.dead, 2)),
    reconstructionMonitor(rows(watched.reconstruction, 3)),
  ];
  if (heldOut === undefined) return monitors;
  const unseen = statesOf(heldOut, visible, reading, watched.freeEnergy, random.fork(4));
  return [...monitors, freeEnergyMonitor(rows(watched.freeEnergy, 5), unseen)];
}

/** Uses the same unit of every image after every epoch, so that only the machine changes, not the random draw. */
function steadyPseudoLikelihood(rows: Rows, random: Random): Monitor<Rbm> {
  return (rbm, { epoch }) => measuredPseudoLikelihood(rbm, rows, epoch, random.fork(0));
}

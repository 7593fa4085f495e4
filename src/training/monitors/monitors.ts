import { Random } from "../../math/random.js";
import type { Rbm } from "../../models/index.js";
import type { Rows } from "../../units/index.js";
import type { Warning } from "../../warnings.js";
import type { Measured, Monitor } from "../training.js";
import { deadHiddenUnits } from "./dead-units.js";
import { freeEnergyGap } from "./free-energy-gap.js";
import { pseudoLikelihood } from "./pseudo-likelihood.js";
import { squaredReconstructionError } from "./reconstruction.js";
import { deadUnitsWarning, divergenceWarning, overfittingWarning } from "./warnings.js";
import { weightNorms } from "./weight-norms.js";

/** The stream of a training's seed that pseudo-likelihoods draw their units from. */
const STREAM = 1000;

/** Measures `squaredReconstructionError` over some rows, and warns if it exceeds twice the least one so far. */
export function reconstructionMonitor(rows: Rows): Monitor<Rbm> {
  let best = Number.POSITIVE_INFINITY;
  return (rbm) => {
    const error = squaredReconstructionError(rbm, rows);
    const warnings = listed(divergenceWarning(error, best));
    best = Math.min(best, error);
    return { values: { squaredReconstructionError: error }, warnings };
  };
}

/** Measures `pseudoLikelihood`, of one random unit per row, and its error `pseudoLikelihoodError`. */
export function pseudoLikelihoodMonitor(rows: Rows): Monitor<Rbm> {
  return (rbm, { epoch, seed, updates }) =>
    measuredPseudoLikelihood(rbm, rows, epoch, new Random(seed).fork(STREAM).fork(updates));
}

/** The result of a monitor of pseudo-likelihoods; warns where a conditional density has no finite integral. */
export function measuredPseudoLikelihood(rbm: Rbm, rows: Rows, epoch: number, random: Random): Measured {
  const { mean, standardError } = pseudoLikelihood(rbm, rows, { random });
  const warnings: Warning[] = mean === Number.NEGATIVE_INFINITY ? [{ code: "no-density", epoch }] : [];
  return { values: { pseudoLikelihood: mean, pseudoLikelihoodError: standardError }, warnings };
}

/** Measures `freeEnergyGap` and its error `freeEnergyGapError`, and warns of overfitting when it has grown significantly. */
export function freeEnergyMonitor(training: Rows, heldOut: Rows): Monitor<Rbm> {
  let warned = 0;
  return (rbm) => {
    const found = freeEnergyGap(rbm, training, heldOut);
    const { gap, standardError } = found;
    // The same warning is not repeated after every epoch.
    const warnings = listed(overfittingWarning({ ...found, gap: gap - warned }) && overfittingWarning(found));
    if (warnings.length > 0) warned = gap;
    return { values: { freeEnergyGap: gap, freeEnergyGapError: standardError }, warnings };
  };
}

/** Counts the dead hidden values over some rows as `deadHiddenUnits`, and warns if there are more than before. */
export function deadUnitsMonitor(rows: Rows): Monitor<Rbm> {
  let before = 0;
  return (rbm) => {
    const dead = deadHiddenUnits(rbm, rows);
    const warnings = dead.length > before ? listed(deadUnitsWarning(dead, rbm.hidden.width)) : [];
    before = dead.length;
    return { values: { deadHiddenUnits: dead.length }, warnings };
  };
}

/** Measures the root mean square of the weights, `rootMeanSquareWeight`, and the largest one, `largestWeight`. */
export function weightsMonitor(): Monitor<Rbm> {
  return (rbm) => {
    const { rootMeanSquare, largest } = weightNorms(rbm);
    return { values: { rootMeanSquareWeight: rootMeanSquare, largestWeight: largest } };
  };
}

function listed(warning: Warning | undefined): Warning[] {
  return warning === undefined ? [] : [warning];
}

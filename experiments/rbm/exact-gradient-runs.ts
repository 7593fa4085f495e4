import {
  binary,
  contrastiveDivergence,
  exactLogLikelihood,
  initialise,
  persistent,
  Rbm,
  tempering,
  train,
} from "engram";
import { exactGradient } from "engram/models";
import type { TrainingMethod } from "engram/training";
import type { Context } from "../experiment.js";
import { mean } from "../statistics.js";
import { barsAndStripes } from "./bars-and-stripes.js";
import { ExpectedPersistent, expectedContrastiveDivergence } from "./expected-gradients.js";
import { Followers, type GradientError } from "./gradient-errors.js";

export type Parameters = {
  /** Likelihood during training: machines trained by every method. */
  training: {
    side: number;
    hidden: number;
    updates: number;
    points: number;
    seeds: number;
    rate: number;
    temperatures: number;
  };
  /** Errors of the gradient along the training by the exact one: number of chains of PT; the others need none. */
  errors: {
    side: number;
    hidden: number;
    updates: number[];
    seeds: number;
    rate: number;
    chains: number;
  };
};

export const names = ["CD-1", "CD-10", "PCD-1", "PT"] as const;
export type Name = (typeof names)[number];

/** Of the PT whose chains follow a machine. */
export const TEMPERATURES = 10;

/** Number of temperatures of PT, in equal steps. */
function methodOf(name: Name, temperatures: number): TrainingMethod {
  if (name === "PT") return tempering({ temperatures, lowest: 0.1 });
  return name === "PCD-1" ? persistent() : contrastiveDivergence({ steps: name === "CD-1" ? 1 : 10 });
}

/** log p during training by every method, from the same machine. */
export async function likelihoods(
  { side, hidden, updates, points, rate, temperatures }: Parameters["training"],
  { random, workspace, signal, progress }: Context,
): Promise<Record<Name, number[]>> {
  const rows = barsAndStripes(side);
  const curves = {} as Record<Name, number[]>;
  const seed = random.fork(1).word();
  for (const [m, name] of names.entries()) {
    const rbm = new Rbm({ visible: binary(side * side), hidden: binary(hidden) });
    initialise(rbm, { random: random.fork(0), scale: 0.1 });
    const curve = [mean(exactLogLikelihood(rbm, rows))];
    const options = {
      method: methodOf(name, temperatures),
      batch: 2 ** (side + 1),
      epochs: updates,
      rate,
      seed,
      workspace,
      signal,
    };
    for await (const report of train(rbm, rows, options)) {
      if (report.updates % (updates / points) !== 0) continue;
      curve.push(mean(exactLogLikelihood(rbm, rows)));
      progress((m + report.updates / updates) / names.length);
    }
    curves[name] = curve;
  }
  return curves;
}

/** The gradient by each method along a training by the exact one, and the size of the weights. */
export function followed(
  { side, hidden, updates, rate, chains }: Parameters["errors"],
  { random, workspace, signal, progress }: Context,
): { errors: Record<Name, GradientError[]>; weights: number[] } {
  const rows = barsAndStripes(side);
  const rbm = new Rbm({ visible: binary(side * side), hidden: binary(hidden) });
  initialise(rbm, { random: random.fork(0), scale: 0.1 });
  const persisting = new ExpectedPersistent(rbm);
  const tempered = new Followers(rbm, rows, [methodOf("PT", TEMPERATURES)], {
    chains,
    random: random.fork(1),
    workspace,
  });
  const errors: Record<Name, GradientError[]> = { "CD-1": [], "CD-10": [], "PCD-1": [], PT: [] };
  const weights: number[] = [];
  const last = updates[updates.length - 1];
  try {
    for (let update = 1; update <= last; update++) {
      signal.throwIfAborted();
      persisting.advance();
      const phases = tempered.advance();
      if (updates.includes(update)) {
        const [one, ten] = expectedContrastiveDivergence(rbm, rows, [1, 10]);
        errors["CD-1"].push(one);
        errors["CD-10"].push(ten);
        errors["PCD-1"].push(persisting.measure(rows));
        errors.PT.push(...tempered.measure(phases));
        weights.push(Math.sqrt(mean(rbm.weights.values.map((w) => w * w))));
        progress(update / last);
      }
      ascend(rbm, rows, rate);
    }
  } finally {
    tempered.dispose();
  }
  return { errors, weights };
}

/** A step along the exact gradient. */
function ascend(rbm: Rbm, rows: Float64Array, rate: number): void {
  const gradient = exactGradient(rbm, rows);
  for (const [values, slope] of [
    [rbm.weights.values, gradient.weights],
    [rbm.visible.parameters, gradient.visible],
    [rbm.hidden.parameters, gradient.hidden],
  ]) {
    for (let k = 0; k < values.length; k++) values[k] += rate * slope[k];
  }
}

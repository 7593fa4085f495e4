import type { Frame } from "./protocol.js";

/** Points that a curve keeps; beyond them every second one goes. */
const POINTS = 1500;

/** Updates and values. */
export type Curve = readonly [updates: readonly number[], values: readonly number[]];

export interface Curves {
  readonly reconstruction: Curve;
  readonly pseudoLikelihood: Curve;
  readonly gap: Curve;
}

const none: Curve = [[], []];
export const noCurves: Curves = { reconstruction: none, pseudoLikelihood: none, gap: none };

/** The curves with the readings of a frame added. */
export function longer(curves: Curves, { updates, reconstructionError, readings }: Frame): Curves {
  return {
    reconstruction: withPoint(curves.reconstruction, updates, reconstructionError),
    pseudoLikelihood: withPoint(curves.pseudoLikelihood, updates, readings?.pseudoLikelihood),
    gap: withPoint(curves.gap, updates, readings?.gap),
  };
}

function withPoint(curve: Curve, at: number, value: number | undefined): Curve {
  if (value === undefined || !Number.isFinite(value)) return curve;
  const [updates, values] = [
    [...curve[0], at],
    [...curve[1], value],
  ];
  if (updates.length <= POINTS) return [updates, values];
  const keep = (_: number, k: number) => k % 2 === 0 || k === updates.length - 1;
  return [updates.filter(keep), values.filter(keep)];
}

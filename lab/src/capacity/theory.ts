import { hopfieldMeanField, projectionRetrieval, retrievalLimit } from "engram/theory";
import { mostLoad, type RuleName } from "./setting.js";

/** Points of a line. */
const POINTS = 40;

/** A point of a line: load and overlap, or load and temperature. */
export type Place = readonly [x: number, y: number];

/**
 * The overlap with a stored pattern by mean-field theory, in infinitely many units, up to the load at which retrieval
 * ends, point by point: at a temperature each takes some 30 milliseconds. Nothing for a rule of which we know no theory.
 */
export function* overlapLine(rule: RuleName, temperature: number): Generator<Place> {
  if (rule === "storkey" || temperature >= 1) return;
  const most = mostLoad(rule);
  const end = rule === "hebb" ? Math.min(most, retrievalLimit(temperature).load) : most;
  for (let k = 0; k <= POINTS; k++) {
    // Never the limit itself, where two solutions meet.
    const load = Math.max(1e-4, end * (k / POINTS) * (1 - 1e-6));
    const state =
      rule === "hebb" ? hopfieldMeanField(load, temperature).retrieval : projectionRetrieval(load, temperature);
    if (state === undefined) return;
    yield [load, state.overlap];
  }
}

/** The load up to which Hebb's rule retrieves, by temperature, as points of a plane of load and temperature. */
export function* phaseLine(): Generator<Place> {
  for (let k = 0; k <= POINTS; k++) {
    const temperature = k / POINTS;
    yield [temperature === 1 ? 0 : retrievalLimit(temperature).load, temperature];
  }
}

/** The height of a line at x, by straight lines between its points, of which the x ascend; undefined beyond its ends. */
export function heightAt(line: readonly Place[], x: number): number | undefined {
  const after = line.findIndex(([at]) => at >= x);
  if (after < 0) return undefined;
  const [x1, y1] = line[after];
  if (after === 0) return x1 <= x + 2e-3 ? y1 : undefined;
  const [x0, y0] = line[after - 1];
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}

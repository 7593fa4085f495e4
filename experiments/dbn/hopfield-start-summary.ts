import { proportion } from "engram/math";
import type { Row } from "../experiment.js";
import { type Start, startNames } from "../smart-zilman-2021/starts.js";
import { compare, type Interval } from "../statistics.js";
import { bitsOf } from "./expert-layer.js";
import type { Parameters, Part, Stage } from "./hopfield-start-parts.js";
import { pairedDifference } from "./paired-difference.js";

/** Test error in per cent: the mean over the nets of a start, with the uncertainty from nets and test images. */
export interface Curve extends Pick<Interval, "low" | "high"> {
  readonly stage: Stage;
  readonly start: Start;
  readonly epoch: number;
  readonly error: number;
}

/** Of each interval. */
export const CONFIDENCE = 0.99;

/** What the source says of one layer at 0 epochs, in per cent, for k = 100 and all images. */
export const PUBLISHED = { error: 4.4, k: 100, images: 60_000 };

export function curvesOf(parts: readonly Part[]): Curve[] {
  return stagesOf(parts).flatMap((stage) =>
    startsOf(parts).flatMap((start) => epochsOf(parts, stage).map((epoch) => curvePoint(parts, stage, start, epoch))),
  );
}

export function isWhole({ images, k }: Parameters): boolean {
  return images >= PUBLISHED.images && k[0] === PUBLISHED.k;
}

export function rowsOf(parameters: Parameters, parts: readonly Part[], names: Readonly<Record<Stage, string>>): Row[] {
  const { images, k } = parameters;
  const rows: Row[] = [];
  if (startsOf(parts).includes("hopfield")) {
    const { error, low, high } = curvePoint(parts, "first", "hopfield", 0);
    const remark = isWhole(parameters)
      ? undefined
      : `${images} images and k = ${k[0]}, not ${PUBLISHED.images} and ${PUBLISHED.k}`;
    const label = "layer 1, Hopfield, 0 epochs: test error (%)";
    rows.push(compare(label, PUBLISHED.error, { value: error, low, high }, { smaller: remark }));
  }
  for (const stage of stagesOf(parts)) {
    const epochs = epochsOf(parts, stage);
    for (const epoch of [0, epochs[epochs.length - 1]]) {
      for (const other of rivalsOf(parts)) {
        const label = `${names[stage]}, ${epoch} epochs: lead over ${startNames[other]} (points)`;
        rows.push(supposed(label, leadOf(parts, stage, other, epoch)));
      }
    }
  }
  return [...rows, ...crossedRows(parts)];
}

/** Second layers on one and the same first layer: the effect of their own start alone. */
function crossedRows(parts: readonly Part[]): Row[] {
  return parts.flatMap(({ start, run, tested, crossed: { hopfield, ...others } }) => {
    if (run > 0 || hopfield === undefined) return [];
    return Object.entries(others).map(([other, point]) => {
      const lead = difference(bitsOf(point.wrong, tested), bitsOf(hopfield.wrong, tested));
      const label = `layer 2 on layer 1 from ${startNames[start]}, 0 epochs: lead over ${startNames[other as Start]} (points)`;
      return supposed(label, lead);
    });
  });
}

function supposed(label: string, lead: Interval): Row {
  const { value: ours, low, high } = lead;
  const published = "none; we supposed a lead";
  return { label, published, ours, low, high, verdict: "not comparable", anyData: true };
}

/** Which of our suppositions hold, in words. */
export function outcomeOf(rows: readonly Row[]): string {
  const of = rows.filter(({ anyData }) => anyData);
  const named = (holds: (interval: { low: number; high: number }) => boolean) => {
    const labels = of.filter(({ low, high }) => holds({ low: low ?? 0, high: high ?? 0 })).map(({ label }) => label);
    return labels.length > 0 ? `${labels.length} of ${of.length} (${labels.join("; ")})` : "none";
  };
  const led = of.filter(({ low }) => (low ?? 0) > 0).length;
  return `Leads that we supposed and found: ${led} of ${of.length}. The other start leads in ${named(({ high }) => high < 0)}. Not told apart: ${named(({ low, high }) => low <= 0 && high >= 0)}.`;
}

/** Errors of second layers from every start on the same untrained first layer, in words. */
export function crossedTable(parts: readonly Part[]): string {
  return parts
    .filter(({ run }) => run === 0)
    .map(({ start, tested, crossed }) => {
      const errors = Object.entries(crossed).map(([above, { wrong }]) => {
        const percent = (100 * bitsOf(wrong, tested).reduce((sum, x) => sum + x, 0)) / tested;
        return `${startNames[above as Start]} ${percent.toFixed(2)}`;
      });
      return `on ${startNames[start]} ${errors.join(", ")}`;
    })
    .join("; ");
}

/** Errors of every start after every epoch, in words. */
export function tableOf(parts: readonly Part[], stage: Stage): string {
  return startsOf(parts)
    .map((start) => {
      const points = epochsOf(parts, stage).map((epoch) => curvePoint(parts, stage, start, epoch));
      return `${startNames[start]} ${points.map(({ epoch, error }) => `${error.toFixed(2)} (${epoch})`).join(", ")}`;
    })
    .join("; ");
}

/** After how many epochs the lead over each other start is gone, in words. */
export function whenGone(parts: readonly Part[], stage: Stage): string {
  const words = rivalsOf(parts).map((other) => {
    const epochs = epochsOf(parts, stage);
    const gone = epochs.find((epoch) => !(leadOf(parts, stage, other, epoch).low > 0));
    const until = gone === 0 ? "none to begin with" : `gone after ${gone} epochs`;
    const still = `still there after ${epochs[epochs.length - 1]} epochs`;
    return `${startNames[other]}: ${gone === undefined ? still : until}`;
  });
  return words.join(", ");
}

/** Errors of another start less those of Hopfield patterns, in points, over all pairs of their nets. */
function leadOf(parts: readonly Part[], stage: Stage, other: Start, epoch: number): Interval {
  const pairs = mistakes(parts, stage, "hopfield", epoch).flatMap((ours) =>
    mistakes(parts, stage, other, epoch).map((theirs) => difference(theirs, ours)),
  );
  return {
    value: pairs.reduce((sum, { value }) => sum + value / pairs.length, 0),
    low: Math.min(...pairs.map(({ low }) => low)),
    high: Math.max(...pairs.map(({ high }) => high)),
  };
}

/** The difference of two error rates on the same test images, in points. */
export function difference(a: Uint8Array, b: Uint8Array): Interval {
  const n = a.length;
  let [onlyA, onlyB] = [0, 0];
  for (let r = 0; r < n; r++) {
    if (a[r] > b[r]) onlyA++;
    if (b[r] > a[r]) onlyB++;
  }
  const { value, low, high } = pairedDifference({ onlyA, onlyB, trials: n }, CONFIDENCE);
  return { value: 100 * value, low: 100 * low, high: 100 * high };
}

function curvePoint(parts: readonly Part[], stage: Stage, start: Start, epoch: number): Curve {
  const errors = mistakes(parts, stage, start, epoch).map((wrong) =>
    proportion(
      wrong.reduce((sum, x) => sum + x, 0),
      wrong.length,
      CONFIDENCE,
    ),
  );
  return {
    stage,
    start,
    epoch,
    error: errors.reduce((sum, { value }) => sum + (100 * value) / errors.length, 0),
    low: 100 * Math.min(...errors.map(({ low }) => low)),
    high: 100 * Math.max(...errors.map(({ high }) => high)),
  };
}

/** The test images that each net of a start misclassifies. */
function mistakes(parts: readonly Part[], stage: Stage, start: Start, epoch: number): Uint8Array[] {
  return parts
    .filter((part) => part.start === start)
    .map(({ stages, tested }) => bitsOf(stages[stage].find((point) => point.epoch === epoch)?.wrong ?? "", tested));
}

function startsOf(parts: readonly Part[]): Start[] {
  return [...new Set(parts.map(({ start }) => start))];
}

/** The starts that Hopfield patterns are compared with; none if these are omitted. */
function rivalsOf(parts: readonly Part[]): Start[] {
  const starts = startsOf(parts);
  return starts.includes("hopfield") ? starts.filter((start) => start !== "hopfield") : [];
}

function stagesOf([part]: readonly Part[]): Stage[] {
  return Object.keys(part.stages) as Stage[];
}

function epochsOf([part]: readonly Part[], stage: Stage): number[] {
  return part.stages[stage].map(({ epoch }) => epoch);
}

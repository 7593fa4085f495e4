import {
  type ColumnAscent,
  checkColumnAscent,
  checkGapGradients,
  checkGaps,
  type EnergyGaps,
  type GapGradients,
  leastOf,
  raised,
  SUMS,
} from "./energy-gaps.js";

const { fround } = Math;

export function energyGaps(gaps: EnergyGaps): void {
  checkGaps(gaps);
  const { rows, columns, classes, power, overlaps, shifts, out } = gaps;
  const least = leastOf(power);
  const separate = (x: number) => (x > least ? raised(x, power) : 0);
  const sums = new Float32Array(SUMS);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < classes; c++) {
      sums.fill(0);
      for (let k = 0; k < columns; k++) {
        const x = overlaps[r * columns + k];
        const on = separate(fround(x + shifts[c * columns + k]));
        sums[k % SUMS] += fround(on - separate(x));
      }
      out[r * classes + c] = sums.reduce((total, sum) => total + sum, 0);
    }
  }
}

export function gapGradients(gradients: GapGradients): void {
  checkGapGradients(gradients);
  const { rows, columns, classes, power, overlaps, shifts, weights, out, shiftGradients } = gradients;
  const least = leastOf(power);
  const slope = (x: number) => (x > least ? raised(x, power - 1) : 0);
  shiftGradients.fill(0, 0, classes * columns);
  for (let r = 0; r < rows; r++) {
    let total = 0;
    for (let c = 0; c < classes; c++) total = fround(total + weights[r * classes + c]);
    for (let k = 0; k < columns; k++) {
      const x = overlaps[r * columns + k];
      let sum = 0;
      for (let c = 0; c < classes; c++) {
        const weight = weights[r * classes + c];
        if (weight === 0) continue;
        const term = fround(weight * slope(fround(x + shifts[c * columns + k])));
        sum = fround(sum + term);
        shiftGradients[c * columns + k] += term;
      }
      out[r * columns + k] = sum - fround(total * slope(x));
    }
  }
}

export function ascendColumns(ascent: ColumnAscent): void {
  checkColumnAscent(ascent);
  const { rows, columns, values, velocity, gradient } = ascent;
  const [keep, gain, rate] = [fround(ascent.keep), fround(ascent.gain), fround(ascent.rate)];
  for (let k = 0; k < columns; k++) {
    let largest = 0;
    for (let at = k; at < rows * columns; at += columns) {
      velocity[at] = fround(keep * velocity[at]) + fround(gain * gradient[at]);
      const size = Math.abs(velocity[at]);
      if (size > largest) largest = size;
    }
    const step = largest >= 2 ** -126 ? fround(rate / largest) : 0;
    for (let at = k; at < rows * columns; at += columns) {
      values[at] = Math.max(-1, Math.min(1, fround(values[at] + fround(step * velocity[at]))));
    }
  }
}

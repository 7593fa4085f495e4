import type { Random } from "engram";
import { pow } from "engram/math";

/** Pixels of a side of the pictures. */
const SIDE = 4;

export const PIXELS = SIDE * SIDE;

/** The basic pictures: nothing, the left half, the upper half, and one half or the other but not both; 8 pixels apart. */
export const modes: readonly number[] = [0, 1, 2, 3].map((mode) => {
  let picture = 0;
  for (let pixel = 0; pixel < PIXELS; pixel++) {
    const left = pixel % SIDE < SIDE / 2 ? 1 : 0;
    const upper = pixel < PIXELS / 2 ? 1 : 0;
    const on = [0, left, upper, left ^ upper][mode];
    picture |= on << pixel;
  }
  return picture;
});

/** A picture farther than this from all modes belongs to none of them: half the distance of modes is 4. */
const NEAR = 3;

/** The mode that a picture belongs to; undefined between them. */
export function modeOf(picture: number): number | undefined {
  const found = modes.findIndex((mode) => bitCount(picture ^ mode) <= NEAR);
  return found < 0 ? undefined : found;
}

/** p(v) of all 2^16 pictures: a mode, each as probable as the others, with every pixel flipped with probability `flip`. */
export function probabilityOfAll(flip: number): Float64Array {
  const byDistance = Array.from({ length: PIXELS + 1 }, (_, d) => pow(flip, d) * pow(1 - flip, PIXELS - d));
  return Float64Array.from({ length: 2 ** PIXELS }, (_, picture) =>
    modes.reduce((sum, mode) => sum + byDistance[bitCount(picture ^ mode)] / modes.length, 0),
  );
}

/** Pictures drawn from it, as many of each mode. */
export function drawPictures(count: number, flip: number, random: Random): Float64Array {
  const rows = new Float64Array(count * PIXELS);
  for (let r = 0; r < count; r++) {
    const mode = modes[r % modes.length];
    for (let pixel = 0; pixel < PIXELS; pixel++) {
      rows[r * PIXELS + pixel] = ((mode >>> pixel) & 1) ^ (random.bernoulli(flip) ? 1 : 0);
    }
  }
  return rows;
}

/** All 2^16 pictures, one a row; picture number p has pixel i on where bit i of p is set. */
export function allPictures(): Float64Array {
  const rows = new Float64Array(2 ** PIXELS * PIXELS);
  for (let k = 0; k < rows.length; k++) rows[k] = (Math.floor(k / PIXELS) >>> (k % PIXELS)) & 1;
  return rows;
}

/** The number of a picture. */
export function pictureOf(row: ArrayLike<number>): number {
  let picture = 0;
  for (let pixel = 0; pixel < PIXELS; pixel++) if (row[pixel] > 0) picture |= 1 << pixel;
  return picture;
}

function bitCount(word: number): number {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) count++;
  return count;
}

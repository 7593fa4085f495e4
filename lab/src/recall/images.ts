import { Digest } from "engram/math";
import { encodeUnits } from "../encoding.js";
import { type Cut, shortLabel } from "./setting.js";

/** Edge of the grey pictures that are kept: a multiple of all edges that pictures may be cut to. */
export const greySide = 192;

/** A picture that the browser has decoded: the middle square, a byte of luminance a pixel, `greySide` pixels an edge. */
export interface Decoded {
  readonly label: string;
  readonly pixels: Uint8Array;
}

/** Decodes the files that are pictures, and names those that are not. */
export async function decode(files: Iterable<File>): Promise<{ decoded: Decoded[]; refused: string[] }> {
  const decoded: Decoded[] = [];
  const refused: string[] = [];
  for (const file of files) {
    try {
      const bitmap = await createImageBitmap(file);
      decoded.push({ label: shortLabel(file.name.replace(/\.[^.]*$/, "")), pixels: middleOf(bitmap) });
      bitmap.close();
    } catch {
      refused.push(file.name);
    }
  }
  return { decoded, refused };
}

function middleOf(bitmap: ImageBitmap): Uint8Array {
  const canvas = new OffscreenCanvas(greySide, greySide);
  const context = canvas.getContext("2d", { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D;
  const { width, height } = bitmap;
  const edge = Math.min(width, height);
  context.imageSmoothingQuality = "high";
  context.fillStyle = "white";
  context.fillRect(0, 0, greySide, greySide);
  context.drawImage(bitmap, (width - edge) / 2, (height - edge) / 2, edge, edge, 0, 0, greySide, greySide);
  return greyOf(context.getImageData(0, 0, greySide, greySide).data);
}

/** Luminance of pixels of red, green, blue and alpha (ITU-R BT.601). */
export function greyOf(pixels: ArrayLike<number>): Uint8Array {
  return Uint8Array.from({ length: pixels.length / 4 }, (_, i) =>
    Math.round(0.299 * pixels[4 * i] + 0.587 * pixels[4 * i + 1] + 0.114 * pixels[4 * i + 2]),
  );
}

/**
 * A square grey picture in black and white, as `encodeUnits` writes it. A pixel is the mean of those that it covers, so the
 * edge must be a multiple of `side`.
 */
export function cut(pixels: Uint8Array, { side, threshold, invert }: Cut): string {
  const edge = Math.sqrt(pixels.length);
  const covered = edge / side;
  const sums = new Float64Array(side * side);
  for (let i = 0; i < pixels.length; i++) {
    sums[Math.floor(i / edge / covered) * side + Math.floor((i % edge) / covered)] += pixels[i];
  }
  return encodeUnits(Uint8Array.from(sums, (sum) => Number(sum < threshold * covered ** 2 !== invert)));
}

/** An id of the pixels, by which they are found again. */
export function idOf(pixels: Uint8Array): string {
  return new Digest().add(new Uint32Array(pixels.slice().buffer)).hex();
}

import { encodeUnits } from "../encoding.js";
import { type OwnImage, type OwnImages, shortLabel } from "./setting.js";

/** A picture that the browser has decoded. */
export interface Decoded {
  readonly label: string;
  readonly bitmap: ImageBitmap;
}

/** How grey becomes black and white. */
export interface Cut {
  readonly side: number;
  /** Luminance from 0 to 255: darker pixels are on; with `invert`, brighter ones. */
  readonly threshold: number;
  readonly invert: boolean;
}

/** Decodes the files that are pictures, and names those that are not. */
export async function decode(files: Iterable<File>): Promise<{ decoded: Decoded[]; refused: string[] }> {
  const decoded: Decoded[] = [];
  const refused: string[] = [];
  for (const file of files) {
    try {
      decoded.push({ label: shortLabel(file.name.replace(/\.[^.]*$/, "")), bitmap: await createImageBitmap(file) });
    } catch {
      refused.push(file.name);
    }
  }
  return { decoded, refused };
}

/** The middle square of each picture, reduced and cut to black and white. */
export function reduce(pictures: readonly Decoded[], { side, threshold, invert }: Cut): OwnImages {
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext("2d", { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D;
  context.imageSmoothingQuality = "high";
  const items = pictures.map(({ label, bitmap }): OwnImage => {
    const edge = Math.min(bitmap.width, bitmap.height);
    context.fillStyle = "white";
    context.fillRect(0, 0, side, side);
    context.drawImage(bitmap, (bitmap.width - edge) / 2, (bitmap.height - edge) / 2, edge, edge, 0, 0, side, side);
    const { data } = context.getImageData(0, 0, side, side);
    return { label, units: encodeUnits(cut(data, threshold, invert)) };
  });
  return { side, items };
}

/** Units of 0 and 1 from pixels of red, green, blue and alpha, by their luminance (ITU-R BT.601). */
export function cut(pixels: ArrayLike<number>, threshold: number, invert: boolean): Uint8Array {
  return Uint8Array.from({ length: pixels.length / 4 }, (_, i) => {
    const grey = 0.299 * pixels[4 * i] + 0.587 * pixels[4 * i + 1] + 0.114 * pixels[4 * i + 2];
    return grey < threshold !== invert ? 1 : 0;
  });
}

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeIdx } from "../../src/data/index.js";
import { Random } from "../../src/math/index.js";
import { encodePng } from "../../src/node/index.js";

/** Pictures of independent pixels, and the same ones for the same seed. */
export function randomPictures(count: number, [height, width]: readonly [number, number], seed = 1): Uint8Array[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () =>
    Uint8Array.from({ length: height * width }, () => (random.bernoulli(0.5) ? 1 : 0)),
  );
}

/** Writes a picture as a PNG file, and the folders on the way to it. */
export async function putPng(folder: string, name: string, picture: Uint8Array, size: readonly [number, number]) {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), await encodePng(picture, size));
}

/** A data set of IDX files: random pictures of three classes, 0, 1, 2, 0, 1, 2 ... */
export function putDataSet(folder: string, count: number, size: readonly [number, number], name = ""): void {
  mkdirSync(folder, { recursive: true });
  const pixels = randomPictures(count, size).flatMap((picture) => [...picture].map((value) => value * 200));
  const images = { shape: [count, ...size], values: Uint8Array.from(pixels) };
  const labels = { shape: [count], values: Uint8Array.from({ length: count }, (_, r) => r % 3) };
  writeFileSync(join(folder, `${name}images-idx3-ubyte`), writeIdx(images));
  writeFileSync(join(folder, `${name}labels-idx1-ubyte`), writeIdx(labels));
}

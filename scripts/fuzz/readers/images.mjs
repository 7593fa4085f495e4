import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodePng, readGrey } from "engram/node";
import { bitsOf } from "../reader.mjs";

/** Pictures of all formats. */
export async function imageReaders(folder) {
  const pixels = Uint8Array.from({ length: 64 }, (_, k) => (k * 37) % 251);
  const spins = Array.from(pixels, (pixel) => (pixel > 127 ? 1 : -1));
  const png = await encodePng(spins, [8, 8]);
  const { default: sharp } = await import("sharp");
  const picture = () => sharp(Buffer.from(pixels), { raw: { width: 8, height: 8, channels: 1 } });
  const files = {
    png: [png, await picture().png().toBuffer()],
    jpeg: [await picture().jpeg().toBuffer()],
    webp: [await picture().webp({ lossless: true }).toBuffer()],
  };
  mkdirSync(folder, { recursive: true });
  return Object.entries(files).map(([kind, sounds]) => ({
    name: `image ${kind}`,
    share: 0.05,
    sounds: async () => sounds.map((bytes) => Uint8Array.from(bytes)),
    async read(bytes) {
      const path = join(folder, `picture.${kind}`);
      writeFileSync(path, bytes);
      const { pixels: grey, shape } = await readGrey(path);
      // Pictures have no checksum that all decoders compare: what counts is that there is a pixel for each place.
      return {
        value: `${shape.join()} ${bitsOf(grey)}`,
        faithful: grey.length === shape[0] * shape[1] && shape.every((size) => size > 0),
      };
    },
  }));
}

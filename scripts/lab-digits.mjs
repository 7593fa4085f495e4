// Makes lab/public/digits.bin, the digits that the lab has where nobody serves MNIST beside it:
//
//     ENGRAM_DATA=/folder/with/mnist node scripts/lab-digits.mjs
//
// The first 30 images of each class of the test part, a bit a pixel: 1 where the grey value is above 127. Image by image, class
// by class; within an image row by row, eight pixels a byte, the first one in the lowest bit.
import { writeFile } from "node:fs/promises";
import { findDataSet, readDataSet } from "../dist/node/index.js";

const PER_CLASS = 30;
const THRESHOLD = 127;

const folder = await findDataSet("mnist");
if (folder === undefined)
  throw new Error("there is no data set mnist; set ENGRAM_DATA to the folder that contains mnist/");
const set = await readDataSet(folder, { split: "test", perClass: PER_CLASS, threshold: THRESHOLD });
const bytes = new Uint8Array((set.count * set.units) / 8);
for (let row = 0; row < set.count; row++) {
  set.binary(row).forEach((unit, i) => {
    const at = row * set.units + i;
    bytes[at >> 3] |= unit << (at & 7);
  });
}
await writeFile(new URL("../lab/public/digits.bin", import.meta.url), bytes);
console.log(`${set.count} digits, ${bytes.length.toLocaleString("en")} bytes`);

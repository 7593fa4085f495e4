import { mkdirSync } from "node:fs";
import { addressReaders } from "./readers/addresses.mjs";
import { checkpointReaders } from "./readers/checkpoints.mjs";
import { idxReaders, labelsReader } from "./readers/idx.mjs";
import { imageReaders } from "./readers/images.mjs";
import { memoryReaders } from "./readers/memories.mjs";
import { modelReaders } from "./readers/models.mjs";
import { numpyReaders } from "./readers/numpy.mjs";
import { partsReader } from "./readers/parts.mjs";
import { safetensorsReader } from "./readers/safetensors.mjs";

/**
 * All readers; their sound files are the same every time.
 *
 * @param {string} folder for files that readers need
 * @param {{ lab?: boolean }} [options] `lab` builds and reads the lab's addresses, too
 * @returns {Promise<readonly import("./reader.mjs").Reader[]>}
 */
export async function allReaders(folder, { lab = false } = {}) {
  mkdirSync(folder, { recursive: true });
  return [
    ...(await numpyReaders()),
    safetensorsReader(),
    ...memoryReaders(),
    ...modelReaders(),
    ...(await checkpointReaders()),
    ...idxReaders(),
    ...(await imageReaders(folder)),
    labelsReader(folder),
    await partsReader(folder),
    ...(lab ? await addressReaders() : []),
  ];
}

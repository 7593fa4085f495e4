import { StorageError } from "../errors.js";
import { quote } from "../names.js";
import { parsed } from "../packed.js";

/** What the metadata of any file of Engram says, and what of it several kinds of files share. */

/** The version of the format that is written and read. */
const VERSION = "1";

/** The metadata that begins a file of the given model. */
export function formatMetadata(model: string): Map<string, string> {
  return new Map([
    ["format", "engram"],
    ["version", VERSION],
    ["model", model],
  ]);
}

/**
 * The model that a file says it holds.
 *
 * @throws StorageError where it is none of Engram, or of a version that is not read
 */
export function readModel(metadata: ReadonlyMap<string, string>, name: string): string {
  for (const [key, expected] of Object.entries({ format: "engram", version: VERSION })) {
    if (metadata.get(key) !== expected) {
      throw new StorageError(
        `${name}: ${key} is ${quote(metadata.get(key))}; expected "${expected}": not an Engram file`,
      );
    }
  }
  const model = metadata.get("model");
  if (model === undefined) throw new StorageError(`${name}: model is missing; it is damaged or forged`);
  return model;
}

/**
 * Makes sure that a file holds the given model.
 *
 * @param writer what writes such files, for the message
 */
export function requireModel(metadata: ReadonlyMap<string, string>, model: string, writer: string, name: string): void {
  for (const [key, expected] of formatMetadata(model)) {
    if (metadata.get(key) !== expected) {
      const found = quote(metadata.get(key));
      throw new StorageError(`${name}: ${key} is ${found}; expected "${expected}", as ${writer} writes it`);
    }
  }
}

/** Height and width of the picture that the units fill, where the file gives them. */
export function readShape(text: string | undefined, units: number, name: string): [number, number] | undefined {
  if (text === undefined) return undefined;
  const shape = parsed(text);
  const isShape =
    Array.isArray(shape) && shape.length === 2 && shape.every((size) => Number.isInteger(size) && size > 0);
  if (!isShape || shape[0] * shape[1] !== units) {
    throw new StorageError(`${name}: shape is ${quote(text)}; expected [height, width] that holds ${units} units`);
  }
  return [shape[0], shape[1]];
}

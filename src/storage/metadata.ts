import { StorageError } from "../errors.js";
import { quote } from "../names.js";

/** Metadata that all files of Engram have, and fields that several kinds of files share. */

/** Version of the file format. */
export const formatVersion = "1";

/** The metadata common to all files, with the given model. */
export function formatMetadata(model: string): Map<string, string> {
  return new Map([
    ["format", "engram"],
    ["version", formatVersion],
    ["model", model],
  ]);
}

/**
 * The `model` of a file.
 *
 * @throws StorageError unless it is an Engram file of a supported version
 */
export function readModel(metadata: ReadonlyMap<string, string>, name: string): string {
  for (const [key, expected] of Object.entries({ format: "engram", version: formatVersion })) {
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
 * Requires that a file holds the given model.
 *
 * @param writer the writer of such files, for the message
 */
export function requireModel(metadata: ReadonlyMap<string, string>, model: string, writer: string, name: string): void {
  for (const [key, expected] of formatMetadata(model)) {
    if (metadata.get(key) !== expected) {
      const found = quote(metadata.get(key));
      throw new StorageError(`${name}: ${key} is ${found}; expected "${expected}", as ${writer} writes it`);
    }
  }
}

import { StorageError } from "../errors.js";
import { Digest } from "../math/digest.js";
import { quote } from "../names.js";
import type { Warning } from "../warnings.js";
import { readSafetensors, type Safetensors, type Tensor, writeSafetensors } from "./safetensors.js";

/*
 * Safetensors files with a digest: the metadata have the entry `digest`, that of all tensors and of all other metadata. A
 * file that was damaged anywhere is refused; the format itself has no checksum.
 */

/** Name of the entry. */
export const DIGEST = "digest";

/** Options of reading a file that should have a digest. */
export interface ReadOptions {
  /** Called with a warning if the file has no digest, so that damage cannot be detected. */
  readonly onWarning?: ((warning: Warning) => void) | undefined;
}

/** Writes a safetensors file with a digest. */
export function writeSealed({ tensors, metadata }: Safetensors): Uint8Array {
  const sealed = new Map(metadata).set(DIGEST, digestOf({ tensors, metadata }));
  return writeSafetensors({ tensors, metadata: sealed });
}

/** The contents of a file without the entry `digest`, to be used once `verify` has compared it. */
export interface Sealed extends Safetensors {
  /**
   * To be called after the content was found to be of the right form, whose flaws are easier to understand than a digest.
   *
   * @throws StorageError if the content does not match the digest
   */
  readonly verify: () => void;
}

/** Reads a safetensors file with a digest. @throws StorageError if the bytes are not a safetensors file */
export function readSealed(bytes: Uint8Array, name: string, { onWarning }: ReadOptions = {}): Sealed {
  const { tensors, metadata: entries } = readSafetensors(bytes, name);
  const metadata = new Map(entries);
  const digest = metadata.get(DIGEST);
  metadata.delete(DIGEST);
  const verify = () => requireDigest(digest, () => digestOf({ tensors, metadata }), name, { onWarning });
  return { tensors, metadata, verify };
}

/** Throws a StorageError unless content has the digest of its file; warns if there is none. */
export function requireDigest(
  digest: string | undefined,
  found: () => string,
  name: string,
  { onWarning }: ReadOptions,
): void {
  if (digest === undefined) onWarning?.({ code: "no-digest", file: name });
  else if (digest !== found()) {
    const remedy = `restore it from a copy, or remove the entry "${DIGEST}" of its metadata if it was changed on purpose`;
    throw new StorageError(`${name} is damaged: its content does not match its digest ${quote(digest)}; ${remedy}`);
  }
}

/** Digest of names, types, shapes and bytes of the tensors and of the metadata, in the order of their names. */
function digestOf({ tensors, metadata }: Safetensors): string {
  const ordered = [...tensors].sort(byName);
  const digest = digestOfNames(ordered, metadata);
  for (const [, { data }] of ordered) digest.addBytes(data);
  return digest.hex();
}

/** A digest to which the bytes of the tensors are added, in the order of their names. */
export function digestOfNames(
  tensors: readonly (readonly [string, Pick<Tensor, "dtype" | "shape">])[],
  metadata: ReadonlyMap<string, string>,
): Digest {
  const names = tensors.map(([key, { dtype, shape }]) => [key, dtype, shape]);
  return new Digest().addBytes(new TextEncoder().encode(JSON.stringify([[...metadata].sort(byName), names])));
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

import { stat } from "node:fs/promises";
import { StorageError } from "../../errors.js";
import { pathError } from "../../node/files.js";
import { type KernelsInUse, kernelsInUse } from "../../node/index.js";
import type { StoredModel } from "../../storage/index.js";
import { formatVersion } from "../../storage/metadata.js";

/** A model in one line, with the shape of its pictures. */
export function describeModel({ kind, model, shape }: StoredModel): string {
  return `${kind.describe(model)}${shape === undefined ? "" : ` on pictures of ${shape.join("x")}`}`;
}

/** What the disk knows of a file, and the version of its format. */
export interface FileFacts extends KernelsInUse {
  readonly bytes: number;
  /** When it was written, in ISO 8601. */
  readonly written: string;
  readonly formatVersion: string;
}

/** What the disk knows of a file. */
export async function factsOf(file: string): Promise<FileFacts> {
  const { size, mtime } = await stat(file).catch((error: unknown) => {
    throw pathError(error, file, "read", StorageError);
  });
  return { bytes: size, written: mtime.toISOString(), formatVersion, ...kernelsInUse() };
}

/** "3.1 MB, written on 2026-11-29 at 21:40, format version 1" */
export function describeFacts({ bytes, written, formatVersion: version, ...kernels }: FileFacts): string[] {
  const units = ["B", "kB", "MB", "GB"];
  let [power, part] = [0, bytes];
  for (; part >= 1000 && power < units.length - 1; power++) part /= 1000;
  const size = power === 0 ? String(bytes) : part.toPrecision(3);
  const two = (n: number) => String(n).padStart(2, "0");
  const at = new Date(written);
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join("-");
  const time = `${two(at.getHours())}:${two(at.getMinutes())}`;
  return [
    `${size} ${units[power]}, written on ${day} at ${time}, format version ${version}`,
    `Computed with ${describeKernels(kernels)}`,
  ];
}

/** Which kernels compute, and why not native ones. */
export function describeKernels({ kernels, instructions, whyNotNative }: KernelsInUse): string {
  const names = { native: "native kernels", wasm: "kernels in WebAssembly", reference: "the reference kernels" };
  const more = instructions ?? whyNotNative;
  return `${names[kernels]}${more === undefined ? "" : ` (${more})`}`;
}

import { createHash } from "node:crypto";
import {
  type Kernels,
  type MakeWorkspace,
  referenceKernels,
  referenceWorkspace,
  wasmKernels,
  wasmWorkspace,
} from "../../src/kernels/index.js";
import { WasmKernels } from "../../src/kernels/wasm/index.js";
import { nativeWorkspace } from "../../src/kernels/wasm/workspace.js";
import { nativeTiers } from "../support/native.js";

/** Who computes. */
export interface Backend {
  readonly name: string;
  readonly kernels: Kernels;
  readonly workspace: MakeWorkspace;
}

export const BACKENDS: readonly Backend[] = [
  { name: "reference", kernels: referenceKernels, workspace: referenceWorkspace },
  { name: "wasm", kernels: wasmKernels(), workspace: wasmWorkspace },
  ...nativeTiers.slice(0, 1).map((native) => ({
    name: `native (${native.tier})`,
    kernels: new WasmKernels(undefined, native),
    workspace: nativeWorkspace(native),
  })),
];

/** What a scenario came to: numbers, texts and typed arrays, in an order that matters. */
export type Evidence = number | string | boolean | undefined | ArrayBufferView | readonly Evidence[];

/** Scenarios of one topic by name. One that takes no backend computes in plain TypeScript and runs once. */
export type Scenarios = Readonly<Record<string, (backend: Backend) => Evidence | Promise<Evidence>>>;

/** Names a scenario for each pair of two lists. */
export function cross<A, B>(
  first: Readonly<Record<string, A>>,
  second: Readonly<Record<string, B>>,
  run: (a: A, b: B, backend: Backend) => Evidence | Promise<Evidence>,
): Scenarios {
  const pairs = Object.entries(first).flatMap(([x, a]) =>
    Object.entries(second).map(([y, b]) => [`${x}, ${y}`, (backend: Backend) => run(a, b, backend)] as const),
  );
  return Object.fromEntries(pairs);
}

/** SHA-256 over the raw bytes of the evidence, 32 hexadecimal digits of it: -0 and 0 differ, and so does the last bit. */
export function digestOf(evidence: Evidence): string {
  const hash = createHash("sha256");
  const add = (value: Evidence): void => {
    if (typeof value === "number") hash.update("n").update(Float64Array.of(value));
    else if (ArrayBuffer.isView(value)) {
      hash.update(`${value.constructor.name} ${value.byteLength};`);
      hash.update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    } else if (Array.isArray(value)) {
      hash.update(`list ${value.length};`);
      value.forEach(add);
    } else hash.update(`${typeof value} ${JSON.stringify(value)};`);
  };
  add(evidence);
  return hash.digest("hex").slice(0, 32);
}

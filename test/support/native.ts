import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { TestContext } from "vitest";
import type { NativeKernels } from "../../src/kernels/native/code.js";
import { lacking } from "./need.js";

/** The addon that the build makes where there is a C compiler. */
export const addonPath = fileURLToPath(
  new URL(`../../dist/native/${process.platform}-${process.arch}.node`, import.meta.url),
);

/** The native kernels for each instruction set of this processor; none without the addon. */
export const nativeTiers: readonly NativeKernels[] = existsSync(addonPath) ? tiersOf(addonPath) : [];

function tiersOf(path: string): NativeKernels[] {
  const addon = createRequire(import.meta.url)(path);
  return addon.tiers.map((tier: string) => ({ tier, functions: addon.kernels(tier) }));
}

/** Skips a test of native kernels where they are not built. */
export function needNative(context: TestContext): void {
  if (nativeTiers.length === 0)
    lacking(context, "native kernels are not built: a C compiler is missing (apt-get install gcc)");
}

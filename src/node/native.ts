import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { isMainThread } from "node:worker_threads";
import { ArgumentError, EngramError } from "../errors.js";
import { type Backend, chooseBackend } from "../kernels/default.js";
import type { NativeKernel, NativeKernels } from "../kernels/native/code.js";
import { patternDifference } from "../kernels/native/pattern-trial.js";
import { workspaceDifference } from "../kernels/native/workspace-trial.js";
import { isSupported } from "../kernels/wasm/index.js";
import { listed, quote } from "../names.js";
import { type Warning, warningMessage } from "../warnings.js";
import { packageVersion } from "./version.js";

/*
 * The native kernels of this process: an addon that was built here (scripts/build-native.mjs) or for the package
 * (scripts/prebuilds.mjs), for this platform and this version. Without one, WebAssembly computes the same bits.
 */

/** The exports of native/addon.c. */
interface Addon {
  readonly version: string;
  readonly tiers: readonly string[];
  kernels(tier: string): Record<string, NativeKernel>;
}

const TARGET = `${process.platform}-${process.arch}`;

/** Where addons are looked for, from dist/node/ on. */
const PLACES = [`../native/${TARGET}.node`, `../../prebuilds/${TARGET}.node`];

const NAMES = ["reference", "wasm", "native"] as const;

/** Which kernels compute in this process, and why not native ones. */
export interface KernelsInUse {
  readonly kernels: Backend["name"];
  /** The instruction set of native kernels: avx512-vpopcnt, avx512, avx2, sse4 or neon. */
  readonly instructions?: string;
  /** Why native kernels are not in use; absent if they are, or if others were asked for. */
  readonly whyNotNative?: string;
}

/** Where an addon is, and the instruction set that is used of it. */
interface AddonPlace {
  readonly path: string;
  readonly tier: string;
}

/** Native kernels and where they are from, or another backend, and why it is not the native one. */
export type Choice =
  | {
      readonly backend: Backend & { readonly name: "native" };
      readonly place: AddonPlace;
      readonly reason?: undefined;
      readonly warning?: undefined;
    }
  | {
      readonly backend: Backend & { readonly name: "reference" | "wasm" };
      readonly place?: undefined;
      readonly reason?: string;
      /** Of an addon that is there and cannot be used. */
      readonly warning?: Warning;
    };

let choice: Choice | undefined;
let print = (warning: Warning): void => process.emitWarning(warningMessage(warning), "EngramWarning");

/** Sets what is called with the warning of an addon that is there and cannot be used; by default Node prints it. */
export function onKernelWarning(by: (warning: Warning) => void): void {
  print = by;
}

/**
 * The kernels that compute in this process. ENGRAM_KERNELS chooses: reference, wasm or native; without it, native kernels
 * compute if an addon for this platform is there, and if not, WebAssembly. All give the same bits.
 *
 * @throws ArgumentError for another value of ENGRAM_KERNELS, EngramError if the kernels that it names do not run here
 */
export function kernelsInUse(): KernelsInUse {
  const { backend, reason } = chosen();
  return {
    kernels: backend.name,
    ...(backend.native && { instructions: backend.native.tier }),
    ...(reason !== undefined && { whyNotNative: reason }),
  };
}

function chosen(): Choice {
  if (choice !== undefined) return choice;
  choice = choiceOf(process.env.ENGRAM_KERNELS, () => findAddon(addonPaths()));
  if (choice.warning !== undefined && isMainThread) print(choice.warning);
  return choice;
}

/** None in a program that a bundler made of Engram: the addon is not where its modules were. */
function addonPaths(): string[] {
  try {
    return PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  } catch {
    return [];
  }
}

/** What `ENGRAM_KERNELS` and the addon that is found come to. */
export function choiceOf(asked: string | undefined, find: () => Found): Choice {
  if (asked !== undefined && asked !== "" && !(NAMES as readonly string[]).includes(asked)) {
    throw new ArgumentError(`ENGRAM_KERNELS is ${quote(asked)}; expected ${listed([...NAMES], "or")}`);
  }
  if (asked === "reference") return { backend: { name: "reference" } };
  if (!isSupported()) {
    const reason = "WebAssembly with SIMD does not run here";
    if (asked) throw new EngramError(`ENGRAM_KERNELS is ${asked}, but ${reason}; use reference`);
    return { backend: { name: "reference" }, reason };
  }
  if (asked === "wasm") return { backend: { name: "wasm" } };
  const found = find();
  if ("native" in found) return { backend: { name: "native", native: found.native }, place: found.place };
  if (asked === "native") {
    throw new EngramError(
      `ENGRAM_KERNELS is native, but ${found.reason}; build it where a C compiler is installed (npm run build), or use wasm, ` +
        "which gives the same bits",
    );
  }
  const { reason, isBroken } = found;
  return { backend: { name: "wasm" }, reason, ...(isBroken && { warning: { code: "no-native-kernels", reason } }) };
}

/** Native kernels, or why there are none; `isBroken` if there is an addon that cannot be used. */
export type Found =
  | { readonly native: NativeKernels; readonly place: AddonPlace }
  | { readonly reason: string; readonly isBroken: boolean };

/** Loads the first addon that exists, if it is of this version, and tries its kernels. */
export function findAddon(paths: readonly string[], given?: string): Found {
  const path = paths.find((place) => existsSync(place));
  if (path === undefined) return { reason: `no native kernels are installed for ${TARGET}`, isBroken: false };
  try {
    const addon = load(path);
    // Not before there is an addon: in a bundled program there may be no package.json.
    const version = given ?? packageVersion();
    if (addon.version !== version) {
      return { reason: `${path} is of version ${addon.version}, not ${version}`, isBroken: true };
    }
    const place = { path, tier: addon.tiers[0] };
    const native = { tier: place.tier, functions: addon.kernels(place.tier) };
    const different = workspaceDifference(native) ?? patternDifference(native);
    if (different === undefined) return { native, place };
    return { reason: `${path} (${place.tier}) gives other bits than WebAssembly: ${different}`, isBroken: true };
  } catch (error) {
    const [line] = (error instanceof Error ? error.message : String(error)).split("\n", 1);
    return { reason: `${path} cannot be loaded (${line})`, isBroken: true };
  }
}

function load(path: string): Addon {
  return createRequire(import.meta.url)(path) as Addon;
}

/** What a thread is handed by the program that starts it, which has tried its kernels: a backend, or where its addon is. */
export type HandedKernels = "reference" | "wasm" | AddonPlace;

/** The kernels of this process, for its threads. */
export function kernelsToHand(): HandedKernels {
  const now = chosen();
  return now.place ?? now.backend.name;
}

/** Makes the kernels that this thread was handed its own. */
export function takeKernels(handed: HandedKernels): void {
  if (typeof handed === "string") {
    choice = { backend: { name: handed } };
    return;
  }
  const { path, tier } = handed;
  choice = { backend: { name: "native", native: { tier, functions: load(path).kernels(tier) } }, place: handed };
}

chooseBackend(() => chosen().backend);

import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { patternDifference } from "../../src/kernels/native/pattern-trial.js";
import { workspaceDifference } from "../../src/kernels/native/workspace-trial.js";
import { workspaceKernels } from "../../src/kernels/wasm/workspace-module.js";
import { choiceOf, type Found, findAddon } from "../../src/node/native.js";
import { warningMessage } from "../../src/warnings.js";
import { temporaryFolder } from "../support/folder.js";
import { addonPath, nativeTiers, needNative } from "../support/native.js";

const here = `${process.platform}-${process.arch}`;
const none = (): Found => ({ reason: "no native kernels are installed for it", isBroken: false });
const broken = (): Found => ({ reason: "x.node cannot be loaded (bad)", isBroken: true });

describe("the kernels of a process", () => {
  test.each([
    ["reference", "reference"],
    ["wasm", "wasm"],
    ["", "wasm"],
    [undefined, "wasm"],
  ])("for ENGRAM_KERNELS %s, without an addon, are %s", (asked, name) => {
    expect(choiceOf(asked, none).backend).toEqual({ name });
  });

  test.each([
    ["fast", 'ENGRAM_KERNELS is "fast"; expected reference, wasm or native'],
    [
      "native",
      /^ENGRAM_KERNELS is native, but no native kernels are installed for it; build it where a C compiler .*, or use wasm, .*$/,
    ],
  ])("cannot be %s without an addon", (asked, message) => {
    expect(() => choiceOf(asked, none)).toThrow(message);
  });

  test("are WebAssembly's beside an addon that cannot be used, with a warning", () => {
    expect(choiceOf("wasm", broken)).toEqual({ backend: { name: "wasm" } });
    const { warning, ...without } = choiceOf(undefined, none);
    expect(warning).toBeUndefined();
    expect(without).toEqual({
      backend: { name: "wasm" },
      reason: "no native kernels are installed for it",
    });
    const beside = choiceOf(undefined, broken);
    expect(beside.backend.name).toBe("wasm");
    expect(warningMessage(beside.warning!)).toBe(
      "native kernels are not in use: x.node cannot be loaded (bad); WebAssembly computes the same bits",
    );
  });
});

describe("an addon", () => {
  test("that is not there", () => {
    const reason = `no native kernels are installed for ${here}`;
    expect(findAddon([join(temporaryFolder(), "none.node")], "1.0.0")).toEqual({ reason, isBroken: false });
  });

  test("that is none, or was built for another platform, is not loaded", () => {
    const path = join(temporaryFolder(), "text.node");
    writeFileSync(path, "no addon");
    expect(findAddon([path], "1.0.0")).toEqual({
      reason: expect.stringMatching(/text\.node cannot be loaded \([^\n]+\)$/),
      isBroken: true,
    });
  });

  test("of another version is not used", (context) => {
    needNative(context);
    const path = join(temporaryFolder(), "other.node");
    copyFileSync(addonPath, path);
    expect(findAddon([path], "99.0.0")).toEqual({
      reason: expect.stringMatching(/other\.node is of version \d+\.\d+\.\d+, not 99\.0\.0$/),
      isBroken: true,
    });
  });

  test("whose kernels give other bits is found out, whichever it is", (context) => {
    needNative(context);
    const [native] = nativeTiers;
    expect(workspaceDifference(native) ?? patternDifference(native)).toBeUndefined();
    for (const [name, kernel] of Object.entries(native.functions)) {
      // It does its work, and then changes the last bit of each number that it has written.
      const wrong = (memory: Uint8Array, ...parameters: (number | ArrayBufferView)[]) => {
        const arrays = [memory, ...parameters.filter((one) => typeof one === "object")].map(bytesOf);
        const before = arrays.map((bytes) => bytes.slice());
        const result = kernel(memory, ...parameters);
        arrays.forEach((bytes, k) => {
          for (let at = 0; at < bytes.length; at += 8) if (bytes[at] !== before[k][at]) bytes[at] ^= 1;
        });
        return result;
      };
      const functions = { ...native.functions, [name]: wrong };
      const isOfWorkspace = [...workspaceKernels, "performCalls"].includes(name);
      const found = isOfWorkspace
        ? workspaceDifference({ tier: "", functions })
        : patternDifference({ tier: "", functions });
      expect([name, found]).toEqual([name, isOfWorkspace ? name : expect.any(String)]);
    }
  });

  test("refuses what is no call of a kernel, in one line", (context) => {
    needNative(context);
    const { ascend } = nativeTiers[0].functions as Record<string, (...values: unknown[]) => number>;
    const numbers = Array.from({ length: 11 }, () => 0);
    expect(() => ascend(new Uint8Array(8))).toThrow("a native kernel got another number of arguments than it has");
    expect(() => ascend(new Float64Array(8), ...numbers)).toThrow("the memory of a native kernel is not a Uint8Array");
    expect(() => ascend(new Uint8Array(0), ...numbers)).toThrow("the memory of a native kernel is empty or detached");
    expect(() => ascend(new Uint8Array(8), "1", ...numbers.slice(1))).toThrow("is not a number");
  });
});

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

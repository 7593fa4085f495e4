import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ArgumentError } from "engram";
import { wasmWorkspace } from "engram/kernels";
import { workspaceThreads } from "engram/node";
import { describe, expect, test } from "vitest";
import { difference, operations, prepared } from "../kernels/workspace-operations.js";

const names = Object.keys(operations);

describe("workspaceThreads", () => {
  test.each([1, 2, 3])("%i threads give the bits of one, and so do their workspaces after them", async (threads) => {
    const crew = await workspaceThreads(threads);
    expect(crew.threads).toBe(threads);
    const kept = crew.makeWorkspace(64);
    expect(kept.threads).toBe(threads);
    for (const name of names) {
      // Seed 0 is work enough to be divided; others are in part.
      for (const seed of [0, 0, 1, 2]) {
        for (const make of [crew.makeWorkspace, prepared(crew.makeWorkspace)]) {
          expect([name, difference(operations[name], make, wasmWorkspace, seed)]).toEqual([name, undefined]);
        }
      }
    }
    await crew.dispose();
    await crew.dispose();
    expect(difference(operations.product, crew.makeWorkspace, wasmWorkspace, 0)).toBeUndefined();
    kept.dispose();
  });

  test("workers that slept wake up", async () => {
    const crew = await workspaceThreads(2);
    for (let k = 0; k < 3; k++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(difference(operations.ascend, crew.makeWorkspace, wasmWorkspace, 0)).toBeUndefined();
    }
    await crew.dispose();
  });

  test("a program that forgets its threads ends nevertheless", async () => {
    const program = `
      import { workspaceThreads } from "engram/node";
      const { makeWorkspace } = await workspaceThreads(3);
      const workspace = makeWorkspace(2 ** 22);
      const values = workspace.float32(2 ** 19);
      workspace.transpose(values, 512, 1024, workspace.float32(2 ** 19));
      console.log("done");`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], {
      timeout: 30_000,
    });
    expect(stdout).toBe("done\n");
  });

  test("what fails in a thread is thrown here, and nothing hangs", async () => {
    // WebAssembly notices an address beyond its memory.
    const program = `
      import { workspaceThreads } from "${new URL("../../dist/node/index.js", import.meta.url)}";
      const crew = await workspaceThreads(2);
      const workspace = crew.makeWorkspace(2 ** 20);
      const length = 2 ** 17;
      const velocity = workspace.float32(length);
      // No array, but it names a place of which all but the beginning lies beyond the memory.
      const values = { buffer: velocity.buffer, byteOffset: velocity.buffer.byteLength - 1024, length };
      const ascent = { values, velocity, gradient: velocity, rate: 1, momentum: 0, l1: 0, l2: 0 };
      const found = [];
      for (let k = 0; k < 20; k++) {
        try {
          workspace.ascend(ascent);
        } catch (error) {
          found.push(error.message.includes("memory access out of bounds"));
        }
      }
      workspace.ascend({ ...ascent, values: velocity });
      await crew.dispose();
      console.log(found.join());`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], {
      env: { ...process.env, ENGRAM_KERNELS: "wasm" },
      timeout: 30_000,
    });
    expect(stdout).toBe(`${Array(20).fill("true").join()}\n`);
  });

  test("a number of threads is a whole number of at least 1", async () => {
    await expect(workspaceThreads(0)).rejects.toThrow(ArgumentError);
    await expect(workspaceThreads(1.5)).rejects.toThrow("threads is 1.5; expected a whole number from 1 to 64");
  });
});

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readSafetensors, writeSafetensors } from "../../src/storage/index.js";
import { engram } from "../support/engram.js";
import { temporaryFolder } from "../support/folder.js";

/** The command line with files that are damaged, or have no digest. */

const commands = {
  memory: {
    make: ["store", "--data", "glyphs", "--rule", "projection", "--out", "a.safetensors"],
    file: "a.safetensors",
    uses: [
      ["recall", "a.safetensors", "--flip", "0.1", "--seed", "1"],
      ["inspect", "a.safetensors", "--json"],
    ],
  },
  model: {
    make: ["train", "rbm", "--data", "glyphs", "--hidden", "5", "--epochs", "1", "--out", "b.safetensors"],
    file: "b.safetensors",
    uses: [
      ["inspect", "b.safetensors"],
      ["sample", "b.safetensors", "--count", "2", "--seed", "1", "--json"],
    ],
  },
} as const;

describe.each(Object.entries(commands))("a %s", (_, { make, file, uses }) => {
  it("is used with a warning if it has no digest, and refused by its name if it is damaged", async () => {
    const cwd = temporaryFolder();
    expect((await engram(make, { cwd })).code).toBe(0);
    const path = join(cwd, file);
    const sound = readFileSync(path);
    const results = await Promise.all(uses.map((args) => engram(args, { cwd })));
    const { tensors, metadata } = readSafetensors(sound);
    const without = new Map(metadata);
    without.delete("digest");
    writeFileSync(path, writeSafetensors({ tensors, metadata: without }));
    for (const [k, args] of uses.entries()) {
      const { code, stdout, stderr } = await engram(args, { cwd });
      expect(code).toBe(0);
      // What is told of the file itself, such as its size, is another.
      if (args[0] !== "inspect") expect(stdout).toBe(results[k].stdout);
      expect(stderr.replace(results[k].stderr, "")).toMatch(/^warning: [^\n]*has no digest[^\n]*\n$/);
    }
    const flipped = Buffer.from(sound);
    // The last byte is one of a number.
    flipped[sound.length - 1] ^= 1;
    writeFileSync(path, flipped);
    for (const args of uses) {
      const { code, stdout, stderr } = await engram(args, { cwd });
      expect([code, stdout]).toEqual([2, ""]);
      expect(stderr).toMatch(new RegExp(`^engram: ${file}[^\\n]*\\n$`));
    }
  });
});

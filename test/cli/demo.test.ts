import { expect, test } from "vitest";
import { engram } from "../support/engram.js";
import { temporaryFolder } from "../support/folder.js";

test("engram demo recalls by projection what Hebb's rule does not hold", async () => {
  const { code, stdout } = await engram(["demo", "--json"], { cwd: temporaryFolder() });
  expect(code).toBe(0);
  const [letter, heart, hebb] = JSON.parse(stdout);
  for (const scene of [letter, heart]) {
    expect(scene).toMatchObject({ overlap: 1, attractor: "stored" });
    expect(scene.energy).toBeLessThan(scene.cueEnergy);
  }
  expect(hebb.overlap).toBeLessThan(0.9);
});

test("engram demo draws cue, recalled state and stored pattern", async () => {
  const { code, stdout } = await engram(["demo"], { cwd: temporaryFolder() });
  expect(code).toBe(0);
  expect(stdout.match(/^cue +recalled +stored$/gm)).toHaveLength(3);
  expect(stdout.match(/exactly the stored pattern/g)).toHaveLength(2);
});

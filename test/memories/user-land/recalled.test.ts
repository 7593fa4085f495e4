import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { reproduce } from "../../../dist/node/index.js";
import { engramProcess } from "../../support/engram.js";
import { temporaryFolder } from "../../support/folder.js";

const module = fileURLToPath(new URL("recalled.mjs", import.meta.url));

it("an experiment on a rule and a kind of a user's own runs over threads, the same for any number of them", async () => {
  const folder = temporaryFolder();
  const [one, two] = [
    await reproduce({ module, setting: "quick" }, { workers: 1, folder }),
    await reproduce({ module, setting: "quick" }, { workers: 2, folder }),
  ];
  expect(two.report).toEqual(one.report);
  const [hebb, dense, list] = one.report.rows.map(({ ours }) => Number(ours));
  // Twenty patterns of forty units: far past the 0.138 of Hebb's rule, and few for a third power.
  expect(hebb).toBeLessThan(5);
  expect(dense).toBeGreaterThan(15);
  expect(list).toBe(20);
});

it("runs from the command line", async () => {
  const cwd = temporaryFolder();
  const args = ["reproduce", module, "--quick", "--json", "out.json"];
  const { code, stdout, stderr } = await engramProcess(args, { cwd, env: { XDG_CACHE_HOME: cwd } });
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("user/recalled: Patterns that three memories recall");
});

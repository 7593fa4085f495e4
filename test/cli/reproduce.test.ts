import { experiments } from "engram/experiments";
import { describe, expect, test } from "vitest";
import { engram } from "../support/engram.js";
import { temporaryFolder } from "../support/folder.js";

const table = "rojas-1996/table-one-step";

describe("experiments", () => {
  const list = (...args: string[]) => engram(["reproduce", "--list", ...args], { cwd: temporaryFolder() });

  test("--list names them all in 80 columns, and in JSON", async () => {
    const { code, stdout } = await list();
    expect(code).toBe(0);
    expect(stdout).toContain("hopfield-1982/capacity ");
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    const all = JSON.parse((await list("--json")).stdout);
    expect(all.map(({ id }: { id: string }) => id)).toEqual(experiments.map(({ id }) => id));
    expect(all[0]).toEqual({
      id: table,
      title: expect.any(String),
      citation: expect.any(String),
      where: expect.any(String),
    });
  });

  test.each([
    ["a source", ["rojas-1996"], /^rojas-1996\//],
    ["a source as a folder", ["rojas-1996/"], /^rojas-1996\//],
    ["a pattern", ["rojas-1996/table-*"], /^rojas-1996\/table-/],
    ["a pattern of sources", ["*/mnist*"], /\/mnist/],
    ["the name alone", ["table-one-step"], /^rojas-1996\/table-one-step$/],
    [
      "several, one of them twice",
      ["rojas-1996", "table-one-step", "palimpsest"],
      /^(rojas-1996\/|parisi-1986\/palimpsest$)/,
    ],
  ])("are named by %s", async (_, names, expected) => {
    const { stdout } = await list(...names, "--json");
    const ids = experiments.map(({ id }) => id).filter((id) => expected.test(id));
    expect(ids).not.toEqual([]);
    expect(JSON.parse(stdout).map(({ id }: { id: string }) => id)).toEqual(ids);
  });

  test("--json alone prints nothing but JSON", async () => {
    const env = { XDG_CACHE_HOME: temporaryFolder() };
    const args = ["reproduce", "small-networks", "capacity-rule", "--quick", "--threads", "1", "--json"];
    const { code, stdout, stderr } = await engram(args, { cwd: temporaryFolder(), env });
    expect([code, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toMatchObject([
      { id: "rojas-1996/small-networks", setting: "quick", rows: expect.any(Array) },
      { id: "rojas-1996/capacity-rule" },
    ]);
  });
});

import { describe, expect, test } from "vitest";
import { readRoute, writeRoute } from "../../lab/src/shell/route.js";

describe("an address", () => {
  test.each([
    ["#/recall?seed=3", "recall", "seed=3", "lab", []],
    ["#/recall?seed=3&view=present", "recall", "seed=3", "present", []],
    ["#/capacity?view=embed&n=100&hide=setup,explain", "capacity", "n=100", "embed", ["setup", "explain"]],
    ["#/capacity?hide=setup%2Creadings", "capacity", "", "lab", ["setup", "readings"]],
    ["#/train?seed=5", "boltzmann", "seed=5", "lab", []],
    ["#/recall?image=AA%2C:a&image=BB:b", "recall", "image=AA%2C:a&image=BB:b", "lab", []],
    ["", "recall", "", "lab", []],
  ] as const)("%s is read, and written back", (hash, name, setting, view, hidden) => {
    const route = readRoute(hash);
    expect(route.entry.name).toBe(name);
    expect(route).toMatchObject({ setting, view, hidden, unknown: undefined });
    expect(readRoute(writeRoute(route))).toEqual(route);
  });

  test.each([
    ["#/recall?view=foo", "view=foo", "lab", []],
    ["#/recall?hide=setup,none&seed=3", "hide=setup,none&seed=3", "lab", ["setup"]],
  ] as const)("what the shell cannot use of %s is left for the page to say", (hash, setting, view, hidden) => {
    expect(readRoute(hash)).toMatchObject({ setting, view, hidden });
  });

  test("of no page leads to the first one, with its name", () => {
    expect(readRoute("#/nowhere?seed=3")).toMatchObject({ unknown: "nowhere", setting: "seed=3" });
    expect(readRoute("#/nowhere").entry.name).toBe("recall");
  });
});

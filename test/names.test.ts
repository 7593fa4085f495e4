import { describe, expect, test } from "vitest";
import { compareNames, nearestName, unknownName } from "../src/names.js";

describe("a suggestion", () => {
  test.each([
    ["projecton", "projection"],
    ["HEBB", "hebb"],
    ["bma", "bam"],
    ["mnsit", "mnist"],
    ["table-one-stop", "table-one-step"],
  ])("is made for %s: %s, at most a third of whose letters differ", (name, near) => {
    expect(nearestName(name, ["hebb", "projection", "bam", "mnist", "table-one-step"])).toBe(near);
  });

  test.each([
    ["xx", ["cd", "pcd"]],
    ["12", ["1", "2"]],
    ["foo", ["glyphs", "mnist"]],
    ["rojas-1996", ["dbn/mnist", "rbm/features"]],
    ["", ["a"]],
    ["b".repeat(1e6), ["a".repeat(1e6)]],
  ])("is not made for %.20s", (name, choices) => {
    expect(nearestName(name, choices)).toBe(undefined);
  });

  test("stands beside the known names, or these are listed instead", () => {
    expect(unknownName("rule", "heb", ["hebb", "storkey"]).message).toBe(
      'rule is "heb"; did you mean hebb? (there are hebb and storkey)',
    );
    expect(unknownName("rule", "xyz", ["hebb", "storkey"]).message).toBe('rule is "xyz"; expected hebb or storkey');
    const many = Array.from({ length: 40 }, (_, k) => `label-${k}`);
    expect(unknownName("--pattern", "xyz", many).message).toMatch(/expected one of label-0, .*, \.\.\. \(40 in all\)$/);
  });

  test("is one short line whatever the names are", () => {
    const long = "x".repeat(1e6);
    for (const choices of [[long], Array.from({ length: 1000 }, (_, k) => `${k}${long}`)])
      expect(unknownName("--pattern", `y${long}`, choices).message.length).toBeLessThan(1200);
  });
});

test("names are sorted with their numbers as numbers, whatever the locale", () => {
  const sorted = ["", "0", "01", "1", "2", "10", "10a", "A", "Z", "a", "a1", "a01b", "a2", "a10", "b", "ä", "日本"];
  expect([...sorted].reverse().sort(compareNames)).toEqual(sorted);
  for (const a of sorted)
    for (const b of sorted) expect(Math.sign(compareNames(a, b))).toBe(-Math.sign(compareNames(b, a)) + 0);
});

import { expect, test } from "vitest";
import { tableLines, wrapped } from "../../src/cli/io/table.js";

const rows = [
  [
    { text: "rojas-1996/table-one-step" },
    { text: "States that reach the stored pattern in one step" },
    { text: "12", right: true },
  ],
  [{ text: "a/b" }, { text: "" }, { text: "3456", right: true }],
];

test("a table is as wide as its cells where there is room", () => {
  const lines = tableLines(["experiment", "what it shows", "n"], rows, 100);
  expect(lines).toEqual([
    "experiment                 what it shows                                        n",
    `${"-".repeat(25)}  ${"-".repeat(48)}  ----`,
    "rojas-1996/table-one-step  States that reach the stored pattern in one step    12",
    `a/b${" ".repeat(22 + 2 + 48 + 2)}3456`,
  ]);
});

test.each([80, 60, 45, 30])("a table wraps its text at %i columns, and keeps it", (columns) => {
  const lines = tableLines(["experiment", "what it shows", "n"], rows, columns);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
  const letters = (text: string) => [...text.replace(/[^a-z0-9]/gi, "")].sort().join("");
  expect(letters(lines.join(""))).toBe(
    letters(["experiment", "what it shows", "n", ...rows.flat().map(({ text }) => text)].join("")),
  );
  // Whole words as long as there is any other way.
  if (columns >= 60) expect(lines.join("\n")).toContain("\nrojas-1996/table-one-step ");
});

test("text breaks between words, or within one that is too long", () => {
  expect(wrapped("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrapped("abcdefgh ij", 3)).toEqual(["abc", "def", "gh", "ij"]);
  expect(wrapped("", 5)).toEqual([""]);
});

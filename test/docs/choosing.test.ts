import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { filled } from "../../docs/choosing.mjs";

const page = readFileSync(new URL("../../docs/choosing.md", import.meta.url), "utf8");

test("the page on choosing has the tables of the committed results", () => {
  expect(page.match(/<!-- table: /g)?.length).toBe(4);
  expect(filled(page)).toBe(page);
});

test("the page on choosing has no number that is neither in its tables nor a size of the task", () => {
  const tables = page.match(/^\|.*\|$/gm)?.join("\n") ?? "";
  const prose = page.replace(/^\|.*\|$/gm, "").replace(/<!--.*?-->|```[\s\S]*?```|\([^)]*\.md\)/g, "");
  const numbers = (text: string) => text.match(/\d[\d,]*(\.\d+)?/g) ?? [];
  const known = new Set([...numbers(tables), ...["4", "16", "64", "196", "14", "10", "25"]]);
  expect(numbers(prose).filter((number) => !known.has(number.replace(/,$/, "")))).toEqual([]);
});

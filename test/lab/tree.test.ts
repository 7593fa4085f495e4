import type { Page } from "playwright-core";
import { afterAll, expect, test } from "vitest";
import { encodeUnits } from "../../lab/src/encoding.js";
import { closeLab, openLab } from "./open.js";

afterAll(closeLab);

/** What a person who does not see the page must be told of by a name. */
const named = new Set(
  "button,link,slider,spinbutton,textbox,combobox,checkbox,radio,radiogroup,heading,image,img,Canvas,progressbar,meter".split(
    ",",
  ),
);

interface Node {
  readonly role: string;
  readonly name: string;
}

/** The accessibility tree, as the browser gives it to screen readers. */
async function treeOf(page: Page): Promise<Node[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  await session.detach();
  return nodes
    .filter(({ ignored }) => !ignored)
    .map(({ role, name }) => ({ role: String(role?.value), name: String(name?.value ?? "").trim() }));
}

const own = [9, 40, 77]
  .map((row) => `image=${encodeUnits(new Uint8Array(1024).fill(1, row, 10 * row))}:${row}`)
  .join("&");
const pages = [
  { hash: "#/recall", sliders: 3 },
  { hash: "#/recall?rule=gardner&dynamics=glauber&store=ABCDEFGHIJKLMNOPQ", sliders: 4 },
  { hash: `#/recall?source=images&${own}`, sliders: 4 },
  { hash: "#/boltzmann", sliders: 5 },
  { hash: "#/mapping", sliders: 4 },
];

test.for(pages)("everything on $hash has a name", async ({ hash, sliders }, context) => {
  const page = await openLab(context, { hash });
  await page.locator("h1", { hasText: /^[^…]+$/ }).waitFor();
  const tree = await treeOf(page);
  const found = tree.filter(({ role }) => named.has(role));
  expect(found.filter(({ name }) => name === "")).toEqual([]);
  expect(found.filter(({ role }) => role === "slider").length).toBeGreaterThanOrEqual(sliders);
  expect(found.filter(({ role }) => role === "heading").length).toBeGreaterThan(3);
  expect(await page.getByRole("slider", { name: "Speed" }).count()).toBe(1);
  expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
});

test("a list of pictures is one stop of the Tab key, and arrow keys move in it", async (context) => {
  const page = await openLab(context);
  await page.locator(".gallery button").first().focus();
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
  await page.keyboard.press("ArrowRight");
  expect(await focused()).toBe("B");
  await page.keyboard.press("End");
  expect(await focused()).toBe("rocket");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Home");
  expect(await focused()).toBe("A");
  expect(await page.locator(".gallery button[tabindex='0']").count()).toBe(1);
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.closest(".gallery"))).toBe(null);
});

test("moving on the board is told", async (context) => {
  const page = await openLab(context, { hash: "#/mapping" });
  await page.locator(".board").focus();
  await page.keyboard.press("ArrowRight");
  await page.getByRole("status").filter({ hasText: "Row 5, column 6" }).waitFor();
  await page.keyboard.press("Space");
  await page.getByRole("status").filter({ hasText: "Row 5, column 6, flipped" }).waitFor();
});

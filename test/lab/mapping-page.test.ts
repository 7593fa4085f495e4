import type { Page } from "playwright-core";
import { afterAll, expect, test } from "vitest";
import { closeLab, openLab } from "./open.js";

afterAll(closeLab);

const says = (page: Page, heading: string, words: string | RegExp) =>
  page.locator(heading, { hasText: words }).waitFor({ timeout: 30_000 });
const picture = (page: Page, name: RegExp) =>
  page.getByRole("img", { name }).evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
const couplings = (page: Page) => picture(page, /^The couplings J/);
const filters = (page: Page) => picture(page, /^The weights W/);

test("a changed pixel changes couplings and weights together, and the two stay the same model", async (context) => {
  const page = await openLab(context, { hash: "#/mapping?speed=30" });
  await says(page, "h1", "The same model");
  let before = [await couplings(page), await filters(page)];
  const bothChange = async () => {
    await expect.poll(() => couplings(page)).not.toBe(before[0]);
    await expect.poll(() => filters(page)).not.toBe(before[1]);
    await says(page, "h1", "The same model");
    before = [await couplings(page), await filters(page)];
  };
  const board = (await page.locator(".board").boundingBox())!;
  await page.mouse.click(board.x + 5, board.y + board.height - 5);
  await bothChange();
  await page.locator(".board").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Space");
  await bothChange();
  await page.getByRole("button", { name: "Move up" }).click();
  await bothChange();

  // Another factor is another RBM of the same net.
  await page.getByRole("radio", { name: "SVD" }).check();
  await expect.poll(() => filters(page)).not.toBe(before[1]);
  await says(page, "h1", "The same model");
  expect(await couplings(page)).toBe(before[0]);
  const shown = await filters(page);

  await page.waitForTimeout(400);
  const { hash } = new URL(page.url());
  expect(hash).toContain("factor=svd");
  const again = await openLab(context, { hash });
  await says(again, "h1", "The same model");
  await expect.poll(() => filters(again)).toBe(shown);
  expect(await couplings(again)).toBe(before[0]);
});

test("both machines run to equal averages, and to those of the listed distribution", async (context) => {
  const page = await openLab(context, { hash: "#/mapping?side=4&beta=0.8&speed=100" });
  await says(page, "h1", "The same model");
  await page.getByText("Energies of all 65,536 states").waitFor();
  await says(page, "#run-title", "Equal averages");
  await page.getByText("The dotted line is the distribution itself").waitFor();
  expect(await page.locator(".exact").count()).toBe(3);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: "Reset" }).click();
  await says(page, "#run-title", "Both at the cue");
  await page.getByRole("button", { name: "Sweep" }).click();
  await says(page, "#run-title", "1 sweep each");
});

test("dependent patterns are refused in the library's words, and Hebb's rule takes them", async (context) => {
  const page = await openLab(context, { hash: "#/mapping?speed=100" });
  await says(page, "h1", "The same model");
  await page.getByLabel("Replace it by").selectOption("T");
  await says(page, "h1", "These patterns have no such net");
  await page.getByText("Pattern 1 is a duplicate of pattern 0").waitFor();
  expect(await page.getByRole("button", { name: "Pause" }).isDisabled()).toBe(true);
  await page.getByRole("radio", { name: "Hebbian" }).check();
  await says(page, "h1", "The same model");
  await page.getByRole("radio", { name: "QR" }).check();
  await says(page, "h1", "These patterns have no such net");
  await page.getByRole("button", { name: "Remove" }).click();
  await says(page, "h1", "The same model");
  await page.getByRole("button", { name: "Add a pattern" }).click();
  await expect.poll(() => page.getByRole("button", { name: /^Pattern \d/ }).count()).toBe(4);
  await says(page, "h1", "The same model");
});

test("it rests while another page is shown, is found again as it was left, and fits any width", async (context) => {
  const page = await openLab(context, { hash: "#/mapping?side=12&speed=60", dark: true });
  await says(page, "h1", "The same model");
  await page.getByRole("link", { name: "Recall" }).click();
  await page.locator(".recall").waitFor();
  await page.getByRole("link", { name: "Mapping" }).click();
  await page.getByRole("button", { name: "Continue" }).waitFor();
  expect(await page.getByRole("radio", { name: "12²" }).isChecked()).toBe(true);
  for (const width of [1440, 1000, 390]) {
    await page.setViewportSize({ width, height: 900 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  }
});

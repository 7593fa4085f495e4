import type { Page } from "playwright-core";
import { afterAll, expect, test } from "vitest";
import { closeLab, openLab } from "./open.js";

afterAll(closeLab);

const headline = (page: Page, words: RegExp) =>
  page.getByRole("heading", { level: 1, name: words }).waitFor({ timeout: 30_000 });
const detail = async (page: Page) => (await page.locator(".verdict p").textContent()) ?? "";
/** Draws so far. */
const draws = async (page: Page) => {
  const text = await page.locator(".counts dd").first().textContent();
  return Number((text ?? "").replaceAll(",", ""));
};

test("a first visit measures at once, and agrees with theory where one looks", async (context) => {
  const page = await openLab(context, { hash: "#/capacity?n=500&load=0.1" });
  await headline(page, /^It remembers$/);
  await expect.poll(() => detail(page), { timeout: 30_000 }).toMatch(/over (\d{2,}) sets\. Theory/);
  const [, mean, theory] = /overlap (\S+) ±.*units: (\S+)\.$/.exec(await detail(page)) ?? [];
  // 500 units are close to infinitely many at this load: the finite size takes off less than a hundredth.
  expect(Math.abs(Number(mean) - Number(theory))).toBeLessThan(0.01);
  expect(await page.locator(".measured").count()).toBeGreaterThan(5);
});

test("the slider, the chart and the phase diagram move the load, and begin nothing anew", async (context) => {
  const page = await openLab(context, { hash: "#/capacity?n=100&load=0.05" });
  await headline(page, /^It remembers$/);
  const pause = page.getByRole("button", { name: "Pause" });
  if (await pause.isVisible()) await pause.click();
  await page.getByRole("button", { name: /Continue|Measure/ }).waitFor();
  const before = await draws(page);
  await page.getByRole("slider", { name: "Patterns p over units n" }).fill("0.24");
  await headline(page, /forgotten|errors|Nothing measured/);
  expect(await draws(page)).toBeGreaterThanOrEqual(before);
  const chart = await page.locator(".overlap-chart").boundingBox();
  await page.mouse.click(chart!.x + chart!.width * 0.2, chart!.y + chart!.height / 2);
  await expect.poll(() => page.url()).toMatch(/load=0\.0[2-6]/);
  await page.getByRole("img", { name: /^Temperature against load/ }).click({ position: { x: 60, y: 90 } });
  await expect.poll(() => page.url()).toMatch(/T=0\.[1-9]/);
});

test("one draw at a time, and reset", async (context) => {
  const page = await openLab(context, { hash: "#/capacity?n=50&load=0.1" });
  await page.getByRole("button", { name: "Reset" }).click();
  await expect.poll(() => draws(page)).toBe(0);
  for (const count of [1, 2, 3]) {
    await page.getByRole("button", { name: "Draw" }).click();
    await expect.poll(() => draws(page)).toBe(count);
  }
  expect(await detail(page)).toMatch(/over 3 sets/);
});

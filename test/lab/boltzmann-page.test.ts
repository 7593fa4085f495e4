import type { Page } from "playwright-core";
import { afterAll, expect, test } from "vitest";
import { needMnist } from "../support/need.js";
import { closeLab, openLab } from "./open.js";

afterAll(closeLab);

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
const updates = async (page: Page) => {
  const text = await page.locator(".counts div", { hasText: "updates" }).locator("dd").textContent();
  return Number((text ?? "").replaceAll(",", ""));
};
const dreamed = async (page: Page) => Number(await page.locator(".dream .note b").first().textContent());
const pixels = (page: Page, which: string) =>
  page.locator(which).evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
const pixelsOf = { filters: ".stage .tiles", fantasies: ".samples section:last-child .tiles", board: ".board" };

test("a first visit trains at once; it can be paused, gone on by one update, and reset", async (context) => {
  const page = await openLab(context, { hash: "#/boltzmann" });
  await page.locator("h1", { hasText: "Filters are forming" }).waitFor();
  const before = [await pixels(page, pixelsOf.filters), await pixels(page, pixelsOf.fantasies)];
  await expect.poll(() => updates(page), { timeout: 20_000 }).toBeGreaterThan(40);
  await expect.poll(() => pixels(page, pixelsOf.filters)).not.toBe(before[0]);
  await expect.poll(() => pixels(page, pixelsOf.fantasies)).not.toBe(before[1]);
  await expect.poll(() => dreamed(page)).toBeGreaterThan(3);

  await press(page, "Pause");
  await page.locator("h1", { hasText: "What it has learned so far" }).waitFor();
  await page.waitForTimeout(300);
  const paused = await updates(page);
  await press(page, "Update");
  await expect.poll(() => updates(page), { timeout: 20_000 }).toBe(paused + 1);
  await press(page, "Reset");
  await page.locator("h1", { hasText: "A machine that knows nothing" }).waitFor();
  expect(await updates(page)).toBe(0);
  await press(page, "Train");
  await expect.poll(() => updates(page), { timeout: 20_000 }).toBeGreaterThan(0);
});

test("drawing, clamping and the keyboard change the board, and its address brings it back", async (context) => {
  const page = await openLab(context, { hash: "#/boltzmann?from=blank&clamp=none" });
  await expect.poll(() => dreamed(page), { timeout: 20_000 }).toBeGreaterThan(0);
  await press(page, "Pause");
  await press(page, "Hold");
  await press(page, "Back");
  const box = await page.locator(".board").boundingBox();
  const at = (x: number, y: number) => [
    box!.x + ((x + 0.5) * box!.width) / 16,
    box!.y + ((y + 0.5) * box!.height) / 16,
  ];
  const drag = async (from: number[], to: number[]) => {
    await page.mouse.move(from[0], from[1]);
    await page.mouse.down();
    await page.mouse.move(to[0], to[1], { steps: 5 });
    await page.mouse.up();
    await page.mouse.move(0, 0);
  };
  await drag(at(3, 4), at(12, 4));
  await page.getByRole("radio", { name: "Clamp" }).first().check();
  await page.locator(".board").focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Space");
  await expect.poll(() => page.locator(".dream .note").textContent()).toBe("Step 0, 1 of 256 pixels clamped");
  await page.getByRole("radio", { name: "Top" }).check();
  await page.locator("h1").click();
  await page.waitForTimeout(400);
  const drawn = await pixels(page, pixelsOf.board);
  const { hash } = new URL(page.url());
  expect(hash).toMatch(/paint=.*clamp=upper/);

  const again = await openLab(context, { hash });
  await press(again, "Hold");
  await press(again, "Back");
  await again.locator("h1").click();
  await again.waitForTimeout(200);
  expect(await pixels(again, pixelsOf.board)).toBe(drawn);
  await press(again, "Step");
  await expect.poll(() => dreamed(again)).toBe(1);
});

test("other settings begin anew, and a rate that is too high says so", async (context) => {
  const page = await openLab(context, { hash: "#/boltzmann?speed=100&rate=2" });
  await page.locator(".verdict.astray, .verdict.warned").waitFor({ timeout: 20_000 });
  await page.getByRole("radio", { name: "CD", exact: true }).check();
  await page.getByText("chains begin at the pictures of the batch").waitFor();
  await page.locator(".machine select").first().selectOption("16");
  await expect.poll(() => page.url()).toContain("hidden=16");
  await expect.poll(() => updates(page), { timeout: 20_000 }).toBeGreaterThan(0);
});

test("the pages are found as they were left", async (context) => {
  const page = await openLab(context, { hash: "#/boltzmann?seed=5" });
  await page.locator(".boltzmann").waitFor();
  await page.getByRole("link", { name: "Recall" }).click();
  await page.locator(".recall").waitFor();
  await page.getByRole("link", { name: "Boltzmann" }).click();
  await page.locator(".boltzmann").waitFor();
  expect(await page.getByLabel("Seed").inputValue()).toBe("5");
  await page.getByRole("button", { name: /^(Train|Continue)$/ }).waitFor();
});

test("the page draws on while the worker trains at full speed", async (context) => {
  const page = await openLab(context, { hash: "#/boltzmann?speed=100" });
  await expect.poll(() => updates(page), { timeout: 20_000 }).toBeGreaterThan(100);
  const gaps = await page.evaluate(
    () =>
      new Promise<number[]>((resolve) => {
        const times: number[] = [];
        const tick = (time: number) => {
          times.push(time);
          if (time - times[0] > 1500) resolve(times.slice(1).map((at, k) => at - times[k]));
          else requestAnimationFrame(tick);
        };
        requestAnimationFrame(tick);
      }),
  );
  expect(gaps.length).toBeGreaterThan(15);
  expect(Math.max(...gaps)).toBeLessThan(500);
});

test("MNIST, where the server has it", async (context) => {
  needMnist(context);
  const page = await openLab(context, { hash: "#/boltzmann?data=digits&hidden=36" });
  await page.getByText("60,000 to train, 10,000 held out.").waitFor({ timeout: 20_000 });
  await expect.poll(() => updates(page), { timeout: 20_000 }).toBeGreaterThan(0);
});

test("the digits that come with the lab, where the server has no others", async (context) => {
  const page = await openLab(context, { hash: "#/boltzmann?data=digits&hidden=36", digits: "absent" });
  await page.getByText("240 to train, 60 held out. Where the server has MNIST").waitFor();
  await page.locator("h1", { hasText: "Filters are forming" }).waitFor();
});

test.for([
  { width: 1440, dark: false },
  { width: 1200, dark: false },
  { width: 900, dark: true },
  { width: 390, dark: true },
])("at a width of $width, dark: $dark, nothing runs over the edge or moves about", async ({ width, dark }, context) => {
  const page = await openLab(context, { width, dark, hash: "#/boltzmann" });
  const places = () =>
    page.evaluate(() =>
      [...document.querySelectorAll("main section, main canvas, main button")].map((element) => {
        const { left, top } = element.getBoundingClientRect();
        return `${Math.round(left)} ${Math.round(top + scrollY)}`;
      }),
    );
  await expect.poll(() => updates(page), { timeout: 20_000 }).toBeGreaterThan(0);
  const before = await places();
  await page.waitForTimeout(1000);
  expect(await places()).toEqual(before);
  const [content, view] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(content).toBeLessThanOrEqual(view);
});

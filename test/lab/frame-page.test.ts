import type { Page } from "playwright-core";
import { afterAll, describe, expect, test } from "vitest";
import { scenes as boltzmann } from "../../lab/src/boltzmann/scenes.js";
import { scenes as capacity } from "../../lab/src/capacity/scenes.js";
import { scenes as gallery } from "../../lab/src/gallery/scenes.js";
import { scenes as landscape } from "../../lab/src/landscape/scenes.js";
import { scenes as mapping } from "../../lab/src/mapping/scenes.js";
import type { Scene } from "../../lab/src/page.js";
import { scenes as recall } from "../../lab/src/recall/scenes.js";
import { closeLab, openLab } from "./open.js";

afterAll(closeLab);

/** All pages, with their scenes, and a setting that shows what the first one does not. */
const pages: readonly { readonly name: string; readonly scenes: readonly Scene[]; readonly also?: string }[] = [
  { name: "recall", scenes: recall },
  { name: "landscape", scenes: landscape, also: "show=surface" },
  { name: "capacity", scenes: capacity },
  { name: "boltzmann", scenes: boltzmann },
  { name: "mapping", scenes: mapping },
  { name: "gallery", scenes: gallery, also: "id=hopfield-1982/capacity" },
];

const sizes = [
  [1280, 720],
  [1366, 650],
  [1920, 1080],
  [768, 1024],
  [390, 844],
  [320, 640],
] as const;

const headline = (page: Page, words: RegExp) => page.getByRole("heading", { level: 1, name: words });
const pressKey = (page: Page, key: string) => page.keyboard.press(key);

describe.each(pages)("the page $name", ({ name, also }) => {
  test("shows its picture and its first button without scrolling, at every size", async (context) => {
    const page = await openLab(context, { hash: `#/${name}` });
    await page.locator(".picture-box > *").first().waitFor();
    for (const [width, height] of sizes) {
      await page.setViewportSize({ width, height });
      await page.waitForTimeout(100);
      const found = await page.evaluate(() => {
        const edges = (selector: string) => {
          const { left, top, right, bottom } = (document.querySelector(selector) as Element).getBoundingClientRect();
          return { left, top, right, bottom };
        };
        const { scrollWidth } = document.documentElement;
        return { picture: edges(".picture-box > *"), button: edges("button.primary"), scrollWidth };
      });
      expect(found.scrollWidth, `${width} x ${height}`).toBeLessThanOrEqual(width);
      for (const [what, { left, top, right, bottom }] of [
        ["picture", found.picture],
        ["button", found.button],
      ] as const) {
        const where = `${what} at ${width} x ${height}`;
        expect(left, where).toBeGreaterThanOrEqual(0);
        expect(top, where).toBeGreaterThanOrEqual(0);
        expect(right, where).toBeLessThanOrEqual(width);
        expect(bottom, where).toBeLessThanOrEqual(height);
        expect(bottom - top, where).toBeGreaterThan(30);
      }
      // The transport lies over nothing of the picture.
      expect(found.picture.bottom).toBeLessThanOrEqual(found.button.top);
    }
  });

  test("every letter of its equation has a control or a reading", async (context) => {
    const lit = new Set<string>();
    const all = new Set<string>();
    for (const setting of also === undefined ? [""] : ["", also]) {
      const page = await openLab(context, { hash: `#/${name}?${setting}` });
      await headline(page, /^[^…]+$/).waitFor();
      await pressKey(page, "e");
      for (const term of await page.locator(".terms > div").all()) {
        const words = (await term.textContent()) ?? "";
        all.add(words);
        await term.hover();
        await expect.poll(() => page.locator(".terms .lit").count()).toBe(1);
        expect(await page.locator(".letter.lit").count()).toBe(1);
        if ((await page.locator("[data-lit]").count()) === 1) lit.add(words);
      }
    }
    expect(all.size).toBeGreaterThan(1);
    expect([...lit].sort()).toEqual([...all].sort());
  });
});

test("old names of pages still lead to them, and a name of none is said", async (context) => {
  const page = await openLab(context, { hash: "#/train?seed=5" });
  await page.locator("main.boltzmann").waitFor();
  expect(await page.getByLabel("Seed").inputValue()).toBe("5");
  await page.evaluate(() => {
    location.hash = "#/equivalence";
  });
  await page.locator("main.mapping").waitFor();
  await page.evaluate(() => {
    location.hash = "#/nowhere";
  });
  await page.locator("main.recall").waitFor();
  await page.getByRole("status").filter({ hasText: "asked for the page nowhere" }).waitFor();
});

test("keys run, step, go back, explain, present and list themselves", async (context) => {
  const page = await openLab(context, { hash: "#/recall?speed=0" });
  await headline(page, /A damaged/).waitFor();
  await pressKey(page, ",");
  const visits = page.locator(".counts div", { hasText: "visits" }).locator("dd");
  await expect.poll(() => visits.textContent()).toBe("0");
  await pressKey(page, ".");
  await expect.poll(() => visits.textContent()).toBe("1");
  await pressKey(page, ",");
  await expect.poll(() => visits.textContent()).toBe("0");
  await pressKey(page, " ");
  await page.getByRole("button", { name: "Pause" }).waitFor();
  await pressKey(page, " ");
  await page.getByRole("button", { name: /Continue|Recall/ }).waitFor();
  await pressKey(page, "e");
  await page.getByRole("heading", { name: "How does a memory come back" }).waitFor();
  await pressKey(page, "p");
  await page.locator("main.present").waitFor();
  expect(await page.locator(".setup, .readings, .explain").count()).toBe(0);
  await pressKey(page, "ArrowRight");
  await expect.poll(() => page.url()).toContain("view=present");
  await pressKey(page, "p");
  await page.locator("main.lab").waitFor();
  await pressKey(page, "?");
  await page.getByRole("dialog", { name: "Keys" }).waitFor();
  await pressKey(page, "Escape");
  await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
  // A field keeps its keys.
  await page.getByLabel("Seed").fill("12");
  await page.getByLabel("Seed").press("e");
  await page.getByRole("heading", { name: "How does a memory come back" }).waitFor();
});

test("changes of the setting are taken back one by one", async (context) => {
  const page = await openLab(context, { hash: "#/recall?seed=3&flip=10" });
  await headline(page, /G/).waitFor();
  const undo = page.getByRole("button", { name: "Undo" });
  await page.waitForTimeout(300);
  expect(await undo.isDisabled()).toBe(true);
  await page.getByLabel("Seed").fill("4");
  await page.getByLabel("Seed").press("Enter");
  await expect.poll(() => page.url()).toContain("seed=4");
  await page.getByLabel("Seed").fill("5");
  await page.getByLabel("Seed").press("Enter");
  await expect.poll(() => page.url()).toContain("seed=5");
  await undo.click();
  await expect.poll(() => page.getByLabel("Seed").inputValue()).toBe("4");
  await page.locator("h1").click();
  await pressKey(page, "Control+z");
  await expect.poll(() => page.getByLabel("Seed").inputValue()).toBe("3");
  expect(await undo.isDisabled()).toBe(true);
});

test("a setting is shared as an address, a frame and a picture", async (context) => {
  const page = await openLab(context, { hash: "#/recall?seed=3" });
  await headline(page, /G/).waitFor();
  await page.getByRole("button", { name: "Share" }).click();
  const dialog = page.getByRole("dialog", { name: "Share" });
  const address = await dialog.getByLabel(/^Address/).inputValue();
  expect(address).toContain("#/recall?");
  expect(address).toContain("seed=3");
  const frame = await dialog.getByLabel(/^A frame for another page/).inputValue();
  expect(frame).toMatch(/^<iframe src="http.*view=embed".*<\/iframe>$/);
  const download = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Save picture" }).click();
  expect((await download).suggestedFilename()).toBe("engram-recall.png");

  await page.goto(/src="([^"]*)"/.exec(frame)?.[1] ?? "");
  await page.reload();
  await page.locator("main.embed").waitFor();
  await page.getByRole("link", { name: "Open in Engram" }).waitFor();
  expect(await page.locator(".masthead, .setup, .readings").count()).toBe(0);
});

test("all pages of the navigation are tried here", async (context) => {
  const page = await openLab(context);
  const links = await page.locator("nav.wide a").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  expect(links.map((link) => /#\/(\w+)/.exec(link ?? "")?.[1])).toEqual(pages.map(({ name }) => name));
});

test.for(pages.flatMap(({ name, scenes }) => scenes.map((scene) => ({ name, ...scene }))))(
  "the scene $name: $title keeps its promise",
  async ({ name, address, promise }, context) => {
    const page = await openLab(context, { hash: `#/${name}?${address}` });
    await headline(page, promise).waitFor({ timeout: 30_000 });
    expect(await page.getByRole("status").filter({ hasText: "could not be used" }).count()).toBe(0);
  },
);

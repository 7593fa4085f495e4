import type { Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, expect, test } from "vitest";
import { glyphNames } from "../../dist/data/index.js";
import { Hopfield, projection, Random } from "../../dist/index.js";
import { cueOf } from "../../lab/src/recall/cue.js";
import { glyphGallery } from "../../lab/src/recall/gallery-of.js";
import { defaultSetting } from "../../lab/src/recall/setting.js";
import { closeLab, openLab } from "./open.js";

afterAll(closeLab);

const headline = (page: Page) => page.locator("h1").textContent();
const settles = (page: Page, words: RegExp) => page.locator("h1", { hasText: words }).waitFor({ timeout: 20_000 });
const press = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: true }).click();
/** A number below the board: sweeps, visits or flips. */
const count = async (page: Page, name: string) => {
  const text = await page.locator(".counts div", { hasText: name }).locator("dd").textContent();
  return Number((text ?? "").replaceAll(",", ""));
};
/** The picture of the cue, as the path around its pixels. */
const cuePixels = (page: Page) =>
  page.locator(".specimen .picture path").evaluate((path) => path.getAttribute("d") ?? "");
const paused = "#/recall?flip=0";

test("a first visit plays a recall to its end, the same one as the library's", async (context) => {
  const page = await openLab(context);
  await settles(page, /“G” recalled exactly/);

  const setting = defaultSetting(glyphNames);
  const memory = new Hopfield(256, { rule: projection({ selfCoupling: false }) });
  memory.store(glyphGallery.patterns.select(setting.stored));
  const cue = cueOf(setting, glyphGallery.patterns);
  const recall = memory.recall(cue, { random: new Random(setting.seed).fork(1) });
  expect(recall.attractor.kind).toBe("stored");
  expect(await count(page, "flips")).toBe(recall.flips);
  expect(await count(page, "sweeps")).toBe(recall.sweeps);
});

test("one unit and one sweep at a time", async (context) => {
  const page = await openLab(context, { hash: "#/recall?speed=0" });
  await press(page, "Unit");
  await expect.poll(() => count(page, "visits")).toBeGreaterThan(0);
  await press(page, "Reset");
  await expect.poll(() => count(page, "visits")).toBe(0);
  for (const visits of [1, 2, 3]) {
    await press(page, "Unit");
    await expect.poll(() => count(page, "visits")).toBe(visits);
  }
  await press(page, "Sweep");
  await expect.poll(() => count(page, "visits")).toBe(256);
  await press(page, "Sweep");
  await settles(page, /“G” recalled exactly/);
  await press(page, "Again");
  await page.getByRole("button", { name: "Pause" }).waitFor();
});

test("painting, covering and the keyboard change the cue, and its address brings it back", async (context) => {
  const page = await openLab(context, { hash: paused });
  await settles(page, /“G” recalled exactly/);
  const board = await page.locator(".board").boundingBox();
  const at = (x: number, y: number) =>
    [board!.x + (x + 0.5) * (board!.width / 16), board!.y + (y + 0.5) * (board!.height / 16)] as const;
  const drag = async (from: readonly [number, number], to: readonly [number, number]) => {
    await page.mouse.move(...at(...from));
    await page.mouse.down();
    await page.mouse.move(...at(...to), { steps: 5 });
    await page.mouse.up();
  };
  const differ = () => page.locator(".specimen b").textContent();
  expect(await differ()).toBe("0 of 256");
  const untouched = await cuePixels(page);
  const changedFrom = async (before: string) => {
    await expect.poll(() => cuePixels(page)).not.toBe(before);
    return cuePixels(page);
  };

  await drag([0, 0], [15, 0]);
  await expect.poll(() => headline(page)).toBe("A damaged “G”");
  await expect.poll(differ).not.toBe("0 of 256");
  const drawn = await changedFrom(untouched);

  await page.getByRole("radio", { name: "Cover" }).check();
  await drag([2, 4], [12, 9]);
  const covered = await changedFrom(drawn);

  await page.locator(".board").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Space");
  const painted = await changedFrom(covered);

  await page.waitForTimeout(500);
  expect(page.url()).toContain("paint=");
  const again = await openLab(context, { hash: new URL(page.url()).hash });
  await expect.poll(() => cuePixels(again)).toBe(painted);
  await again.waitForTimeout(500);
  expect(new URL(again.url()).hash).toBe(new URL(page.url()).hash);

  await again.getByRole("button", { name: "Remove what was painted" }).click();
  await expect.poll(() => again.locator(".specimen b").textContent()).toBe("0 of 256");
});

test("a rule that loses pictures says so, and offers one that holds them", async (context) => {
  const page = await openLab(context, { hash: "#/recall?rule=hebb&speed=100" });
  const warning = page.locator(".memory").getByRole("alert");
  await warning.filter({ hasText: "6 of 6 stored patterns are not fixed points" }).waitFor();
  await settles(page, /Almost|spurious/);
  await press(page, "Try Projection");
  await press(page, "Recall");
  await settles(page, /“G” recalled exactly/);
  expect(await warning.count()).toBe(0);
  const rule = page.getByRole("combobox", { name: "Rule", exact: true });
  expect(await rule.inputValue()).toBe("projection");

  await press(page, "All");
  await rule.selectOption("bounded");
  await warning.filter({ hasText: "above the capacity 0.04 of the rule bounded (Parisi 1986" }).waitFor();
  await page.getByRole("button", { name: "Try Projection" }).waitFor();
});

test("pictures are stored and forgotten by pressing them", async (context) => {
  const page = await openLab(context, { hash: "#/recall?speed=100" });
  await settles(page, /“G” recalled exactly/);
  await press(page, "heart");
  await expect.poll(() => page.locator(".overlaps li").count()).toBe(7);
  await press(page, "None");
  await settles(page, /Nothing is stored/);
  expect(await page.getByRole("button", { name: "Recall" }).isDisabled()).toBe(true);
  await press(page, "heart");
  await page.locator(".overlap").click();
  await press(page, "Recall");
  await settles(page, /“heart” recalled exactly/);
});

test("every kind of end is said in words, one address after the other", async (context) => {
  const page = await openLab(context, { hash: "#/recall?from=noise&seed=0&speed=100" });
  await settles(page, /^(A spurious state|Almost “[ENGRAM]”)$/);
  const ends = [
    ["store=AB&from=noise&seed=1&dynamics=synchronous", /^A cycle of length 2$/],
    ["store=ABC&from=noise&seed=2", /^A mixture: (− )?[ABC] [+−] [ABC] [+−] [ABC]$/],
    ["store=AB&from=noise&seed=5", /^The negative of “[AB]”$/],
  ] as const;
  for (const [setting, words] of ends) {
    await page.evaluate((hash) => {
      location.hash = hash;
    }, `#/recall?${setting}&speed=100`);
    await settles(page, words);
  }
});

test("the page draws on while the worker runs at full speed", async (context) => {
  const page = await openLab(context, { hash: "#/recall?dynamics=glauber&beta=1&dynamics.sweeps=1000000&speed=100" });
  await page.getByRole("button", { name: "Pause" }).waitFor();
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
  expect(await count(page, "visits")).toBeGreaterThan(20_000);
  await press(page, "Pause");
  const stopped = await count(page, "visits");
  await page.waitForTimeout(200);
  expect((await count(page, "visits")) - stopped).toBeLessThan(100_000);
  await page.getByRole("button", { name: "Continue" }).waitFor();
});

/** A file with a picture of vertical stripes. */
const striped = async (name: string, every: number) => {
  const pixels = Uint8Array.from({ length: 40 * 40 }, (_, i) => ((i % 40) % every < every / 2 ? 0 : 255));
  const buffer = await sharp(pixels, { raw: { width: 40, height: 40, channels: 1 } })
    .png()
    .toBuffer();
  return { name, mimeType: "image/png", buffer };
};
/** Chooses files as own images, and waits until that number of pictures is stored. */
const choose = async (page: Page, files: readonly (readonly [string, number])[], stored: number) => {
  const chosen = await Promise.all(files.map(([name, every]) => striped(name, every)));
  await page.locator(".drop input").setInputFiles(chosen);
  await expect.poll(() => page.locator(".overlaps li").count()).toBe(stored);
};
const both = [
  ["wide.png", 20],
  ["narrow.png", 10],
] as const;

test("own images are cut, stored and kept in the address; duplicates are refused with the reason", async (context) => {
  const page = await openLab(context, { hash: "#/recall?source=images&speed=100" });
  await choose(page, both, 2);
  await press(page, "Recall");
  await settles(page, /“wide” recalled exactly/);
  await page.waitForTimeout(300);
  const again = await openLab(context, { hash: new URL(page.url()).hash });
  await settles(again, /“wide” recalled exactly/);

  await choose(page, [["twin.png", 20]], 3);
  await settles(page, /cannot be stored/);
  await page.getByRole("alert").filter({ hasText: "duplicate" }).waitFor();
  const text = { name: "text.png", mimeType: "image/png", buffer: Buffer.from("no picture") };
  await page.locator(".drop input").setInputFiles([text]);
  await page.getByText("text.png cannot be read as a picture").waitFor();
});

test("own images are added to those of an address, which cannot be cut anew elsewhere", async (context) => {
  const first = await openLab(context, { hash: "#/recall?source=images&speed=100" });
  await choose(first, both, 2);
  await first.waitForTimeout(300);
  const page = await openLab(context, { hash: new URL(first.url()).hash });
  await page.getByText("These pictures came with the address").waitFor();
  expect(await page.getByRole("combobox", { name: "Size" }).isDisabled()).toBe(true);
  await choose(page, [["third.png", 8]], 3);
  await page.getByText("Some of these pictures came with the address").waitFor();
  await choose(page, both, 3);
  await expect.poll(() => page.getByRole("combobox", { name: "Size" }).isEnabled()).toBe(true);
  // Of the same file no second picture is made.
  await choose(page, [...both, ["fourth.png", 5]], 4);
});

test("how own images are cut survives a reload, and can be changed after it", async (context) => {
  const page = await openLab(context, { hash: "#/recall?source=images&speed=100" });
  await choose(page, both, 2);
  await page.getByRole("checkbox", { name: "Bright pixels are on" }).check();
  await page.getByRole("slider", { name: "Threshold" }).fill("90");
  await page.waitForTimeout(300);
  await page.reload();
  const size = page.getByRole("combobox", { name: "Size" });
  await expect.poll(() => size.isEnabled()).toBe(true);
  expect(await page.getByRole("slider", { name: "Threshold" }).inputValue()).toBe("90");
  expect(await page.getByRole("checkbox", { name: "Bright pixels are on" }).isChecked()).toBe(true);
  await size.selectOption("16");
  await page.getByText("of 256").first().waitFor();
  expect(await page.locator(".overlaps li").count()).toBe(2);
});

test("a hundred digits, which come with the lab", async (context) => {
  const hash = "#/recall?source=digits&store=0-99&from=30&flip=10&speed=100";
  const page = await openLab(context, { hash, digits: "absent" });
  await settles(page, /“3” recalled exactly/);
});

test("that the digits are not there, where they are not", async (context) => {
  const before = `const own = window.fetch;
  window.fetch = (address) => own(String(address).endsWith("digits.bin") ? "data/none" : address);`;
  const page = await openLab(context, { hash: "#/recall?source=digits", before, expected: /404/ });
  await page.getByText(/The digits are not here: .* answered 404/).waitFor();
});

test.for([
  { width: 1440, dark: false },
  { width: 900, dark: true },
  { width: 390, dark: true },
])("at a width of $width, dark: $dark, nothing runs over the edge", async ({ width, dark }, context) => {
  const page = await openLab(context, { width, dark });
  await page.locator(".overlaps li").first().waitFor();
  const { content, view, paper } = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth,
    view: innerWidth,
    paper: getComputedStyle(document.body).backgroundColor,
  }));
  expect(content).toBeLessThanOrEqual(view);
  const brightness = Number(/\d+/.exec(paper)?.[0]);
  expect(brightness < 128).toBe(dark);
  await press(page, dark ? "Light colours" : "Dark colours");
  expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe(dark ? "light" : "dark");
});

import type { Page } from "playwright-core";
import { afterAll, expect, test } from "vitest";
import { glyphNames } from "../../dist/data/index.js";
import { Hopfield, projection, Random } from "../../dist/index.js";
import { cueOf } from "../../lab/src/recall/cue.js";
import { glyphGallery } from "../../lab/src/recall/gallery-of.js";
import { defaultSetting } from "../../lab/src/recall/setting.js";
import { fixed } from "../../lab/src/recall/verdict.js";
import { closeLab, openLab } from "./open.js";

afterAll(closeLab);

/** At this temperature the state wanders and every overlap moves. */
const wandering = "dynamics=glauber&dynamics.beta=1&dynamics.sweeps=1000000&speed=70";
/** Milliseconds between two changes of names, at least. */
const PERIOD = 500;
/** Frames of a run that are looked at. */
const FRAMES = 60;

test.for([6, 20])(
  "a run with %i patterns changes the elements of their list twice a second",
  async (count, context) => {
    const page = await openLab(context, {
      hash: `#/recall?${wandering}&store=${"ABCDEFGHIJKLMNOPQRST".slice(0, count)}`,
    });
    await page.getByRole("button", { name: "Pause" }).waitFor();
    const drawn = () =>
      page.locator(".rows.all canvas").evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
    const before = await drawn();
    const seen = await page.evaluate(
      (frames) =>
        new Promise<{ moved: number; changed: number; elapsed: number }>((resolve) => {
          let [frame, moved] = [0, 0];
          const changed = new Set<number>();
          const everything = { attributes: true, characterData: true, childList: true, subtree: true };
          const watch = (selector: string, note: () => void) => {
            const observer = new MutationObserver(note);
            observer.observe(document.querySelector(selector) as Element, everything);
          };
          watch(".overlaps", () => changed.add(frame));
          watch(".counts", () => moved++);
          const begin = performance.now();
          const tick = () => {
            frame++;
            if (moved < frames) requestAnimationFrame(tick);
            else resolve({ moved, changed: changed.size, elapsed: performance.now() - begin });
          };
          requestAnimationFrame(tick);
        }),
      FRAMES,
    );
    // One at the beginning, and one that was on its way to the page.
    expect(seen.changed).toBeLessThanOrEqual(2 + seen.elapsed / PERIOD);
    expect(seen.changed).toBeGreaterThan(0);
    expect(await drawn()).not.toBe(before);
  },
);

/** The bars in sight that the canvas of the list shows: from and to along their tracks, and the colour. */
const barsIn = (page: Page) =>
  page.locator(".rows.all").evaluate((box) => {
    const sight = box.getBoundingClientRect();
    const canvas = box.querySelector("canvas") as HTMLCanvasElement;
    const frame = canvas.getBoundingClientRect();
    const copy = new OffscreenCanvas(canvas.width, canvas.height);
    const context = copy.getContext("2d", { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D;
    context.drawImage(canvas, 0, 0);
    return [...box.querySelectorAll(".track")].flatMap((track, k) => {
      const { left, top, bottom, width, height } = track.getBoundingClientRect();
      if (top < sight.top || bottom > sight.bottom) return [];
      const pixels = context.getImageData(left - frame.left, top - frame.top + height / 2, width, 1).data;
      const filled = Array.from({ length: pixels.length / 4 }, (_, x) => pixels[4 * x + 3] === 255);
      const from = filled.indexOf(true);
      // A bar shorter than half a pixel is none.
      const at = (x: number) => (from < 0 ? 0 : (2 * x) / filled.length - 1);
      return {
        k,
        from: at(from),
        to: at(filled.lastIndexOf(true) + 1),
        colour: from < 0 ? undefined : `rgb(${pixels.slice(4 * from, 4 * from + 3).join(", ")})`,
        pixel: 2 / filled.length,
      };
    });
  });

const colours = (page: Page) =>
  page.evaluate(() => {
    const probe = document.body.appendChild(document.createElement("i"));
    const colourOf = (name: string) => {
      probe.style.color = `var(--${name})`;
      return getComputedStyle(probe).color;
    };
    const found = { ink: colourOf("ink"), stored: colourOf("stored") };
    probe.remove();
    return found;
  });

/** The overlaps with these glyphs where the recall of a first visit with such damage ends, by the library. */
function overlapsAtRest(names: readonly string[], percent: number): readonly number[] {
  const setting = { ...defaultSetting(glyphNames), damage: { kind: "flip", percent } } as const;
  const memory = new Hopfield(256, { rule: projection({ selfCoupling: false }) });
  memory.store(glyphGallery.patterns.select(names.map((name) => glyphNames.indexOf(name))));
  const cue = cueOf(setting, glyphGallery.patterns);
  return [...memory.overlaps(memory.recall(cue, { random: new Random(setting.seed).fork(1) }).state)];
}

test.for([
  { names: [..."AEGMNR"], percent: 28, dark: false, width: 1440 },
  { names: glyphNames, percent: 0, dark: true, width: 390 },
])("names and bars tell the overlaps at rest, dark: $dark", async ({ names, percent, dark, width }, context) => {
  const hash = `#/recall?store=${names.join(".")}&flip=${percent}&speed=100`;
  const page = await openLab(context, { hash, dark, width });
  await page.locator("h1", { hasText: "“G” recalled exactly" }).waitFor();
  const overlaps = overlapsAtRest(names, percent);
  const told = () => page.locator(".rows.all .overlap").evaluateAll((rows) => rows.map((row) => row.ariaLabel));
  await expect.poll(told).toEqual(overlaps.map((m, k) => `${names[k]}, overlap ${fixed(m)}`));

  const drawn = () =>
    page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  /** Compares the bars in sight; returns the last of them. */
  const check = async () => {
    await drawn();
    const { ink, stored } = await colours(page);
    const bars = await barsIn(page);
    for (const { k, from, to, colour, pixel } of bars) {
      // Each end is rounded to a pixel of the canvas, and so is the track that it is read along.
      expect(Math.abs(from - Math.min(0, overlaps[k]))).toBeLessThanOrEqual(2 * pixel);
      expect(Math.abs(to - Math.max(0, overlaps[k]))).toBeLessThanOrEqual(2 * pixel);
      if (colour !== undefined) expect(colour).toBe(names[k] === "G" ? stored : ink);
    }
    return bars.at(-1)?.k;
  };
  const isLong = names.length > 10;
  expect(await check()).toBe(isLong ? 19 : names.length - 1);
  await page.getByRole("button", { name: dark ? "Light colours" : "Dark colours" }).click();
  await page.waitForFunction((was) => document.documentElement.dataset.theme !== was, dark ? "dark" : "light");
  await check();
  await page.locator(".rows.all").evaluate((box) => box.scrollTo(0, box.scrollHeight));
  expect(await check()).toBe(names.length - 1);
  await page.setViewportSize({ width: 700, height: 900 });
  await check();
});

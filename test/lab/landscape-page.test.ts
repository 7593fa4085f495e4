import type { Page } from "playwright-core";
import { afterAll, expect, test } from "vitest";
import { scenes } from "../../lab/src/landscape/scenes.js";
import { closeLab, openLab } from "./open.js";

afterAll(closeLab);

const says = (page: Page, words: RegExp) => page.locator("h1", { hasText: words }).waitFor({ timeout: 20_000 });
const press = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: true }).click();
const told = (page: Page, words: string) => page.getByRole("status").filter({ hasText: words }).waitFor();
const energy = (page: Page) => page.locator(".why h2 small").textContent();
/** The drawing, as the browser has it. */
const picture = (page: Page) => page.locator(".board").evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
/** Waits until the setting is in the address. */
const hashWith = (page: Page, part: string) => expect.poll(() => new URL(page.url()).hash).toContain(part);

test("the address of each scene gives the headline that it promises", async (context) => {
  const page = await openLab(context, { hash: "#/landscape?net=or" });
  for (const { address, promise, title } of scenes) {
    await page.getByRole("radio", { name: "Explain" }).check();
    await page.getByRole("link", { name: title, exact: true }).click();
    await hashWith(page, `#/landscape?${address}`);
    await says(page, promise);
  }
});

test("weights are typed, and change energies, valleys and the address", async (context) => {
  const page = await openLab(context, { hash: "#/landscape?net=flipflop&at=10" });
  await says(page, /^A stored state: \S+, energy −1$/);
  expect(await energy(page)).toContain("E = −1;");
  const before = await picture(page);
  const cell = page.getByRole("textbox", { name: "Weight from unit 2 into unit 1" });
  await cell.focus();
  await page.keyboard.type("-3");
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => energy(page)).toContain("E = −3;");
  await says(page, /^A stored state: \S+, energy −3$/);
  expect(await page.getByRole("textbox", { name: "Weight from unit 1 into unit 2" }).inputValue()).toBe("−3");
  expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe(
    "Weight from unit 2 into unit 2",
  );
  await expect.poll(() => picture(page)).not.toBe(before);
  await hashWith(page, "net=own&n=2&w=-3&theta=0,0");

  // A threshold, by page keys: unit 2 becomes +, too.
  await page.getByRole("textbox", { name: "Threshold of unit 2" }).focus();
  for (let k = 0; k < 9; k++) await page.keyboard.press("PageDown");
  await says(page, /^On the way down$/);
  await page.keyboard.type("nonsense");
  await page.keyboard.press("Enter");
  expect(await page.getByRole("textbox", { name: "Threshold of unit 2" }).inputValue()).toBe("−4.5");

  // Without the lock there is no energy.
  await page.getByRole("checkbox", { name: /^Symmetric/ }).uncheck();
  await cell.fill("2");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "No energy decides" }).waitFor();
  await page.getByText("w₂₁ = −3, w₁₂ = 2").waitFor();
  await page.keyboard.press("Control+z");
});

test("the ball is put anywhere, by keys, by pointer and by its signs, and told", async (context) => {
  const page = await openLab(context, { hash: "#/landscape?net=three" });
  await says(page, /^A valley/);
  await page.locator(".board").focus();
  await page.keyboard.press("ArrowDown");
  await told(page, "++−, energy −2.5, valley");
  await page.keyboard.press("ArrowDown");
  await told(page, "−−+, energy −3.5, valley");
  await page.keyboard.press("1");
  await told(page, "+−+, energy 0.5");
  await says(page, /^On the way down$/);
  await page.keyboard.press("ArrowLeft");
  await told(page, "−−+, energy −3.5, valley");
  await page.keyboard.press("2");
  await told(page, "−++, energy 0.5");
  for (let k = 0; k < 6; k++) await page.keyboard.press("Space");
  await told(page, "−−+, energy −3.5, valley");
  await page.getByRole("button", { name: "Flip unit 3, now +" }).click();
  await expect.poll(() => energy(page)).toContain("E = 1.5;");
  await hashWith(page, "at=000");
  await press(page, /^valley \+\+−, energy −2.5/);
  await says(page, /^A valley: \S+, energy −2.5$/);

  // With the cube alone its lower left corner is the state of minus signs.
  await page.getByRole("radio", { name: "Cube" }).check();
  const board = (await page.locator(".board").boundingBox())!;
  const at = await page.locator(".board").evaluate((canvas) => {
    // The disc that is the lowest of the leftmost.
    const { width, height } = canvas as HTMLCanvasElement;
    const { data } = (canvas as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, width, height);
    for (let x = 0; x < width; x++) {
      for (let y = height - 1; y >= 0; y--) if (data[4 * (y * width + x) + 3] > 0) return [x / width, y / height];
    }
    return [0, 0];
  });
  await page.mouse.click(board.x + at[0] * board.width + 6, board.y + at[1] * board.height);
  await told(page, "energy 1.5");
});

test("a run goes on, stops, goes back and starts again with another order", async (context) => {
  const page = await openLab(context, { hash: "#/landscape?net=cycle&speed=60" });
  await says(page, /^A cycle of length 6$/);
  const updates = () => page.locator(".counts dd").first().textContent().then(Number);
  await expect.poll(updates).toBeGreaterThan(3);
  await press(page, "Pause");
  const paused = await updates();
  await press(page, "Unit");
  expect(await updates()).toBe(paused + 1);
  await press(page, "Reset");
  await expect.poll(updates).toBe(0);
  await press(page, "Sweep");
  await expect.poll(updates).toBe(3);
  await page.getByRole("radio", { name: "All at once" }).check();
  expect(await page.getByRole("button", { name: "Unit", exact: true }).isDisabled()).toBe(true);
  expect(await page.getByRole("slider", { name: "Temperature T" }).isDisabled()).toBe(true);
  await page.getByRole("radio", { name: "One unit" }).check();
  await page.getByRole("combobox", { name: "Example" }).selectOption("three");
  await press(page, "Run");
  await says(page, /^A valley/);
  await press(page, "Again");
  await hashWith(page, "seed=2");
  await page.getByRole("slider", { name: "Temperature T" }).fill("1");
  await says(page, /^Wandering at temperature 1$/);
  await page.getByRole("heading", { name: /^Time spent/ }).waitFor();
});

test("states are wanted and learned", async (context) => {
  const page = await openLab(context, { hash: "#/landscape?net=xor" });
  await says(page, /^XOR cannot be stored: no weights exist$/);
  expect(await page.getByRole("button", { name: "Perceptron" }).isDisabled()).toBe(true);
  await page.getByText("the sum over the 4 states is 0 for any weights").waitFor();
  await press(page, "Want ++− no longer");
  await page.getByRole("heading", { name: "4 attractors" }).waitFor();
  await press(page, "Perceptron");
  await page.getByRole("heading", { name: /^\d attractors/ }).waitFor();
  expect(await page.locator(".wanted .lost").count()).toBe(0);
  await hashWith(page, "net=own&n=3");
  const again = await openLab(context, { hash: new URL(page.url()).hash });
  await again.locator("h1", { hasText: /\S/ }).waitFor();
  expect(await again.locator(".wanted li").count()).toBe(3);
  expect(await again.locator(".wanted .lost").count()).toBe(0);
});

test("patterns of the surface are dragged and moved by keys, and retrievals started by a click", async (context) => {
  const page = await openLab(context, { hash: "#/landscape?show=surface&from=", dark: true });
  await says(page, /^Some patterns share a valley$/);
  const board = (await page.locator(".board").boundingBox())!;
  const edge = Math.min(board.width, board.height) - 24;
  const place = (x: number, y: number) =>
    [board.x + board.width / 2 + (x * edge) / 3, board.y + board.height / 2 - (y * edge) / 3] as const;
  await page.mouse.move(...place(0.91, 0.42));
  await page.mouse.down();
  await page.mouse.move(...place(0.9, -0.4), { steps: 4 });
  await page.mouse.up();
  await says(page, /^Every pattern has a valley of its own$/);
  await page.mouse.click(...place(0.5, 0.1));
  await page.getByText(/^from 0\.(49|5|51), 0\.(09|1|11): pattern/).waitFor();
  await page.locator(".board").focus();
  await page.keyboard.press("2");
  await told(page, "Pattern 2 at 0.42, 0.91");
  await page.keyboard.press("ArrowLeft");
  await told(page, "Pattern 2 at 0.37, 0.91");
  await hashWith(page, "0.37:0.91");
  await page.getByRole("slider", { name: /β/ }).fill("0");
  await says(page, /^One valley: the average$/);
  await press(page, "Add pattern");
  await page.getByRole("button", { name: "Remove pattern 5" }).click();
  await hashWith(page, "beta=0.2");
  const again = await openLab(context, { hash: new URL(page.url()).hash });
  await says(again, /^One valley: the average$/);
});

const shown = [
  "net=three",
  "net=random&n=10",
  "net=two&T=1.6",
  "net=cycle&update=all",
  "net=xor&show=cube",
  "show=surface",
];

test.for(shown)("everything has a name, and nothing runs over the edge: %s", async (address, context) => {
  const page = await openLab(context, { hash: `#/landscape?${address}`, dark: address.includes("cycle") });
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  const roles = "button,link,slider,spinbutton,textbox,combobox,checkbox,radio,heading,image,img,Canvas".split(",");
  const found = nodes.filter(({ ignored, role }) => !ignored && roles.includes(String(role?.value)));
  expect(found.filter(({ name }) => String(name?.value ?? "").trim() === "")).toEqual([]);
  expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
  expect(await page.getByRole("application").getAttribute("aria-label")).toMatch(/keyboard/);
  for (const [width, height] of [
    [1280, 720],
    [1366, 650],
    [1920, 1080],
    [768, 1024],
    [390, 844],
    [320, 640],
  ]) {
    await page.setViewportSize({ width, height });
    await page.waitForTimeout(150);
    const edges = await page.evaluate(() => {
      const right = (selector: string) => document.querySelector(selector)!.getBoundingClientRect();
      const main = document.querySelector("main")!;
      const beyond = [...main.querySelectorAll("*")]
        .filter((element) => element.closest(".weights-box, .equation") === null && element.closest(".unseen") === null)
        .map((element) => element.getBoundingClientRect().right);
      return {
        main: Math.max(...beyond),
        picture: right(".board").bottom,
        primary: right(".primary").bottom,
        top: right(".board").top,
      };
    });
    expect(edges.main).toBeLessThanOrEqual(width + 0.5);
    expect(edges.primary).toBeLessThanOrEqual(height);
    expect(edges.picture).toBeLessThanOrEqual(height);
    expect(edges.top).toBeGreaterThanOrEqual(0);
  }
});

import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { build, type Rolldown } from "vite";
import { afterAll, expect, test } from "vitest";
import type { NumberSpec } from "../../dist/options.js";
import { trackOf } from "../../lab/src/ui/option-track.js";
import { inWords, sentence } from "../../lab/src/words.js";
import { needChromium } from "../support/need.js";
import { launchChromium } from "../support/site.js";

let browser: Browser | undefined;

afterAll(() => browser?.close());

/** The fixture as one script. */
async function bundled(): Promise<string> {
  const entry = fileURLToPath(new URL("option-controls-fixture.js", import.meta.url));
  const output = (await build({
    configFile: false,
    logLevel: "error",
    build: { write: false, minify: false, rolldownOptions: { input: entry, output: { format: "iife" } } },
  })) as Rolldown.RolldownOutput;
  return output.output[0].code;
}

test("every type of option has a control, also of a rule that the lab does not know", async (context) => {
  browser = await launchChromium(needChromium(context));
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("pageerror", ({ message }) => complaints.push(message));
  await page.setContent("<body></body>");
  await page.addScriptTag({ content: await bundled() });
  const options = async () => JSON.parse((await page.locator("main > output").textContent()) ?? "").options;
  const type = async (name: string, text: string) => {
    const input = page.getByLabel(name, { exact: true });
    await input.fill(text);
    await input.press("Enter");
  };
  const choice = (name: string, word: string) =>
    page.getByRole("group", { name, exact: true }).getByRole("radio", { name: word, exact: true });

  await page.getByRole("combobox", { name: "Rule", exact: true }).selectOption("novelRule");
  await page.getByText("A rule of a test. (Nobody 2000)").waitFor();
  const first = {
    rounds: 3,
    weights: [1, 2],
    mood: "deliberate",
    bias: 0,
    before: { name: "hebb", options: { selfCoupling: false } },
  };
  expect(await options()).toEqual(first);

  await choice("Share", "Value").check();
  await type("Share", "0.5");
  await page.getByRole("slider", { name: "Share, slider", exact: true }).fill("0.75");
  await page.getByRole("slider", { name: "Rounds, slider", exact: true }).fill("4");
  await type("Weights", "0.5 1, 2.5");
  await page.getByLabel("Mood", { exact: true }).selectOption("adventurous");
  await type("Bias", "-7");
  await page.getByRole("combobox", { name: "Before", exact: true }).selectOption("marginalist");
  await type("Strength", "3");
  expect(await options()).toEqual({
    share: 0.75,
    rounds: 4,
    weights: [0.5, 1, 2.5],
    mood: "adventurous",
    bias: -7,
    before: { name: "marginalist", options: { strength: 3, selfCoupling: false } },
  });
  await choice("Share", "None").check();
  expect(await options()).not.toHaveProperty("share");

  const alert = page.getByRole("alert");
  for (const wrong of ["1, two", "1", "-1, 1"]) {
    await type("Weights", wrong);
    await alert.filter({ hasText: "expected a list of at least 2 numbers, each of at least 0." }).waitFor();
    expect((await options()).weights).toEqual([0.5, 1, 2.5]);
  }
  await type("Weights", "3, 4");
  await expect.poll(() => alert.count()).toBe(0);
  await type("Rounds", "9");
  await alert.filter({ hasText: "Rounds and weights do not fit." }).waitFor();
  expect(await page.getByLabel("Rounds", { exact: true }).getAttribute("aria-invalid")).toBe("true");
  expect(await page.locator("main").ariaSnapshot()).not.toMatch(/- (slider|spinbutton|textbox|combobox|radio)(?! ")/);
  expect(complaints).toEqual([]);
});

test("sliders cover what is of interest", () => {
  const number = (bounds: Partial<NumberSpec>) => ({ type: "number", help: "", ...bounds }) as const;
  expect(trackOf(number({ low: 0 }), 4)).toEqual({ min: 0, max: 10, step: 0.1 });
  expect(trackOf(number({ low: 0, high: 1e6 }), 0)).toEqual({ min: 0, max: 2, step: 0.01 });
  expect(trackOf(number({ above: 0, below: 1 }), 0.5)).toEqual({ min: 0.01, max: 0.99, step: 0.01 });
  expect(trackOf(number({ above: 0, high: 100 }), 4.108)).toEqual({ min: 0.1, max: 10, step: 0.1 });
  expect(trackOf(number({ low: -1, high: 1 }), 0)).toEqual({ min: -1, max: 1, step: 0.01 });
  expect(trackOf(number({ low: -1e6, high: 1e6 }), 0)).toBeUndefined();
  expect(trackOf(number({}), 0)).toBeUndefined();
  expect(trackOf({ type: "integer", low: 1, high: 9, help: "" }, 3)).toEqual({ min: 1, max: 9, step: 1 });
  expect(trackOf({ type: "integer", low: 1, help: "" }, 1000)).toBeUndefined();
});

test("names and help are put into words", () => {
  expect(["selfCoupling", "diederich-opper", "beta", "maxSweeps"].map(inWords)).toEqual([
    "Self coupling",
    "Diederich-Opper",
    "Beta",
    "Max sweeps",
  ]);
  expect(sentence("learn symmetric couplings")).toBe("Learn symmetric couplings.");
  expect(sentence("a: the share of units")).toBe("a: the share of units.");
});

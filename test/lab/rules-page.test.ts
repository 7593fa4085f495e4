import type { Locator, Page } from "playwright-core";
import { afterAll, expect, test } from "vitest";
import { glyphNames } from "../../dist/data/index.js";
import { allDynamics, allRules, type Maker, type OptionSpec } from "../../dist/index.js";
import { applies, type OptionValue } from "../../dist/options.js";
import { named, problemOf } from "../../lab/src/options.js";
import { readSetting } from "../../lab/src/recall/address.js";
import { inWords } from "../../lab/src/words.js";
import { closeLab, openLab } from "./open.js";

afterAll(closeLab);

const lists = [
  { label: "Rule", makers: allRules, part: "rule" },
  { label: "Dynamics", makers: allDynamics, part: "dynamics" },
] as const;

const group = (page: Page, label: string) => page.getByRole("group", { name: label, exact: true });
const choose = (page: Page, label: string, name: string) =>
  group(page, label).getByRole("combobox", { name: label, exact: true }).selectOption(name);
const settles = (page: Page, words: RegExp) => page.locator("h1", { hasText: words }).waitFor({ timeout: 20_000 });
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
const settled = async (page: Page) => {
  await page.waitForTimeout(300);
  return new URL(page.url()).hash;
};
const setting = (hash: string) => readSetting(hash.split("?")[1], glyphNames);

/** What the controls show: name and value of every input. */
const shown = (where: Locator) =>
  where.locator("input, select").evaluateAll((inputs) =>
    inputs.map((input) => {
      const { type, value, checked, labels } = input as HTMLInputElement;
      const name = input.getAttribute("aria-label") ?? labels?.[0]?.textContent;
      return `${name}: ${type === "checkbox" || type === "radio" ? checked : value}`;
    }),
  );

/** A value that is not the default. */
function another(option: string, spec: OptionSpec): OptionValue {
  const values = [true, 20, 0.25, ...(spec.type === "choice" ? spec.values : [])];
  const found = values.find((value) => value !== spec.default && problemOf(option, spec, value) === undefined);
  if (found === undefined) throw new Error(`no value for ${option}: teach this test the type ${spec.type}`);
  return found;
}

/** Gives an option that value by its control, which is found by role and name. */
async function give(where: Locator, option: string, spec: OptionSpec, value: OptionValue): Promise<void> {
  const name = inWords(option);
  if (spec.type === "boolean") await where.getByRole("checkbox", { name, exact: true }).setChecked(value === true);
  else if (spec.type === "choice") {
    await where
      .getByRole("group", { name, exact: true })
      .getByRole("radio", { name: inWords(String(value)) })
      .check();
  } else {
    if (spec.type === "number" && spec.words !== undefined) {
      await where.getByRole("group", { name, exact: true }).getByRole("radio", { name: "Number" }).check();
    }
    const input = where.getByRole("spinbutton", { name, exact: true });
    await input.fill(String(value));
    await input.press("Enter");
  }
}

test.for(lists)("every $part of the library is there, with all its options", async ({ label, makers }, context) => {
  const page = await openLab(context, { hash: "#/recall?flip=0&speed=100" });
  await settles(page, /“G” recalled exactly/);
  const options = group(page, label).getByRole("combobox", { name: label, exact: true }).locator("option");
  const listed = await options.evaluateAll((all) =>
    all.map((one) => [(one as HTMLOptionElement).value, (one as HTMLOptionElement).title]),
  );
  expect(listed).toEqual(makers.map(({ name, summary }) => [name, summary]));
  for (const { name, reference, options: specs } of makers as readonly Maker[]) {
    await choose(page, label, name);
    await group(page, label).getByText(`(${reference})`).waitFor();
    const help = await group(page, label)
      .locator(".option")
      .evaluateAll((all) => all.map((one) => one.getAttribute("title")));
    const shownSpecs = Object.values(specs).filter((spec) => applies(spec, specs, {}));
    expect(help).toEqual(shownSpecs.map((spec) => spec.help));
  }
});

test.for(lists)("choosing a $part and its options gives an address that brings them back", async (list, context) => {
  const { label, makers, part } = list;
  const page = await openLab(context, { hash: "#/recall?speed=0" });
  const again = await openLab(context, { hash: "#/recall?speed=0" });
  for (const { name, options } of makers as readonly Maker[]) {
    await choose(page, label, name);
    await expect.poll(() => page.url()).toContain(`&${part}=${name}&`);
    const values: Record<string, OptionValue> = {};
    for (const [option, spec] of Object.entries(options)) {
      if (!applies(spec, options, values)) continue;
      values[option] = another(option, spec);
      await give(group(page, label), option, spec, values[option]);
    }
    const wanted = named(makers, name, values);
    await expect.poll(() => setting(page.url())[part]).toEqual(wanted);
    const { hash } = new URL(page.url());
    await again.evaluate((address) => {
      location.hash = address;
    }, hash);
    await expect.poll(() => shown(group(again, label))).toEqual(await shown(group(page, label)));
    await expect.poll(() => new URL(again.url()).hash).toBe(hash);
  }
});

test("an option keeps its value from one rule to another that has it, and back", async (context) => {
  const page = await openLab(context, { hash: "#/recall?rule=gardner&rule.kappa=0.25&rule.limit=500&speed=100" });
  const kappa = group(page, "Rule").getByRole("spinbutton", { name: "Kappa", exact: true });
  await choose(page, "Rule", "diederich-opper");
  expect(await kappa.inputValue()).toBe("0.25");
  await choose(page, "Rule", "hebb");
  await choose(page, "Rule", "gardner");
  expect(await kappa.inputValue()).toBe("0.25");
  expect(setting(await settled(page)).rule).toEqual(named(allRules, "gardner", { kappa: 0.25, limit: 500 }));
});

test("a value that an option cannot have is refused beside its control, and changes nothing", async (context) => {
  const page = await openLab(context, { hash: "#/recall?rule=gardner&speed=100" });
  await page.getByText("all 6").waitFor();
  const hash = await settled(page);
  const kappa = group(page, "Rule").getByRole("spinbutton", { name: "Kappa", exact: true });
  await kappa.fill("-1");
  await kappa.press("Enter");
  const alert = group(page, "Rule").getByRole("alert");
  await alert.filter({ hasText: "Kappa is -1; expected a number from 0 to 1000000." }).waitFor();
  expect(await kappa.getAttribute("aria-invalid")).toBe("true");
  expect(await kappa.getAttribute("aria-describedby")).toContain(await alert.getAttribute("id"));
  expect(await settled(page)).toBe(hash);
  await kappa.fill("0.5");
  await kappa.press("Enter");
  await expect.poll(() => alert.count()).toBe(0);
  expect(setting(await settled(page)).rule.options.kappa).toBe(0.5);
  await group(page, "Rule").getByRole("slider", { name: "Kappa, slider" }).fill("0.75");
  expect(await kappa.inputValue()).toBe("0.75");
});

test("names that there are not fall back to the defaults", async (context) => {
  const page = await openLab(context, { hash: "#/recall?rule=magic&rule.kappa=x&dynamics=quantum&beta=-&speed=100" });
  await settles(page, /“G” recalled exactly/);
  expect(await settled(page)).toMatch(/&rule=projection&from=.*&dynamics=asynchronous&speed=100$/);
});

test("addresses of earlier releases bring back what they did", async (context) => {
  const page = await openLab(context, { hash: "#/recall?rule=hebb&self=1&dynamics=glauber&beta=2.5&speed=0" });
  expect(await group(page, "Rule").getByRole("checkbox", { name: "Self coupling" }).isChecked()).toBe(true);
  expect(await group(page, "Dynamics").getByRole("spinbutton", { name: "Beta" }).inputValue()).toBe("2.5");
});

test("a sampler runs for as many sweeps as it is told, and goes on when asked", async (context) => {
  const hash = "#/recall?dynamics=glauber&dynamics.beta=2&dynamics.sweeps=5&speed=100";
  const page = await openLab(context, { hash });
  const visits = page.locator(".counts div", { hasText: "visits" }).locator("dd");
  await page.getByText("Over after 5 sweeps").waitFor();
  expect(await visits.textContent()).toBe("1,280");
  await press(page, "Continue");
  await page.getByText("Over after 10 sweeps").waitFor();
  expect(await visits.textContent()).toBe("2,560");
});

test("all units at once move at the wished speed", async (context) => {
  const page = await openLab(context, { hash: "#/recall?dynamics=synchronous&from=noise&flip=50&speed=50" });
  const sweeps = async () =>
    Number(await page.locator(".counts div", { hasText: "sweeps" }).locator("dd").textContent());
  await expect.poll(sweeps).toBe(1);
  await page.waitForTimeout(500);
  expect(await sweeps()).toBeLessThanOrEqual(2);
});

test("a rule that takes long is seen to learn, and can be left for another", async (context) => {
  const hash = "#/recall?rule=gardner&rule.kappa=9&rule.limit=100000000&speed=100";
  const page = await openLab(context, { hash });
  await settles(page, /Learning …/);
  await page.getByText("6 pictures of 256 units, by the rule gardner.").waitFor();
  await page.getByRole("progressbar", { name: "Learning" }).waitFor();
  expect(await page.getByRole("button", { name: "Recall" }).isDisabled()).toBe(true);
  const frames = await page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const begin = performance.now();
        let count = 0;
        const tick = (time: number) => {
          count++;
          if (time - begin > 600) resolve(count);
          else requestAnimationFrame(tick);
        };
        requestAnimationFrame(tick);
      }),
  );
  expect(frames).toBeGreaterThan(6);
  await choose(page, "Rule", "projection");
  await page.getByText("all 6").waitFor();
  await press(page, "Recall");
  await settles(page, /“G” recalled exactly/);
});

test("a rule that gives up says why", async (context) => {
  const page = await openLab(context, { hash: "#/recall?rule=gardner&rule.kappa=9&rule.limit=20" });
  await settles(page, /cannot be stored/);
  await page.getByRole("alert").filter({ hasText: "gardner still corrected" }).waitFor();
});

test("every control has an accessible name", async (context) => {
  const page = await openLab(context, { hash: "#/recall?rule=covariance&rule.activity=0.3&dynamics=glauber&speed=0" });
  await page.locator(".overlaps li").first().waitFor();
  const roles = "slider|spinbutton|textbox|combobox|checkbox|radio|button|img|progressbar|group";
  const tree = await page.locator("main").ariaSnapshot();
  expect(tree).toMatch(/slider "Activity, slider"/);
  expect(tree.split("\n").filter((line) => new RegExp(`^\\s*- (${roles})(?! ")`).test(line))).toEqual([]);
});

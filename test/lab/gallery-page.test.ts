import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, expect, test } from "vitest";
import { experimentById, experiments, order, perform } from "../../dist/experiments/index.js";
import { oddFirst } from "../../lab/src/gallery/catalogue.js";
import { scenes } from "../../lab/src/gallery/scenes.js";
import { interval, short } from "../../lab/src/gallery/words.js";
import { closeLab, openLab } from "./open.js";

afterAll(closeLab);

const list = { hash: "#/gallery", ready: ".card" };
const detail = (id: string) => ({ hash: `#/gallery?id=${id}`, ready: ".claims" });
const says = (page: Page, words: string | RegExp) =>
  page.locator("h1", { hasText: words }).waitFor({ timeout: 40_000 });
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const saved = (id: string) => {
  const [source, name] = id.split("/");
  const file = new URL(`../../experiments/${source}/results/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, "utf8"));
};

/** Our values in the table, in the order of the rows. */
const ours = (page: Page) => page.locator(".claims .ours").allTextContents();

/** The same of a quick run in Node. */
async function oursOfNode(id: string, seed = 1): Promise<string[]> {
  const work = perform(order(experimentById(id), { setting: "quick", seed }));
  let next = await work.next();
  while (next.done !== true) next = await work.next();
  return oddFirst(next.value.rows).map((row) => short(row.ours));
}

test("it opens with every experiment, and finds some by source, verdict and words", async (context) => {
  const page = await openLab(context, list);
  await says(page, /\d+ agree/);
  const cards = page.locator(".card");
  expect(await cards.count()).toBe(experiments.length);
  await page.getByLabel("Of the source").selectOption("rojas-1996");
  await expect.poll(() => cards.count()).toBe(experiments.filter(({ id }) => id.startsWith("rojas-1996/")).length);
  await page.getByLabel("With the words").fill("flip-flop");
  await expect.poll(() => cards.count()).toBe(1);
  await page.getByLabel("With the words").fill("flip-flap");
  await says(page, "No experiment is like that");
  expect(await button(page, "Open the first").isDisabled()).toBe(true);
  await page.getByLabel("With the words").fill("");
  await page.getByLabel("Of the source").selectOption("");
  await page.getByRole("button", { name: /^differs/ }).click();
  await says(page, /^\d+ differ$/);
  await page.getByRole("radio", { name: "Source" }).check();
  await page.waitForTimeout(400);
  expect(new URL(page.url()).hash).toBe("#/gallery?verdict=differs&order=source");
  await page.reload();
  await says(page, /^\d+ differ$/);
  expect(await page.getByLabel("With the verdict").inputValue()).toBe("differs");
});

test("a detail has the numbers of the committed result, the odd ones first, and its figure", async (context) => {
  const page = await openLab(context, list);
  const { title, rows, notes, source } = saved("hopfield-1982/capacity");
  await page.getByRole("link", { name: title }).click();
  await says(page, "Differs from the source");
  await page.locator(".figure svg").waitFor();
  const found = await page.locator(".claims tbody").evaluateAll((bodies) =>
    bodies.map((body) => {
      const text = (name: string) => body.querySelector(name)?.textContent ?? "";
      return [text(".claim span"), text(".published"), text(".ours"), text(".interval")];
    }),
  );
  expect(found[0][0]).toMatch(/differs$/);
  for (const row of rows) {
    const { label, published, ours, verdict } = row;
    expect(found).toContainEqual([`${label} ${verdict}`, short(published), short(ours), interval(row)]);
  }
  expect(found.length).toBe(rows.length);
  for (const note of notes) await page.getByText(note).waitFor();
  await page.getByText(source.citation).waitFor();
  await page.getByText("standard: nets 1000").waitFor();

  // The history goes back to the list, and the experiment is in sight there.
  await page.goBack();
  await says(page, /\d+ agree/);
  expect(await page.locator("[data-last] .card").textContent()).toContain(title);
  await page.keyboard.press("Space");
  await says(page, "Agrees with the source");
  expect(page.url()).not.toContain("hopfield-1982");
  await button(page, "Next").click();
  await button(page, "Back").click();
  expect(await button(page, "Back").isDisabled()).toBe(true);
  await button(page, "List").click();
  await page.locator(".card").first().waitFor();
});

test.for([false, true])("figures are drawn in the colours of the lab, dark: %s", async (dark, context) => {
  const page = await openLab(context, { ...detail("amit-1985/phase-diagram"), dark });
  await says(page, "The source differs, explained");
  const figure = page.getByRole("img", { name: /phase diagram/ });
  await figure.waitFor();
  const { width, height } = (await figure.boundingBox())!;
  expect(Math.min(width, height)).toBeGreaterThan(200);
  const drawn = await figure.evaluate((svg) => ({
    paths: svg.querySelectorAll("path").length,
    axis: getComputedStyle(svg.querySelector("text") as Element).fill,
    theory: getComputedStyle(svg.querySelector("[stroke='#2f9e5b']") as Element).stroke,
    white: [...svg.querySelectorAll("text")].every((text) => getComputedStyle(text).fontFamily !== ""),
  }));
  expect(drawn.paths).toBeGreaterThan(3);
  expect(drawn.axis).toBe(dark ? "rgb(239, 233, 220)" : "rgb(29, 26, 22)");
  expect(drawn.theory).toBe(dark ? "rgb(92, 194, 132)" : "rgb(29, 122, 66)");
});

test("an experiment runs to its verdict, and gives what the library gives", async (context) => {
  const page = await openLab(context, detail("rojas-1996/small-networks"));
  await says(page, "The source differs, explained");
  await button(page, "Run here").click();
  await says(page, /^Run here: /);
  await page.getByText(/^Done with seed 1 after/).waitFor();
  await page.getByText("engram reproduce rojas-1996/small-networks --quick", { exact: true }).waitFor();
  await page.locator(".figure svg").waitFor();
  await page.getByText("this browser", { exact: true }).waitFor();
  expect(await ours(page)).toEqual(await oursOfNode("rojas-1996/small-networks"));
  // Both results can be looked at.
  await page.getByRole("radio", { name: "full" }).check();
  await says(page, /^The source differs/);
  await page.getByRole("radio", { name: "run here" }).check();
  await says(page, /^Run here: /);
});

test("a run tells how far it is, stops at once, and the next one starts", async (context) => {
  const page = await openLab(context, detail("graves-2014/copy"));
  await button(page, "Run here").click();
  await says(page, "Running here");
  await page.getByRole("progressbar", { name: /^\d+ of \d+ task/ }).waitFor();
  await button(page, "Stop").click();
  await page.getByText(/^Stopped after/).waitFor();
  await says(page, "Not resolved");
  await page.evaluate(() => {
    location.hash = "#/gallery?id=ramsauer-2020/attention";
  });
  await says(page, "Agrees with the source");
  await page.getByLabel("Seed").fill("3");
  await page.getByLabel("Seed").press("Tab");
  await button(page, "Run here").click();
  await page.getByText(/^Done with seed 3 after/).waitFor({ timeout: 40_000 });
  await page.getByRole("link", { name: "Recall" }).click();
  await page.locator(".recall").waitFor();
  await page.getByRole("link", { name: "Gallery" }).click();
  await says(page, /^Run here: /);
});

test("what needs MNIST offers its command", async (context) => {
  const page = await openLab(context, detail("smart-zilman-2021/figure-d2"));
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  await button(page, "Copy command").click();
  await page.getByText("Copied.", { exact: true }).waitFor();
  expect(await clipboard()).toBe("engram reproduce smart-zilman-2021/figure-d2");
  // The result of another setting has another command.
  await page.getByRole("radio", { name: "full" }).check();
  await page.getByText("engram reproduce smart-zilman-2021/figure-d2 --full", { exact: true }).waitFor();
  await page.locator(".figure svg").waitFor();
  await button(page, "Copy").click();
  await expect.poll(clipboard).toBe("engram reproduce smart-zilman-2021/figure-d2 --full");
  await page.waitForTimeout(400);
  const { hash } = new URL(page.url());
  expect(hash).toBe("#/gallery?id=smart-zilman-2021/figure-d2&result=figure-d2-full");
  const again = await openLab(context, { hash, ready: ".figure svg" });
  await again.getByText("--full").waitFor();
});

test("an experiment without a result, one that is not there, and a server that does not answer", async (context) => {
  const missing = experiments.find(({ id }) => {
    try {
      return saved(id) === undefined;
    } catch {
      return true;
    }
  });
  const page = await openLab(context, { ...list, expected: /404/ });
  if (missing !== undefined) {
    await page.evaluate((id) => {
      location.hash = `#/gallery?id=${id}`;
    }, missing.id);
    await says(page, "No committed result");
    await page.getByText(`engram reproduce ${missing.id}`, { exact: true }).waitFor();
  }
  await page.evaluate(() => {
    location.hash = "#/gallery?id=nobody-1900/table";
  });
  await page.getByText("id=nobody-1900/table could not be used").waitFor();
  await page.route("**/projections.json", (route) => route.fulfill({ status: 404 }));
  await page.evaluate(() => {
    location.hash = "#/gallery?id=rojas-1996/projections";
  });
  await says(page, "Not loaded");
  await page.unroute("**/projections.json");
  await button(page, "Load it again").click();
  await says(page, "Agrees with the source");
});

test("every scene gives what it promises", async (context) => {
  const page = await openLab(context, list);
  for (const { address, promise } of scenes) {
    await page.evaluate((setting) => {
      location.hash = `#/gallery?${setting}`;
    }, address);
    await says(page, promise);
  }
});

test.for([list, detail("smart-zilman-2021/figure-d2")])("everything on $hash has a name", async (opening, context) => {
  const page = await openLab(context, opening);
  await page
    .locator(opening === list ? ".card" : ".figure svg")
    .first()
    .waitFor();
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  const roles = new Set([
    "button",
    "link",
    "textbox",
    "searchbox",
    "combobox",
    "radio",
    "heading",
    "image",
    "spinbutton",
  ]);
  const found = nodes.filter(({ ignored, role }) => !ignored && roles.has(String(role?.value)));
  expect(found.length).toBeGreaterThan(15);
  expect(found.filter(({ name }) => String(name?.value ?? "").trim() === "").map(({ role }) => role?.value)).toEqual(
    [],
  );
});

test("the stage and its first button are in sight at any size, and nothing scrolls sideways", async (context) => {
  const page = await openLab(context, list);
  const sizes = [
    [1280, 720],
    [1366, 650],
    [1920, 1080],
    [768, 1024],
    [390, 844],
    [320, 640],
  ] as const;
  for (const hash of ["#/gallery", "#/gallery?id=dbn/mnist", "#/gallery?id=hopfield-1982/capacity"]) {
    await page.evaluate((address) => {
      location.hash = address;
    }, hash);
    await page
      .locator(hash === "#/gallery" ? ".card" : ".figure svg")
      .first()
      .waitFor();
    for (const [width, height] of sizes) {
      await page.setViewportSize({ width, height });
      const box = (await page.locator(".picture-box").boundingBox())!;
      const primary = (await page.locator(".primary").boundingBox())!;
      expect(box.height).toBeGreaterThan(200);
      expect(box.y + box.height).toBeLessThanOrEqual(height);
      expect(primary.y + primary.height).toBeLessThanOrEqual(height);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
  }
});

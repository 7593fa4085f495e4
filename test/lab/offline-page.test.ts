import { afterAll, expect, test } from "vitest";
import { closeLab, openLab } from "./open.js";

afterAll(closeLab);

test("after the first load all pages work without a server", async (context) => {
  const page = await openLab(context, {
    hash: "#/recall?speed=100",
    offline: true,
    expected: /ERR_INTERNET_DISCONNECTED/,
  });
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  // It controls the page once it has kept everything.
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  await page.context().setOffline(true);
  await page.reload();
  await page.getByRole("heading", { level: 1, name: "“G” recalled exactly" }).waitFor();
  await page.evaluate(() => {
    location.hash = "#/capacity?n=50&load=0.05";
  });
  await page.getByRole("heading", { level: 1, name: "It remembers" }).waitFor();
  await page.evaluate(() => {
    location.hash = "#/recall?source=digits&store=0-9&speed=100";
  });
  await expect.poll(() => page.locator(".overlaps li").count()).toBe(10);
});

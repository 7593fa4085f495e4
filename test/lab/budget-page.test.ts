import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { closeLab, openLab } from "./open.js";

afterAll(closeLab);

/** Kilobytes, compressed, of code and style that a page loads; what its worker loads comes after the first picture. */
const BUDGET: Readonly<Record<string, number>> = {
  recall: 120,
  landscape: 120,
  capacity: 120,
  boltzmann: 120,
  mapping: 120,
  gallery: 200,
};

test.for(Object.entries(BUDGET))("the page %s loads at most %i kB", async ([name, most], context) => {
  const page = await openLab(context, { hash: `#/${name}` });
  await page.locator("button.primary").waitFor();
  const files = await page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .map(({ name: address }) => address)
      .filter(
        (address) => /\.(js|css)$/.test(address) && !/worker-[^/]*\.js$/.test(address.replace("worker-link", "")),
      ),
  );
  expect(files.length).toBeGreaterThan(3);
  const bytes = await Promise.all(
    files.map(async (file) => gzipSync(new Uint8Array(await (await fetch(file)).arrayBuffer())).length),
  );
  const total = bytes.reduce((sum, size) => sum + size, 0) / 1000;
  expect(total, files.map((file, k) => `${file.split("/").pop()} ${bytes[k]}`).join(", ")).toBeLessThanOrEqual(most);
  // A page that loads next to nothing was not measured.
  expect(total).toBeGreaterThan(40);
});

/*
 * Writes docs/recall.png, the picture of the README: the built lab in Chromium, a G with many of its pixels flipped, half
 * way through the first sweep. Run it after `npm run build` with `npm run picture --workspace docs`.
 */
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { serveLab } from "../dist/node/index.js";

const VISITS = 150;

const executablePath = process.env.ENGRAM_CHROMIUM ?? "/usr/bin/chromium";
const lab = await serveLab({ port: 0 });
const browser = await chromium.launch({ executablePath, args: ["--headless", "--no-sandbox", "--disable-gpu"] });
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${lab.url}#/recall?store=ENGRAM.heart.star&from=G&flip=30&rule=projection&speed=0`);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: "Reset" }).click();
  for (let k = 0; k < VISITS; k++) await page.getByRole("button", { name: "Unit" }).click();
  await page.screenshot({ path: fileURLToPath(new URL("recall.png", import.meta.url)) });
} finally {
  await browser.close();
  await lab.close();
}

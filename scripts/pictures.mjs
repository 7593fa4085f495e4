// Makes the pictures of the README and of docs/ from the lab as it is built, in a Chromium (CHROMIUM, or the one on the path):
//
//     npm run build && node scripts/pictures.mjs
import { writeFile } from "node:fs/promises";
import { chromium } from "playwright-core";
import sharp from "sharp";
import { serveLab } from "../dist/node/server.js";

/** Each with the address of the lab that it shows, and the keys that are pressed there. */
const PICTURES = [
  {
    file: "docs/recall.png",
    address: "#/recall?store=ENGRAM&rule=projection&from=G&flip=28&seed=7&speed=0",
    keys: [",", ...Array.from({ length: 110 }, () => ".")],
  },
];

const server = await serveLab({ port: 0 });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium" });
try {
  for (const { file, address, keys } of PICTURES) {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 720 },
      deviceScaleFactor: 2,
      colorScheme: "light",
      serviceWorkers: "block",
    });
    const page = await context.newPage();
    await page.goto(server.url + address);
    await page.locator("button.primary:enabled").waitFor();
    for (const key of keys) {
      await page.keyboard.press(key);
      await page.waitForTimeout(25);
    }
    // Marks of what has just changed are still there, the last of them fading.
    const shot = await page.screenshot();
    await writeFile(new URL(`../${file}`, import.meta.url), await sharp(shot).png({ palette: true }).toBuffer());
    console.log(file);
    await context.close();
  }
} finally {
  await browser.close();
  await server.close();
}

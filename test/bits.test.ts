import { expect, test } from "vitest";
import { digestOfRecalls } from "./support/bits-scenario.mjs";
import * as engram from "./support/library.mjs";
import { needChromium } from "./support/need.js";
import { launchChromium, serveCheckout } from "./support/site.js";

const reference = digestOfRecalls(engram, engram.referenceKernels);

test("the same seed gives the same bits from wasm in Node as from the reference", () => {
  expect(digestOfRecalls(engram, engram.wasmKernels())).toBe(reference);
});

// Texts, not functions: they run in the browser as they are written.
const onPage = (backend: string) => `(async () => {
  const engram = await import("/test/support/library.mjs");
  const { digestOfRecalls } = await import("/test/support/bits-scenario.mjs");
  const kernels = { reference: engram.referenceKernels, wasm: engram.wasmKernels() };
  return digestOfRecalls(engram, kernels.${backend});
})()`;
const inWorker = (backend: string) => `new Promise((resolve, reject) => {
  const worker = new Worker("/test/support/bits-worker.mjs", { type: "module" });
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(message));
  worker.postMessage("${backend}");
})`;

test("the same seed gives the same bits in Chromium, on a page and in a worker", async (context) => {
  const browser = await launchChromium(needChromium(context));
  const site = await serveCheckout();
  try {
    const page = await browser.newPage();
    await page.goto(`${site.address}/package.json`);
    const digests = {
      "reference on a page": await page.evaluate(onPage("reference")),
      "wasm on a page": await page.evaluate(onPage("wasm")),
      "wasm in a worker": await page.evaluate(inWorker("wasm")),
    };
    expect(digests).toEqual({
      "reference on a page": reference,
      "wasm on a page": reference,
      "wasm in a worker": reference,
    });
  } finally {
    await browser.close();
    site.close();
  }
});

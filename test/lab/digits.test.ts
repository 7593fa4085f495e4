import { readFileSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import { findDataSet, readDataSet } from "../../dist/node/index.js";
import { bundledDigits, firstOfEach } from "../../lab/src/digits.js";
import { needMnist } from "../support/need.js";

const file = new URL("../../lab/public/digits.bin", import.meta.url);

afterEach(() => vi.unstubAllGlobals());

/** A server that answers with these bytes. */
function serve(bytes: Uint8Array<ArrayBuffer>, status = 200): void {
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(bytes, { status })));
}

test("the digits that come with the lab are the first ones of MNIST's test part", async (context) => {
  needMnist(context);
  serve(new Uint8Array(readFileSync(file)));
  const own = await bundledDigits("digits.bin");
  const mnist = await readDataSet((await findDataSet("mnist")) ?? "", { split: "test", perClass: 30, threshold: 127 });
  expect([...own.bits.words]).toEqual([...mnist.bits.words]);
  expect(own.labels).toEqual(mnist.labels);
  expect(own.shape).toEqual([28, 28]);
});

test("the first ones of each class", async () => {
  serve(new Uint8Array(readFileSync(file)));
  const set = firstOfEach(await bundledDigits("digits.bin"), 2);
  expect(set.labels).toEqual([..."00112233445566778899"]);
});

test("a file that is missing or cut short is refused", async () => {
  serve(new Uint8Array(7));
  await expect(bundledDigits("digits.bin")).rejects.toThrow("digits.bin has 7 bytes; it is damaged");
  serve(new Uint8Array(0), 404);
  await expect(bundledDigits("digits.bin")).rejects.toThrow("digits.bin answered 404");
});

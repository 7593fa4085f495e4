import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, expect, test } from "vitest";
import { Bam, Hopfield, PatternSet, Random, randomPatterns, storkey } from "../../dist/index.js";
import { decodeMemory, encodeMemory } from "../../dist/storage/index.js";
import { engram } from "../support/engram.js";
import { closeLab, openLab } from "./open.js";

const folder = mkdtempSync(join(tmpdir(), "engram-lab-files-"));
afterAll(async () => {
  await closeLab();
  rmSync(folder, { recursive: true });
});

/** Saves by the button; the path of the file. */
async function save(page: Page, name: string): Promise<string> {
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save" }).click();
  const path = join(folder, name);
  await (await download).saveAs(path);
  return path;
}

const open = (page: Page, path: string) => page.locator("input[accept='.safetensors']").setInputFiles(path);
const refusal = (page: Page, words: string | RegExp) => page.getByRole("alert").filter({ hasText: words }).waitFor();

test("what the page saves is read by the command line, and by the page again", async (context) => {
  const page = await openLab(context, { hash: "#/recall?store=ENGRAM.heart&rule=storkey&speed=100" });
  await page.locator(".overlaps li").nth(6).waitFor();
  const path = await save(page, "letters.safetensors");
  const { stdout } = await engram(["inspect", path, "--json"], { cwd: folder });
  expect(JSON.parse(stdout)).toMatchObject({ kind: "hopfield", rule: "storkey", stored: 7, units: 256 });

  const other = await openLab(context, { hash: "#/recall?rule=hebb" });
  await open(other, path);
  await expect.poll(() => other.url()).toContain("source=images");
  await expect.poll(() => other.locator(".overlaps li").count()).toBe(7);
  expect(other.url()).toContain("rule=storkey");
  const names = await other.locator(".rows.all .overlap .name").allTextContents();
  expect(names.sort()).toEqual([..."AEGMNR", "heart"].sort());
  // And what that page saves holds the same patterns.
  const again = await save(other, "again.safetensors");
  const [first, second] = [path, again].map((file) => decodeMemory(new Uint8Array(readFileSync(file))) as Hopfield);
  const words = ({ items }: Hopfield) => [...(items?.bits.words ?? [])];
  expect(words(second)).toEqual(words(first));
});

test("files that the page cannot show are refused, and change nothing", async (context) => {
  const page = await openLab(context, { hash: "#/recall?seed=5" });
  await page.locator(".overlaps li").first().waitFor();
  const random = new Random(1);
  const write = (name: string, bytes: Uint8Array) => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  const hopfield = (count: number, units: number) =>
    encodeMemory(new Hopfield(units, { rule: storkey() }).store(randomPatterns(count, units, random)));
  const pairs = { left: PatternSet.from([[1, -1, 1]]), right: PatternSet.from([[1, -1]]) };
  const files = [
    [write("small.safetensors", hopfield(2, 100)), "holds patterns of 100 units"],
    [write("many.safetensors", hopfield(30, 256)), "holds 30 patterns; this page takes at most 24"],
    [write("pairs.safetensors", encodeMemory(new Bam(3, 2).store(pairs))), "of the kind bam"],
    [write("broken.safetensors", new Uint8Array(20)), /^broken\.safetensors/],
  ] as const;
  const before = page.url();
  for (const [path, words] of files) {
    await open(page, path);
    await refusal(page, words);
    await page.getByRole("alert").getByRole("button", { name: "Close" }).click();
    expect(await page.getByRole("alert").count()).toBe(0);
  }
  expect(page.url().split("?")[0]).toBe(before.split("?")[0]);
  expect(await page.locator(".overlaps li").count()).toBe(6);

  await page.getByRole("button", { name: "None" }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await refusal(page, "There is nothing to save yet");
});

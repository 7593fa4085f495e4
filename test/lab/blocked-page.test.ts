import type { Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, expect, test } from "vitest";
import { closeLab, openLab } from "./open.js";

afterAll(closeLab);

const pages = [
  { name: "recall", hash: "#/recall?speed=100", works: /“G” recalled exactly/ },
  { name: "boltzmann", hash: "#/boltzmann?speed=75", works: /Filters are forming/ },
  { name: "mapping", hash: "#/mapping?speed=85", works: /The same model/ },
] as const;

const headline = (page: Page, words: RegExp) => page.getByRole("heading", { level: 1, name: words });
const notice = (page: Page, words: string) => page.getByRole("alert").filter({ hasText: words });
const startAgain = (page: Page) => page.getByRole("button", { name: "Start again" }).click();
/** Presses what makes the page run, where it waits. */
const run = async (page: Page, name: string) => {
  if (name !== "mapping") await page.getByRole("button", { name: /^(Recall|Train)$/ }).click();
};

/** As browsers are that block all storage. */
const withoutStorage = `for (const name of ["localStorage", "sessionStorage", "indexedDB", "caches"]) {
  Object.defineProperty(window, name, {
    get() {
      throw new DOMException("Access is denied for this document.", "SecurityError");
    },
  });
}
navigator.locks.request = () => Promise.reject(new DOMException("Access is denied.", "SecurityError"));`;

test.for(pages)("$name works where storage is blocked", async ({ hash, works }, context) => {
  const page = await openLab(context, { hash, before: withoutStorage });
  await headline(page, works).waitFor();
  await page.getByRole("button", { name: "Dark colours" }).click();
  expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe("dark");
});

test.for(pages)("$name works where WebAssembly is forbidden", async ({ hash, works }, context) => {
  const page = await openLab(context, { hash, webAssembly: "forbidden", expected: /Content Security Policy/ });
  await headline(page, works).waitFor();
  const isForbidden = await page.workers()[0].evaluate(() => {
    try {
      void new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
      return false;
    } catch {
      return true;
    }
  });
  expect(isForbidden).toBe(true);
});

test("own pictures are taken where storage is blocked, and the page says what that means", async (context) => {
  const page = await openLab(context, { hash: "#/recall?source=images", before: withoutStorage });
  const buffer = await sharp(
    Uint8Array.from({ length: 1024 }, (_, i) => (i % 9) * 28),
    { raw: { width: 32, height: 32, channels: 1 } },
  )
    .png()
    .toBuffer();
  await page.locator(".drop input").setInputFiles([{ name: "slope.png", mimeType: "image/png", buffer }]);
  await page.getByText("This browser keeps no pictures").waitFor();
  await page.getByRole("combobox", { name: "Size" }).selectOption("48");
  await page.getByText("of 2304").waitFor();
});

test.for(pages)(
  "$name says that its worker does not start, and starts again",
  async ({ name, hash, works }, context) => {
    const before = `if (location.hash.includes("blocked")) window.blocked = true;
    window.Worker = class extends Worker {
      constructor(url, options) {
        if (window.throwing) throw new DOMException("no workers here", "SecurityError");
        super(window.blocked ? "data/none.js" : url, options);
      }
    };`;
    const page = await openLab(context, { hash: `${hash}&blocked`, before, expected: /404|Failed/ });
    await notice(page, "could not be started").waitFor();
    await headline(page, /^Stopped$/).waitFor();
    expect(await page.locator("button.primary").isDisabled()).toBe(true);
    if (name === "recall") {
      const names = await page.locator(".overlap").evaluateAll((rows) => rows.map((row) => row.ariaLabel));
      expect(names).toEqual([..."AEGMNR"]);
    }
    await page.evaluate("window.throwing = true");
    await startAgain(page);
    await notice(page, "could not be started").waitFor();
    await page.evaluate("window.throwing = window.blocked = false");
    await startAgain(page);
    await run(page, name);
    await headline(page, works).waitFor();
    expect(await page.getByRole("alert").filter({ hasText: "stopped" }).count()).toBe(0);
  },
);

test.for(pages)(
  "$name says that its worker died, in whatever way, and starts again",
  async ({ name, hash, works }, context) => {
    const before = `window.workers = [];
    window.Worker = class extends Worker {
      constructor(...all) {
        super(...all);
        window.workers.push(this);
      }
    };`;
    const page = await openLab(context, { hash, before, expected: /a bug/ });
    const ways = [
      ["has ended", () => page.workers()[0].evaluate(() => self.close())],
      [
        "failed",
        () =>
          page.workers()[0].evaluate(() => {
            setTimeout(() => {
              throw new Error("a bug");
            });
          }),
      ],
      ["failed", () => page.workers()[0].evaluate(() => void Promise.reject(new Error("a bug")))],
      [
        "sent what cannot be read",
        () => page.evaluate(`window.workers.at(-1).dispatchEvent(new Event("messageerror"))`),
      ],
    ] as const;
    await headline(page, works).waitFor();
    for (const [words, kill] of ways) {
      await kill();
      await notice(page, words).waitFor();
      await headline(page, /^Stopped$/).waitFor();
      await startAgain(page);
      await run(page, name);
      await headline(page, works).waitFor();
    }
  },
);

test("a damaged address is said to be one", async (context) => {
  const page = await openLab(context, { hash: "#/recall?rule=foo&flip=900" });
  const note = page.getByRole("status").filter({ hasText: "address" });
  await note.filter({ hasText: "rule=foo and 1 more could not be used" }).waitFor();
  await note.getByRole("button", { name: "Close" }).click();
  await expect.poll(() => note.count()).toBe(0);
  await page.evaluate(() => {
    location.hash = "#/boltzmann?method=cd&k=99";
  });
  await note.filter({ hasText: "k=99 could not be used" }).waitFor();
  expect(await page.title()).toMatch(/^Boltzmann: .+ · Engram$/);
});

test("nothing runs in the pages but what the server serves", async (context) => {
  const page = await openLab(context, { expected: /Content Security Policy/ });
  const run = await page.evaluate(async () => {
    const script = document.createElement("script");
    script.textContent = "window.inline = true";
    document.head.append(script);
    // What the test itself evaluates is exempt, but not what comes of it later.
    const evaluated = await new Promise((resolve) => {
      setTimeout(() => {
        try {
          resolve(Reflect.construct(Function, ["return true"])());
        } catch {
          resolve(false);
        }
      });
    });
    return { evaluated, inline: "inline" in window };
  });
  expect(run).toEqual({ evaluated: false, inline: false });
  // What the lab needs goes on working: files made here, and pictures of them.
  const shown = await page.evaluate(async () => {
    const image = new Image();
    image.src = URL.createObjectURL(new Blob(['<svg xmlns="http://www.w3.org/2000/svg"/>'], { type: "image/svg+xml" }));
    await image.decode();
    return image.complete;
  });
  expect(shown).toBe(true);
  const download = page.waitForEvent("download");
  await page.evaluate(() => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(["text"]));
    link.download = "state.txt";
    link.click();
  });
  expect((await download).suggestedFilename()).toBe("state.txt");
});

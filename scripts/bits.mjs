/**
 * npm run bits
 *
 * Recalls many cues and trains machines, and compares the digests of all results: with every backend, on one thread and on
 * two, in this Node and in those that ENGRAM_NODES names (paths with colons between), and on a page and in a worker of
 * Chromium and of Firefox (ENGRAM_CHROMIUM and ENGRAM_FIREFOX name them, if they are not where Linux puts them). Exits with
 * 1 if a digest differs or a run fails; a browser that is not here is named.
 */
import { existsSync } from "node:fs";
import { digestsInBrowser } from "./bits/browser.mjs";
import { digestsInNode, kernelsOf } from "./bits/node.mjs";
import { build } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";
import { Failure, main } from "./tools.mjs";

const nodes = [process.execPath, ...(process.env.ENGRAM_NODES ?? "").split(":").filter(Boolean)];

const browsers = [
  {
    name: "Chromium",
    places: [process.env.ENGRAM_CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"],
    flags: (profile) => ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", `--user-data-dir=${profile}`],
    version: /Chrome\/([\d.]+)/,
  },
  {
    name: "Firefox",
    places: [process.env.ENGRAM_FIREFOX, "/usr/bin/firefox-esr", "/usr/bin/firefox"],
    flags: (profile) => ["--headless", "--no-remote", "--profile", profile],
    version: /Firefox\/([\d.]+)/,
  },
];

/** Every place that computes, as it begins to: a name and its digests. */
async function* places() {
  for (const node of nodes) {
    for (const kernels of await kernelsOf(node)) yield* digestsInNode(node, kernels);
  }
  for (const browser of browsers) {
    const path = browser.places.find((place) => place && existsSync(place));
    if (path === undefined) console.log(`${browser.name} is not here`);
    else yield* digestsInBrowser(path, browser);
  }
}

await main(async () => {
  ensureInstalled();
  await build();
  const seen = new Map();
  let count = 0;
  for await (const { place, digests } of places()) {
    const text = digests.join(" ");
    console.log(`${place.padEnd(44)} ${text}`);
    seen.set(text, [...(seen.get(text) ?? []), place]);
    count++;
  }
  if (seen.size !== 1) throw new Failure(`${count} places gave ${seen.size} different results`);
  console.log(`${count} places gave the same bits`);
});

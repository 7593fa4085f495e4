import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { Plugin } from "vite";

/**
 * Writes the service worker of the lab, which keeps all its files after the first load: so the lab works offline. What it
 * keeps is told by their bytes: another build is another cache.
 */
export function offline(publicFolder: URL): Plugin {
  return {
    name: "lab-offline",
    enforce: "post",
    generateBundle(_, bundle) {
      const hash = createHash("sha256");
      const own = readdirSync(publicFolder).filter((name) => !name.endsWith(".txt"));
      for (const name of own) hash.update(name).update(readFileSync(new URL(name, publicFolder)));
      const made = Object.keys(bundle).filter((name) => !name.endsWith(".map"));
      for (const name of made.sort()) {
        const file = bundle[name];
        hash.update(name).update(file.type === "chunk" ? file.code : file.source);
      }
      const files = [...new Set(["./", ...own, ...made])].filter((name) => name !== "index.html");
      const source = serviceWorker(`engram-${hash.digest("hex").slice(0, 16)}`, files);
      this.emitFile({ type: "asset", fileName: "offline.js", source });
    },
  };
}

function serviceWorker(name: string, files: readonly string[]): string {
  return `const NAME = ${JSON.stringify(name)};
const FILES = ${JSON.stringify(files, null, 1)};
const kept = new Set(FILES.map((file) => new URL(file, location.href).href));

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const others = (names) => names.filter((other) => other.startsWith("engram-") && other !== NAME);
  event.waitUntil(
    caches.keys().then((names) => Promise.all(others(names).map((other) => caches.delete(other)))).then(() => self.clients.claim()),
  );
});

// The page itself comes from the server where that answers, so that a new build is seen; its files have names of their own bytes.
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = request.url.split(/[?#]/)[0];
  if (request.method !== "GET" || !kept.has(address)) return;
  const fromCache = () => caches.match(address, { cacheName: NAME });
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(fromCache));
  else event.respondWith(fromCache().then((answer) => answer ?? fetch(request)));
});
`;
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { Failure } from "../tools.mjs";

/** How long a browser may take, in seconds. */
const PATIENCE = 120;

/** It sends what it has computed to its server, so that any browser will do which opens an address. */
const PAGE = `<!doctype html><title>bits</title><script type="module">
  const send = (result) => fetch("/result", { method: "POST", body: JSON.stringify(result) });
  try {
    const { digests } = await import("/test/support/bits-worker.mjs");
    const worker = new Worker("/test/support/bits-worker.mjs", { type: "module" });
    const inWorker = new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
    });
    worker.postMessage(["default", "full"]);
    const places = {
      "a page, reference": await digests("reference", "full"),
      "a page": await digests("default", "full"),
      "a worker": await inWorker,
    };
    await send({ agent: navigator.userAgent, places });
  } catch (error) {
    await send({ error: String(error) });
  }
</script>`;

/** Digests of recalls and of training on a page and in a worker of a browser. */
export async function* digestsInBrowser(path, { name, flags, version }) {
  const { agent, places, error } = await resultOf(path, flags);
  if (error !== undefined) throw new Failure(`${name}: ${error}`);
  for (const [place, [kernels, ...digests]] of Object.entries(places)) {
    const what = kernels === "reference" ? "" : `, ${kernels}`;
    yield { place: `${name} ${agent.match(version)?.[1]}, ${place}${what}`, digests };
  }
}

async function resultOf(path, flags) {
  const { StaticFiles } = await import("../../dist/node/static-files.js");
  const files = new StaticFiles();
  const root = new URL("../../", import.meta.url);
  const server = createServer((request, response) => {
    if (request.url === "/") response.setHeader("content-type", "text/html").end(PAGE);
    else if (request.method === "POST") void text(request).then((json) => server.emit("result", JSON.parse(json)));
    else void files.answer(request, response, [fileURLToPath(new URL(`.${request.url}`, root))]);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = `http://127.0.0.1:${server.address().port}/`;
  // A folder of its own keeps a browser from what its user has open.
  const profile = mkdtempSync(join(tmpdir(), "engram-bits-"));
  const browser = spawn(path, [...flags(profile), address], {
    stdio: "ignore",
    env: { ...process.env, HOME: profile },
  });
  const ended = once(browser, "exit");
  try {
    return await Promise.race([
      once(server, "result", { signal: AbortSignal.timeout(1000 * PATIENCE) }).then(([result]) => result),
      ended.then(([code]) => ({ error: `ended with ${code}` })),
    ]);
  } catch (error) {
    return { error: error.name === "AbortError" ? `no result in ${PATIENCE} s` : error.message };
  } finally {
    browser.kill();
    await ended.catch(() => {});
    server.close();
    server.closeAllConnections();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

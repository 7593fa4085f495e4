import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { digestOfRecalls, digestOfTraining } from "./support/bits-scenario.mjs";
import * as engram from "./support/library.mjs";
import { needChromium } from "./support/need.js";
import { launchChromium, serveCheckout } from "./support/site.js";

const { defaultKernels, defaultWorkspace, referenceKernels, referenceWorkspace } = engram;

const training = await digestOfTraining(engram, referenceWorkspace);
const reference = {
  full: [digestOfRecalls(engram, referenceKernels), training],
  few: [digestOfRecalls(engram, referenceKernels, "few"), training],
};

test("the same seed gives the same bits from wasm or native code in Node as from the reference", async () => {
  expect(["wasm", "native"]).toContain(defaultKernels().name);
  const recalls = digestOfRecalls(engram, defaultKernels());
  expect([recalls, await digestOfTraining(engram, defaultWorkspace)]).toEqual(reference.full);
});

// Texts, not functions: they run in the browser as they are written.
const onPage = (backend: string, size: string) =>
  `import("/test/support/bits-worker.mjs").then(({ digests }) => digests("${backend}", "${size}"))`;
const inWorker = (backend: string, size: string) => `new Promise((resolve, reject) => {
  const worker = new Worker("/test/support/bits-worker.mjs", { type: "module" });
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = ({ message }) => reject(new Error(message));
  worker.postMessage(["${backend}", "${size}"]);
})`;

const policies = [
  ["without a policy", undefined, "wasm", "full"],
  [
    "under a policy that permits WebAssembly",
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
    "wasm",
    "few",
  ],
  ["under a policy that forbids it", "default-src 'self'", "reference", "few"],
] as const;

test.for(policies)(
  "the same seed gives the same bits in Chromium, on a page and in a worker, %s",
  async ([, policy, kernels, size], context) => {
    const browser = await launchChromium(needChromium(context));
    const site = await serveCheckout(policy);
    try {
      const page = await browser.newPage();
      await page.goto(`${site.address}/package.json`);
      expect({
        "reference on a page": await page.evaluate(onPage("reference", size)),
        "default on a page": await page.evaluate(onPage("default", size)),
        "default in a worker": await page.evaluate(inWorker("default", size)),
      }).toEqual({
        "reference on a page": ["reference", ...reference[size]],
        "default on a page": [kernels, ...reference[size]],
        "default in a worker": [kernels, ...reference[size]],
      });
    } finally {
      await browser.close();
      site.close();
    }
  },
);

describe("an engine that refuses WebAssembly though it validates it gets the reference, with the same bits,", () => {
  const forbidden = (member: string) =>
    `WebAssembly.${member} = function () { throw new WebAssembly.CompileError("blocked by the policy"); };`;
  test.each([
    ["when it refuses to compile", forbidden("Module"), []],
    ["when it refuses to instantiate", forbidden("Instance"), []],
    ["when it has no WebAssembly", "", ["--jitless"]],
  ])("%s", async (_, stub, flags) => {
    const folder = new URL("./support/", import.meta.url).href;
    const program = `
      ${stub}
      const engram = await import("${folder}library.mjs");
      const { workspaceThreads } = await import("${folder}../../dist/node/index.js");
      const { digestOfRecalls, digestOfTraining } = await import("${folder}bits-scenario.mjs");
      const threads = await workspaceThreads(2);
      console.log(JSON.stringify([
        engram.defaultKernels().name,
        digestOfRecalls(engram, engram.defaultKernels(), "few"),
        await digestOfTraining(engram, engram.defaultWorkspace),
        threads.threads,
        await digestOfTraining(engram, threads.makeWorkspace),
      ]));
      try { engram.wasmKernels(); } catch (error) { console.log(error.name); }`;
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, "--input-type=module", "-e", program]);
    const [digests, error] = stdout.trim().split("\n");
    expect(JSON.parse(digests)).toEqual(["reference", ...reference.few, 1, training]);
    expect(error).toBe("EngramError");
  });
});

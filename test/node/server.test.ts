import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { type LabOptions, serveLab } from "../../src/node/index.js";
import { temporaryFolder } from "../support/folder.js";

afterEach(() => vi.unstubAllEnvs());

/** A lab of one page, served. */
async function serve(options: LabOptions = {}) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "index.html"), "<title>lab</title>");
  mkdirSync(join(folder, "assets"));
  writeFileSync(join(folder, "assets/app.js"), "0");
  const server = await serveLab({ port: 0, folder, ...options });
  onTestFinished(() => server.close());
  return { ...server, folder };
}

/** Takes a port, as another program would. */
async function takePort(port = 0): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe("serveLab", () => {
  test("serves the lab on 127.0.0.1, isolated from other origins", async () => {
    const { url } = await serve();
    expect(new URL(url).hostname).toBe("127.0.0.1");
    const page = await fetch(url);
    expect(await page.text()).toContain("lab");
    for (const response of [page, await fetch(`${url}assets/app.js`), await fetch(`${url}none`)]) {
      expect(response.headers.get("Cross-Origin-Opener-Policy")).toBe("same-origin");
      expect(response.headers.get("Cross-Origin-Embedder-Policy")).toBe("require-corp");
    }
    expect((await fetch(`${url}assets/app.js`)).headers.get("Content-Type")).toContain("javascript");
  });

  test("goes on when the lab is built anew, and serves that", async () => {
    const { url, folder } = await serve();
    const assets = join(folder, "assets");
    rmSync(assets, { recursive: true });
    expect((await fetch(`${url}assets/app.js`)).status).toBe(404);
    mkdirSync(assets);
    writeFileSync(join(assets, "app-2.js"), "2");
    expect(await (await fetch(`${url}assets/app-2.js`)).text()).toBe("2");
    const page = await fetch(url);
    expect(page.headers.get("Cache-Control")).toContain("no-cache");
    const again = await fetch(url, { headers: { "If-None-Match": page.headers.get("ETag") ?? "" } });
    expect(again.status).toBe(304);
  });

  test("serves the four MNIST files of the data folder, and no others", async () => {
    const data = temporaryFolder();
    vi.stubEnv("ENGRAM_DATA", data);
    mkdirSync(join(data, "mnist"));
    writeFileSync(join(data, "mnist/t10k-images-idx3-ubyte.gz"), "packed");
    for (const name of ["mnist/secret.idx", "mnist/other"]) writeFileSync(join(data, name), "secret");
    writeFileSync(join(data, "secret"), "secret");
    const { url } = await serve();
    const status = async (path: string) => (await fetch(`${url}data/${path}`)).status;
    expect(await (await fetch(`${url}data/mnist/t10k-images-idx3-ubyte.gz`)).text()).toBe("packed");
    expect(await (await fetch(`${url}data/mnist/t10k-images-idx3-ubyte`)).text()).toBe("packed");
    expect(await status("mnist/train-images-idx3-ubyte.gz")).toBe(404);
    for (const path of [
      "mnist/secret.idx",
      "mnist/other",
      "mnist/..%2fsecret",
      "mnist/%2e%2e/secret",
      "mnist/",
      "mnist/constructor",
    ]) {
      expect(await status(path)).toBe(404);
    }
  });

  test("answers 404 for the data where there is none", async () => {
    vi.stubEnv("ENGRAM_DATA", temporaryFolder());
    vi.stubEnv("XDG_DATA_HOME", temporaryFolder());
    const { url } = await serve();
    expect((await fetch(`${url}data/mnist/t10k-images-idx3-ubyte.gz`)).status).toBe(404);
  });

  test("takes the next free port where the one it should have is taken", async () => {
    const port = await takePort();
    const server = await serve({ port });
    expect(server.port).toBeGreaterThan(port);
    expect((await fetch(server.url)).status).toBe(200);
  });

  test("ends at once, open connections included", async () => {
    const server = await serve();
    await fetch(server.url);
    await server.close();
    await expect(fetch(server.url)).rejects.toThrow("fetch failed");
  });

  test.each([70_000, -1, 1.5, Number.NaN])("refuses the port %s", async (port) => {
    await expect(serve({ port })).rejects.toThrow(`port is ${port}; expected a whole number from 0 to 65535`);
  });

  test("says so where no port is free", async () => {
    await takePort(65535).catch(() => undefined);
    await expect(serve({ port: 65535 })).rejects.toThrow("ports 65535 to 65535 are all taken; choose another");
  });

  test("says so where the lab is not built", async () => {
    const folder = temporaryFolder();
    await expect(serve({ folder })).rejects.toThrow(`the lab is not built (${folder}): run npm run build`);
  });
});

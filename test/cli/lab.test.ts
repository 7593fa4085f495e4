import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { engram, startEngram } from "../support/engram.js";
import { temporaryFolder } from "../support/folder.js";

/** Starts the lab and waits for the lines that tell its address. */
async function startLab(...args: string[]) {
  const lab = startEngram(["lab", ...args], { cwd: temporaryFolder() });
  onTestFinished(() => void lab.kill("SIGKILL"));
  const [said] = await once(lab.stdout.setEncoding("utf8"), "data");
  return { lab, said, url: /http:\S+/.exec(said)?.[0] ?? `no address in ${said}` };
}

test.each(["SIGINT", "SIGTERM"] as const)("engram lab serves the lab until %s, then ends cleanly", async (signal) => {
  const { lab, url } = await startLab("--port", "0");
  const page = await fetch(url);
  expect(page.status).toBe(200);
  expect(page.headers.get("Content-Type")).toContain("text/html");
  lab.kill(signal);
  expect(await once(lab, "exit")).toEqual([0, null]);
  await expect(fetch(url)).rejects.toThrow("fetch failed");
});

test("engram lab listens where it is told, and says so where it cannot", async () => {
  const { url } = await startLab("--port", "0", "--host", "localhost");
  expect(new URL(url).hostname).toBe("localhost");
  expect((await fetch(url)).status).toBe(200);
  const { code, stderr } = await engram(["lab", "--host", "192.0.2.7"], { cwd: temporaryFolder() });
  expect(stderr).toContain('host "192.0.2.7" is not an address or name of this machine (EADDRNOTAVAIL)');
  expect(code).toBe(2);
});

test("engram lab takes the next free port, and says which one is in use", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  const { url, said } = await startLab("--port", String(port));
  const taken = Number(new URL(url).port);
  expect(taken).toBeGreaterThan(port);
  expect(said).toBe(`Port ${port} is in use; the lab takes ${taken} instead.\nThe lab: ${url} (Ctrl-C stops it)\n`);
  expect((await fetch(url)).status).toBe(200);
});

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { StaticFiles } from "../../src/node/static-files.js";

const QUIET_FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A headless Chromium that keeps to itself. */
export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: QUIET_FLAGS });
}

/** The checkout, served as it is on a free port of 127.0.0.1. */
export interface Site {
  readonly address: string;
  close(): void;
}

/** @param policy the content security policy of every answer, if any */
export async function serveCheckout(policy?: string): Promise<Site> {
  const files = new StaticFiles();
  const root = new URL("../../", import.meta.url);
  const server = createServer((request, response) => {
    if (policy !== undefined) response.setHeader("content-security-policy", policy);
    void files.answer(request, response, [fileURLToPath(new URL(`.${request.url}`, root))]);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

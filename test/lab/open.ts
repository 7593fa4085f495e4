import type { Browser, Page } from "playwright-core";
import type { TestContext } from "vitest";
import { type LabServer, serveLab } from "../../dist/node/server.js";
import { needChromium } from "../support/need.js";
import { launchChromium } from "../support/site.js";

let browser: Promise<Browser> | undefined;
let server: Promise<LabServer> | undefined;

/** How a page of the lab is opened. */
export interface Opening {
  readonly hash?: string;
  readonly width?: number;
  /** A selector of what shows that the page is there; defaults to a board. */
  readonly ready?: string;
  readonly dark?: boolean;
  /** Whether the server finds MNIST, where the machine has it. */
  readonly digits?: "absent";
  /** Whether the content security policy allows WebAssembly, as that of the lab's server does. */
  readonly webAssembly?: "forbidden";
  /** JavaScript that runs before the page's own. */
  readonly before?: string;
  /** Whether the browser may keep the lab's files. */
  readonly offline?: boolean;
  /** What the page may complain of. */
  readonly expected?: RegExp;
}

/**
 * The lab in a page of its own, closed when the test ends. The test fails where the page throws, complains on its
 * console, or asks anybody but its own server for anything.
 */
export async function openLab(
  context: TestContext,
  {
    hash = "",
    width = 1440,
    ready = "main.frame",
    dark = false,
    digits,
    webAssembly,
    before,
    expected,
    offline = false,
  }: Opening = {},
) {
  browser ??= launchChromium(needChromium(context));
  server ??= serveLab({ port: 0 });
  const { url } = await server;
  const session = await (await browser).newContext({
    viewport: { width, height: 900 },
    colorScheme: dark ? "dark" : "light",
    // What is served is what is tried, and not what was kept.
    serviceWorkers: offline ? "allow" : "block",
  });
  const page: Page = await session.newPage();
  const complaints: string[] = [];
  page.on("pageerror", ({ message }) => expected?.test(message) || complaints.push(message));
  page.on("console", (message) => {
    const isBlocked = message.text().includes("Service Worker registration blocked");
    const isExpected =
      isBlocked || expected?.test(message.text()) || (digits === "absent" && message.text().includes("404"));
    if ((message.type() === "error" || message.type() === "warning") && !isExpected) complaints.push(message.text());
  });
  page.on("request", (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(url)) complaints.push(request.url());
  });
  if (digits === "absent") await page.route("**/data/mnist/**", (route) => route.fulfill({ status: 404 }));
  if (webAssembly === "forbidden") {
    await page.route("**/*", async (route) => {
      const response = await route.fetch();
      const headers = response.headers();
      const policy = headers["content-security-policy"].replace(" 'wasm-unsafe-eval'", "");
      await route.fulfill({ response, headers: { ...headers, "content-security-policy": policy } });
    });
  }
  if (before !== undefined) await page.addInitScript(before);
  context.onTestFinished(async () => {
    await session.close();
    if (complaints.length > 0) throw new Error(`the page complained: ${complaints.join("; ")}`);
  });
  await page.goto(url + hash);
  await page.locator(ready).first().waitFor();
  return page;
}

export async function closeLab(): Promise<void> {
  await (await browser)?.close();
  await (await server)?.close();
  browser = undefined;
  server = undefined;
}

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
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

/** The status of the answer to a raw request; undefined if the server closes the connection without one. */
function statusOf(port: number, request: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(Buffer.from(request, "latin1")));
    let answer = "";
    socket.on("error", () => {});
    socket.on("close", () => resolve(Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]) || undefined));
    socket.on("data", (bytes) => {
      answer += bytes;
      if (answer.includes("\r\n\r\n")) socket.destroy();
    });
  });
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

  test("lets the pages run nothing but what it serves, and tells nobody where they were", async () => {
    const { url } = await serve();
    for (const path of ["", "assets/app.js", "none"]) {
      const { headers } = await fetch(url + path);
      const policy = (headers.get("Content-Security-Policy") ?? "").split("; ");
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'");
      expect(policy).toContain("style-src 'self'");
      expect(policy).toContain("worker-src 'self'");
      expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
      expect(headers.get("Referrer-Policy")).toBe("no-referrer");
    }
  });

  test("compresses texts for those who take it, and answers HEAD without a body", async () => {
    const { url, folder } = await serve();
    const script = "engram();".repeat(1000);
    writeFileSync(join(folder, "assets/app.js"), script);
    const plain = await fetch(`${url}assets/app.js`, { headers: { "Accept-Encoding": "gzip;q=0, identity" } });
    expect(plain.headers.get("Content-Encoding")).toBe(null);
    expect(Number(plain.headers.get("Content-Length"))).toBe(script.length);
    const packed = await fetch(`${url}assets/app.js`, { headers: { "Accept-Encoding": "br, gzip" } });
    expect(packed.headers.get("Content-Encoding")).toBe("gzip");
    expect(packed.headers.get("Vary")).toBe("Accept-Encoding");
    expect(Number(packed.headers.get("Content-Length"))).toBeLessThan(script.length / 10);
    expect([await plain.text(), await packed.text()]).toEqual([script, script]);
    writeFileSync(join(folder, "assets/app.js"), "other();");
    expect(await (await fetch(`${url}assets/app.js`)).text()).toBe("other();");
    const head = await fetch(`${url}assets/app.js`, { method: "HEAD", headers: { "Accept-Encoding": "identity" } });
    expect([head.status, head.headers.get("Content-Length"), await head.text()]).toEqual([200, "8", ""]);
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
    expect(server.wanted).toBe(port);
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

  test("listens on another address of this machine, and is known by it", async () => {
    const { port, url } = await serve({ host: "0.0.0.0" });
    expect(url).toBe(`http://127.0.0.1:${port}/`);
    const status = (host: string) => statusOf(port, `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    // A page of another site comes by a name, whatever that name resolves to.
    expect(await status(`192.0.2.7:${port}`)).toBe(200);
    expect(await status(`[2001:db8::7]:${port}`)).toBe(200);
    expect(await status(`evil.example:${port}`)).toBe(421);
    await expect(serve({ host: "192.0.2.7" })).rejects.toThrow('host "192.0.2.7" is not an address or name of this');
    await expect(serve({ host: "" })).rejects.toThrow("host is empty; expected an address or a name of this machine");
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

describe("the lab's server answers to hostile requests, and goes on", () => {
  const end = "\r\n\r\n";
  const host = "Host: 127.0.0.1:PORT";
  const get = (path: string, ...headers: string[]) => [`GET ${path} HTTP/1.1`, host, ...headers].join("\r\n") + end;
  const from = (name: string) => `GET / HTTP/1.1\r\nHost: ${name}${end}`;
  const requests: readonly [string, string, number | undefined][] = [
    ["a range that ends before it begins", get("/", "Range: bytes=9-3"), 200],
    ["a range beyond any file", get("/", "Range: bytes=0-18446744073709551615"), 200],
    ["a range of the last bytes", get("/", "Range: bytes=-5"), 200],
    ["a range of another unit", get("/", "Range: x=0-1"), 200],
    ["a thousand ranges", get("/", `Range: bytes=${"0-0,".repeat(1000)}1-1`), 200],
    ["a name of another site", from("evil.example"), 421],
    ["a name of another site with our port", from("evil.example:PORT"), 421],
    ["a name that ours is a part of", from("127.0.0.1:PORT.evil.example"), 421],
    ["a user before our name", from("127.0.0.1:PORT@evil.example"), 421],
    ["our name without the port", from("127.0.0.1"), 421],
    ["our name with another port", from("localhost:1"), 421],
    ["no name", `GET / HTTP/1.1${end}`, 400],
    ["no name, as in HTTP/1.0", `GET / HTTP/1.0${end}`, 400],
    ["an empty name", from(""), 421],
    ["two names", get("/", "Host: evil.example"), 400],
    ["another address in the request line", get("http://evil.example/"), 400],
    ["our own address in the request line", get("http://127.0.0.1:PORT/"), 400],
    ["HTTP/1.0", `GET / HTTP/1.0\r\n${host}${end}`, 200],
    ["localhost", from("LOCALHOST:PORT"), 200],
    ["the loopback address of IPv6", from("[::1]:PORT"), 200],
    ["POST", `POST / HTTP/1.1\r\n${host}\r\nContent-Length: 5${end}hello`, 405],
    ["PUT of a body that never comes", `PUT /index.html HTTP/1.1\r\n${host}\r\nContent-Length: 999999${end}`, 405],
    ["DELETE", `DELETE /index.html HTTP/1.1\r\n${host}${end}`, 405],
    ["OPTIONS", `OPTIONS * HTTP/1.1\r\n${host}${end}`, 405],
    ["TRACE", `TRACE / HTTP/1.1\r\n${host}${end}`, 405],
    ["CONNECT", `CONNECT evil.example:80 HTTP/1.1\r\n${host}${end}`, undefined],
    ["no method", `FOO / HTTP/1.1\r\n${host}${end}`, 400],
    ["an upgrade", get("/", "Connection: Upgrade", "Upgrade: websocket"), 200],
    ["an unknown expectation", get("/", "Expect: 200-ok"), 417],
    ["a folder", get("/assets"), 404],
    ["a folder with a slash", get("/assets/"), 404],
    ["a path upwards", get("/../secret"), 404],
    ["a path upwards from a folder", get("/assets/../../secret"), 404],
    ["a path upwards, encoded", get("/%2e%2e/secret"), 404],
    ["a path upwards, encoded twice", get("/%252e%252e%252fsecret"), 404],
    ["an encoded slash", get("/assets%2fapp.js"), 404],
    ["an encoded backslash", get("/..%5csecret"), 404],
    ["a backslash", get("/..\\secret"), 404],
    ["two slashes", get("//secret"), 404],
    ["a hidden file", get("/.secret"), 404],
    ["an absolute path after the slash", get("//etc/passwd"), 404],
    ["an encoded NUL", get("/index.html%00.js"), 404],
    ["a NUL", get("/index.html\0.js"), 400],
    ["half an encoding", get("/%"), 404],
    ["an encoding of no letter", get("/%zz"), 404],
    ["an encoding of no UTF-8", get("/%ff%fe"), 404],
    ["bytes beyond ASCII", get("/\xff\xfe"), 400],
    ["a device's name", get("/CON"), 404],
    ["a name that is too long for a file", get(`/${"a".repeat(1000)}`), 404],
    ["an overlong address", get(`/${"a".repeat(5000)}`), 414],
    ["headers that are too long", get("/", `X: ${"a".repeat(70_000)}`), 431],
    ["3,000 headers", get("/", ...Array.from({ length: 3000 }, (_, k) => `X${k}: 1`)), 431],
    ["a header that breaks its line", get("/", "X: a\rb"), 400],
    ["two lengths", get("/", "Content-Length: 1", "Content-Length: 2"), 400],
    ["a length and chunks", get("/", "Content-Length: 5", "Transfer-Encoding: chunked"), 400],
    ["no HTTP", "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03", 400],
    ["a malformed tag", get("/", 'If-None-Match: W/",,"*W/'), 200],
    ["any tag", get("/", "If-None-Match: *"), 304],
    ["the data's folder", get("/data/mnist/"), 404],
    ["a path upwards from the data", get("/data/mnist/../../secret"), 404],
    ["a word that all objects know", get("/data/mnist/__proto__"), 404],
  ];

  test.each(requests)("%s", async (_, request, status) => {
    const { port, url, folder } = await serve();
    writeFileSync(join(folder, ".secret"), "secret");
    writeFileSync(join(folder, "..", "secret"), "secret");
    onTestFinished(() => rmSync(join(folder, "..", "secret")));
    expect(await statusOf(port, request.replaceAll("PORT", String(port)))).toBe(status);
    expect((await fetch(url)).status).toBe(200);
  });

  test("2,000 requests at once on one connection are answered in their order", async () => {
    const { port } = await serve();
    const request = get("/assets/app.js").replaceAll("PORT", String(port));
    const last = get("/none", "Connection: close").replaceAll("PORT", String(port));
    const socket = connect(port, "127.0.0.1", () => socket.write(request.repeat(2000) + last));
    let answers = "";
    for await (const bytes of socket) answers += bytes;
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual([...Array(2000).fill("HTTP/1.1 200"), "HTTP/1.1 404"]);
  });

  test("clients that leave in the midst of an answer, or of a request", async () => {
    const { port, url, folder } = await serve();
    writeFileSync(join(folder, "large.bin"), new Uint8Array(2 ** 23));
    const request = get("/large.bin").replaceAll("PORT", String(port));
    for (const text of [request, request.repeat(3), request.slice(0, 20), ""]) {
      await new Promise<void>((resolve) => {
        const socket = connect(port, "127.0.0.1", () =>
          socket.write(text, () => setImmediate(() => socket.resetAndDestroy())),
        );
        socket.on("error", () => {}).on("close", () => resolve());
      });
      expect((await fetch(url)).status).toBe(200);
    }
  });
});

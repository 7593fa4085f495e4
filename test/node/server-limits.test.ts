import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../support/folder.js";

/** Bytes of a file that no connection takes at once. */
const large = 2 ** 26;
/** Bytes that the server reads ahead. */
const chunk = 2 ** 16;
const program = fileURLToPath(new URL("../support/lab-server.mjs", import.meta.url));

/** A server of one page in a process of its own, with a limit on its open files if one is given. */
async function startServer({ files, data, idle }: { files?: number; data?: string; idle?: number } = {}) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "index.html"), "<title>lab</title>");
  writeFileSync(join(folder, "large.bin"), "");
  truncateSync(join(folder, "large.bin"), large);
  const limit = files === undefined ? "" : `ulimit -n ${files} && `;
  const child = spawn(
    "sh",
    ["-c", `${limit}exec "$0" "$@"`, process.execPath, "--expose-gc", program, folder, `${idle ?? ""}`],
    {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      env: { ...process.env, ENGRAM_DATA: data ?? folder },
    },
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  const standing = async () => {
    child.send("how it stands");
    const [message] = await once(child, "message");
    return message as { buffered: number; connections: number };
  };
  return { child, port, url: `http://127.0.0.1:${port}/`, standing };
}

const connected = async (port: number) => {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  await Promise.race([once(socket, "connect"), once(socket, "close")]);
  return socket;
};
const get = (port: number, path: string) => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
/** What the server says next on a connection; the empty text if it closes it. */
const next = async (socket: Socket) => {
  const [bytes] = await Promise.race([once(socket, "data"), once(socket, "close").then(() => [""])]);
  return String(bytes);
};

const hasShell = process.platform !== "win32";

test.runIf(hasShell)("300 clients that do not read cost a chunk of the file each, not the file", async () => {
  const data = temporaryFolder();
  const name = "train-images-idx3-ubyte";
  mkdirSync(join(data, "mnist"));
  writeFileSync(join(data, "mnist", name), "");
  truncateSync(join(data, "mnist", name), large);
  const { port, url, standing } = await startServer({ data });
  await (await fetch(url)).text();
  const { buffered: before } = await standing();
  const clients = await Promise.all(Array.from({ length: 300 }, () => connected(port)));
  onTestFinished(() => clients.forEach((socket) => void socket.destroy()));
  for (const socket of clients) {
    socket.pause();
    socket.write(get(port, `/data/mnist/${name}`));
  }
  // They have been served until their connections are full when the buffers have stopped growing.
  let held = before;
  const growth = async () => {
    const last = held;
    held = (await standing()).buffered;
    return held - last;
  };
  const patience = { interval: 300, timeout: 30_000 };
  await expect.poll(growth, patience).toBeGreaterThan(chunk);
  await expect.poll(growth, patience).toBeLessThan(chunk);
  expect(held - before).toBeLessThan(300 * 2 * chunk);
  const response = await fetch(`${url}data/mnist/${name}`);
  expect((await response.arrayBuffer()).byteLength).toBe(large);
});

test.runIf(hasShell)("goes on when it has no file descriptors left, and says so meanwhile", async () => {
  const { child, port, url } = await startServer({ files: 64 });
  const first = await connected(port);
  const others = await Promise.all(Array.from({ length: 200 }, () => connected(port)));
  onTestFinished(() => [first, ...others].forEach((socket) => void socket.destroy()));
  // Those beyond the limit are closed by the server; every descriptor is then in use.
  await expect.poll(() => others.some((socket) => socket.destroyed)).toBe(true);
  first.write(get(port, "/"));
  expect(await next(first)).toMatch(/^HTTP\/1\.1 503 [\s\S]*Retry-After: 1\r\n[\s\S]*Too many files are open/);
  for (const socket of others) socket.destroy();
  await expect.poll(async () => (await fetch(url).catch(() => undefined))?.status).toBe(200);
  expect(child.exitCode).toBe(null);
});

test.runIf(hasShell)("closes a connection on which nothing moves", async () => {
  const { port, url, standing } = await startServer({ idle: 50 });
  for (const text of ["", get(port, "/large.bin")]) {
    const socket = await connected(port);
    onTestFinished(() => void socket.destroy());
    const closed = once(socket, "close");
    socket.pause();
    socket.write(text);
    await expect.poll(async () => (await standing()).connections, { timeout: 30_000 }).toBe(0);
    socket.resume();
    await closed;
    expect(socket.bytesRead).toBeLessThan(large);
  }
  expect((await fetch(url)).status).toBe(200);
});

import { existsSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import sirv from "sirv";
import { mnistSums } from "../data/index.js";
import { ArgumentError, DataError } from "../errors.js";
import { findDataSet } from "./data.js";
import { readBounded } from "./files.js";

const host = "127.0.0.1";
/** How many ports are tried from the one that was asked for. */
const tries = 100;
const largestFile = 2 ** 28;

/** What the lab's server may be told. */
export interface LabOptions {
  /** The port, or where it is taken the next free one; 8787 unless said otherwise, 0 for any free one. */
  readonly port?: number | undefined;
  /** The built lab; the one of this package unless said otherwise. */
  readonly folder?: string | undefined;
}

/** The lab's server at work. */
export interface LabServer {
  readonly url: string;
  readonly port: number;
  /** Ends it, open connections included. */
  close(): Promise<void>;
}

/**
 * Serves the built lab on 127.0.0.1 alone, and beside it the four MNIST files under data/mnist/ where a data folder has
 * them. The pages are isolated from other origins, which shared memory between workers needs.
 *
 * @throws ArgumentError for a port that cannot be opened; DataError where the lab is not built
 */
export async function serveLab({ port = 8787, folder = builtLab }: LabOptions = {}): Promise<LabServer> {
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new ArgumentError(`port is ${port}; expected a whole number from 0 to 65535`);
  }
  if (!existsSync(join(folder, "index.html")))
    throw new DataError(`the lab is not built (${folder}): run npm run build`);
  // As the folder is now, not as it was when the server began: a new build comes to be served, and a file that is gone,
  // which would end the process, is not looked for. The folder is small.
  const files = sirv(folder, { dev: true, etag: true });
  const server = createServer((request, response) => {
    for (const [name, value] of isolation) response.setHeader(name, value);
    files(request, response, () => serveData(request, response));
  });
  const opened = await listen(server, port);
  return { url: `http://${host}:${opened}/`, port: opened, close: () => close(server) };
}

const builtLab = join(import.meta.dirname, "..", "lab");

const isolation = [
  ["Cross-Origin-Opener-Policy", "same-origin"],
  ["Cross-Origin-Embedder-Policy", "require-corp"],
  ["Cross-Origin-Resource-Policy", "same-origin"],
  ["X-Content-Type-Options", "nosniff"],
] as const;

const dataUrl = /^\/data\/mnist\/([a-z0-9-]+?)(\.gz)?(?:\?.*)?$/;

/** One of the four files, as it lies there, packed or not; whatever reads IDX tells by itself. */
async function serveData(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const name = dataUrl.exec(request.url ?? "")?.[1];
  const bytes = name !== undefined && Object.hasOwn(mnistSums, name) ? await readMnist(name) : undefined;
  if (bytes === undefined) {
    response.writeHead(404, { "Content-Type": "text/plain" }).end("not found\n");
    return;
  }
  response.writeHead(200, { "Content-Type": "application/octet-stream", "Content-Length": bytes.length });
  response.end(request.method === "HEAD" ? undefined : bytes);
}

async function readMnist(name: string): Promise<Uint8Array | undefined> {
  const folder = await findDataSet("mnist");
  if (folder === undefined) return undefined;
  for (const ending of ["", ".gz"]) {
    const bytes = await readBounded(join(folder, name + ending), largestFile).catch(() => undefined);
    if (bytes !== undefined) return bytes;
  }
  return undefined;
}

async function listen(server: Server, first: number): Promise<number> {
  const last = Math.min(65535, first + tries - 1);
  for (let port = first; port <= last; port++) {
    const failure = await open(server, port);
    if (failure === undefined) return (server.address() as AddressInfo).port;
    if (failure.code !== "EADDRINUSE") {
      throw new ArgumentError(`port ${port} cannot be opened (${failure.code ?? failure.message}); choose another`);
    }
  }
  throw new ArgumentError(`ports ${first} to ${last} are all taken; choose another`);
}

function open(server: Server, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    const settle = (error?: NodeJS.ErrnoException) => {
      server.off("error", settle).off("listening", settle);
      resolve(error);
    };
    server.once("error", settle).once("listening", settle).listen(port, host);
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

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
/** Number of ports tried, from the requested one on. */
const tries = 100;
const largestFile = 2 ** 28;

/** Options of `serveLab`. */
export interface LabOptions {
  /** The port, or the next free one if it is taken; defaults to 8787; 0 for any free port. */
  readonly port?: number | undefined;
  /** Folder of the built lab; defaults to that of this package. */
  readonly folder?: string | undefined;
}

/** The running server of the lab. */
export interface LabServer {
  readonly url: string;
  readonly port: number;
  /** Stops the server and closes open connections. */
  close(): Promise<void>;
}

/**
 * Serves the built lab on 127.0.0.1 only, and the four MNIST files under data/mnist/ if a data folder has them. The pages are
 * isolated from other origins, as shared memory between workers requires.
 *
 * @throws ArgumentError for a port that cannot be opened; DataError if the lab is not built
 */
export async function serveLab({ port = 8787, folder = builtLab }: LabOptions = {}): Promise<LabServer> {
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new ArgumentError(`port is ${port}; expected a whole number from 0 to 65535`);
  }
  if (!existsSync(join(folder, "index.html")))
    throw new DataError(`the lab is not built (${folder}): run npm run build`);
  // The folder is read at each request, not once at the start: a new build is served, and a removed file, which would end
  // the process, is not opened. The folder is small.
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

/** Serves one of the four files as it is, compressed or not; the reader of IDX files detects compression. */
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
      throw new ArgumentError(
        `port ${port} cannot be opened (${failure.code ?? failure.message}); choose another port`,
      );
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

import { existsSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, isIP, type Socket } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { mnistSums } from "../data/index.js";
import { ArgumentError, DataError } from "../errors.js";
import { dataFolders } from "./data-folders.js";
import { refuse, StaticFiles } from "./static-files.js";

const loopback = "127.0.0.1";
/** Number of ports tried, from the requested one on. */
const tries = 100;
/** Connections that are open at the same time, at most: each may hold a file and a chunk of it. */
const mostConnections = 1000;
/** Milliseconds for the headers of a request, and for all of it. */
const headersTimeout = 10_000;
const requestTimeout = 20_000;
/** Letters of an address, at most. */
const longestAddress = 2048;

/** Options of `serveLab`. */
export interface LabOptions {
  /** The port, or the next free one if it is taken; defaults to 8787; 0 for any free port. */
  readonly port?: number | undefined;
  /** The address or name of this machine to listen on; defaults to 127.0.0.1, which only this machine can reach. */
  readonly host?: string | undefined;
  /** Folder of the built lab; defaults to that of this package. */
  readonly folder?: string | undefined;
  /** Milliseconds after which a connection on which nothing moves is closed; defaults to 30,000. */
  readonly idleTimeout?: number | undefined;
}

/** The running server of the lab. */
export interface LabServer {
  readonly url: string;
  readonly port: number;
  /** The port that was asked for, which differs from `port` if another program has it; undefined for any free port. */
  readonly wanted: number | undefined;
  /** Stops the server and closes open connections. */
  close(): Promise<void>;
}

/** A line that says that another program has the port; none if the server has the one that was asked for. */
export function portLine({ port, wanted }: Pick<LabServer, "port" | "wanted">): string[] {
  return wanted === undefined || wanted === port ? [] : [`Port ${wanted} is in use; the lab takes ${port} instead.`];
}

/**
 * Serves the built lab, and the four MNIST files under data/mnist/ if a data folder has them, to browsers that name this
 * server by an address of its own: a page of another site cannot reach it through a name of that site. The pages are
 * isolated from other origins, as shared memory between workers requires, and run only the code that is served here.
 *
 * @throws ArgumentError for a host or port that cannot be opened; DataError if the lab is not built
 */
export async function serveLab(options: LabOptions = {}): Promise<LabServer> {
  const { port = 8787, host = loopback, folder = builtLab(), idleTimeout = 30_000 } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    throw new ArgumentError(`port is ${port}; expected a whole number from 0 to 65535`);
  }
  if (host === "") throw new ArgumentError("host is empty; expected an address or a name of this machine");
  if (!existsSync(join(folder, "index.html")))
    throw new DataError(`the lab is not built (${folder}): run npm run build`);
  const files = new StaticFiles();
  const answer = (request: IncomingMessage, response: ServerResponse) =>
    files.answer(request, response, pathsOf(request, folder));
  let names: ReadonlySet<string> = new Set();
  const server = createServer({ headersTimeout, requestTimeout }, (request, response) => {
    for (const [name, value] of headers) response.setHeader(name, value);
    if (isAcceptable(request, response, (name) => isOurs(name, names, host))) inTurn(request, response, answer);
  });
  server.maxConnections = mostConnections;
  server.timeout = idleTimeout;
  const opened = await listen(server, port, host);
  // A connection that cannot be accepted is not the end of the others.
  server.on("error", () => {});
  names = namesOf(host, opened);
  return {
    url: `http://${hostInUrl(isWildcard(host) ? loopback : host)}:${opened}/`,
    port: opened,
    wanted: port === 0 ? undefined : port,
    close: () => close(server),
  };
}

function builtLab(): string {
  return join(dirname(fileURLToPath(import.meta.url)), "../lab");
}

const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Headers of every answer. */
const headers = [
  ["Content-Security-Policy", policy],
  ["Cross-Origin-Opener-Policy", "same-origin"],
  ["Cross-Origin-Embedder-Policy", "require-corp"],
  ["Cross-Origin-Resource-Policy", "same-origin"],
  ["Referrer-Policy", "no-referrer"],
  ["X-Content-Type-Options", "nosniff"],
] as const;

/** The values of Host by which the server is known, in lower case. */
function namesOf(host: string, port: number): ReadonlySet<string> {
  const hosts = [loopback, "localhost", "[::1]", hostInUrl(host.toLowerCase())];
  return new Set(hosts.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])));
}

/** Whether a value of Host names this server. A page of another site comes by a name, never by an address. */
function isOurs(name: string, names: ReadonlySet<string>, host: string): boolean {
  if (names.has(name.toLowerCase())) return true;
  return isWildcard(host) && isIP(name.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1")) !== 0;
}

function hostInUrl(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

function isWildcard(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}

/** Refuses what is not a GET or HEAD of a path of this server. */
function isAcceptable(request: IncomingMessage, response: ServerResponse, isOurs: (name: string) => boolean): boolean {
  const { method = "", url = "", headersDistinct } = request;
  const refusal = (status: number, words?: string) => {
    // The rest of the request is not waited for.
    response.setHeader("Connection", "close");
    refuse(response, status, words);
    return false;
  };
  const [name, ...others] = headersDistinct.host ?? [];
  if (name === undefined || others.length > 0) return refusal(400);
  if (!isOurs(name)) {
    return refusal(421, "This server is known as localhost, with its own port; through a tunnel use the same port");
  }
  if (method !== "GET" && method !== "HEAD") {
    response.setHeader("Allow", "GET, HEAD");
    return refusal(405);
  }
  if (url.length > longestAddress) return refusal(414);
  return url.startsWith("/") || refusal(400);
}

const turns = new WeakMap<Socket, Promise<void>>();

/** Answers the requests of a connection one after the other: one that sends many at once holds one file open. */
function inTurn(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): void {
  const { socket } = request;
  const before = turns.get(socket) ?? Promise.resolve();
  const turn = before.then(() => (socket.destroyed ? undefined : answer(request, response)));
  turns.set(
    socket,
    turn.catch(() => void socket.destroy()),
  );
}

/** Folders and files have names of letters, digits, points, hyphens and underscores, and none begins with a point. */
const served = /^\/((?:[\w-][\w.-]*\/)*[\w-][\w.-]*)?(?:[?#].*)?$/s;
const dataPath = /^data\/mnist\/([a-z0-9-]+?)(?:\.gz)?$/;

/**
 * The files of which the first that exists is the answer. One of the four MNIST files is served as it is, compressed or
 * not: the reader of IDX files detects compression.
 */
function pathsOf({ url = "" }: IncomingMessage, folder: string): readonly string[] {
  const match = served.exec(url);
  if (match === null) return [];
  const path = match[1] ?? "index.html";
  const name = dataPath.exec(path)?.[1];
  if (name === undefined) return [join(folder, path)];
  if (!Object.hasOwn(mnistSums, name)) return [];
  return dataFolders().flatMap((data) => [name, `${name}.gz`].map((file) => join(data, "mnist", file)));
}

async function listen(server: Server, first: number, host: string): Promise<number> {
  const last = Math.min(65535, first + tries - 1);
  for (let port = first; port <= last; port++) {
    const failure = await open(server, port, host);
    if (failure === undefined) return (server.address() as AddressInfo).port;
    const { code = failure.message } = failure;
    if (code === "EADDRNOTAVAIL" || failure.syscall === "getaddrinfo") {
      throw new ArgumentError(`host ${JSON.stringify(host)} is not an address or name of this machine (${code})`);
    }
    if (code !== "EADDRINUSE") {
      throw new ArgumentError(`port ${port} cannot be opened (${code}); choose another port`);
    }
  }
  throw new ArgumentError(`ports ${first} to ${last} are all taken; choose another`);
}

function open(server: Server, port: number, host: string): Promise<NodeJS.ErrnoException | undefined> {
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

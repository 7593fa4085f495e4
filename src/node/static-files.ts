import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";
import { extname } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

/** Bytes that are read ahead of a client, at most. */
const CHUNK = 2 ** 16;
/** Largest file that is compressed, and how many are kept compressed. */
const LARGEST_COMPRESSED = 2 ** 22;
const MOST_COMPRESSED = 64;

/** The media types of what a web page consists of; all other files are bytes. */
const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
};

/** Answers a request with a few words, and a status that is not a success. */
export function refuse(response: ServerResponse, status: number, words = STATUS_CODES[status]): void {
  const text = `${status} ${words}\n`;
  response.writeHead(status, {
    "Content-Type": "text/plain; charset=utf-8",
    "Content-Length": Buffer.byteLength(text),
  });
  response.end(text);
}

/**
 * Answers GET and HEAD requests with whole files: read as fast as the client takes them, compressed if they are text, and
 * revalidated by their ETag each time. Ranges are not supported.
 */
export class StaticFiles {
  /** Compressed texts, by path. */
  readonly #compressed = new Map<string, { readonly tag: string; readonly bytes: Promise<Buffer> }>();

  /** Answers with the first of the files that exists; a file that cannot be read is answered with 404, 500 or 503. */
  async answer(request: IncomingMessage, response: ServerResponse, paths: readonly string[]): Promise<void> {
    let file: FileHandle | undefined;
    try {
      for (const path of paths) {
        file = await openFile(path);
        if (file !== undefined) return await this.#send(request, response, path, file);
      }
      refuse(response, 404);
    } catch (error) {
      fail(response, error);
    } finally {
      await file?.close().catch(() => {});
    }
  }

  async #send(request: IncomingMessage, response: ServerResponse, path: string, file: FileHandle): Promise<void> {
    const { size, mtimeNs } = await file.stat({ bigint: true });
    const tag = `W/"${size.toString(36)}-${mtimeNs.toString(36)}"`;
    const type = types[extname(path)];
    const isText = type !== undefined && size <= LARGEST_COMPRESSED;
    response.setHeader("Accept-Ranges", "none");
    response.setHeader("Cache-Control", "no-cache");
    response.setHeader("ETag", tag);
    if (isText) response.setHeader("Vary", "Accept-Encoding");
    if (isKnown(request, tag)) {
      response.writeHead(304).end();
      return;
    }
    response.setHeader("Content-Type", type ?? "application/octet-stream");
    if (isText && takesGzip(request)) {
      const bytes = await this.#compress(path, tag, file, Number(size));
      response.writeHead(200, { "Content-Encoding": "gzip", "Content-Length": bytes.length });
      response.end(request.method === "HEAD" ? undefined : bytes);
      return;
    }
    response.writeHead(200, { "Content-Length": Number(size) });
    if (request.method === "HEAD") response.end();
    else await stream(file, Number(size), request, response);
  }

  #compress(path: string, tag: string, file: FileHandle, size: number): Promise<Buffer> {
    const known = this.#compressed.get(path);
    if (known?.tag === tag) return known.bytes;
    const bytes = readWhole(file, size).then((text) => promisify(gzip)(text));
    this.#compressed.delete(path);
    this.#compressed.set(path, { tag, bytes });
    bytes.catch(() => this.#compressed.delete(path));
    const [oldest] = this.#compressed.keys();
    if (this.#compressed.size > MOST_COMPRESSED) this.#compressed.delete(oldest);
    return bytes;
  }
}

/** Opens a regular file; undefined where there is none. A pipe does not block. */
async function openFile(path: string): Promise<FileHandle | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (["ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG", "EISDIR", "ENXIO"].includes(code)) return undefined;
    throw error;
  }
  if ((await file.stat().catch(() => undefined))?.isFile()) return file;
  await file.close().catch(() => {});
  return undefined;
}

/** Sends the file a chunk at a time, the next one when the client has taken the last. */
async function stream(file: FileHandle, size: number, { socket }: IncomingMessage, response: ServerResponse) {
  const chunk = Buffer.allocUnsafe(Math.min(CHUNK, size));
  for (let sent = 0; sent < size && !socket.destroyed; ) {
    const { bytesRead } = await file.read(chunk, 0, Math.min(CHUNK, size - sent));
    if (bytesRead === 0) throw new Error("the file has become shorter");
    sent += bytesRead;
    await new Promise<void>((resolve) => {
      socket.once("close", resolve);
      response.write(chunk.subarray(0, bytesRead), () => {
        socket.off("close", resolve);
        resolve();
      });
    });
  }
  response.end();
}

async function readWhole(file: FileHandle, size: number): Promise<Buffer> {
  const bytes = Buffer.alloc(size);
  for (let read = 0; read < size; ) {
    const { bytesRead } = await file.read(bytes, read, size - read, read);
    if (bytesRead === 0) throw new Error("the file has become shorter");
    read += bytesRead;
  }
  return bytes;
}

/** Says what is wrong where the client can still be told, and breaks off the answer where it cannot. */
function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  for (const name of ["ETag", "Cache-Control", "Vary", "Content-Type"]) response.removeHeader(name);
  const { code = "" } = error as NodeJS.ErrnoException;
  if (code === "EMFILE" || code === "ENFILE" || code === "ENOMEM") {
    response.setHeader("Retry-After", "1");
    refuse(response, 503, "Too many files are open; try again");
  } else if (code === "EACCES" || code === "EPERM") refuse(response, 403);
  else refuse(response, 500);
}

function isKnown({ headers }: IncomingMessage, tag: string): boolean {
  const known = headers["if-none-match"]?.split(",").map((one) => one.trim().replace(/^(?!W\/)/, "W/"));
  return known?.some((one) => one === tag || one === "W/*") ?? false;
}

function takesGzip({ headers }: IncomingMessage): boolean {
  return /(?:^|,)\s*gzip\s*(?!;\s*q=0(?:\.0*)?\s*(?:,|$))(?:;|,|$)/i.test(String(headers["accept-encoding"] ?? ""));
}

import { DataError } from "../errors.js";
import { crc32 } from "../math/crc32.js";
import { DeflateError, inflate, type Output } from "./inflate.js";

/** Length of the first array; the limit is asked for when it is full, but for a copy of at most 258 bytes. */
const HEAD = 2048;
/** Smallest number of bytes by which the content grows. */
const STEP = 65536;
/** The content of files of data is rarely longer than so many times its gzip file: one array is room enough. */
const USUAL_RATIO = 8;

/** Flags of a member's header (RFC 1952, section 2.3.1). */
const HAS_CRC = 2;
const HAS_EXTRA = 4;
const HAS_NAME = 8;
const HAS_COMMENT = 16;
const RESERVED = 0xe0;

/** The largest length of a content, and where it comes from: "that its header announces". */
export interface ContentLimit {
  readonly bytes: number;
  readonly source: string;
}

/** The content of a gzip file. */
export interface Gunzipped {
  readonly content: Uint8Array;
  /** Number of bytes after the last member, other than zeros, which gzip ignores too. */
  readonly ignored: number;
}

/** Whether the bytes begin with the signature of a gzip file. */
export function isGzip(bytes: Uint8Array, at = 0): boolean {
  return bytes.length >= at + 2 && bytes[at] === 0x1f && bytes[at + 1] === 0x8b;
}

/**
 * Inflates a gzip file of one or more members (P. Deutsch, GZIP file format specification version 4.3, RFC 1952, 1996) and
 * checks the CRC-32 and the length of each. As gzip does, it ignores zeros after the last member and bytes that begin
 * another way than a member does.
 *
 * @param limitOf the limit of the content, given its first 1790 bytes or more, or all if there are fewer; it may throw
 * @throws DataError if the file is damaged or its content is longer than the limit
 */
export function gunzip(bytes: Uint8Array, name: string, limitOf: (head: Uint8Array) => ContentLimit): Gunzipped {
  const content = new Content(name, bytes.length * USUAL_RATIO, limitOf);
  let at = 0;
  try {
    do at = inflateMember(bytes, at, content);
    while (isGzip(bytes, at));
  } catch (error) {
    if (!(error instanceof DeflateError)) throw error;
    throw new DataError(`${name} is a damaged gzip file (${error.message}): download it again`);
  }
  const padding = bytes.subarray(at).every((byte) => byte === 0);
  return { content: content.whole(), ignored: padding ? 0 : bytes.length - at };
}

/** The growing content, never longer than its limit. */
class Content implements Output {
  bytes = new Uint8Array(HEAD);
  length = 0;
  readonly #name: string;
  readonly #usual: number;
  readonly #limitOf: (head: Uint8Array) => ContentLimit;
  #known: ContentLimit | undefined;

  constructor(name: string, usual: number, limitOf: (head: Uint8Array) => ContentLimit) {
    this.#name = name;
    this.#usual = usual;
    this.#limitOf = limitOf;
  }

  grow(): void {
    const limit = this.#limit();
    if (this.bytes.length >= limit.bytes) throw this.#tooLong(limit);
    const larger = new Uint8Array(Math.min(limit.bytes, Math.max(STEP, this.#usual, 2 * this.bytes.length)));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
  }

  whole(): Uint8Array {
    const limit = this.#limit();
    if (this.length > limit.bytes) throw this.#tooLong(limit);
    return this.bytes.subarray(0, this.length);
  }

  #limit(): ContentLimit {
    this.#known ??= this.#limitOf(this.bytes.subarray(0, this.length));
    return this.#known;
  }

  #tooLong({ bytes, source }: ContentLimit): DataError {
    return new DataError(`${this.#name} holds more than the ${bytes} bytes ${source}: download it again`);
  }
}

/** Appends the content of the member that begins at `at`; returns where it ends. */
function inflateMember(bytes: Uint8Array, at: number, content: Content): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = content.length;
  const end = inflate(bytes, headerEnd(bytes, view, at), content);
  if (end + 8 > bytes.length) throw new DeflateError("it ends within its checksum");
  const own = content.bytes.subarray(start, content.length);
  if (crc32(own) !== view.getUint32(end, true)) throw new DeflateError("its checksum does not match");
  if (own.length >>> 0 !== view.getUint32(end + 4, true)) throw new DeflateError("its length does not match");
  return end + 8;
}

function headerEnd(bytes: Uint8Array, view: DataView, start: number): number {
  if (start + 10 > bytes.length) throw new DeflateError("it ends within its header");
  const flags = bytes[start + 3];
  if (bytes[start + 2] !== 8) throw new DeflateError("it has an unknown compression method");
  if (flags & RESERVED) throw new DeflateError("it has unknown flags");
  let at = start + 10;
  if (flags & HAS_EXTRA) at += 2 + (at + 2 > bytes.length ? bytes.length : view.getUint16(at, true));
  for (const flag of [HAS_NAME, HAS_COMMENT]) {
    if (!(flags & flag)) continue;
    const zero = bytes.indexOf(0, at);
    if (zero < 0) throw new DeflateError("it ends within its header");
    at = zero + 1;
  }
  if (flags & HAS_CRC) {
    if (at + 2 > bytes.length) throw new DeflateError("it ends within its header");
    if ((crc32(bytes.subarray(start, at)) & 0xffff) !== view.getUint16(at, true)) {
      throw new DeflateError("the checksum of its header does not match");
    }
    at += 2;
  }
  if (at > bytes.length) throw new DeflateError("it ends within its header");
  return at;
}

import { inflateRawSync } from "node:zlib";
import { LARGEST_RATIO } from "../data/inflate.js";
import { StorageError } from "../errors.js";
import { crc32 } from "../math/crc32.js";
import { quote } from "../names.js";

/*
 * Zip archives (PKWARE, APPNOTE.TXT - .ZIP File Format Specification, 6.3.10) with stored or deflated members, as NumPy
 * writes them: with 64-bit sizes, and with data descriptors if the archive went to a pipe.
 */

/** A member of an archive, as its directory describes it. */
export interface ZipMember {
  readonly name: string;
  /** Number of its bytes after decompression. */
  readonly length: number;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  /** Number of its bytes in the archive. */
  readonly size: number;
  /** Where its local header begins. */
  readonly at: number;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const DESCRIPTOR = 0x08074b50;
const END_SIZE = 22;
const LONGEST_COMMENT = 0xffff;

const ENCRYPTED = 1;
const HAS_DESCRIPTOR = 8;
const IS_UTF8 = 0x800;

const STORED = 0;
const DEFLATED = 8;

/** The fields of a header that a central and a local one share. */
interface Header {
  flags: number;
  method: number;
  crc: number;
  size: number;
  length: number;
}

/**
 * The members that the directory of an archive lists.
 *
 * @throws StorageError if it is not a zip archive, its directory is damaged, or a name occurs twice
 */
export function zipMembers(bytes: Uint8Array, name: string): ZipMember[] {
  const view = viewOf(bytes);
  const { start, end, count } = directoryOf(view, name);
  const members: ZipMember[] = [];
  const names = new Set<string>();
  let at = start;
  while (members.length < count) {
    if (at + 46 > end || view.getUint32(at, true) !== CENTRAL) throw damaged(name, "its directory is not whole");
    const [nameEnd, extraEnd] = fieldsEnd(view, at + 46, at + 28);
    const next = extraEnd + view.getUint16(at + 32, true);
    if (next > end) throw damaged(name, "its directory is not whole");
    const wide = { ...headerAt(view, at + 8, at + 16), at: view.getUint32(at + 42, true) };
    widen(view, nameEnd, extraEnd, wide, ["length", "size", "at"]);
    const member = { name: text(bytes.subarray(at + 46, nameEnd), wide.flags), ...wide };
    if (names.has(member.name)) throw damaged(name, `it holds ${quote(member.name)} twice`);
    names.add(member.name);
    members.push(member);
    at = next;
  }
  if (at !== end) throw damaged(name, "its directory is not whole");
  return members;
}

/**
 * The bytes of a member, whose sizes and CRC-32 must be those of the directory; stored members share memory with the archive.
 *
 * @throws StorageError for a member that is damaged, encrypted or compressed by another method
 */
export function readMember(bytes: Uint8Array, member: ZipMember, name: string): Uint8Array {
  const what = `${name}: ${quote(member.name)}`;
  if (member.flags & ENCRYPTED) throw new StorageError(`${what} is encrypted; write it without a password`);
  if (member.method !== STORED && member.method !== DEFLATED) {
    throw new StorageError(
      `${what} has the compression method ${member.method}; expected 0 or 8, as NumPy writes them`,
    );
  }
  const content = contentOf(bytes, member, what);
  if (crc32(content) !== member.crc) throw damaged(what, "its CRC-32 does not match");
  return content;
}

function contentOf(bytes: Uint8Array, member: ZipMember, what: string): Uint8Array {
  const begin = requireLocal(bytes, member, what);
  const { method, size, length } = member;
  const packed = bytes.subarray(begin, begin + size);
  if (method === STORED) {
    if (size !== length) throw damaged(what, `it has ${size} bytes but claims ${length}`);
    return packed;
  }
  if (length > LARGEST_RATIO * size)
    throw damaged(what, `it has ${size} bytes, too few for the ${length} that it claims`);
  let inflated: { buffer: Uint8Array; engine: { bytesWritten: number } };
  try {
    const options = { maxOutputLength: Math.max(1, length), info: true } as const;
    inflated = inflateRawSync(packed, options) as unknown as typeof inflated;
  } catch (error) {
    throw damaged(what, error instanceof Error ? error.message : String(error));
  }
  if (inflated.buffer.length !== length || inflated.engine.bytesWritten !== size) {
    throw damaged(what, `it does not inflate to the ${length} bytes that it claims`);
  }
  return inflated.buffer;
}

/** Checks that the local header and the data descriptor agree with the directory; returns where the content begins. */
function requireLocal(bytes: Uint8Array, member: ZipMember, what: string): number {
  const view = viewOf(bytes);
  const { at, size } = member;
  if (at + 30 > bytes.length || view.getUint32(at, true) !== LOCAL) throw damaged(what, "it has no local header");
  const [nameEnd, begin] = fieldsEnd(view, at + 30, at + 26);
  if (begin + size > bytes.length) throw damaged(what, "the file ends within it");
  const local = headerAt(view, at + 6, at + 14);
  widen(view, nameEnd, begin, local, ["length", "size"]);
  const isLater = (local.flags & HAS_DESCRIPTOR) !== 0;
  const agrees =
    text(bytes.subarray(at + 30, nameEnd), local.flags) === member.name &&
    local.flags === member.flags &&
    local.method === member.method &&
    (isLater ? hasDescriptor(view, begin + size, member) : isSame(local, member));
  if (!agrees) throw damaged(what, "its local header does not agree with the directory");
  return begin;
}

function isSame(header: Pick<Header, "crc" | "size" | "length">, { crc, size, length }: ZipMember): boolean {
  return header.crc === crc && header.size === size && header.length === length;
}

/** Whether the data descriptor of a member, with or without its signature, with 32-bit or 64-bit sizes, follows its content. */
function hasDescriptor(view: DataView, at: number, member: ZipMember): boolean {
  const start = at + 4 <= view.byteLength && view.getUint32(at, true) === DESCRIPTOR ? [at + 4, at] : [at];
  return start.some((from) => {
    const room = view.byteLength - from;
    const isCrc = room >= 12 && view.getUint32(from, true) === member.crc;
    const narrow =
      isCrc && view.getUint32(from + 4, true) === member.size && view.getUint32(from + 8, true) === member.length;
    if (narrow) return true;
    return isCrc && room >= 20 && wideAt(view, from + 4) === member.size && wideAt(view, from + 12) === member.length;
  });
}

/** The part of the file in which the directory lies, and the number of its entries. */
function directoryOf(view: DataView, name: string): { start: number; end: number; count: number } {
  const at = endRecord(view);
  if (at === undefined)
    throw new StorageError(`${name} is not a zip archive, or its end is missing: write it by numpy.savez`);
  let count = view.getUint16(at + 10, true);
  let size = view.getUint32(at + 12, true);
  let start = view.getUint32(at + 16, true);
  let end = at;
  if (at >= 20 && view.getUint32(at - 20, true) === LOCATOR_64) {
    const record = wideAt(view, at - 12);
    if (record + 56 > at - 20 || view.getUint32(record, true) !== END_64) throw damaged(name, "its end is not whole");
    count = wideAt(view, record + 32);
    size = wideAt(view, record + 40);
    start = wideAt(view, record + 48);
    end = record;
  }
  if (start + size !== end) throw damaged(name, "its directory is not where its end claims");
  return { start, end, count };
}

/** Where the end record begins: it is the last one, followed by a comment of the length that it gives. */
function endRecord(view: DataView): number | undefined {
  const last = view.byteLength - END_SIZE;
  for (let at = last; at >= Math.max(0, last - LONGEST_COMMENT); at--) {
    if (view.getUint32(at, true) === END && at + END_SIZE + view.getUint16(at + 20, true) === view.byteLength)
      return at;
  }
  return undefined;
}

function headerAt(view: DataView, flags: number, crc: number): Header {
  return {
    flags: view.getUint16(flags, true),
    method: view.getUint16(flags + 2, true),
    crc: view.getUint32(crc, true),
    size: view.getUint32(crc + 4, true),
    length: view.getUint32(crc + 8, true),
  };
}

/** Replaces the fields that are all ones by those of the 64-bit extra field, which has them in this order. */
function widen<Key extends string>(
  view: DataView,
  from: number,
  to: number,
  header: Record<Key, number>,
  order: readonly Key[],
): void {
  for (let at = from; at + 4 <= to; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    const end = Math.min(to, at + 4 + view.getUint16(at + 2, true));
    let field = at + 4;
    for (const key of order) {
      if (header[key] !== 0xffffffff || field + 8 > end) continue;
      header[key] = wideAt(view, field);
      field += 8;
    }
    return;
  }
}

/** The ends of the name and of the extra field that begin at a place, whose lengths stand at another. */
function fieldsEnd(view: DataView, from: number, lengths: number): [number, number] {
  const nameEnd = from + view.getUint16(lengths, true);
  return [nameEnd, nameEnd + view.getUint16(lengths + 2, true)];
}

/** A 64-bit number; one that is too large for any file is infinite. */
function wideAt(view: DataView, at: number): number {
  const value = view.getBigUint64(at, true);
  return value <= Number.MAX_SAFE_INTEGER ? Number(value) : Number.POSITIVE_INFINITY;
}

function text(bytes: Uint8Array, flags: number): string {
  return new TextDecoder(flags & IS_UTF8 ? "utf-8" : "latin1").decode(bytes);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function damaged(what: string, reason: string): StorageError {
  return new StorageError(`${what} is damaged: ${reason}; write it again, or restore it from a copy`);
}

/** January 1st, 1980, as a date of MS-DOS. */
const NO_DATE = 0x21;

/**
 * Writes an archive of stored members; the same members give the same bytes.
 *
 * @throws StorageError if it would need 64-bit sizes
 */
export function writeZip(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const entries = Array.from(files, ([name, content]) => ({ name: new TextEncoder().encode(name), content }));
  const total = entries.reduce((sum, { name, content }) => sum + 76 + 2 * name.length + content.length, END_SIZE);
  if (total >= 0xffffffff || entries.length >= 0xffff) {
    throw new StorageError(`an archive of ${total} bytes is larger than a .npz file of Engram can be, 2^32 bytes`);
  }
  const bytes = new Uint8Array(total);
  const view = viewOf(bytes);
  let at = 0;
  const header = (from: number, { name, content }: (typeof entries)[number]) => {
    view.setUint16(from, 20, true);
    view.setUint16(from + 2, IS_UTF8, true);
    view.setUint16(from + 8, NO_DATE, true);
    view.setUint32(from + 10, crc32(content), true);
    view.setUint32(from + 14, content.length, true);
    view.setUint32(from + 18, content.length, true);
    view.setUint16(from + 22, name.length, true);
  };
  const starts = entries.map((entry) => {
    const start = at;
    view.setUint32(at, LOCAL, true);
    header(at + 4, entry);
    bytes.set(entry.name, at + 30);
    bytes.set(entry.content, at + 30 + entry.name.length);
    at += 30 + entry.name.length + entry.content.length;
    return start;
  });
  const directory = at;
  entries.forEach((entry, k) => {
    view.setUint32(at, CENTRAL, true);
    view.setUint16(at + 4, 20, true);
    header(at + 6, entry);
    view.setUint32(at + 42, starts[k], true);
    bytes.set(entry.name, at + 46);
    at += 46 + entry.name.length;
  });
  view.setUint32(at, END, true);
  view.setUint16(at + 8, entries.length, true);
  view.setUint16(at + 10, entries.length, true);
  view.setUint32(at + 12, at - directory, true);
  view.setUint32(at + 16, directory, true);
  return bytes;
}

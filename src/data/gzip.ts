import { DataError } from "../errors.js";

/** Largest number of bytes that a byte of deflated data inflates to (RFC 1951: 258 bytes for two bits, and a little). */
const largestRatio = 1032;
/** Number of bytes inflated at a time, which times the largest ratio bounds the buffered output. */
const slice = 16384;

/** Whether the bytes begin with the signature of a gzip file (RFC 1952). */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Inflates a gzip file whose content gives its length in its first bytes, and never holds more than that.
 *
 * @param size the length of the whole content from its first bytes, undefined while they are too few; it may throw
 * @returns the content, shorter than the result of `size` if the file ends too early
 * @throws DataError if the file is not a valid gzip file or holds more than the result of `size`
 */
export async function inflate(
  bytes: Uint8Array,
  name: string,
  size: (head: Uint8Array) => number | undefined,
): Promise<Uint8Array> {
  const reader = slices(bytes).pipeThrough(new DecompressionStream("gzip")).getReader();
  let head: Uint8Array = new Uint8Array(0);
  let content: Uint8Array | undefined;
  let length = 0;
  try {
    for (;;) {
      let chunk = await next(reader, name);
      if (chunk === undefined) return content?.subarray(0, length) ?? head;
      if (content === undefined) {
        head = joined(head, chunk);
        const expected = size(head);
        if (expected === undefined) continue;
        if (expected > bytes.length * largestRatio) {
          throw new DataError(
            `${name} has ${bytes.length} bytes, too few for the ${expected} that its header announces: download it again`,
          );
        }
        content = new Uint8Array(expected);
        chunk = head;
      }
      if (length + chunk.length > content.length) {
        throw new DataError(
          `${name} holds more than the ${content.length} bytes that its header announces: download it again`,
        );
      }
      content.set(chunk, length);
      length += chunk.length;
    }
  } finally {
    // An earlier failure of the stream has been reported.
    await reader.cancel().catch(() => undefined);
  }
}

async function next(reader: ReadableStreamDefaultReader<Uint8Array>, name: string): Promise<Uint8Array | undefined> {
  try {
    return (await reader.read()).value;
  } catch (error) {
    const reason = error instanceof Error && error.message !== "" ? ` (${error.message})` : "";
    throw new DataError(`${name} is a damaged gzip file${reason}: download it again`);
  }
}

function slices(bytes: Uint8Array): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream(
    {
      pull(controller) {
        if (at >= bytes.length) return controller.close();
        // A copy, because a stream may take over the buffer of its input.
        controller.enqueue(bytes.slice(at, at + slice));
        at += slice;
      },
    },
    { highWaterMark: 0 },
  );
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

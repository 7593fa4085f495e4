import fc from "fast-check";

/**
 * Corrupted bytes: the given ones truncated, lengthened, with bits flipped, or with a run of bytes overwritten (which forges
 * lengths and offsets); or bytes that never were such a file.
 */
export function damagedBytes(sound: Uint8Array): fc.Arbitrary<Uint8Array> {
  const place = fc.nat(sound.length - 1);
  // Most of a header is at the beginning: aim there as often as anywhere.
  const aimed = fc.oneof(place, fc.nat(Math.min(sound.length - 1, 63)));
  const cut = fc.nat(sound.length - 1).map((length) => sound.slice(0, length));
  const longer = fc.uint8Array({ minLength: 1, maxLength: 64 }).map((tail) => Uint8Array.from([...sound, ...tail]));
  const flipped = fc.array(fc.tuple(aimed, fc.nat(7)), { minLength: 1, maxLength: 8 }).map((places) => {
    const bytes = sound.slice();
    for (const [at, bit] of places) bytes[at] ^= 1 << bit;
    return bytes;
  });
  const overwritten = fc.tuple(aimed, fc.uint8Array({ minLength: 1, maxLength: 16 })).map(([at, patch]) => {
    const bytes = sound.slice();
    bytes.set(patch.subarray(0, bytes.length - at), at);
    return bytes;
  });
  const huge = aimed.map((at) => {
    const bytes = sound.slice();
    bytes.fill(255, at, at + 8);
    return bytes;
  });
  return fc.oneof(cut, longer, flipped, overwritten, huge, fc.uint8Array({ maxLength: 256 }));
}

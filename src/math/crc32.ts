/** tables[k][b]: the remainder of the byte b and k zeros, for the polynomial 0x04c11db7 with its bits reversed. */
const tables = remainders();

function remainders(): Uint32Array[] {
  const first = Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
    return remainder;
  });
  const all = [first];
  while (all.length < 8) all.push(all[all.length - 1].map((rest) => (rest >>> 8) ^ first[rest & 255]));
  return all;
}

/**
 * The CRC-32 of bytes, as gzip and zip store it (ISO 3309; RFC 1952, section 8), eight bytes at a time (Kounavis and Berry, A
 * systematic approach to building high performance software-based CRC generators, 2005).
 */
export function crc32(bytes: Uint8Array): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables;
  let crc = -1;
  let i = 0;
  for (; i + 8 <= bytes.length; i += 8) {
    const word = crc ^ (bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24));
    crc =
      t7[word & 255] ^
      t6[(word >>> 8) & 255] ^
      t5[(word >>> 16) & 255] ^
      t4[word >>> 24] ^
      t3[bytes[i + 4]] ^
      t2[bytes[i + 5]] ^
      t1[bytes[i + 6]] ^
      t0[bytes[i + 7]];
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ t0[(crc ^ bytes[i]) & 255];
  return ~crc >>> 0;
}

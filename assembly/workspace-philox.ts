/** Philox 4x32-10 (Salmon, Moraes, Dror and Shaw, Parallel random numbers: as easy as 1, 2, 3, 2011), four blocks at once. */

/** Bytes that the keys of ten rounds and the multipliers take, and those of the words of four blocks. */
export const KEYS_BYTES: usize = 352;
export const WORDS_BYTES: usize = 64;

/** The keys of ten rounds, and the multipliers, as vectors. */
export function prepareKeys(key: usize, keys: usize): void {
  let key0 = load<u32>(key);
  let key1 = load<u32>(key, 4);
  v128.store(keys, i32x4.splat(0xd2511f53));
  v128.store(keys, i32x4.splat(0xcd9e8d57), 16);
  for (let round = 0; round < 10; round++) {
    keys += 32;
    v128.store(keys, i32x4.splat(key0));
    v128.store(keys, i32x4.splat(key1), 16);
    key0 += 0x9e3779b9;
    key1 += 0xbb67ae85;
  }
}

/** Four blocks from `block` on: four registers go to `words`, the first words of all blocks, the second ones, ... */
export function blocks(block: u32, stepLow: u32, stepHigh: u32, chain: u32, keys: usize, words: usize): void {
  const m0 = v128.load(keys);
  const m1 = v128.load(keys, 16);
  let x0 = i32x4.add(i32x4.splat(block), i32x4(0, 1, 2, 3));
  let x1 = i32x4.splat(stepLow);
  let x2 = i32x4.splat(stepHigh);
  let x3 = i32x4.splat(chain);
  for (const end = keys + 320; keys < end; ) {
    keys += 32;
    const low0 = i64x2.extmul_low_i32x4_u(x0, m0);
    const high0 = i64x2.extmul_high_i32x4_u(x0, m0);
    const low1 = i64x2.extmul_low_i32x4_u(x2, m1);
    const high1 = i64x2.extmul_high_i32x4_u(x2, m1);
    x0 = v128.xor(v128.xor(i32x4.shuffle(low1, high1, 1, 3, 5, 7), x1), v128.load(keys));
    x2 = v128.xor(v128.xor(i32x4.shuffle(low0, high0, 1, 3, 5, 7), x3), v128.load(keys, 16));
    x1 = i32x4.shuffle(low1, high1, 0, 2, 4, 6);
    x3 = i32x4.shuffle(low0, high0, 0, 2, 4, 6);
  }
  v128.store(words, x0);
  v128.store(words, x1, 16);
  v128.store(words, x2, 32);
  v128.store(words, x3, 48);
}

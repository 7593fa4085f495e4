/**
 * Transposes a matrix of bits: bit r of row c of `to` is bit c of row r of `from`. Sixteen rows meet in a register, one
 * byte of each, and their top bits come off together, eight times. Bits of `to` beyond `rows` become zero.
 */
export function transpose(from: usize, fromStride: usize, rows: u32, columns: u32, to: usize, toStride: usize): void {
  memory.fill(to, 0, toStride * columns);
  for (let r: u32 = 0; r < rows; r += 16) {
    const lanes = min<u32>(16, rows - r);
    for (let c: u32 = 0; c < columns; c += 8) {
      let bytes = gather(from + r * fromStride + (c >> 3), fromStride, lanes);
      const out = to + c * toStride + (r >> 3);
      for (let k = 7; k >= 0; k--) {
        if (c + k < columns) store<u16>(out + k * toStride, <u16>i8x16.bitmask(bytes));
        bytes = i8x16.add(bytes, bytes);
      }
    }
  }
}

/** The bytes at `from`, `from + stride`, ...: sixteen, or as many as there are lanes and then zeros. */
function gather(from: usize, stride: usize, lanes: u32): v128 {
  let bytes = i8x16.splat(0);
  if (lanes == 16) {
    bytes = v128.load8_lane(from, bytes, 0);
    bytes = v128.load8_lane(from + stride, bytes, 1);
    bytes = v128.load8_lane(from + 2 * stride, bytes, 2);
    bytes = v128.load8_lane(from + 3 * stride, bytes, 3);
    bytes = v128.load8_lane(from + 4 * stride, bytes, 4);
    bytes = v128.load8_lane(from + 5 * stride, bytes, 5);
    bytes = v128.load8_lane(from + 6 * stride, bytes, 6);
    bytes = v128.load8_lane(from + 7 * stride, bytes, 7);
    bytes = v128.load8_lane(from + 8 * stride, bytes, 8);
    bytes = v128.load8_lane(from + 9 * stride, bytes, 9);
    bytes = v128.load8_lane(from + 10 * stride, bytes, 10);
    bytes = v128.load8_lane(from + 11 * stride, bytes, 11);
    bytes = v128.load8_lane(from + 12 * stride, bytes, 12);
    bytes = v128.load8_lane(from + 13 * stride, bytes, 13);
    bytes = v128.load8_lane(from + 14 * stride, bytes, 14);
    return v128.load8_lane(from + 15 * stride, bytes, 15);
  }
  // From the last lane to the first, each shift moving the earlier ones up.
  for (let lane = <i32>lanes - 1; lane >= 0; lane--) {
    bytes = i8x16.shuffle(bytes, bytes, 15, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14);
    bytes = v128.load8_lane(from + <usize>lane * stride, bytes, 0);
  }
  return bytes;
}

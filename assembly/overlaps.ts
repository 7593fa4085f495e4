/**
 * out[s * rows + mu] = sum_i xi_mu,i s_i = columns - 2 * (bits that differ), for the rows of `patterns` and `count` states;
 * all rows of bits take `stride` bytes.
 */
export function overlaps(
  patterns: usize,
  stride: usize,
  rows: u32,
  states: usize,
  count: u32,
  columns: i32,
  out: usize,
): void {
  for (let s: u32 = 0; s < count; s++) {
    let pattern = patterns;
    for (let mu: u32 = 0; mu < rows; mu++) {
      let even: i64 = 0;
      let odd: i64 = 0;
      for (let at: usize = 0; at < stride; at += 16) {
        even += popcnt<i64>(load<i64>(pattern + at) ^ load<i64>(states + at));
        odd += popcnt<i64>(load<i64>(pattern + at, 8) ^ load<i64>(states + at, 8));
      }
      store<i32>(out, columns - 2 * <i32>(even + odd));
      pattern += stride;
      out += 4;
    }
    states += stride;
  }
}

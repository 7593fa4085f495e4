/** out[mu] = sum_i xi_mu,i s_i = columns - 2 * (bits that differ), for the rows of `patterns` and one state. */
export function overlaps(patterns: usize, stride: usize, rows: u32, state: usize, columns: i32, out: usize): void {
  for (let mu: u32 = 0; mu < rows; mu++) {
    let even: i64 = 0;
    let odd: i64 = 0;
    for (let at: usize = 0; at < stride; at += 16) {
      even += popcnt<i64>(load<i64>(patterns + at) ^ load<i64>(state + at));
      odd += popcnt<i64>(load<i64>(patterns + at, 8) ^ load<i64>(state + at, 8));
    }
    store<i32>(out, columns - 2 * <i32>(even + odd));
    patterns += stride;
    out += 4;
  }
}

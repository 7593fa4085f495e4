/** As in src/kernels/vector-screen.ts. */
const ROUNDING: f64 = 4.76837158203125e-7;
const SMALLEST: f64 = 7.703719777548943e-34;
const BEYOND: f64 = 8.507059173023462e37;

/**
 * The largest similarities of blocks of 16 vectors as whole numbers, operation for operation as in
 * src/kernels/reference-screen.ts. `out` has 4 bytes for each block, `stride` bytes from one query to the next.
 */
export function screenVectors(
  codes: usize,
  scales: usize,
  offsets: usize,
  blocks: u32,
  pairs: u32,
  queries: usize,
  queryScales: usize,
  count: u32,
  out: usize,
  stride: usize,
): void {
  for (let b: u32 = 0; b < blocks; b++) {
    const scale = load<f32>(scales + b * 4);
    for (let k: u32 = 0; k < count; k++) {
      const factor = scale * load<f32>(queryScales + k * 4);
      store<f32>(out + k * stride + b * 4, largest(codes, offsets, pairs, queries + <usize>k * pairs * 4, factor));
    }
    codes += <usize>pairs * 32;
    if (offsets) offsets += 64;
  }
}

function largest(codes: usize, offsets: usize, pairs: u32, numbers: usize, factor: f32): f32 {
  let a = i32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (const end = numbers + <usize>pairs * 4; numbers < end; numbers += 4, codes += 32) {
    const y = v128.load32_splat(numbers);
    a = i32x4.add(a, i32x4.dot_i16x8_s(v128.load_ext<i8>(codes), y));
    b = i32x4.add(b, i32x4.dot_i16x8_s(v128.load_ext<i8>(codes, 8), y));
    c = i32x4.add(c, i32x4.dot_i16x8_s(v128.load_ext<i8>(codes, 16), y));
    d = i32x4.add(d, i32x4.dot_i16x8_s(v128.load_ext<i8>(codes, 24), y));
  }
  const f = f32x4.splat(factor);
  a = f32x4.mul(f32x4.convert_i32x4_s(a), f);
  b = f32x4.mul(f32x4.convert_i32x4_s(b), f);
  c = f32x4.mul(f32x4.convert_i32x4_s(c), f);
  d = f32x4.mul(f32x4.convert_i32x4_s(d), f);
  if (offsets) {
    a = f32x4.add(a, v128.load(offsets));
    b = f32x4.add(b, v128.load(offsets, 16));
    c = f32x4.add(c, v128.load(offsets, 32));
    d = f32x4.add(d, v128.load(offsets, 48));
  }
  const most = f32x4.max(f32x4.max(a, b), f32x4.max(c, d));
  return max(
    max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
    max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
  );
}

/** Steps of a gap of 1, and those that are told apart. */
const STEPS: f64 = 4;
const GAPS: u32 = 400;

/**
 * Writes the numbers of the blocks that are kept for a query, at most `room`, to `kept` and returns how many there are; at `found`
 * the bound of what is omitted. `maxima` has 4 bytes for each block, `bounds` three rows of those, `sizes` the three sizes of
 * the query; there is room for `most` numbers at `top`, for 2 bytes a block at `gaps`, for 401 words at `counts`.
 */
export function selectBlocks(
  blocks: u32,
  maxima: usize,
  bounds: usize,
  sizes: usize,
  beta: f64,
  omitted: f64,
  most: u32,
  shares: usize,
  top: usize,
  gaps: usize,
  counts: usize,
  room: u32,
  kept: usize,
  found: usize,
): u32 {
  const norm = load<f64>(sizes);
  const rest = load<f64>(sizes, 8);
  const shift = load<f64>(sizes, 16);
  const row: usize = <usize>blocks * 4;
  const last = top + <usize>(most - 1) * 8;
  for (let at = top; at <= last; at += 8) store<f64>(at, -Infinity);
  for (let b: usize = 0; b < row; b += 4) {
    const length = <f64>load<f32>(bounds + b + row);
    const size = (norm + rest) * length + <f64>load<f32>(bounds + b + 2 * row) + shift;
    if (!(size < BEYOND)) continue;
    const within = norm * <f64>load<f32>(bounds + b) + rest * length + ROUNDING * size + SMALLEST;
    const lower = <f64>load<f32>(maxima + b) - within;
    if (!(lower > load<f64>(last))) continue;
    let at = last;
    for (; at > top && lower > load<f64>(at - 8); at -= 8) store<f64>(at, load<f64>(at - 8));
    store<f64>(at, lower);
  }
  const best = load<f64>(top);
  const least = load<f64>(last);
  const slope = STEPS * beta;
  memory.fill(counts, 0, <usize>(GAPS + 1) * 4);
  for (let b: usize = 0; b < row; b += 4) {
    const length = <f64>load<f32>(bounds + b + row);
    const size = (norm + rest) * length + <f64>load<f32>(bounds + b + 2 * row) + shift;
    const within = norm * <f64>load<f32>(bounds + b) + rest * length + ROUNDING * size + SMALLEST;
    const upper: f64 = size < BEYOND ? <f64>load<f32>(maxima + b) + within : Infinity;
    const gap: f64 = upper >= least ? 0 : slope * (best - upper);
    const whole: u32 = gap > 0 ? (gap < <f64>GAPS ? <u32>gap : GAPS) : 0;
    store<u16>(gaps + (b >> 1), <u16>whole);
    const at = counts + <usize>whole * 4;
    store<u32>(at, load<u32>(at) + 1);
  }
  let limit = GAPS + 1;
  let sum: f64 = 0;
  for (; limit > 1; limit--) {
    const at = <usize>(limit - 1);
    const more = sum + <f64>load<u32>(counts + at * 4) * load<f64>(shares + at * 8);
    if (more > omitted) break;
    sum = more;
  }
  let many: u32 = 0;
  for (let b: u32 = 0; b < blocks && many < room; b++) {
    if (<u32>load<u16>(gaps + <usize>b * 2) >= limit) continue;
    store<u32>(kept + <usize>many * 4, b);
    many++;
  }
  store<f64>(found, sum);
  return many;
}

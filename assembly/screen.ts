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

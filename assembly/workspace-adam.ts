/** The steps of Adam, see src/training/optimisers/adam.ts: single precision that is computed with in double precision. */

/**
 * Steps of the quadruples `from` to `to` of `count` values, with running means and squares that start at 0 and are divided by
 * `one` and `two`.
 */
export function adam(
  from: u32,
  to: u32,
  scratch: usize,
  count: u32,
  values: usize,
  gradient: usize,
  mean: usize,
  square: usize,
  change: usize,
  rate: f64,
  beta1: f64,
  beta2: f64,
  one: f64,
  two: f64,
  epsilon: f64,
  l1: f64,
  l2: f64,
): void {
  const decays = l1 != 0 || l2 != 0;
  const end: usize = min(<usize>to * 16, <usize>count * 4);
  let at: usize = <usize>from * 16;
  for (; at + 8 <= end; at += 8) {
    const x = f64x2.promote_low_f32x4(v128.load64_zero(values + at));
    let g = f64x2.promote_low_f32x4(v128.load64_zero(gradient + at));
    if (decays) {
      const zero = f64x2.splat(0);
      const up = v128.and(f64x2.gt(x, zero), f64x2.splat(l1));
      const shrink = v128.or(up, v128.and(f64x2.lt(x, zero), f64x2.splat(-l1)));
      g = f64x2.sub(f64x2.sub(g, f64x2.mul(f64x2.splat(l2), x)), shrink);
    }
    const m = f64x2.promote_low_f32x4(v128.load64_zero(mean + at));
    const first = rounded(f64x2.add(f64x2.mul(f64x2.splat(beta1), m), f64x2.mul(f64x2.splat(1 - beta1), g)), mean + at);
    const v = f64x2.promote_low_f32x4(v128.load64_zero(square + at));
    const own = f64x2.mul(f64x2.mul(f64x2.splat(1 - beta2), g), g);
    const second = rounded(f64x2.add(f64x2.mul(f64x2.splat(beta2), v), own), square + at);
    const root = f64x2.add(f64x2.sqrt(f64x2.div(second, f64x2.splat(two))), f64x2.splat(epsilon));
    const step = f64x2.div(f64x2.mul(f64x2.splat(rate), f64x2.div(first, f64x2.splat(one))), root);
    rounded(f64x2.add(x, rounded(step, change + at)), values + at);
  }
  if (at == end) return;
  const x: f64 = load<f32>(values + at);
  let g: f64 = load<f32>(gradient + at);
  if (decays) g = g - l2 * x - (x > 0 ? l1 : x < 0 ? -l1 : 0);
  const first = <f32>(beta1 * <f64>load<f32>(mean + at) + (1 - beta1) * g);
  const second = <f32>(beta2 * <f64>load<f32>(square + at) + (1 - beta2) * g * g);
  const step = <f32>((rate * (<f64>first / one)) / (sqrt(<f64>second / two) + epsilon));
  store<f32>(mean + at, first);
  store<f32>(square + at, second);
  store<f32>(change + at, step);
  store<f32>(values + at, <f32>(x + <f64>step));
}

/** Two numbers rounded to single precision, which they have in memory too. */
function rounded(x: v128, at: usize): v128 {
  const narrow = f32x4.demote_f64x2_zero(x);
  v128.store64_lane(at, narrow, 0);
  return f64x2.promote_low_f32x4(narrow);
}

/** Steps of gradient ascent with momentum and weight decay. */
import { addOnes, chunkOf, GROUP, LANES, PANEL, pack, touch, WIDTH } from "./workspace-panel";

/** Where things lie in the scratch of a thread: the panel, then the sums of each term. */
const TERM: usize = <usize>GROUP * WIDTH;

/**
 * velocity = momentum velocity + rate (gradient - l2 value - l1 sgn(value)) and value += velocity for the quadruples
 * `from` to `to` of `count` numbers.
 */
export function ascend(
  from: u32,
  to: u32,
  scratch: usize,
  count: u32,
  values: usize,
  velocity: usize,
  gradient: usize,
  rate: f32,
  momentum: f32,
  l1: f32,
  l2: f32,
): void {
  const zero = f32x4.splat(0);
  const rates = f32x4.splat(rate);
  const momenta = f32x4.splat(momentum);
  const up = f32x4.splat(l1);
  const down = f32x4.splat(-l1);
  const decay = f32x4.splat(l2);
  const whole: usize = min(to, count >> 2) * 16;
  for (let at: usize = from * 16; at < whole; at += 16) {
    const value = v128.load(values + at);
    const shrink = v128.or(v128.and(f32x4.gt(value, zero), up), v128.and(f32x4.lt(value, zero), down));
    const uphill = f32x4.sub(f32x4.sub(v128.load(gradient + at), f32x4.mul(decay, value)), shrink);
    const v = f32x4.add(f32x4.mul(momenta, v128.load(velocity + at)), f32x4.mul(rates, uphill));
    v128.store(velocity + at, v);
    v128.store(values + at, f32x4.add(value, v));
  }
  const end: usize = min(<usize>to * 16, <usize>count * 4);
  for (let at = whole; at < end; at += 4) {
    const value = load<f32>(values + at);
    const shrink: f32 = value > 0 ? l1 : value < 0 ? -l1 : 0;
    const v = momentum * load<f32>(velocity + at) + rate * (load<f32>(gradient + at) - l2 * value - shrink);
    store<f32>(velocity + at, v);
    store<f32>(values + at, value + v);
  }
}

/**
 * The same for the blocks `from` to `to` of the columns of a matrix, with the sum of two products of bits as the gradient:
 * scale0 A0 B0 + bias0, plus scale1 A1 B1 + bias1.
 */
export function ascendProducts(
  from: u32,
  to: u32,
  scratch: usize,
  rows: u32,
  columns: u32,
  inner0: u32,
  a0: usize,
  stride0: usize,
  b0: usize,
  bias0: usize,
  scale0: f32,
  inner1: u32,
  a1: usize,
  stride1: usize,
  b1: usize,
  bias1: usize,
  scale1: f32,
  values: usize,
  velocity: usize,
  rate: f32,
  momentum: f32,
  l1: f32,
  l2: f32,
): void {
  const term0 = scratch + PANEL;
  const term1 = term0 + TERM;
  const width = (to - from) * WIDTH;
  const step: usize = columns * 4;
  for (let row: u32 = 0; row < rows; row += GROUP) {
    const group = min(GROUP, rows - row);
    const first = <usize>row * step;
    touch(values + first + from * WIDTH, step, group, width, scratch);
    touch(velocity + first + from * WIDTH, step, group, width, scratch);
    for (let block = from; block < to; block++) {
      const at: usize = <usize>block * WIDTH;
      addTerm(inner0, a0 + row * stride0, stride0, b0 + at, step, group, scratch, term0);
      addTerm(inner1, a1 + row * stride1, stride1, b1 + at, step, group, scratch, term1);
      const lanes = min(LANES, columns - block * LANES);
      // The panel is no longer needed: the biases take its place.
      const biases = scratch;
      fill(biases, bias0, at, lanes);
      fill(biases + WIDTH, bias1, at, lanes);
      let sums0 = term0;
      let sums1 = term1;
      let value = values + first + at;
      let speed = velocity + first + at;
      for (let r: u32 = 0; r < group; r++) {
        ascendSums(sums0, sums1, biases, lanes, scale0, scale1, value, speed, rate, momentum, l1, l2);
        sums0 += WIDTH;
        sums1 += WIDTH;
        value += step;
        speed += step;
      }
    }
  }
}

function fill(to: usize, bias: usize, at: usize, lanes: u32): void {
  if (bias == 0) memory.fill(to, 0, lanes * 4);
  else memory.copy(to, bias + at, lanes * 4);
}

/** Adds up a block of columns of A B for a group of rows. */
function addTerm(
  inner: u32,
  a: usize,
  stride: usize,
  b: usize,
  step: usize,
  group: u32,
  panel: usize,
  term: usize,
): void {
  const chunk = chunkOf(inner);
  let j: u32 = 0;
  do {
    const count = min(chunk, inner - j);
    pack(b + <usize>j * step, step, count, panel);
    addOnes(a + (j >> 3), stride, group, count, panel, term, j == 0);
    j += chunk;
  } while (j < inner);
}

/** A step of `lanes` values along the sum of two terms. */
function ascendSums(
  sums0: usize,
  sums1: usize,
  biases: usize,
  lanes: u32,
  scale0: f32,
  scale1: f32,
  values: usize,
  velocity: usize,
  rate: f32,
  momentum: f32,
  l1: f32,
  l2: f32,
): void {
  const zero = f32x4.splat(0);
  const s0 = f32x4.splat(scale0);
  const s1 = f32x4.splat(scale1);
  const rates = f32x4.splat(rate);
  const momenta = f32x4.splat(momentum);
  const up = f32x4.splat(l1);
  const down = f32x4.splat(-l1);
  const decay = f32x4.splat(l2);
  const end: usize = lanes * 4;
  let at: usize = 0;
  for (; at + 16 <= end; at += 16) {
    const g0 = f32x4.add(f32x4.mul(s0, v128.load(sums0 + at)), v128.load(biases + at));
    const g1 = f32x4.add(f32x4.mul(s1, v128.load(sums1 + at)), v128.load(biases + at, WIDTH));
    const value = v128.load(values + at);
    const shrink = v128.or(v128.and(f32x4.gt(value, zero), up), v128.and(f32x4.lt(value, zero), down));
    const uphill = f32x4.sub(f32x4.sub(f32x4.add(g0, g1), f32x4.mul(decay, value)), shrink);
    const v = f32x4.add(f32x4.mul(momenta, v128.load(velocity + at)), f32x4.mul(rates, uphill));
    v128.store(velocity + at, v);
    v128.store(values + at, f32x4.add(value, v));
  }
  for (; at < end; at += 4) {
    const g0 = scale0 * load<f32>(sums0 + at) + load<f32>(biases + at);
    const g1 = scale1 * load<f32>(sums1 + at) + load<f32>(biases + at, WIDTH);
    const value = load<f32>(values + at);
    const shrink: f32 = value > 0 ? l1 : value < 0 ? -l1 : 0;
    const v = momentum * load<f32>(velocity + at) + rate * (g0 + g1 - l2 * value - shrink);
    store<f32>(velocity + at, v);
    store<f32>(values + at, value + v);
  }
}

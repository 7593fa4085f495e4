import { requireNumber } from "../errors.js";
import { exp, log } from "./elementary.js";

/**
 * The error function and functions built on it, from the elementary functions of this folder: the same bits on every
 * machine.
 */

const words = new DataView(new ArrayBuffer(8));

/** sum_k coefficients[k] x^k */
function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (let k = coefficients.length - 1; k >= 0; k--) sum = sum * x + coefficients[k];
  return sum;
}

/** erf 1 to the precision of a float32: near 1, erf x = ERF1 + P(x - 1) / Q(x - 1). */
const ERF1 = 0.8450629115104675;

// The minimax coefficients of fdlibm (Sun Microsystems, 1993, s_erf.c) on [0, 0.84375], [0.84375, 1.25], [1.25, 1/0.35]
// and [1/0.35, 28], numerators and denominators.
const NEAR_P = [
  0.12837916709551256, -0.3250421072470015, -0.02848174957559851, -0.005770270296489442, -2.3763016656650163e-5,
];
const NEAR_Q = [
  1, 0.39791722395915535, 0.0650222499887673, 0.005081306281875766, 1.3249473800432164e-4, -3.960228278775368e-6,
];
const ONE_P = [
  -0.0023621185607526594, 0.41485611868374833, -0.3722078760357013, 0.31834661990116175, -0.11089469428239668,
  0.035478304325618236, -0.002166375594868791,
];
const ONE_Q = [
  1, 0.10642088040084423, 0.540397917702171, 0.07182865441419627, 0.12617121980876164, 0.01363708391202905,
  0.011984499846799107,
];
const FAR_P = [
  -0.009864944034847148, -0.6938585727071818, -10.558626225323291, -62.375332450326006, -162.39666946257347,
  -184.60509290671104, -81.2874355063066, -9.814329344169145,
];
const FAR_Q = [
  1, 19.651271667439257, 137.65775414351904, 434.56587747522923, 645.3872717332679, 429.00814002756783,
  108.63500554177944, 6.570249770319282, -0.0604244152148581,
];
const TAIL_P = [
  -0.0098649429247001, -0.799283237680523, -17.757954917754752, -160.63638485582192, -637.5664433683896,
  -1025.0951316110772, -483.5191916086514,
];
const TAIL_Q = [
  1, 30.33806074348246, 325.7925129965739, 1536.729586084437, 3199.8582195085955, 2553.0504064331644,
  474.52854120695537, -22.44095244658582,
];

/**
 * log(x erfc x) for 1.25 <= x <= 28 as a sum of two terms: -x^2, split so that it does not round, and a rational
 * function of 1 / x^2.
 */
function logTail(x: number): readonly [number, number] {
  const s = 1 / (x * x);
  const ratio =
    x < 1 / 0.35 ? polynomial(FAR_P, s) / polynomial(FAR_Q, s) : polynomial(TAIL_P, s) / polynomial(TAIL_Q, s);
  words.setFloat64(0, x);
  words.setInt32(4, 0);
  const z = words.getFloat64(0);
  return [-z * z - 0.5625, (z - x) * (z + x) + ratio];
}

/** erfc x for x >= 1.25. */
function tail(x: number): number {
  if (x > 27.3) return 0;
  const [large, small] = logTail(x);
  return (exp(large) * exp(small)) / x;
}

/** The error function, erf x = 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x, within two units in the last place. */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (a < 0.84375) return x + x * (polynomial(NEAR_P, x * x) / polynomial(NEAR_Q, x * x));
  if (Number.isNaN(x)) return x;
  const value = a < 1.25 ? ERF1 + polynomial(ONE_P, a - 1) / polynomial(ONE_Q, a - 1) : a < 6 ? 1 - tail(a) : 1;
  return x < 0 ? -value : value;
}

/** 1 - erf x, precise where that is small: within three units in the last place down to 1e-300. */
export function erfc(x: number): number {
  if (x < 1.25) return x < 0.84375 ? 1 - erf(x) : 1 - ERF1 - polynomial(ONE_P, x - 1) / polynomial(ONE_Q, x - 1);
  return Number.isNaN(x) ? x : tail(x);
}

/** Density of the standard normal distribution, exp(-x^2 / 2) / sqrt(2 pi). */
export function normalDensity(x: number): number {
  return exp(-0.5 * x * x) * 0.3989422804014327;
}

/** Probability that a standard normal number is above x. */
export function normalTail(x: number): number {
  return 0.5 * erfc(x * Math.SQRT1_2);
}

/** Beyond it the tail is below 1e-283. */
const FAR = 36;

/**
 * The quantile of the standard normal distribution, the x with P(X < x) = `probability`, from 0 (-Infinity) to 1
 * (Infinity): Newton's method on the logarithm of the tail, which is concave, from above the root. Where the tail would
 * lose precision or underflow, only its logarithm is computed.
 */
export function normalQuantile(probability: number): number {
  requireNumber("probability", probability, 0, 1);
  if (probability > 0.5) return -normalQuantile(1 - probability);
  if (probability === 0) return Number.NEGATIVE_INFINITY;
  const target = log(probability);
  let x = Math.sqrt(-2 * target);
  for (let step = 0; step < 100; step++) {
    const change = x < FAR ? stepNear(x, target) : stepFar(x, target);
    x += change;
    if (Math.abs(change) <= 1e-15 * Math.abs(x)) break;
  }
  return -x;
}

function stepNear(x: number, target: number): number {
  const q = normalTail(x);
  return ((log(q) - target) * q) / normalDensity(x);
}

/** The same in logarithms. */
function stepFar(x: number, target: number): number {
  const y = x * Math.SQRT1_2;
  const [large, small] = logTail(y);
  const logTwice = large + small - log(y);
  return (logTwice - Math.LN2 - target) * exp(logTwice + y * y) * Math.sqrt(Math.PI / 2);
}

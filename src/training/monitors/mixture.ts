import { DoubleDouble } from "../../math/double-double.js";
import { exp } from "../../math/elementary.js";
import type { LogMixture, LogPoint } from "../../math/log-integral.js";
import { log1p } from "../../math/log-sum-exp.js";
import type { Units } from "../../units/index.js";

/** An integrand that curves down by less than this, in standard deviations, counts as not falling: it would take 10^5 panels. */
const NEARLY_FLAT = 1e-8;
const FALLEN = 10;
/** Below it, e^x does not change 1. */
const NOTHING = -40;

/**
 * L(x) = sum_j log sum_o exp(A_jo + g_jo x) - D x - x^2 / 2: a real-valued unit beside hidden units j of finitely many states
 * o, whose log-weights are straight lines in its value.
 */
export class LineMixture implements LogMixture {
  readonly #lines: Lines;
  readonly #shift: number;
  /** L(0). */
  readonly #origin: DoubleDouble;
  readonly #f = new DoubleDouble();
  readonly #best = new DoubleDouble();

  constructor(lines: Lines, shift: number) {
    this.#lines = lines;
    this.#shift = shift;
    this.#origin = new DoubleDouble();
    this.#origin = this.#measure(0).value;
  }

  at(x: number): LogPoint {
    return this.#measure(x);
  }

  near(d: number): number {
    const { starts, constants, slopes } = this.#lines;
    let sum = -d * (this.#shift + 0.5 * d);
    for (let j = 0; j + 1 < starts.length; j++) {
      let largest = Number.NEGATIVE_INFINITY;
      for (let o = starts[j]; o < starts[j + 1]; o++) largest = Math.max(largest, constants[o] + slopes[o] * d);
      let total = 0;
      for (let o = starts[j]; o < starts[j + 1]; o++) total += exp(constants[o] + slopes[o] * d - largest);
      // One of the terms is e^0.
      sum += largest + log1p(total - 1);
    }
    return sum - this.#origin.value;
  }

  around(x: number, reach: number): LineMixture {
    const { starts, constants, slopes } = this.#lines;
    const linear = new DoubleDouble().add(-this.#shift).add(-x);
    const kept: Lines = { starts: [0], constants: [], slopes: [] };
    for (let j = 0; j + 1 < starts.length; j++) {
      const top = this.#top(j, x);
      linear.add(slopes[top]);
      for (let o = starts[j]; o < starts[j + 1]; o++) {
        if (o === top) continue;
        const below = this.#f.clear().add(constants[o]).addProduct(slopes[o], x).addScaled(this.#best, -1).value;
        const slope = slopes[o] - slopes[top];
        if (below + Math.abs(slope) * reach < NOTHING) continue;
        kept.constants.push(below);
        kept.slopes.push(slope);
      }
      if (kept.constants.length === kept.starts[kept.starts.length - 1]) continue;
      kept.constants.push(0);
      kept.slopes.push(0);
      kept.starts.push(kept.constants.length);
    }
    return new LineMixture(kept, -linear.value);
  }

  /** The line of unit j that is highest at x, whose value is then in `#best`. */
  #top(j: number, x: number): number {
    const { starts, constants, slopes } = this.#lines;
    let top = starts[j];
    for (let o = top + 1; o < starts[j + 1]; o++) {
      if (constants[o] + slopes[o] * x > constants[top] + slopes[top] * x) top = o;
    }
    this.#best.clear().add(constants[top]).addProduct(slopes[top], x);
    return top;
  }

  #measure(x: number): LogPoint {
    const { starts, constants, slopes } = this.#lines;
    const value = new DoubleDouble().addProduct(-this.#shift, x).addProduct(-0.5 * x, x);
    const slope = new DoubleDouble().add(-this.#shift).add(-x);
    for (let j = 0; j + 1 < starts.length; j++) {
      const top = this.#top(j, x);
      value.addScaled(this.#best, 1);
      slope.add(slopes[top]);
      let [rest, turn] = [0, 0];
      for (let o = starts[j]; o < starts[j + 1]; o++) {
        if (o === top) continue;
        const below = this.#f.clear().add(constants[o]).addProduct(slopes[o], x).addScaled(this.#best, -1).value;
        if (below < NOTHING) continue;
        const weight = exp(below);
        rest += weight;
        turn += weight * (slopes[o] - slopes[top]);
      }
      value.add(log1p(rest));
      slope.add(turn / (1 + rest));
    }
    return { value: value.addScaled(this.#origin, -1), slope: slope.value };
  }
}

/**
 * L(x) = Gamma(I + g x) - D x - x^2 / 2: a real-valued unit beside a hidden layer of any type, whose inputs are I + g x. In
 * double precision alone.
 */
export class CumulantMixture implements LogMixture {
  readonly #hidden: Units;
  readonly #inputs: Float64Array;
  readonly #slopes: Float64Array;
  readonly #shift: number;
  readonly #now: Float64Array;
  readonly #values: Float64Array;
  readonly #number = new Float64Array(1);
  readonly #origin: number;

  constructor(hidden: Units, inputs: Float64Array, slopes: Float64Array, shift: number) {
    this.#hidden = hidden;
    this.#inputs = inputs;
    this.#slopes = slopes;
    this.#shift = shift;
    this.#now = inputs.slice();
    this.#values = inputs.slice();
    this.#origin = hidden.cumulant(inputs, 1, this.#number)[0];
  }

  at(x: number): LogPoint {
    const value = new DoubleDouble()
      .add(this.#rise(x))
      .addProduct(-this.#shift, x)
      .addProduct(-0.5 * x, x);
    const means = this.#hidden.mean(this.#now, 1, this.#values);
    return { value, slope: means.reduce((sum, mean, j) => sum + mean * this.#slopes[j], -this.#shift - x) };
  }

  near(d: number): number {
    return this.#rise(d) - d * (this.#shift + 0.5 * d);
  }

  around(x: number): CumulantMixture {
    return new CumulantMixture(this.#hidden, this.#inputsAt(x).slice(), this.#slopes, this.#shift + x);
  }

  /**
   * A point beyond which, on one side, the mass is negligible; undefined if it is infinite there, or nearly so. Beyond x the
   * variance of a hidden unit is at most `scale`^2 where its values have no end on the side to which it moves, and where they
   * have one, as it is at x (as that of a truncated normal variable is). So L curves down by at least c, 1 - sum_j g_j^2 times
   * that, and where it falls at x, all but e^-50 / sqrt(c) of the mass lies within 10 / sqrt(c) of x.
   */
  endOf(side: -1 | 1): number | undefined {
    const size = this.#hidden.width / this.#hidden.count;
    for (let x = side; Number.isFinite(x * x); x *= 2) {
      const { slope } = this.at(x);
      const variances = this.#hidden.variance(this.#now, 1, this.#values);
      let curvature = 1;
      for (let j = 0; j < variances.length; j++) {
        const { low, high, scale } = this.#hidden.range(Math.floor(j / size));
        const g = side * this.#slopes[j];
        const isOpen = g > 0 ? high === Number.POSITIVE_INFINITY : low === Number.NEGATIVE_INFINITY;
        curvature -= g * g * (isOpen ? scale * scale : variances[j]);
      }
      if (curvature > NEARLY_FLAT && side * slope < 0) return x + (side * FALLEN) / Math.sqrt(curvature);
    }
    return undefined;
  }

  #rise(x: number): number {
    return this.#hidden.cumulant(this.#inputsAt(x), 1, this.#number)[0] - this.#origin;
  }

  #inputsAt(x: number): Float64Array {
    for (let j = 0; j < this.#now.length; j++) this.#now[j] = this.#inputs[j] + this.#slopes[j] * x;
    return this.#now;
  }
}

/** The lines of unit j are numbers starts[j] to starts[j + 1] - 1. */
export interface Lines {
  readonly starts: number[];
  readonly constants: number[];
  readonly slopes: number[];
}

import { ArgumentError, DataError } from "../../errors.js";
import { log } from "../../math/elementary.js";
import { type LogIntegralRange, type LogMixture, logIntegral } from "../../math/log-integral.js";
import { LogSum } from "../../math/log-sum-exp.js";
import { LOG_ROOT_TWO_PI, logMillsRatio } from "../../math/truncated-normal.js";
import type { Rbm } from "../../models/index.js";
import type { Rows, Units } from "../../units/index.js";
import { CumulantMixture, LineMixture, type Lines } from "./mixture.js";

/** The mass of a normal density beyond this number of standard deviations is below 1e-18. */
const REACH = 9;
/** Largest sum of pre-activations, in standard deviations, whose square is a double. */
const LARGEST = 1e150;
/** Relative rounding error of a sum over the hidden layer, per unit. */
const ROUNDING = 2 ** -50;

/**
 * p(v_i | v_-i), each visible unit given all the others, the hidden units summed out at beta 1:
 *
 *     log p(v_i | v_-i) = L(v_i) - log sum_x e^L(x),   L(x) = Gamma_h(W^T v) - E_v(v) with v_i = x.
 *
 * For units of real values the sum is an integral. Given the hidden units, v_i is normal with precision gamma_i, cut off
 * where its values end; summed over them, e^L is a mixture of such densities. Beside hidden units that are normal too, L is a
 * parabola and its integral has a closed form. Beside those of finitely many states, L is -gamma_i (x - mu_i)^2 / 2 plus terms
 * log sum_o e^(A_o + g_o x), one for each hidden unit, and `logIntegral` places panels where a mode can be, at a cost that does
 * not depend on the size of the weights. W^T v is rounded once; what follows is good to about 1e-11.
 */
export class Conditionals {
  readonly #rbm: Rbm;
  /** The values of a hidden unit in each of its states; undefined where its energy is not -b . h. */
  readonly #hiddenStates: readonly Float64Array[] | undefined;
  /** The row, with v_i changed while its conditional is computed. */
  #row: Float64Array;
  /** W^T v of the row. */
  #base: Float64Array;
  readonly #inputs: Float64Array;
  readonly #number = new Float64Array(1);
  #logWeight = 0;

  constructor(rbm: Rbm) {
    this.#rbm = rbm;
    this.#row = new Float64Array(rbm.visible.width);
    this.#base = new Float64Array(rbm.hidden.width);
    this.#inputs = new Float64Array(rbm.hidden.width);
    this.#hiddenStates = statesOf(rbm.hidden);
    if (rbm.visible.states === Number.POSITIVE_INFINITY && !("mean" in rbm.visible.named)) {
      const known = "expected a layer of one type with means and precisions, or with finitely many states";
      throw new ArgumentError(
        `visible has ${rbm.visible.type} units, whose conditional probabilities are not known; ${known}`,
      );
    }
  }

  /** @param row one state of the visible layer */
  load(row: Rows): void {
    this.#row = Float64Array.from(row);
    this.#base = this.#rbm.hiddenInputs(row);
    this.#inputs.set(this.#base);
    this.#logWeight = this.#weigh();
  }

  /**
   * log p(v_i | v_-i) of the unit with the given number, v the row that was loaded; -Infinity where the density has no finite
   * integral.
   *
   * @throws DataError where weights and biases are so large that their squares overflow
   */
  logProbability(unit: number): number {
    const { visible, hidden } = this.#rbm;
    if (visible.states < Number.POSITIVE_INFINITY) return this.#logWeight - this.#sum(unit, visible.states);
    return hidden.normal === undefined ? this.#ofMixture(unit) : this.#ofParabola(unit, hidden.normal);
  }

  #sum(unit: number, states: number): number {
    const { visible } = this.#rbm;
    const size = visible.width / visible.count;
    const own = this.#row.slice(unit * size, (unit + 1) * size);
    const sum = new LogSum();
    for (let state = 0; state < states; state++) {
      visible.setState(unit, state, this.#row);
      this.#inputs.set(this.#base);
      for (let a = 0; a < size; a++) this.#addInput(unit * size + a, this.#row[unit * size + a] - own[a]);
      sum.add(this.#weigh());
    }
    this.#row.set(own, unit * size);
    return sum.value;
  }

  /** The unit in its own scale: the origin of x, in standard deviations, and the change of inputs with it. */
  #place(unit: number): Place {
    const { visible, hidden, weights } = this.#rbm;
    const { low, scale } = visible.range(unit);
    const cut = low > Number.NEGATIVE_INFINITY;
    const own = this.#row[unit];
    const origin = cut ? low : own;
    const inputs = this.#base.slice();
    const slopes = weights.values.subarray(unit * hidden.width, (unit + 1) * hidden.width).map((w) => w * scale);
    const x = (own - origin) / scale;
    if (cut) for (let j = 0; j < inputs.length; j++) inputs[j] -= x * slopes[j];
    const shift = (origin - visible.named.mean[unit]) / scale;
    const reach = slopes.reduce((sum, g) => sum + Math.abs(g), Math.abs(shift) + Math.abs(x));
    if (!(reach < LARGEST && inputs.every((input) => Math.abs(input) < LARGEST * LARGEST))) {
      const found = `the weights of visible unit ${unit} pull it by ${reach.toPrecision(3)} standard deviations`;
      throw new DataError(`${found}, and the square of that is not a finite number; rescale the data or the weights`);
    }
    return { x, scale, shift, cut, inputs, slopes };
  }

  /** L(x) = (slope - shift) x - (1 - q) x^2 / 2 */
  #ofParabola(unit: number, { mean, precision }: NonNullable<Units["normal"]>): number {
    const { x, scale, shift, cut, inputs, slopes } = this.#place(unit);
    let [q, slope] = [0, -shift];
    for (let j = 0; j < slopes.length; j++) {
      q += (slopes[j] * slopes[j]) / precision[j];
      slope += slopes[j] * (mean[j] + inputs[j] / precision[j]);
    }
    const curvature = 1 - q;
    if (!(curvature > ROUNDING * (slopes.length + 1))) return Number.NEGATIVE_INFINITY;
    const spread = Math.sqrt(curvature);
    const standard = slope / spread;
    const integral = cut ? logMillsRatio(-standard) : 0.5 * standard * standard + LOG_ROOT_TWO_PI;
    return x * (slope - 0.5 * curvature * x) - integral + log(spread) - log(scale);
  }

  #ofMixture(unit: number): number {
    const place = this.#place(unit);
    const mixture = this.#mixture(place);
    const range = this.#range(place, mixture);
    if (range === undefined) return Number.NEGATIVE_INFINITY;
    return mixture.at(place.x).value.value - logIntegral(mixture, range) - log(place.scale);
  }

  #mixture({ inputs, slopes, shift }: Place): LogMixture {
    const { hidden } = this.#rbm;
    const states = this.#hiddenStates;
    if (states === undefined) return new CumulantMixture(hidden, inputs, slopes, shift);
    const size = hidden.width / hidden.count;
    const lines: Lines = { starts: [0], constants: [], slopes: [] };
    for (let at = 0; at < hidden.width; at += size) {
      for (const values of states) {
        let [constant, slope] = [0, 0];
        for (let a = 0; a < size; a++) {
          constant += values[a] * (hidden.named.bias[at + a] + inputs[at + a]);
          slope += values[a] * slopes[at + a];
        }
        lines.constants.push(constant);
        lines.slopes.push(slope);
      }
      lines.starts.push(lines.constants.length);
    }
    // From its own origin, where the highest lines are 0, so that nothing large cancels near it.
    return new LineMixture(lines, shift).around(0, Number.POSITIVE_INFINITY);
  }

  /** Where the mass lies; undefined where it is infinite. */
  #range({ slopes, shift, cut }: Place, mixture: LogMixture): LogIntegralRange | undefined {
    const { hidden } = this.#rbm;
    const size = hidden.width / hidden.count;
    let [least, greatest, all] = [-shift, -shift, Math.abs(shift)];
    slopes.forEach((g, j) => {
      if (g === 0) return;
      const { low, high } = hidden.range(Math.floor(j / size));
      least += Math.min(g * low, g * high);
      greatest += Math.max(g * low, g * high);
      all += Math.max(Math.abs(g * low), Math.abs(g * high));
    });
    const slack = REACH + (all < Number.POSITIVE_INFINITY ? ROUNDING * slopes.length * all : 0);
    const end = (side: -1 | 1, bound: number) =>
      Number.isFinite(bound) ? bound + side * slack : (mixture as CumulantMixture).endOf(side);
    const to = end(1, greatest);
    const from = cut ? 0 : end(-1, least);
    if (to === undefined || from === undefined) return undefined;
    return { from, to: cut ? Math.max(to, REACH) : to, cut };
  }

  #addInput(value: number, change: number): void {
    if (change === 0) return;
    const { columns, values } = this.#rbm.weights;
    for (let j = 0; j < columns; j++) this.#inputs[j] += change * values[value * columns + j];
  }

  /** L of the current row and inputs. */
  #weigh(): number {
    const { visible, hidden } = this.#rbm;
    const cumulant = hidden.cumulant(this.#inputs, 1, this.#number)[0];
    const weight = cumulant - visible.energy(this.#row, this.#number)[0];
    if (Number.isFinite(weight)) return weight;
    throw new DataError(
      `the energy of a visible row is ${-weight}; the weights or biases are too large for double precision`,
    );
  }
}

/** A visible unit in units of its own standard deviation, from an origin. */
interface Place {
  /** Its value. */
  readonly x: number;
  readonly scale: number;
  /** The origin less the mean of the unit. */
  readonly shift: number;
  /** Whether its values end at the origin. */
  readonly cut: boolean;
  /** The inputs to the hidden units at the origin, and their slopes. */
  readonly inputs: Float64Array;
  readonly slopes: Float64Array;
}

function statesOf(units: Units): Float64Array[] | undefined {
  const { states, parameters, named, width, count } = units;
  if (states === Number.POSITIVE_INFINITY || parameters.length !== width || named.bias?.length !== width)
    return undefined;
  return Array.from({ length: states }, (_, state) => {
    const row = new Float64Array(width);
    units.setState(0, state, row);
    return row.slice(0, width / count);
  });
}

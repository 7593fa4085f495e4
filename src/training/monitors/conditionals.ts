import { log } from "../../math/elementary.js";
import { legendrePanels } from "../../math/legendre.js";
import { LogSum } from "../../math/log-sum-exp.js";
import type { Rbm } from "../../models/index.js";
import type { Rows } from "../../units/index.js";

/** Points of a panel that is as wide as `PANEL` standard deviations of a unit with given hidden units. */
const PANEL = 6;
const nodes = legendrePanels(1, PANEL);
/** Terms this far below the largest logarithm are negligible. */
const NEGLIGIBLE = 35;
/** An integral with this number of panels on either side counts as infinite. */
const MOST_PANELS = 1000;

/**
 * p(v_i | v_-i), each visible unit given all the others, the hidden units summed out at beta 1:
 *
 *     log p(v_i | v_-i) = L(v_i) - log sum_x e^L(x),   L(x) = Gamma_h(W^T v) - E_v(v) with v_i = x.
 *
 * For units of real values the sum is an integral. Given the hidden units, v_i is normal with precision gamma_i, cut off
 * where its values end; summed over them, e^L is a mixture of such normal densities with positive weights, none of them
 * narrower than 1 / sqrt(gamma_i). The Gauss-Legendre rule of 16 points on panels of six such widths is then good to about
 * 1e-11 of it. Panels are added on both sides, past the values to which hidden units of finitely many states can pull v_i,
 * until e^L is e^-35 of the largest seen. (With hidden units of real values, a second hump behind so deep a valley is missed.)
 */
export class Conditionals {
  readonly #rbm: Rbm;
  /** The row, with v_i changed while its conditional is computed. */
  readonly #row: Float64Array;
  /** W^T v of the row. */
  readonly #base: Float64Array;
  readonly #inputs: Float64Array;
  readonly #number = new Float64Array(1);
  readonly #logWeight: number;

  /** @param row one state of the visible layer */
  constructor(rbm: Rbm, row: Rows) {
    this.#rbm = rbm;
    this.#row = Float64Array.from(row);
    this.#base = rbm.hiddenInputs(row);
    this.#inputs = this.#base.slice();
    this.#logWeight = this.#weigh();
  }

  /** log p(v_i | v_-i) of the unit with the given number; -Infinity where the density has no finite integral. */
  logProbability(unit: number): number {
    const { states } = this.#rbm.visible;
    const logSum = states < Number.POSITIVE_INFINITY ? this.#sum(unit, states) : this.#integral(unit);
    return this.#logWeight - logSum;
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

  #integral(unit: number): number {
    const { low, scale } = this.#rbm.visible.range(unit);
    const own = this.#row[unit];
    const [first, last] = this.#reach(unit);
    const width = PANEL * scale;
    const sum = new LogSum();
    let best = this.#logWeight;
    const panel = (from: number, to: number): number => {
      let largest = Number.NEGATIVE_INFINITY;
      for (const { u, du } of nodes) {
        const part = (to - from) / PANEL;
        const logWeight = this.#at(unit, from + u * part, own);
        largest = Math.max(largest, logWeight);
        sum.add(logWeight + log(du * part));
      }
      best = Math.max(best, largest);
      return largest;
    };
    let [from, to] = [own, own];
    let seen = best;
    for (let p = 0; p < MOST_PANELS && (from <= last || seen > best - NEGLIGIBLE); p++, from += width) {
      seen = panel(from, from + width);
    }
    const rises = seen === best;
    seen = best;
    for (let p = 0; p < MOST_PANELS && to > low && (to >= first || seen > best - NEGLIGIBLE); p++, to -= width) {
      seen = panel(Math.max(low, to - width), to);
    }
    this.#row[unit] = own;
    return rises || (to > low && seen === best) ? Number.POSITIVE_INFINITY : sum.value;
  }

  /** The smallest and the largest mean of v_i over all states of the hidden units; infinite if those have no bounds. */
  #reach(unit: number): [number, number] {
    const { visible, hidden, weights } = this.#rbm;
    const size = hidden.width / hidden.count;
    let [least, greatest] = [0, 0];
    for (let j = 0; j < hidden.width; j++) {
      const { low, high } = hidden.range(Math.floor(j / size));
      const weight = weights.values[unit * hidden.width + j];
      if (weight === 0) continue;
      least += Math.min(weight * low, weight * high);
      greatest += Math.max(weight * low, weight * high);
    }
    if (hidden.states === Number.POSITIVE_INFINITY) return [this.#row[unit], this.#row[unit]];
    const inputs = new Float64Array(visible.width);
    const mean = (input: number) => {
      inputs[unit] = input;
      return visible.mean(inputs, 1, new Float64Array(visible.width))[unit];
    };
    return [mean(least), mean(greatest)];
  }

  /** L(x) */
  #at(unit: number, x: number, own: number): number {
    this.#row[unit] = x;
    this.#inputs.set(this.#base);
    this.#addInput(unit, x - own);
    return this.#weigh();
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
    return cumulant - visible.energy(this.#row, this.#number)[0];
  }
}

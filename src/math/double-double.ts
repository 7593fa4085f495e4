/** 2^27 + 1, which splits a double into two halves of 26 bits (Dekker 1971). */
const SPLITTER = 134217729;

/**
 * A running sum with twice the precision of a double, as an unevaluated sum high + low (Dekker, A floating-point technique for
 * extending the available precision, 1971; Knuth's two-sum). Every addition has a relative error below 2^-104 of the sum of
 * the magnitudes. Factors of products must be below 2^996.
 */
export class DoubleDouble {
  high = 0;
  low = 0;

  get value(): number {
    return this.high + this.low;
  }

  set({ high, low }: DoubleDouble): this {
    this.high = high;
    this.low = low;
    return this;
  }

  clear(): this {
    this.high = 0;
    this.low = 0;
    return this;
  }

  add(x: number): this {
    const sum = this.high + x;
    const part = sum - this.high;
    const error = this.high - (sum - part) + (x - part);
    const low = this.low + error;
    this.high = sum + low;
    this.low = low - (this.high - sum);
    return this;
  }

  /** Adds `sign` times another one. */
  addScaled({ high, low }: DoubleDouble, sign: 1 | -1): this {
    return this.add(sign * high).add(sign * low);
  }

  /** Adds the product of two doubles without rounding it first. */
  addProduct(a: number, b: number): this {
    const product = a * b;
    const [scaledA, scaledB] = [SPLITTER * a, SPLITTER * b];
    const highA = scaledA - (scaledA - a);
    const highB = scaledB - (scaledB - b);
    const [lowA, lowB] = [a - highA, b - highB];
    return this.add(product).add(lowA * lowB - (product - highA * highB - lowA * highB - highA * lowB));
  }
}

/** An activation function, y_j = f(e) with the excitation e = (x W)_j; passed to an associator as a value. */
export interface Activation {
  readonly name: string;
  of(excitation: number): number;
  /** Whether `value` can be an output. */
  gives(value: number): boolean;
  /** The possible outputs in words, for messages. */
  readonly range: string;
}

/** y = e: the linear associator. */
export const identity: Activation = { name: "identity", of: (e) => e, gives: Number.isFinite, range: "a number" };

/** y = sgn(e) with sgn(0) = +1 (Rojas, Neural Networks, 1996, section 12.1). */
export const sign: Activation = {
  name: "sign",
  of: (e) => (e < 0 ? -1 : 1),
  gives: (value) => value === 1 || value === -1,
  range: "-1 or +1",
};

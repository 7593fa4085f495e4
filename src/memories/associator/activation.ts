/** What an output unit makes of its excitation e = (x W)_j: a value that is passed to an associator. */
export interface Activation {
  readonly name: string;
  of(excitation: number): number;
  /** Whether `value` can be an output. */
  gives(value: number): boolean;
  /** What outputs are, in words, for messages. */
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

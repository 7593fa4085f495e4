import type { Linear } from "../layers/linear.js";
import type { GaussianMemory, GaussianWrite } from "./gaussian-memory.js";

/** How a code is read. */
export interface Addressing {
  /** w, one for each row; of a product of machines, those of all machines one after the other. */
  readonly weights: Float64Array;
  /** r, the share of each machine of a product; they add up to 1. */
  readonly assignment?: Float64Array | undefined;
}

/** What writes and reads codes: one linear-Gaussian memory, or a product of several. */
export interface KanervaMachine {
  readonly rows: number;
  readonly code: number;
  readonly noise: number;
  /** The memories that it is made of. */
  readonly parts: readonly GaussianMemory[];
  /** How this code is read. */
  address(code: Float64Array): Addressing;
  read(addressing: Addressing): Float64Array;
  /** The variance of each entry of what is read, without noise. */
  variance(addressing: Addressing): number;
  write(code: Float64Array, addressing: Addressing): GaussianWrite;
  /** ln p(z, w | M = R), see `GaussianMemory.bound`. */
  bound(code: Float64Array, addressing: Addressing): number;
}

/** Trained addresses: weights w = A P^T z in place of solved ones. */
export interface TrainedAddresses {
  /** A, rows x width. */
  readonly addresses: Linear["weights"];
  /** P, code x width. */
  readonly keys: Linear["weights"];
}

/**
 * One linear-Gaussian memory. Its weights are solved for each code (Wu et al., Learning attractor dynamics for generative
 * memory, 2018), or follow from the code by trained addresses, as in the machine before (Wu et al., The Kanerva machine, 2018).
 */
export function singleMachine(memory: GaussianMemory, trained?: TrainedAddresses): KanervaMachine {
  return {
    rows: memory.rows,
    code: memory.code,
    noise: memory.noise,
    parts: [memory],
    address: (code) => ({ weights: trained === undefined ? memory.solve(code) : addressed(code, trained) }),
    read: ({ weights }) => memory.read(weights),
    variance: ({ weights }) => memory.variance(weights),
    write: (code, { weights }) => memory.write(code, weights),
    bound: (code, { weights }) => memory.bound(code, weights),
  };
}

function addressed(code: Float64Array, { addresses, keys }: TrainedAddresses): Float64Array {
  const [rows, width] = addresses.shape;
  const key = new Float64Array(width);
  for (let i = 0; i < code.length; i++) {
    for (let j = 0; j < width; j++) key[j] += code[i] * keys.values[i * width + j];
  }
  return Float64Array.from({ length: rows }, (_, k) => {
    let sum = 0;
    for (let j = 0; j < width; j++) sum += addresses.values[k * width + j] * key[j];
    return sum;
  });
}

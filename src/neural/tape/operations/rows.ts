import { type Tensor, traced } from "../tensor.js";
import { add, affine, inverseRoot, multiply, square, subtract } from "./elementwise.js";
import { sumTo } from "./spread.js";

/*
 * Operations along the last axis, and sums over all entries.
 */

/** The sum of all entries. */
export function sum(x: Tensor): Tensor {
  return sumTo(x, [1]);
}

/** The sums over the last axis, which becomes 1. */
export function sumRows(x: Tensor): Tensor {
  return x.columns === 1 ? x : sumTo(x, [...x.shape.slice(0, -1), 1]);
}

/** The mean of all entries. */
export function mean(x: Tensor): Tensor {
  return affine(sum(x), 1 / x.size);
}

/** The means over the last axis, which becomes 1. */
export function meanRows(x: Tensor): Tensor {
  return affine(sumRows(x), 1 / x.columns);
}

/**
 * p_j = e^(x_j) / sum_k e^(x_k) along the last axis. Entries of -Infinity get 0, and a row of nothing else becomes zeros.
 */
export function softmax(x: Tensor): Tensor {
  const p = traced(x.shape, {
    name: "softmax",
    inputs: [x],
    overwrites: [0],
    prepare:
      (kernels, out, [values]) =>
      () =>
        kernels.softmax(values, x.rows, x.columns, out),
    gradient: (cotangent) => {
      const own = multiply(cotangent, p);
      return [subtract(own, multiply(p, sumRows(own)))];
    },
  });
  return p;
}

/** log sum_j e^(x_j) along the last axis, which becomes 1. */
export function logSumExp(x: Tensor): Tensor {
  return traced([...x.shape.slice(0, -1), 1], {
    name: "logSumExp",
    inputs: [x],
    prepare:
      (kernels, out, [values]) =>
      () =>
        kernels.logSumExps(values, x.rows, x.columns, out),
    gradient: (cotangent) => [multiply(softmax(x), cotangent)],
  });
}

/** 1 at the largest entry along the last axis, the first of equal ones, and 0 elsewhere; its derivative counts as 0. */
export function largest(x: Tensor): Tensor {
  const { columns } = x;
  return traced(x.shape, {
    name: "largest",
    inputs: [x],
    prepareAlone:
      (out, [values]) =>
      () => {
        out.fill(0);
        for (let at = 0; at < values.length; at += columns) {
          let best = at;
          for (let k = at + 1; k < at + columns; k++) if (values[k] > values[best]) best = k;
          out[best] = 1;
        }
      },
    gradient: () => [undefined],
  });
}

/** The largest entries along the last axis, which becomes 1; all of the derivative goes to the first of them. */
export function maxRows(x: Tensor): Tensor {
  return sumRows(multiply(x, largest(x)));
}

/**
 * Rows with mean 0 and variance 1: (x - mean) / sqrt(variance + epsilon) along the last axis (Ba, Kiros and Hinton, Layer
 * normalization, 2016). Known as LayerNorm without its weights in PyTorch, with the same epsilon.
 */
export function normalise(x: Tensor, epsilon = 1e-5): Tensor {
  const centred = subtract(x, meanRows(x));
  return multiply(centred, inverseRoot(add(meanRows(square(centred)), epsilon)));
}

/** Rows of length 1: x / sqrt(x . x + epsilon) along the last axis. */
export function unitRows(x: Tensor, epsilon = 0): Tensor {
  return multiply(x, inverseRoot(affine(sumRows(square(x)), 1, epsilon)));
}

/**
 * The numbers of the entries along the last axis in ascending order, equal ones in the order of their numbers; its derivative
 * counts as 0.
 */
export function ascendingOrder(x: Tensor): Tensor {
  const { columns } = x;
  return traced(x.shape, {
    name: "ascendingOrder",
    inputs: [x],
    prepareAlone: (out, [values]) => {
      const order = new Uint32Array(columns);
      return () => {
        for (let at = 0; at < values.length; at += columns) {
          for (let k = 0; k < columns; k++) order[k] = k;
          order.sort((i, j) => values[at + i] - values[at + j] || i - j);
          out.set(order, at);
        }
      };
    },
    gradient: () => [undefined],
  });
}

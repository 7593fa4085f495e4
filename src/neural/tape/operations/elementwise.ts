import type { ElementFunction } from "../../../kernels/index.js";
import { isSameShape, type Tensor, traced } from "../tensor.js";
import { spreadOf, sumTo } from "./spread.js";

/*
 * Operations on every entry alone. The second tensor of a sum, difference or product may be smaller than the first: it is spread
 * over rows or columns (see `spreadOf`).
 */

/** scale x + shift. */
export function affine(x: Tensor, scale: number, shift = 0): Tensor {
  return applied("affine", x, (cotangent) => (scale === 1 ? cotangent : affine(cotangent, scale)), scale, shift);
}

/** -x */
export function negate(x: Tensor): Tensor {
  return affine(x, -1);
}

/** e^x */
export function exp(x: Tensor): Tensor {
  const y = applied("exp", x, (cotangent) => multiply(cotangent, y));
  return y;
}

/** The natural logarithm of x > 0. */
export function log(x: Tensor): Tensor {
  return applied("log", x, (cotangent) => multiply(cotangent, reciprocal(x)));
}

export function tanh(x: Tensor): Tensor {
  const y = applied("tanh", x, (cotangent) => multiply(cotangent, affine(multiply(y, y), -1, 1)));
  return y;
}

/** 1 / (1 + e^-x) */
export function sigmoid(x: Tensor): Tensor {
  const y = applied("sigmoid", x, (cotangent) => multiply(cotangent, multiply(y, affine(y, -1, 1))));
  return y;
}

/** log(1 + e^x) */
export function softplus(x: Tensor): Tensor {
  return applied("softplus", x, (cotangent) => multiply(cotangent, sigmoid(x)));
}

/** 1 / x */
export function reciprocal(x: Tensor): Tensor {
  const y = applied("reciprocal", x, (cotangent) => multiply(cotangent, negate(multiply(y, y))));
  return y;
}

/** 1 / sqrt(x) for x > 0. */
export function inverseRoot(x: Tensor): Tensor {
  const y = applied("inverseRoot", x, (cotangent) => {
    return multiply(cotangent, affine(multiply(y, multiply(y, y)), -0.5));
  });
  return y;
}

/** 1 where x > 0, else 0; its derivative counts as 0. */
export function step(x: Tensor): Tensor {
  return applied("step", x, () => undefined);
}

/** max(x, 0), with the derivative 0 at 0. */
export function relu(x: Tensor): Tensor {
  return multiply(x, step(x));
}

/** x^2 */
export function square(x: Tensor): Tensor {
  return multiply(x, x);
}

/** x as a constant: no derivative passes it. */
export function detach(x: Tensor): Tensor {
  return traced(x.shape, { name: "detach", inputs: [x], view: 0, gradient: () => [undefined] });
}

export function add(a: Tensor, b: Tensor | number): Tensor {
  if (typeof b === "number") return affine(a, 1, b);
  if (b.size > a.size) return add(b, a);
  return combined("add", a, b, (cotangent) => [cotangent, sumTo(cotangent, b.shape)]);
}

export function subtract(a: Tensor, b: Tensor | number): Tensor {
  if (typeof b === "number") return affine(a, 1, -b);
  if (b.size > a.size) return add(negate(b), a);
  return combined("subtract", a, b, (cotangent) => [cotangent, negate(sumTo(cotangent, b.shape))]);
}

export function multiply(a: Tensor, b: Tensor | number): Tensor {
  if (typeof b === "number") return affine(a, b);
  if (b.size > a.size) return multiply(b, a);
  return combined("multiply", a, b, (cotangent) => [multiply(cotangent, b), sumTo(multiply(cotangent, a), b.shape)]);
}

/** a / b */
export function divide(a: Tensor, b: Tensor): Tensor {
  return multiply(a, reciprocal(b));
}

function applied(
  name: ElementFunction,
  x: Tensor,
  gradient: (cotangent: Tensor) => Tensor | undefined,
  scale?: number,
  shift?: number,
): Tensor {
  const numbers = scale === undefined ? {} : { scale, shift: shift ?? 0 };
  return traced(x.shape, {
    name,
    inputs: [x],
    overwrites: [0],
    prepare: (kernels, out, [values]) => {
      const options = { function: name, values, out, ...numbers };
      return () => kernels.apply(options);
    },
    gradient: (cotangent) => [gradient(cotangent)],
  });
}

function combined(
  operation: "add" | "subtract" | "multiply",
  a: Tensor,
  b: Tensor,
  gradient: (cotangent: Tensor) => readonly Tensor[],
): Tensor {
  const { blocks, rows, columns, spread } = spreadOf(a.shape, b.shape);
  return traced(a.shape, {
    name: operation,
    inputs: [a, b],
    overwrites: isSameShape(a.shape, b.shape) ? [0, 1] : [0],
    prepare: (kernels, out, [x, y]) => {
      const [size, own] = [out.length / blocks, y.length / blocks];
      const calls = Array.from({ length: blocks }, (_, k) => ({
        operation,
        rows,
        columns,
        a: x.subarray(k * size, (k + 1) * size),
        b: y.subarray(k * own, (k + 1) * own),
        spread,
        out: out.subarray(k * size, (k + 1) * size),
      }));
      return () => {
        for (const call of calls) kernels.combine(call);
      };
    },
    gradient,
  });
}

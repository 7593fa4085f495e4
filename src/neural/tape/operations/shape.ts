import { ArgumentError, ShapeError } from "../../../errors.js";
import type { TensorCopy, TensorKernels, Values } from "../kernels.js";
import { isSameShape, type Shape, shapeName, type Tensor, traced } from "../tensor.js";

/*
 * Operations that move numbers and compute nothing.
 */

/** The same numbers in another shape. @throws ShapeError for another number of entries */
export function reshape(x: Tensor, shape: Shape): Tensor {
  if (isSameShape(x.shape, shape)) return x;
  const size = shape.reduce((product, length) => product * length, 1);
  if (size !== x.size)
    throw new ShapeError(`a tensor of the shape ${shapeName(x.shape)} cannot become ${shapeName(shape)}`);
  return traced(shape, {
    name: "reshape",
    inputs: [x],
    view: 0,
    gradient: (cotangent) => [reshape(cotangent, x.shape)],
  });
}

/** Columns `from` to `to` of the last axis. @throws ArgumentError for columns that are not there */
export function columns(x: Tensor, from: number, to: number): Tensor {
  if (!(from >= 0 && from < to && to <= x.columns)) {
    throw new ArgumentError(`columns ${from} to ${to} are asked of a tensor with ${x.columns}`);
  }
  if (from === 0 && to === x.columns) return x;
  const width = to - from;
  return traced([...x.shape.slice(0, -1), width], {
    name: "columns",
    inputs: [x],
    prepare: (kernels, out, [values]) => {
      return copies(kernels, [[values.subarray(from), x.columns, out, width, width]]);
    },
    gradient: (cotangent) => [padColumns(cotangent, x.columns, from)],
  });
}

/** Zeros with x from the column `from` on, in a last axis of `width`. */
export function padColumns(x: Tensor, width: number, from: number): Tensor {
  return traced([...x.shape.slice(0, -1), width], {
    name: "padColumns",
    inputs: [x],
    prepare: (kernels, out, [values]) => {
      const copy = copies(kernels, [[values, x.columns, out.subarray(from), width, x.columns]]);
      return () => {
        kernels.clear(out);
        copy();
      };
    },
    accumulate: (kernels, out, [values]) => {
      return copies(kernels, [[values, x.columns, out.subarray(from), width, x.columns]], true);
    },
    gradient: (cotangent) => [columns(cotangent, from, from + x.columns)],
  });
}

/** The last axis in parts of these widths, which must add up to it. */
export function split(x: Tensor, widths: readonly number[]): Tensor[] {
  let from = 0;
  return widths.map((width) => {
    from += width;
    return columns(x, from - width, from);
  });
}

/** Tensors of the same rows side by side. @throws ShapeError for tensors of different rows */
export function concat(parts: readonly Tensor[]): Tensor {
  const [first] = parts;
  for (const part of parts) {
    if (isSameShape(part.shape.slice(0, -1), first.shape.slice(0, -1))) continue;
    throw new ShapeError(
      `tensors of the shapes ${shapeName(first.shape)} and ${shapeName(part.shape)} do not fit side by side`,
    );
  }
  const width = parts.reduce((total, part) => total + part.columns, 0);
  const starts: number[] = [];
  parts.reduce((from, part) => {
    starts.push(from);
    return from + part.columns;
  }, 0);
  return traced([...first.shape.slice(0, -1), width], {
    name: "concat",
    inputs: parts,
    prepare: (kernels, out, inputs) => {
      const blocks = parts.map((part, p): Block => {
        return [inputs[p], part.columns, out.subarray(starts[p]), width, part.columns];
      });
      return copies(kernels, blocks);
    },
    gradient: (cotangent) => parts.map((part, p) => columns(cotangent, starts[p], starts[p] + part.columns)),
  });
}

/** Entry `index` of the first axis, which goes. */
export function entry(x: Tensor, index: number): Tensor {
  const shape = x.shape.slice(1);
  const size = x.size / x.shape[0];
  if (!(Number.isInteger(index) && index >= 0 && index < x.shape[0])) {
    throw new ArgumentError(`entry ${index} is asked of a tensor of the shape ${shapeName(x.shape)}`);
  }
  return traced(shape, {
    name: "entry",
    inputs: [x],
    view: index * size,
    gradient: (cotangent) => [placeEntry(cotangent, x.shape[0], index)],
  });
}

/** Zeros with x as entry `index` of a new first axis. */
function placeEntry(x: Tensor, length: number, index: number): Tensor {
  return traced([length, ...x.shape], {
    name: "placeEntry",
    inputs: [x],
    prepare: (kernels, out, [values]) => {
      const copy = copies(kernels, [
        [values, x.size, out.subarray(index * x.size, (index + 1) * x.size), x.size, x.size],
      ]);
      return () => {
        kernels.clear(out);
        copy();
      };
    },
    accumulate: (kernels, out, [values]) => {
      return copies(
        kernels,
        [[values, x.size, out.subarray(index * x.size, (index + 1) * x.size), x.size, x.size]],
        true,
      );
    },
    gradient: (cotangent) => [entry(cotangent, index)],
  });
}

/** Tensors of one shape as the entries of a new first axis. @throws ShapeError for tensors of different shapes */
export function stack(parts: readonly Tensor[]): Tensor {
  const [{ shape, size }] = parts;
  for (const part of parts) {
    if (isSameShape(part.shape, shape)) continue;
    throw new ShapeError(`tensors of the shapes ${shapeName(shape)} and ${shapeName(part.shape)} do not stack`);
  }
  return traced([parts.length, ...shape], {
    name: "stack",
    inputs: parts,
    prepare: (kernels, out, inputs) => {
      const blocks = inputs.map(
        (values, p): Block => [values, size, out.subarray(p * size, (p + 1) * size), size, size],
      );
      return copies(kernels, blocks);
    },
    gradient: (cotangent) => parts.map((_, p) => entry(cotangent, p)),
  });
}

/** The last axis moved by `by` entries, those that leave it coming in at the other end: y_j = x_(j - by mod C). */
export function roll(x: Tensor, by: number): Tensor {
  const width = x.columns;
  const shift = ((by % width) + width) % width;
  if (shift === 0) return x;
  return traced(x.shape, {
    name: "roll",
    inputs: [x],
    prepare: (kernels, out, [values]) => {
      return copies(kernels, [
        [values, width, out.subarray(shift), width, width - shift],
        [values.subarray(width - shift), width, out, width, shift],
      ]);
    },
    gradient: (cotangent) => [roll(cotangent, -shift)],
  });
}

/**
 * The two axes before the last exchanged, or those of a tensor of the shape [A, B, C, D] in its middle: [A, C, B, D]. Heads
 * of attention are brought together so.
 */
export function swapMiddle(x: Tensor): Tensor {
  if (x.shape.length !== 4)
    throw new ShapeError(`swapMiddle takes four axes; the tensor has the shape ${shapeName(x.shape)}`);
  const [a, b, c, d] = x.shape;
  const shape = [a, c, b, d];
  if (b === 1 || c === 1) return reshape(x, shape);
  return traced(shape, {
    name: "swapMiddle",
    inputs: [x],
    prepareAlone:
      (out, [values]) =>
      () => {
        for (let i = 0, from = 0; i < a; i++) {
          for (let j = 0; j < b; j++) {
            for (let k = 0; k < c; k++, from += d) {
              let to = ((i * c + k) * b + j) * d;
              for (let at = from; at < from + d; at++) out[to++] = values[at];
            }
          }
        }
      },
    gradient: (cotangent) => [swapMiddle(cotangent)],
  });
}

/**
 * The rows of a table with these numbers, whole numbers from 0 on in a tensor of any shape, to which the width of the table
 * is added. The derivative goes to the table.
 */
export function gather(table: Tensor, rows: Tensor): Tensor {
  const [count, width] = table.shape;
  return traced([...rows.shape, width], {
    name: "gather",
    inputs: [table, rows],
    prepareAlone:
      (out, [values, numbers]) =>
      () => {
        for (let k = 0, at = 0; k < numbers.length; k++, at += width) {
          const from = numbers[k] * width;
          for (let j = 0; j < width; j++) out[at + j] = values[from + j];
        }
      },
    gradient: (cotangent) => [scatter(cotangent, rows, count), undefined],
  });
}

/** Row number r of the result is the sum of the rows of x whose number in `rows` is r, of `count` rows. */
export function scatter(x: Tensor, rows: Tensor, count: number): Tensor {
  const width = x.columns;
  return traced([count, width], {
    name: "scatter",
    inputs: [x, rows],
    prepareAlone:
      (out, [values, numbers]) =>
      () => {
        out.fill(0);
        for (let k = 0, at = 0; k < numbers.length; k++, at += width) {
          const to = numbers[k] * width;
          for (let j = 0; j < width; j++) out[to + j] += values[at + j];
        }
      },
    gradient: (cotangent) => [gather(cotangent, rows), undefined],
  });
}

/** Along the last axis, the entries of x with these numbers: y_j = x_(numbers_j) in each row. No number comes twice in a row. */
export function arrange(x: Tensor, numbers: Tensor): Tensor {
  return traced(x.shape, {
    name: "arrange",
    inputs: [x, numbers],
    prepareAlone:
      (out, [values, from]) =>
      () => {
        for (let at = 0; at < values.length; at += x.columns) {
          for (let k = at; k < at + x.columns; k++) out[k] = values[at + from[k]];
        }
      },
    gradient: (cotangent) => [arrangeBack(cotangent, numbers), undefined],
  });
}

/** Undoes `arrange` with the same numbers: y_(numbers_j) = x_j in each row. */
export function arrangeBack(x: Tensor, numbers: Tensor): Tensor {
  return traced(x.shape, {
    name: "arrangeBack",
    inputs: [x, numbers],
    prepareAlone:
      (out, [values, to]) =>
      () => {
        for (let at = 0; at < values.length; at += x.columns) {
          for (let k = at; k < at + x.columns; k++) out[at + to[k]] = values[k];
        }
      },
    gradient: (cotangent) => [arrange(cotangent, numbers), undefined],
  });
}

/** Columns of rows that are copied: from where, numbers from one row to the next, to where, the same there; their number. */
type Block = readonly [from: Values, fromWidth: number, to: Values, toWidth: number, width: number];

/** Copies blocks, or adds them to what is there. */
function copies(kernels: TensorKernels, blocks: readonly Block[], adds = false): () => void {
  const all = blocks.map(([values, stride, out, outStride, columns]): TensorCopy => {
    return { rows: Math.ceil(out.length / outStride), columns, values, stride, out, outStride, adds };
  });
  return () => {
    for (const one of all) kernels.copy(one);
  };
}

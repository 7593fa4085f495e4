/*
 * Symmetric positive definite matrices by their Cholesky factors, A = L L^T with L lower triangular. Matrices are flat, n x n,
 * row after row.
 */

/**
 * Writes the factor L of A to `out`, with zeros above its diagonal; reads A on and below its diagonal alone. Where A is not
 * positive definite, entries of the factor are NaN.
 */
export function choleskyFactor(a: ArrayLike<number>, n: number, out: Float64Array, from = 0): Float64Array {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[from + i * n + j];
      for (let k = 0; k < j; k++) sum -= out[i * n + k] * out[j * n + k];
      // The root of a negative number is NaN, as is 0 / 0.
      out[i * n + j] = i === j ? Math.sqrt(sum) : sum / out[j * n + j];
    }
    out.fill(0, i * n + i + 1, (i + 1) * n);
  }
  return out;
}

/** Solves L y = x for a vector x, in place. */
export function solveLower(factor: Float64Array, x: Float64Array): Float64Array {
  const n = x.length;
  for (let i = 0; i < n; i++) {
    let sum = x[i];
    for (let k = 0; k < i; k++) sum -= factor[i * n + k] * x[k];
    x[i] = sum / factor[i * n + i];
  }
  return x;
}

/** Solves L^T y = x for a vector x, in place. */
export function solveUpper(factor: Float64Array, x: Float64Array): Float64Array {
  const n = x.length;
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i];
    for (let k = i + 1; k < n; k++) sum -= factor[k * n + i] * x[k];
    x[i] = sum / factor[i * n + i];
  }
  return x;
}

/**
 * The factor of A + x x^T in place of that of A, by rotations; `x` is overwritten. A stays positive definite, whatever is
 * rounded (Gill, Golub, Murray and Saunders, Methods for modifying matrix factorizations, 1974).
 */
export function updateFactor(factor: Float64Array, x: Float64Array): void {
  const n = x.length;
  for (let j = 0; j < n; j++) {
    const [before, entry] = [factor[j * n + j], x[j]];
    if (entry === 0) continue;
    const now = Math.sqrt(before * before + entry * entry);
    const [cosine, sine] = [before / now, entry / now];
    factor[j * n + j] = now;
    for (let i = j + 1; i < n; i++) {
      const below = factor[i * n + j];
      factor[i * n + j] = cosine * below + sine * x[i];
      x[i] = cosine * x[i] - sine * below;
    }
  }
}

/** A^-1 from the factor of A; exactly symmetric. */
export function inverseOfFactor(factor: Float64Array, n: number): Float64Array {
  // Row j of the transpose of L^-1.
  const columns = Array.from({ length: n }, (_, j) => {
    const unit = new Float64Array(n);
    unit[j] = 1;
    return solveLower(factor, unit);
  });
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < n; k++) sum += columns[i][k] * columns[j][k];
      inverse[i * n + j] = sum;
      inverse[j * n + i] = sum;
    }
  }
  return inverse;
}

/**
 * Dense products in float32, 512 x 512 by 512 x 512, core against core: the operation of a workspace beside NumPy's BLAS, on
 * arrays that are in place, and from arrays outside to a new one.
 */
import { Random } from "../dist/math/index.js";
import { withContestants } from "./contestants.mjs";
import { numbers, raceWork } from "./race.mjs";

const size = 512;
const seed = 512;

export async function race(base) {
  const normals = (k) => {
    const random = new Random(seed).fork(k);
    return Float32Array.from({ length: size * size }, () => random.normal());
  };
  const [a, b] = [normals(0), normals(1)];
  const files = { "a.bin": a, "b.bin": b, "race.json": JSON.stringify({ size }) };
  const rivals = [{ name: "NumPy", program: "dense_numpy.py", module: "numpy" }];
  return withContestants({ files, ours: "dense.mjs", rivals }, async (contestants) => {
    const session = { ...contestants, ...base };
    const rows = [];
    for (const [work, what] of [
      ["product", "from arrays in place"],
      ["fresh", "from arrays outside the workspace to a new one"],
    ]) {
      rows.push(
        ...(await raceWork(session, {
          work,
          what: `float32 product ${size} x ${size} x ${size}, ${what}`,
          per: "product",
          operations: (2 * size ** 3) / 1e9,
          unit: "GFLOP/s",
          alike: true,
          ours: [{ work, amount: 1 }],
          rivals: [{ name: "NumPy", work, amount: 1 }],
          agrees: (ours, theirs) => beyondRounding(a, b, numbers(ours, Float32Array), numbers(theirs, Float32Array)),
          agreement: "within the rounding of sums in any order",
        })),
      );
    }
    return { contestants, rows, size, seed };
  });
}

/**
 * Both sides are sums of `size` products in an order of their own: each is off by at most gamma sum |a b|, gamma = n u / (1 - n u)
 * with u = 2^-24 (Higham, Accuracy and Stability of Numerical Algorithms, 2002, section 3.1).
 */
function beyondRounding(a, b, ours, theirs) {
  const gamma = (size * 2 ** -24) / (1 - size * 2 ** -24);
  for (let i = 0; i < size; i++) {
    const bounds = new Float64Array(size);
    for (let k = 0; k < size; k++) {
      const factor = Math.abs(a[i * size + k]);
      for (let j = 0; j < size; j++) bounds[j] += factor * Math.abs(b[k * size + j]);
    }
    for (let j = 0; j < size; j++) {
      const difference = Math.abs(ours[i * size + j] - theirs[i * size + j]);
      if (!(difference <= 2 * gamma * bounds[j])) return `entry (${i}, ${j}) by ${difference}`;
    }
  }
}

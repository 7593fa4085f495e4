import { ArgumentError, DataError, requireInteger, ShapeError } from "../errors.js";
import { asMatrix, type Matrix, product, timesVector, transpose, transposedTimesVector } from "../math/matrix.js";
import { type Random, requireRandom } from "../math/random.js";
import { moorePenrose } from "../math/svd.js";
import { type Descent, type DescentOptions, descend, kurtosisStart, projectOut } from "./binarise.js";
import { lowdin } from "./lowdin.js";

/** Options of the search for a binarising X. */
export interface SearchOptions extends DescentOptions {
  /** Known starts, p x k with one per column: `transform` of the mapping from which the RBM was initialised. */
  readonly start?: Matrix | ArrayLike<ArrayLike<number>> | undefined;
  /** Generator of random starts if none are known; start r draws from `random.fork(r)`. */
  readonly random?: Random | undefined;
  /** Largest number of starts to draw, until p patterns are found; defaults to 20 p. */
  readonly starts?: number | undefined;
  /** Distribution of starts: "kurtosis", near binary vectors; or "uniform", x_j from -1 to 1. Defaults to "kurtosis". */
  readonly from?: "kurtosis" | "uniform" | undefined;
  /** Whether to search with Löwdin's orthonormal weights in place of W; defaults to false. */
  readonly orthogonalise?: boolean | undefined;
}

/** The result of a start of the search for a binary vector W x. */
export interface Candidate extends Descent {
  /** The start: "given", "kurtosis" or "uniform", with its index. */
  readonly start: { readonly kind: string; readonly index: number };
}

/** Result of a search. */
export interface SearchResult {
  /** One per given start, in their order; otherwise up to p linearly independent ones, the best first. */
  readonly candidates: readonly Candidate[];
  /** Number of starts that were tried. */
  readonly tried: number;
}

/** Largest error of a found binary vector: rounding is far below, spurious results are far above. */
const FOUND = 1e-12;

/** A vector whose squared distance from the span of the others is below this part of its square counts as dependent. */
const DEPENDENT = 1e-9;

/**
 * Searches for x with W x binary, by a descent from each given start. Without any, starts are drawn until p linearly
 * independent states are found up to rounding, or `starts` have been tried. The best independent ones are then kept, with
 * the sign that makes unit 0 +1, as W determines neither signs nor order of the patterns.
 *
 * @throws DataError unless there are fewer columns than rows, or for dependent ones if `orthogonalise` is set; ShapeError
 *   or ArgumentError for starts that do not fit or options out of their range
 */
export function search(weights: Matrix, options: SearchOptions): SearchResult {
  const { start, random, from = "kurtosis", orthogonalise = false } = options;
  const { rows: n, columns: p } = weights;
  if (from !== "kurtosis" && from !== "uniform") {
    throw new ArgumentError(`from is ${JSON.stringify(from)}; expected "kurtosis" or "uniform"`);
  }
  if (p >= n) {
    const why = "otherwise every state lies in the span of the weights";
    throw new DataError(
      `the RBM has ${p} hidden and ${n} visible units; a search for patterns needs fewer hidden units: ${why}`,
    );
  }
  const known = start === undefined ? undefined : asMatrix("start", start);
  if (known !== undefined && known.rows !== p) {
    throw new ShapeError(
      `start has ${known.rows} rows but the RBM has ${p} hidden units; expected one start per column`,
    );
  }
  const space = searchSpace(weights, orthogonalise, known === undefined && from === "kurtosis");
  const candidates = known === undefined ? drawn(space, random, from, options) : given(space, known, options);
  return {
    ...candidates,
    candidates: candidates.candidates.map((found) => ({ ...found, x: space.fromSearch(found.x) })),
  };
}

/** The weights of the search, W or Löwdin's, with the transformations between x of W and x of these. */
interface SearchSpace {
  readonly weights: Matrix;
  readonly orthonormal: Matrix;
  readonly toSearch: (x: Float64Array) => Float64Array;
  readonly fromSearch: (x: Float64Array) => Float64Array;
  readonly fromOrthonormal: (x: Float64Array) => Float64Array;
}

function searchSpace(weights: Matrix, orthogonalise: boolean, needed: boolean): SearchSpace {
  const same = (x: Float64Array) => x;
  if (!orthogonalise && !needed) {
    return { weights, orthonormal: weights, toSearch: same, fromSearch: same, fromOrthonormal: same };
  }
  const orthonormal = lowdin(weights).weights;
  // W x = L y with y = (W^T W)^(1/2) x = L^T W x.
  const root = product(transpose(orthonormal), weights);
  const { inverse } = moorePenrose(root);
  const forward = (x: Float64Array) => timesVector(root, x, new Float64Array(x.length));
  const back = (y: Float64Array) => timesVector(inverse, y, new Float64Array(y.length));
  return orthogonalise
    ? { weights: orthonormal, orthonormal, toSearch: forward, fromSearch: back, fromOrthonormal: same }
    : { weights, orthonormal, toSearch: same, fromSearch: same, fromOrthonormal: back };
}

function given({ weights, toSearch }: SearchSpace, known: Matrix, options: DescentOptions): SearchResult {
  const columns = transpose(known);
  const candidates = Array.from({ length: known.columns }, (_, index): Candidate => {
    const x = columns.values.subarray(index * known.rows, (index + 1) * known.rows);
    return { ...descend(weights, toSearch(x), options), start: { kind: "given", index } };
  });
  return { candidates, tried: candidates.length };
}

function drawn(space: SearchSpace, random: Random | undefined, kind: string, options: SearchOptions): SearchResult {
  const source = requireRandom(random, "a search for patterns without a start");
  const { rows: n, columns: p } = space.weights;
  const { starts = 20 * p } = options;
  requireInteger("starts", starts, 1);
  const all: Candidate[] = [];
  const exact = new Span();
  for (let index = 0; index < starts && exact.basis.length < p; index++) {
    const stream = source.fork(index);
    // Vectors orthogonal to the found patterns are far from similar patterns: every second start is unconstrained.
    const avoided = index % 2 === 0 ? exact.basis : [];
    const x =
      kind === "uniform"
        ? Float64Array.from({ length: p }, () => 2 * stream.uniform() - 1)
        : space.fromOrthonormal(kurtosisStart(space.orthonormal, stream, avoided));
    const found = withSign({ ...descend(space.weights, x, options), start: { kind, index } });
    all.push(found);
    if (found.error <= FOUND * n) exact.add(transposedTimesVector(space.orthonormal, signs(found.projected)));
  }
  const span = new Span();
  const ranked = all.slice().sort((a, b) => a.error - b.error || a.start.index - b.start.index);
  const candidates = ranked.filter(({ projected }) => span.basis.length < p && span.add(signs(projected)));
  return { candidates, tried: all.length };
}

function signs(y: Float64Array): Float64Array {
  return y.map((value) => (value < 0 ? -1 : 1));
}

/** The candidate or its negative, such that unit 0 of its state is +1. */
function withSign(found: Candidate): Candidate {
  if (found.projected[0] > 0) return found;
  return { ...found, x: found.x.map((x) => -x), projected: found.projected.map((y) => -y) };
}

/** The span of vectors, as an orthonormal basis. */
class Span {
  readonly basis: Float64Array[] = [];

  /** Adds a vector if it lies outside the span; returns whether it did. */
  add(vector: Float64Array): boolean {
    const rest = vector.slice();
    // Twice, since a single pass loses digits.
    projectOut(this.basis, rest);
    projectOut(this.basis, rest);
    const square = squared(rest);
    if (square <= DEPENDENT * squared(vector)) return false;
    this.basis.push(rest.map((x) => x / Math.sqrt(square)));
    return true;
  }
}

function squared(x: Float64Array): number {
  return x.reduce((sum, value) => sum + value * value, 0);
}

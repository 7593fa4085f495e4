import { requireInteger } from "../../errors.js";
import type { Kernels } from "../../kernels/index.js";
import { asData, type Data } from "../../math/data-matrix.js";
import { PatternSet } from "../../patterns/index.js";
import { type Dendrogram, dendrogramOf } from "./dendrogram.js";
import { squaredDistances, squaredSpinDistances } from "./distances.js";
import { wardChain } from "./nearest-neighbour-chain.js";

/** Maximum number of rows: their distances take 4 GiB. */
const MOST_ROWS = 2 ** 15;

/** Options of `ward`. */
export interface WardOptions {
  /** Kernels that count the distances of patterns; default to the fastest. */
  readonly kernels?: Kernels | undefined;
}

/**
 * Agglomerative clustering by Ward's criterion: each merge is one that adds least to the sum of the squared distances
 * of all rows to the mean of their cluster (Ward, Hierarchical grouping to optimize an objective function, 1963). The
 * height of a merge is sqrt(2 |A| |B| / (|A| + |B|)) |mean_A - mean_B|, the distance of two rows where both are single,
 * and height^2 / 2 is the increase of that sum.
 *
 * Rows are data of real numbers, or patterns, taken as spins: their distances are counted in bits. Time O(n^2 columns) for
 * the distances and O(n^2) for the tree, memory n (n - 1) / 2 numbers of double precision. Where several pairs are equally
 * near, low rows go first; another tie-break may give another tree.
 *
 * @throws ArgumentError for one row alone or more than 32,768, DataError for a value that is not finite
 */
export function ward(data: PatternSet | Data, { kernels }: WardOptions = {}): Dendrogram {
  const rows = data instanceof PatternSet ? data : asData("data", data);
  const n = rows instanceof PatternSet ? rows.count : rows.rows;
  requireInteger("rows of the data", n, 2, MOST_ROWS);
  const distances = rows instanceof PatternSet ? squaredSpinDistances(rows, kernels) : squaredDistances(rows);
  return dendrogramOf(n, wardChain(distances));
}

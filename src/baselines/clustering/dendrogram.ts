import { requireInteger } from "../../errors.js";

/** Two clusters that are merged. The rows of the data are the clusters 0 ... n - 1, merge k makes cluster n + k. */
export interface Merge {
  /** The lower of the two numbers. */
  readonly a: number;
  readonly b: number;
  /** Their distance. */
  readonly height: number;
  /** Number of rows in the new cluster. */
  readonly size: number;
}

/** A tree of clusters: n - 1 merges by height, in the order and with the numbers of SciPy's linkage matrices. */
export class Dendrogram {
  /** n */
  readonly rows: number;
  readonly merges: readonly Merge[];

  constructor(rows: number, merges: readonly Merge[]) {
    this.rows = rows;
    this.merges = merges;
  }

  /**
   * The cluster of every row when there are `clusters` of them: the last clusters - 1 merges undone. Clusters are
   * numbered 0, 1, ... by their lowest rows.
   *
   * @throws ArgumentError for fewer clusters than one, or more than rows
   */
  cut(clusters: number): Uint32Array {
    const { rows, merges } = this;
    requireInteger("clusters", clusters, 1, rows);
    // From the top down: both parts get the root of their merge.
    const roots = Int32Array.from({ length: rows + merges.length }, (_, i) => i);
    for (let k = rows - clusters - 1; k >= 0; k--) {
      roots[merges[k].a] = roots[rows + k];
      roots[merges[k].b] = roots[rows + k];
    }
    const numbers = new Map<number, number>();
    return Uint32Array.from({ length: rows }, (_, r) => {
      const root = roots[r];
      if (!numbers.has(root)) numbers.set(root, numbers.size);
      return numbers.get(root)!;
    });
  }
}

/**
 * The tree of merges found in any order in which parts come before the whole, each given by the lowest rows of its two
 * sides. Merges of equal height keep that order.
 */
export function dendrogramOf(rows: number, found: readonly Merge[]): Dendrogram {
  const order = found.map((_, k) => k).sort((i, j) => found[i].height - found[j].height || i - j);
  /** The number of the cluster whose lowest row this is. */
  const clusters = Uint32Array.from({ length: rows }, (_, i) => i);
  const merges = order.map((from, k) => {
    const { a, b, height, size } = found[from];
    const [x, y] = [clusters[a], clusters[b]];
    clusters[a] = rows + k;
    return { a: Math.min(x, y), b: Math.max(x, y), height, size };
  });
  return new Dendrogram(rows, merges);
}

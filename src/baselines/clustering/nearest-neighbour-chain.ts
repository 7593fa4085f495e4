import type { Merge } from "./dendrogram.js";
import { type CondensedDistances, rowStart } from "./distances.js";

/**
 * Ward's tree by the nearest-neighbour chain (Benzécri, Construction d'une classification ascendante hiérarchique par
 * la recherche en chaîne des voisins réciproques, 1982; Müllner, Modern hierarchical, agglomerative clustering
 * algorithms, 2011): a chain goes from a cluster to its nearest neighbour, and on, until two are each other's nearest;
 * those merge. A merge is found once and stays, since a merged cluster is never closer to a third one than its nearer
 * part was. It takes about 3 n searches of n distances.
 *
 * The distance of two clusters is d^2 = 2 |A| |B| / (|A| + |B|) |mean_A - mean_B|^2, that of two rows at first, and
 * follows the merges by the recurrence of Lance and Williams (A general theory of classificatory sorting strategies, 1967)
 *
 *     d^2(K, A + B) = ((|K| + |A|) d^2(K, A) + (|K| + |B|) d^2(K, B) - |K| d^2(A, B)) / (|K| + |A| + |B|).
 *
 * A cluster is identified by its lowest row. Of neighbours that are equally near, the one that the chain comes from is
 * taken, else the one with the lowest row. The distances are overwritten.
 *
 * @returns the merges in the order in which they are found, each with the lowest row of either side
 */
export function wardChain({ n, values }: CondensedDistances): Merge[] {
  const merges: Merge[] = [];
  const sizes = new Float64Array(n).fill(1);
  const heights = new Float64Array(n);
  const active = Uint32Array.from({ length: n }, (_, i) => i);
  const starts = Float64Array.from({ length: n }, (_, i) => rowStart(i, n));
  const chain: number[] = [];
  let left = n;
  while (left > 1) {
    if (chain.length === 0) chain.push(active[0]);
    const tip = chain[chain.length - 1];
    const previous = chain.length > 1 ? chain[chain.length - 2] : -1;
    let nearest = previous;
    let distance = previous < 0 ? Number.POSITIVE_INFINITY : values[place(starts, tip, previous)];
    for (let k = 0; k < left; k++) {
      const i = active[k];
      if (i === tip) continue;
      const d = values[i < tip ? starts[i] + tip : starts[tip] + i];
      if (d < distance) {
        distance = d;
        nearest = i;
      }
    }
    if (nearest !== previous) {
      chain.push(nearest);
      continue;
    }
    chain.length -= 2;
    const a = Math.min(tip, previous);
    const b = Math.max(tip, previous);
    left = remove(active, left, b);
    update(values, starts, sizes, active.subarray(0, left), a, b, distance);
    sizes[a] += sizes[b];
    // Rounding must not make a cluster lower than its parts.
    heights[a] = Math.max(distance, heights[a], heights[b]);
    merges.push({ a, b, height: Math.sqrt(heights[a]), size: sizes[a] });
  }
  return merges;
}

function place(starts: Float64Array, i: number, j: number): number {
  return i < j ? starts[i] + j : starts[j] + i;
}

function remove(active: Uint32Array, left: number, cluster: number): number {
  active.copyWithin(active.indexOf(cluster), active.indexOf(cluster) + 1, left);
  return left - 1;
}

/** The distances of all other clusters to a + b, which takes the place of a. */
function update(
  values: Float64Array,
  starts: Float64Array,
  sizes: Float64Array,
  active: Uint32Array,
  a: number,
  b: number,
  distance: number,
): void {
  const na = sizes[a];
  const nb = sizes[b];
  for (const k of active) {
    if (k === a) continue;
    const nk = sizes[k];
    const at = place(starts, k, a);
    values[at] = ((nk + na) * values[at] + (nk + nb) * values[place(starts, k, b)] - nk * distance) / (nk + na + nb);
  }
}

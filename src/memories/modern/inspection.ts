import type { Inspection } from "../memory.js";
import type { Similarity } from "../vectors.js";
import { storageGuarantee } from "./guarantee.js";
import { betaForMost, type Need } from "./steepness.js";

/** What a modern memory holds, and how well it can be retrieved. */
export interface ModernInspection extends Inspection {
  readonly kind: "modern";
  readonly similarity: Similarity;
  readonly separation: string;
  readonly beta?: number;
  /** Number of patterns that were sampled for what follows. */
  readonly sampled?: number;
  /** Similarity of a pattern to itself less that of the most similar other one: smallest, median, largest of the sample. */
  readonly separations?: { readonly least: number; readonly median: number; readonly most: number };
  /** Length of the longest pattern, M. */
  readonly largestNorm?: number;
  /** The part of the sample that has a weight of 0.99 at this beta. */
  readonly retrieved?: number;
  /** The beta that 99 % of the sample need for that; absent if there is none. */
  readonly neededBeta?: number;
  /** The number of random patterns of that length that theorem 3 of Ramsauer et al. guarantees, but for one case in 1,000. */
  readonly guarantee?: number;
}

/** Probability of failure that the guarantee allows. */
const FAILURE = 0.001;

/** How well patterns can be retrieved, from what a sample of them needs. */
export function retrievable({
  needs,
  units,
  beta,
  largestNorm,
}: {
  readonly needs: readonly Need[];
  readonly units: number;
  readonly beta: number;
  readonly largestNorm: number;
}): Omit<ModernInspection, keyof Inspection | "similarity" | "separation"> {
  const needed = betaForMost(needs.map((sample) => sample.needed));
  const gaps = Float64Array.from(needs, ({ gap }) => gap).sort();
  const radius = largestNorm / Math.sqrt(units - 1);
  const guarantee = units < 2 ? Number.NaN : storageGuarantee({ dimension: units, beta, radius, failure: FAILURE });
  return {
    beta,
    sampled: needs.length,
    // A pattern alone has no other one to be told from.
    ...(Number.isFinite(gaps[0]) && {
      separations: {
        least: gaps[0],
        median: (gaps[(gaps.length - 1) >> 1] + gaps[gaps.length >> 1]) / 2,
        most: gaps[gaps.length - 1],
      },
    }),
    largestNorm,
    retrieved: needs.filter((sample) => sample.needed <= beta).length / needs.length,
    ...(Number.isFinite(needed) && { neededBeta: needed }),
    ...(Number.isFinite(guarantee) && { guarantee }),
  };
}

import type { NearestProduct } from "../kernels/index.js";
import type { BitMatrix } from "../math/bits.js";
import type { PatternSet } from "../patterns/index.js";
import type { Nearest } from "./memory.js";

/** A stored pattern that takes part in an attractor, with its sign. */
export interface Part {
  /** Row of the stored pattern. */
  readonly index: number;
  readonly sign: 1 | -1;
}

/**
 * The attractor on which a recall ended.
 *
 * - `stored`: exactly a stored pattern; `reversed`: exactly the negative of one; `parts` names it.
 * - `mixture`: exactly the sign of a signed sum of three or five stored patterns, `parts`; for three, the majority
 *   (Amit, Gutfreund and Sompolinsky, Spin-glass models of neural networks, 1985).
 * - `spurious`: any other fixed point. Beyond a small load, the Hebb rule's memories are such states close to the stored
 *   pattern: see the overlap with the nearest pattern.
 * - `cycle`: a cycle of synchronous dynamics; `none`: the run ended before it settled, or does not settle (Glauber).
 */
export interface Attractor {
  readonly kind: "stored" | "reversed" | "mixture" | "spurious" | "cycle" | "none";
  readonly parts: readonly Part[];
}

/** A stored pattern and its overlap. */
export interface NearestPattern extends Nearest {
  /** m = xi . s / n */
  readonly overlap: number;
}

/** The stored pattern at the smallest Hamming distance; `products` are xi . s of the patterns with the state. */
export function nearestOf(patterns: PatternSet, products: Int32Array): NearestPattern {
  let index = 0;
  for (let mu = 1; mu < products.length; mu++) if (products[mu] > products[index]) index = mu;
  return nearestPattern(patterns, { index, product: products[index] });
}

/** The stored pattern with the largest product. */
export function nearestPattern(patterns: PatternSet, { index, product }: NearestProduct): NearestPattern {
  const label = patterns.labels?.[index];
  return { index, ...(label === undefined ? {} : { label }), overlap: product / patterns.units };
}

/** The attractor of a run that ended on `bits` with that period, and has that nearest pattern. */
export function attractorOf(
  { period, bits }: { readonly period: number; readonly bits: BitMatrix },
  patterns: PatternSet,
  { index, overlap }: NearestPattern,
  products: () => Int32Array,
): Attractor {
  if (period === 1 && overlap === 1) return { kind: "stored", parts: [{ index, sign: 1 }] };
  if (period === 1) return classify(bits, patterns, products());
  return { kind: period > 1 ? "cycle" : "none", parts: [] };
}

/** Number of patterns with the largest overlaps that are tried as parts of a mixture. */
const CANDIDATES = 8;

/** Classifies a one-row fixed point. `overlaps` are its products xi . s with the stored patterns. */
export function classify(state: BitMatrix, patterns: PatternSet, overlaps: Int32Array): Attractor {
  const n = patterns.units;
  // A stored pattern takes precedence over the negative of another that is the same state.
  const exact = overlaps.indexOf(n);
  if (exact >= 0) return { kind: "stored", parts: [{ index: exact, sign: 1 }] };
  const negative = overlaps.indexOf(-n);
  if (negative >= 0) return { kind: "reversed", parts: [{ index: negative, sign: -1 }] };
  const strongest = strongestOf(overlaps);
  for (const size of [3, 5]) {
    for (const parts of subsets(strongest, size)) {
      if (isMajority(state, patterns.bits, parts)) return { kind: "mixture", parts };
    }
  }
  return { kind: "spurious", parts: [] };
}

function* subsets(parts: readonly Part[], size: number): Generator<Part[]> {
  if (size === 0) yield [];
  for (let i = 0; i + size <= parts.length && size > 0; i++) {
    for (const rest of subsets(parts.slice(i + 1), size - 1)) yield [parts[i], ...rest];
  }
}

/** The patterns with the largest overlaps in absolute value, the first of equals first. */
function strongestOf(overlaps: Int32Array): Part[] {
  const parts: Part[] = [];
  const size = (index: number) => Math.abs(overlaps[index]);
  for (let index = 0; index < overlaps.length; index++) {
    if (parts.length === CANDIDATES && size(index) <= size(parts[CANDIDATES - 1].index)) continue;
    const place = parts.findIndex((other) => size(other.index) < size(index));
    parts.splice(place < 0 ? parts.length : place, 0, { index, sign: overlaps[index] < 0 ? -1 : 1 });
    parts.length = Math.min(parts.length, CANDIDATES);
  }
  return parts;
}

/**
 * Whether the state is sgn(sum of signed patterns), for an odd number of patterns. Votes are counted bitwise in carry-save
 * form, up to the first word that differs.
 */
function isMajority(state: BitMatrix, patterns: BitMatrix, parts: readonly Part[]): boolean {
  const { columns, stride, words } = patterns;
  const last = (columns - 1) >>> 5;
  for (let w = 0; w <= last; w++) {
    let ones = 0;
    let twos = 0;
    let fours = 0;
    for (const { index, sign } of parts) {
      const word = words[index * stride + w];
      const vote = sign > 0 ? word : ~word;
      const carry = ones & vote;
      ones ^= vote;
      fours |= twos & carry;
      twos ^= carry;
    }
    const winner = parts.length === 3 ? twos : fours | (twos & ones);
    // The votes of negative patterns set the bits past the last unit.
    const used = w === last && (columns & 31) > 0 ? (1 << (columns & 31)) - 1 : -1;
    if (((winner ^ state.words[w]) & used) !== 0) return false;
  }
  return true;
}

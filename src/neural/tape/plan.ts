import { ancestors } from "./gradient.js";
import type { Tensor } from "./tensor.js";

/** The length of an array in an arena is rounded up to a multiple of this: 64 bytes of single precision. */
const PIECE = 16;

/** The computation of one tensor. */
export interface Call {
  readonly result: Tensor;
  readonly inputs: readonly Tensor[];
  /** The product that is added to the first input, if `result` is their sum. */
  readonly added?: Tensor;
}

/** Where the numbers of a tensor are: an array of its own, or a part of the arena. */
export type Place =
  | { readonly kind: "own"; readonly tensor: Tensor; readonly offset: number }
  | { readonly kind: "arena"; readonly offset: number };

/** What a program computes, in order, and where the numbers are. */
export interface Plan {
  readonly calls: readonly Call[];
  readonly places: ReadonlyMap<Tensor, Place>;
  /** Inputs and constants, which have arrays of their own. */
  readonly sources: readonly Tensor[];
  /** Length of the arena, in numbers. */
  readonly length: number;
}

/**
 * Plans the computation of tensors: what they do not depend on is left out; a product that is only added to something is
 * computed into it; and tensors that are not needed at the same time share memory.
 */
export function planOf(results: readonly Tensor[]): Plan {
  const tensors = ancestors(results);
  const kept = new Set(results.map((result) => baseOf(result).tensor));
  const calls = callsOf(tensors, kept);
  const last = lastUses(calls, kept);
  const arena = new Arena();
  const places = new Map<Tensor, Place>();
  const offsets = new Map<Tensor, number>();
  const isShared = ({ operation }: Tensor) => operation !== undefined;
  calls.forEach(({ result, inputs, added }, at) => {
    const candidates = added === undefined ? (result.operation?.overwrites ?? []) : [0];
    const bases = inputs.map((input) => baseOf(input).tensor);
    const over = candidates
      .map((k) => bases[k])
      .find((base) => {
        const isLast = isShared(base) && last.get(base) === at;
        // What is overwritten may not be read in another order by another input.
        const isAlone = bases.every((other, k) => other !== base || candidates.includes(k));
        return isLast && isAlone && base.size === result.size;
      });
    if (over === undefined) offsets.set(result, arena.take(result.size));
    else offsets.set(result, offsets.get(over) as number);
    for (const base of new Set(bases)) {
      if (last.get(base) === at && isShared(base) && base !== over) arena.give(offsets.get(base) as number, base.size);
    }
    // A result that nothing reads.
    if (!last.has(result)) arena.give(offsets.get(result) as number, result.size);
  });
  for (const tensor of tensors) {
    const base = baseOf(tensor);
    const offset = offsets.get(base.tensor);
    if (offset !== undefined) places.set(tensor, { kind: "arena", offset: offset + base.offset });
    else if (!isShared(base.tensor)) places.set(tensor, { kind: "own", tensor: base.tensor, offset: base.offset });
  }
  return { calls, places, sources: tensors.filter((tensor) => !isShared(tensor)), length: arena.length };
}

/** The tensor that holds the numbers of a view, and where they begin. */
function baseOf(tensor: Tensor): { readonly tensor: Tensor; readonly offset: number } {
  let [base, offset] = [tensor, 0];
  while (base.operation?.view !== undefined) {
    offset += base.operation.view;
    base = base.operation.inputs[0];
  }
  return { tensor: base, offset };
}

/** The operations that compute something, with products merged into the sums that they are added to. */
function callsOf(tensors: readonly Tensor[], kept: ReadonlySet<Tensor>): Call[] {
  const uses = new Map<Tensor, number>();
  for (const { operation } of tensors) {
    for (const input of operation?.inputs ?? []) uses.set(input, (uses.get(input) ?? 0) + 1);
  }
  const merged = new Set<Tensor>();
  const calls: Call[] = [];
  for (const result of tensors) {
    const { operation } = result;
    if (operation === undefined || operation.view !== undefined) continue;
    const { name, inputs } = operation;
    const added = name === "add" ? inputs.findLast((input) => isAdded(input, result)) : undefined;
    if (added === undefined) calls.push({ result, inputs });
    else {
      const other = inputs[inputs[0] === added ? 1 : 0];
      calls.push({ result, inputs: [other, ...(added.operation?.inputs ?? [])], added });
      merged.add(added);
    }
  }
  return calls.filter(({ result }) => !merged.has(result));

  function isAdded(input: Tensor, result: Tensor): boolean {
    const [a, b] = result.operation?.inputs ?? [];
    const isAlone = a !== b && a.size === b.size && uses.get(input) === 1 && !kept.has(input);
    return isAlone && input.operation?.accumulate !== undefined;
  }
}

/** The number of the call that last needs each tensor; infinite for those that are kept. */
function lastUses(calls: readonly Call[], kept: ReadonlySet<Tensor>): Map<Tensor, number> {
  const last = new Map<Tensor, number>();
  calls.forEach(({ inputs }, at) => {
    for (const input of inputs) last.set(baseOf(input).tensor, at);
  });
  for (const tensor of kept) last.set(tensor, Number.POSITIVE_INFINITY);
  return last;
}

/** Pieces of one long array, each taken where it fits best. */
class Arena {
  length = 0;
  /** Free pieces in ascending order, no two of them neighbours. */
  readonly #free: { offset: number; length: number }[] = [];

  take(size: number): number {
    const length = rounded(size);
    let best = -1;
    this.#free.forEach((piece, k) => {
      if (piece.length >= length && (best < 0 || piece.length < this.#free[best].length)) best = k;
    });
    if (best < 0) {
      const end = this.#free.at(-1);
      // The last piece grows if it is free.
      const offset = end !== undefined && end.offset + end.length === this.length ? end.offset : this.length;
      if (offset !== this.length) this.#free.pop();
      this.length = offset + length;
      return offset;
    }
    const piece = this.#free[best];
    const { offset } = piece;
    piece.offset += length;
    piece.length -= length;
    if (piece.length === 0) this.#free.splice(best, 1);
    return offset;
  }

  give(offset: number, size: number): void {
    const length = rounded(size);
    let at = this.#free.findIndex((piece) => piece.offset > offset);
    if (at < 0) at = this.#free.length;
    this.#free.splice(at, 0, { offset, length });
    for (const k of [at, at - 1]) {
      const [piece, next] = [this.#free[k], this.#free[k + 1]];
      if (piece === undefined || next === undefined || piece.offset + piece.length !== next.offset) continue;
      piece.length += next.length;
      this.#free.splice(k + 1, 1);
    }
  }
}

/** The length that a tensor takes in an arena, or an array of its own in a workspace. */
function rounded(size: number): number {
  return Math.ceil(size / PIECE) * PIECE;
}

import { ArgumentError } from "../../errors.js";
import { hebb } from "../../learning/hebb.js";
import type { BitMatrix } from "../../math/bits.js";
import { Hopfield } from "../../memories/hopfield/hopfield.js";
import { PatternSet } from "../../patterns/pattern-set.js";
import { type PackedNet, packNet, unpackNet } from "./net.js";

/** A memory as it travels to a thread: its couplings are not learned again. */
export interface PackedMemory {
  readonly net: PackedNet;
  readonly patterns: BitMatrix;
  readonly labels: readonly string[] | undefined;
}

/** @throws ArgumentError for a memory that is empty, or couplings of a kind that is not the library's own */
export function packMemory({ net, patterns }: Hopfield): PackedMemory {
  if (net === undefined || patterns === undefined) {
    throw new ArgumentError("the memory is empty; store patterns before recalling");
  }
  return { net: packNet(net), patterns: patterns.bits, labels: patterns.labels };
}

/** A memory that recalls bit for bit like the one that was packed. */
export function unpackMemory({ net, patterns, labels }: PackedMemory): Hopfield {
  const learned = unpackNet(net);
  const memory = new Hopfield(net.units, { rule: { ...hebb(), learn: () => learned } });
  return memory.store(new PatternSet(patterns, { labels }));
}

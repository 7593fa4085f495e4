import { ArgumentError } from "../../errors.js";
import type { MemoryKind } from "../../memories/memory.js";
import { requireUnits } from "../../memories/packing.js";
import { emptyMemory } from "../../memories/rows.js";
import { type OptionSpecs, readOptions } from "../../options.js";
import { Packing, type Unpacking } from "../../packed.js";
import { KanervaMemory } from "./kanerva-memory.js";
import { kanervaOptions, kanervaRecallOptions, productOptions } from "./options.js";
import {
  type Parametrised,
  packCoders,
  packLearned,
  packParameters,
  packTraining,
  unpackCoders,
  unpackLearned,
  unpackParameters,
  unpackTraining,
} from "./packing.js";
import { ProductKanerva } from "./product-kanerva.js";

/** The kind of `KanervaMemory`; a memory with an encoder is packed without items too. */
export const kanervaKind: MemoryKind<KanervaMemory> = {
  name: "kanerva",
  summary: "real vectors in a Gaussian matrix with fewer rows, by the exact Bayesian update",
  reference: "Wu et al. 2018",
  items: "vectors",
  options: kanervaOptions,
  recallOptions: kanervaRecallOptions,
  create: (size, given) => new KanervaMemory({ code: unitsOf(size), ...readOptions("kanerva", kanervaOptions, given) }),
  pack: (memory) => packed(memory).set("addresses", memory.addresses),
  unpack(parts) {
    const addresses = parts.text("addresses") === undefined ? undefined : parts.integer("addresses", 1, 100_000);
    return unpacked(parts, kanervaOptions, (given, options) => {
      return new KanervaMemory({ ...given, addresses, ...readOptions("kanerva", kanervaOptions, options) });
    });
  },
};

/** The kind of `ProductKanerva`. */
export const productKanervaKind: MemoryKind<ProductKanerva> = {
  name: "product-kanerva",
  summary: "real vectors in several Gaussian matrices, each with a share of every vector",
  reference: "Marblestone, Wu and Wayne 2020",
  items: "vectors",
  options: productOptions,
  recallOptions: kanervaRecallOptions,
  create(size, given) {
    return new ProductKanerva({ code: unitsOf(size), ...readOptions("product-kanerva", productOptions, given) });
  },
  pack: (memory) => packed(memory),
  unpack: (parts) =>
    unpacked(parts, productOptions, (given, options) => {
      return new ProductKanerva({ ...given, ...readOptions("product-kanerva", productOptions, options) });
    }),
};

type Codes = Parametrised & { readonly options: object };

function unitsOf(size: unknown): number {
  if (typeof size === "number") return size;
  throw new ArgumentError("a Kanerva memory has no values; give it a number of units");
}

function packed(memory: Codes): Packing {
  const { kind, items, units, encoder, options } = memory;
  if (items === undefined && encoder === undefined) throw emptyMemory("vectors");
  const parts = new Packing(kind).set("units", units);
  for (const [name, value] of Object.entries(options)) parts.set(name, value);
  packCoders(parts, memory);
  packTraining(parts, memory);
  packParameters(parts, memory);
  packLearned(parts, items, items === undefined ? [] : memory.machine.parts);
  return parts;
}

function unpacked<M extends Codes>(
  parts: Unpacking,
  specs: OptionSpecs,
  make: (given: ReturnType<typeof unpackCoders>, options: Readonly<Record<string, unknown>>) => M,
): M {
  const units = requireUnits(parts, "units");
  const coders = unpackCoders(parts, units);
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { type }]) => [name, type === "choice" ? parts.text(name) : parts.json(name)]),
  );
  // Before anything of that size is made.
  const [rows, code] = parts.shapeOf("prior") ?? [];
  const claimed = options.rows ?? (options.machines as readonly number[] | undefined)?.reduce?.((a, b) => a + b, 0);
  if (rows !== claimed || code !== coders.code) throw parts.wrong("units", "the sizes of the array prior");
  return parts.made("Kanerva memory", () => {
    const memory = make(coders, options);
    unpackParameters(parts, memory);
    unpackTraining(parts, memory);
    const items = unpackLearned(parts, units, parts.has("patterns") ? memory.machine.parts : []);
    parts.requireDone("Kanerva memory");
    return memory.hold(items);
  });
}

import { ArgumentError } from "../../errors.js";
import { type Made, makerOf, readOptions } from "../../options.js";
import { Packing, type Unpacking } from "../../packed.js";
import type { Lagrangian } from "../../units/index.js";
import type { MemoryKind } from "../memory.js";
import { packSingles, requireUnits, unpackSingles } from "../packing.js";
import { emptyMemory } from "../rows.js";
import { LargeMemory, largeOptions, largeRecallOptions } from "./large.js";

const layers = ["visible", "hidden"] as const;

function packLagrangian(parts: Packing, layer: string, lagrangian: Lagrangian): void {
  if (makerOf(lagrangian) === undefined) {
    throw new ArgumentError(`the ${layer} Lagrangian is your own and cannot be saved: a file could not make it again`);
  }
  const { name, options } = lagrangian as unknown as Made;
  parts.set(layer, name);
  if (Object.keys(options).length > 0) parts.set(`${layer}Options`, options);
}

function lagrangianOf(parts: Unpacking, layer: string): Readonly<Record<string, unknown>> {
  return { name: parts.text(layer), options: parts.record(`${layer}Options`) };
}

/** The kind of `LargeMemory`. */
export const largeKind: MemoryKind<LargeMemory> = {
  name: "large",
  summary: "patterns as hidden units, recalled by the flow of two layers with Lagrangians",
  reference: "Krotov and Hopfield 2020",
  items: "vectors",
  options: largeOptions,
  recallOptions: largeRecallOptions,
  create(size, given) {
    if (typeof size !== "number") throw new ArgumentError("a large memory has no values; give it a number of units");
    return new LargeMemory(size, readOptions("large", largeOptions, given));
  },
  pack(memory) {
    const { items, units, hiddenTime } = memory;
    if (items === undefined) throw emptyMemory("vectors");
    const parts = new Packing("large").set("units", units).set("hiddenTime", hiddenTime);
    for (const layer of layers) packLagrangian(parts, layer, memory[layer]);
    packSingles(parts, items);
    return parts;
  },
  unpack(parts) {
    const units = requireUnits(parts, "units");
    const given = {
      hiddenTime: parts.json("hiddenTime"),
      visible: lagrangianOf(parts, "visible"),
      hidden: lagrangianOf(parts, "hidden"),
    };
    const patterns = unpackSingles(parts, units);
    parts.requireDone("large");
    return parts.made("large memory", () =>
      new LargeMemory(units, readOptions("large", largeOptions, given)).store(patterns),
    );
  },
};

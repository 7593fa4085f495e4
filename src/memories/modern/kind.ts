import { ArgumentError, StorageError } from "../../errors.js";
import { matrix } from "../../math/matrix.js";
import { checkOption, type Made, makerOf, readOptions } from "../../options.js";
import { Packing, type Unpacking } from "../../packed.js";
import { VectorSet } from "../../patterns/index.js";
import { isPairs } from "../items.js";
import type { MemoryKind } from "../memory.js";
import { type PatternNames, requireUnits } from "../packing.js";
import { emptyMemory } from "../rows.js";
import { ModernMemory, modernOptions, modernRecallOptions } from "./modern.js";

const PATTERNS: PatternNames = { patterns: "patterns", shape: "shape", labels: "labels" };
const VALUES: PatternNames = { patterns: "values", shape: "valuesShape", labels: "valuesLabels" };

/** Adds vectors of single precision, an array F32 of p x n. */
function packSingles(parts: Packing, set: VectorSet<Float32Array>, names: PatternNames): void {
  const { values, rows, columns } = set.matrix;
  parts.add(names.patterns, values, [rows, columns]).set(names.shape, set.shape).set(names.labels, set.labels);
}

function unpackSingles(parts: Unpacking, units: number, names: PatternNames): VectorSet<Float32Array> {
  const values = parts.array(names.patterns, Float32Array, [-1, units]);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new StorageError(`${parts.name} has ${values[bad]} in ${names.patterns}; expected finite numbers`);
  const rows = values.length / units;
  const notes = { labels: parts.strings(names.labels, rows), shape: parts.shape(names.shape, units) };
  return new VectorSet(matrix(rows, units, values), notes);
}

/** The kind of `ModernMemory`. */
export const modernKind: MemoryKind<ModernMemory> = {
  name: "modern",
  summary: "real vectors, recalled by their similarity to the cue as in attention",
  reference: "Ramsauer et al. 2020",
  items: "vectors",
  options: modernOptions,
  recallOptions: modernRecallOptions,
  create: (size, given) =>
    new ModernMemory(typeof size === "number" ? size : size.left, readOptions("modern", modernOptions, given)),
  pack(memory) {
    const { items, similarity, separation, noise, beta, isAutomatic } = memory;
    if (items === undefined) throw emptyMemory("vectors");
    if (makerOf(separation) === undefined) {
      throw new ArgumentError("a separation of your own cannot be saved: a file could not make it again");
    }
    const { name, options } = separation as unknown as Made;
    const parts = new Packing("modern").set("units", memory.units).set("beta", beta).set("automatic", isAutomatic);
    parts.set("noise", noise).set("similarity", similarity).set("separation", name);
    if (Object.keys(options).length > 0) parts.set("separationOptions", options);
    packSingles(parts, isPairs(items) ? items.left : items, PATTERNS);
    if (isPairs(items)) packSingles(parts.set("valuesUnits", items.right.units), items.right, VALUES);
    return parts;
  },
  unpack(parts) {
    const units = requireUnits(parts, "units");
    const beta = parts.json("beta");
    const isAutomatic = parts.choice("automatic", ["true", "false"]) === "true";
    const given = {
      beta: isAutomatic ? "auto" : beta,
      noise: parts.json("noise"),
      similarity: parts.text("similarity"),
      separation: { name: parts.text("separation"), options: parts.record("separationOptions") },
    };
    const keys = unpackSingles(parts, units, PATTERNS);
    const values = parts.has("values") ? unpackSingles(parts, requireUnits(parts, "valuesUnits"), VALUES) : undefined;
    if (values !== undefined && values.count !== keys.count) {
      throw new StorageError(`${parts.name} has ${values.count} values for ${keys.count} patterns`);
    }
    parts.requireDone("modern");
    return parts.made("modern memory", () => {
      const found = checkOption("beta", { ...modernOptions.beta, words: [] }, beta) as number;
      const options = readOptions("modern", modernOptions, given);
      return ModernMemory.restore(values === undefined ? keys : { left: keys, right: values }, options, found);
    });
  },
};

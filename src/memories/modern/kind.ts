import { ArgumentError, StorageError } from "../../errors.js";
import type { Kernels } from "../../kernels/index.js";
import { checkOption, type Made, makerOf, readOptions } from "../../options.js";
import { Packing, type Unpacking } from "../../packed.js";
import { isPairs } from "../items.js";
import type { MemoryKind, StreamingKind } from "../memory.js";
import { PATTERNS, type PatternNames, packSingles, requireUnits, unpackSingles } from "../packing.js";
import { emptyMemory } from "../rows.js";
import { ModernMemory } from "./modern.js";
import { modernOptions, modernRecallOptions } from "./options.js";

const VALUES: PatternNames = { patterns: "values", shape: "valuesShape", labels: "valuesLabels" };

/** Modern memories over vectors that stay elsewhere. */
const streams: StreamingKind<ModernMemory> = {
  takesUnitLength: (units, options) => modernKind.create(units, options).similarity === "cosine",
  over: (source, options, kernels) =>
    ModernMemory.over(source, { ...readOptions("modern", modernOptions, options), kernels }),
  unpackOver(parts, count, open, { kernels } = {}) {
    const units = requireUnits(parts, "units");
    const settings = settingsOf(parts);
    const notes = { labels: parts.strings(PATTERNS.labels, count), shape: parts.shape(PATTERNS.shape, units) };
    parts.requireDone("modern");
    return parts.made("modern memory", () => {
      const { options, beta } = settings(kernels);
      return ModernMemory.over(open(units, notes), options, beta);
    });
  },
};

/** The kind of `ModernMemory`. */
export const modernKind: MemoryKind<ModernMemory> = {
  name: "modern",
  summary: "real vectors, recalled by their similarity to the cue as in attention",
  reference: "Ramsauer et al. 2020",
  items: "vectors",
  options: modernOptions,
  recallOptions: modernRecallOptions,
  streams,
  create: (size, given, kernels) =>
    new ModernMemory(typeof size === "number" ? size : size.left, {
      ...readOptions("modern", modernOptions, given),
      kernels,
    }),
  pack(memory) {
    const { items, similarity, separation, noise, beta, isAutomatic } = memory;
    if (items === undefined && memory.patterns !== undefined) {
      throw new ArgumentError("the patterns of this memory stay in their file; load them to save or copy the memory");
    }
    if (items === undefined) throw emptyMemory("vectors");
    if (makerOf(separation) === undefined) {
      throw new ArgumentError("a separation of your own cannot be saved: a file could not make it again");
    }
    const { name, options } = separation as unknown as Made;
    const parts = new Packing("modern").set("units", memory.units).set("beta", beta).set("automatic", isAutomatic);
    parts.set("noise", noise).set("similarity", similarity).set("separation", name);
    if (Object.keys(options).length > 0) parts.set("separationOptions", options);
    packSingles(parts, isPairs(items) ? items.left : items);
    if (isPairs(items)) packSingles(parts.set("valuesUnits", items.right.units), items.right, VALUES);
    return parts;
  },
  unpack(parts, { kernels } = {}) {
    const units = requireUnits(parts, "units");
    const settings = settingsOf(parts);
    const keys = unpackSingles(parts, units);
    const values = parts.has("values") ? unpackSingles(parts, requireUnits(parts, "valuesUnits"), VALUES) : undefined;
    if (values !== undefined && values.count !== keys.count) {
      throw new StorageError(`${parts.name} has ${values.count} values for ${keys.count} patterns`);
    }
    parts.requireDone("modern");
    return parts.made("modern memory", () => {
      const { options, beta } = settings(kernels);
      return ModernMemory.restore(values === undefined ? keys : { left: keys, right: values }, options, beta);
    });
  },
};

/** The options of a packed memory, which are checked when they are asked for, and its beta. */
function settingsOf(parts: Unpacking) {
  const beta = parts.json("beta");
  const isAutomatic = parts.choice("automatic", ["true", "false"]) === "true";
  const given = {
    beta: isAutomatic ? "auto" : beta,
    noise: parts.json("noise"),
    similarity: parts.text("similarity"),
    separation: { name: parts.text("separation"), options: parts.record("separationOptions") },
  };
  return (kernels: Kernels | undefined) => ({
    beta: checkOption("beta", { ...modernOptions.beta, words: [] }, beta) as number,
    options: { ...readOptions("modern", modernOptions, given), kernels },
  });
}

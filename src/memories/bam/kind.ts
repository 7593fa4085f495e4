import { allDynamics } from "../../dynamics/index.js";
import { ArgumentError } from "../../errors.js";
import { allAssociationRules } from "../../learning/index.js";
import { readOptions } from "../../options.js";
import { Packing } from "../../packed.js";
import type { MemoryKind } from "../memory.js";
import { namesOf, packPatterns, packRule, requireUnits, unpackPatterns, unpackRule } from "../packing.js";
import { emptyMemory } from "../rows.js";
import { Bam } from "./bam.js";

const options = {
  rule: {
    type: "made",
    sort: "association rule",
    has: "learn",
    from: allAssociationRules,
    default: "pseudoinverse",
    help: "rule that learns the weights",
  },
} as const;

/** The kind of `Bam`. Its rule defaults to the pseudoinverse, which holds pictures; that of the class is the correlation. */
export const bamKind: MemoryKind<Bam> = {
  name: "bam",
  summary: "pairs of patterns, recalled from either side",
  reference: "Kosko 1988",
  items: "pairs",
  options,
  recallOptions: {
    dynamics: {
      type: "made",
      sort: "dynamics",
      has: "start",
      from: allDynamics,
      optional: true,
      help: "dynamics of the recall; defaults to layer by layer",
    },
    trace: { type: "boolean", default: false, help: "record the energy after every sweep" },
  },
  create(size, given, kernels) {
    if (typeof size === "number") throw new ArgumentError("a BAM has two layers; give it { left, right } units");
    const { rule } = readOptions("bam", options, given);
    return new Bam(size.left, size.right, { rule, kernels });
  },
  pack(memory) {
    const { items, rule, leftUnits, rightUnits, givenThresholds } = memory;
    if (items === undefined) throw emptyMemory("pairs");
    const packing = new Packing("bam").set("leftUnits", leftUnits).set("rightUnits", rightUnits);
    packRule(packing, rule);
    packPatterns(packing, items.left, namesOf("left"));
    packPatterns(packing, items.right, namesOf("right"));
    for (const side of ["leftThresholds", "rightThresholds"] as const) {
      const thresholds = givenThresholds[side];
      packing.add(side, thresholds && Float64Array.from(thresholds));
    }
    return packing;
  },
  unpack(parts, { kernels, associationRules } = {}) {
    const leftUnits = requireUnits(parts, "leftUnits");
    const rightUnits = requireUnits(parts, "rightUnits");
    const rule = unpackRule(parts, allAssociationRules, associationRules);
    const pairs = {
      left: unpackPatterns(parts, leftUnits, namesOf("left")),
      right: unpackPatterns(parts, rightUnits, namesOf("right")),
    };
    const theta = (key: string, units: number) =>
      parts.has(key) ? parts.array(key, Float64Array, [units]) : undefined;
    const thresholds = {
      leftThresholds: theta("leftThresholds", leftUnits),
      rightThresholds: theta("rightThresholds", rightUnits),
    };
    parts.requireDone("BAM");
    return parts.made("BAM", () => new Bam(leftUnits, rightUnits, { rule, kernels, ...thresholds }).store(pairs));
  },
};

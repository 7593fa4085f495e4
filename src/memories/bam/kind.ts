import { allDynamics } from "../../dynamics/index.js";
import { ArgumentError, StorageError } from "../../errors.js";
import { asThresholds } from "../../interactions/quadratic.js";
import { allAssociationRules } from "../../learning/index.js";
import { readOptions } from "../../options.js";
import { Packing, type Unpacking } from "../../packed.js";
import type { PatternSet } from "../../patterns/index.js";
import type { MemoryKind, Pairs } from "../memory.js";
import {
  finite,
  namesOf,
  notLearned,
  packPatterns,
  packRule,
  packSquare,
  requireUnits,
  unpackPatterns,
  unpackRule,
  unpackSquare,
} from "../packing.js";
import { emptyMemory } from "../rows.js";
import { Bam, type BamLearned } from "./bam.js";

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
    // Also where they are zero: the arrays of states that are made when it is unpacked are as long.
    packing.add("leftThresholds", asThresholds(givenThresholds.leftThresholds, leftUnits));
    packing.add("rightThresholds", asThresholds(givenThresholds.rightThresholds, rightUnits));
    const { middle, weights } = memory.learned;
    if (weights === undefined) packSquare(packing, "middle", middle, items.left.count);
    else packing.add("weights", weights.values, [leftUnits, rightUnits]);
    return packing;
  },
  unpack(parts, { kernels, associationRules } = {}) {
    const leftUnits = requireUnits(parts, "leftUnits");
    const rightUnits = requireUnits(parts, "rightUnits");
    const rule = unpackRule(parts, allAssociationRules, associationRules);
    const thresholds = {
      leftThresholds: finite(parts, "leftThresholds", [leftUnits]),
      rightThresholds: finite(parts, "rightThresholds", [rightUnits]),
    };
    const pairs = {
      left: unpackPatterns(parts, leftUnits, namesOf("left")),
      right: unpackPatterns(parts, rightUnits, namesOf("right")),
    };
    if (pairs.left.count !== pairs.right.count) {
      throw new StorageError(
        `${parts.name} has ${pairs.left.count} patterns on the left and ${pairs.right.count} on the right`,
      );
    }
    const learned = unpackLearned(parts, pairs);
    parts.requireDone("BAM");
    return parts.made("BAM", () => Bam.restore(pairs, learned, { rule, kernels, ...thresholds }));
  },
};

function unpackLearned(parts: Unpacking, { left, right }: Pairs<PatternSet>): BamLearned {
  if (parts.has("middle")) return { middle: unpackSquare(parts, "middle", left.count) };
  if (!parts.has("weights")) throw notLearned(parts);
  const [rows, columns] = [left.units, right.units];
  return { weights: { rows, columns, values: finite(parts, "weights", [rows, columns]) } };
}

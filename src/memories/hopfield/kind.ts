import { allDynamics } from "../../dynamics/index.js";
import { ArgumentError } from "../../errors.js";
import { allRules } from "../../learning/index.js";
import { readOptions } from "../../options.js";
import { Packing } from "../../packed.js";
import type { MemoryKind } from "../memory.js";
import {
  notLearned,
  packInteraction,
  packPatterns,
  packRule,
  requireUnits,
  unpackInteraction,
  unpackPatterns,
  unpackRule,
} from "../packing.js";
import { emptyMemory } from "../rows.js";
import { Hopfield } from "./hopfield.js";

const options = {
  rule: {
    type: "made",
    sort: "rule",
    has: "learn",
    from: allRules,
    default: "projection",
    help: "learning rule",
  },
} as const;

/** The kind of `Hopfield`. Its rule defaults to projection, which holds images; that of the class is Hebb's. */
export const hopfieldKind: MemoryKind<Hopfield> = {
  name: "hopfield",
  summary: "patterns of spins in a Hopfield net, by any learning rule",
  reference: "Hopfield 1982",
  items: "patterns",
  clamps: true,
  options,
  recallOptions: {
    dynamics: {
      type: "made",
      sort: "dynamics",
      has: "start",
      from: allDynamics,
      default: "asynchronous",
      help: "dynamics of the recall",
    },
    trace: { type: "boolean", default: false, help: "record the energy after every sweep" },
  },
  create(size, given, kernels) {
    if (typeof size !== "number") throw new ArgumentError("a Hopfield memory has one layer; give it a number of units");
    const { rule } = readOptions("hopfield", options, given);
    return new Hopfield(size, { rule, kernels });
  },
  pack(memory) {
    const { items, units, rule, givenThresholds } = memory;
    if (items === undefined) throw emptyMemory();
    const packing = new Packing("hopfield").set("units", units);
    packRule(packing, rule);
    packPatterns(packing, items);
    packing.add("thresholds", givenThresholds);
    packInteraction(packing, memory.interaction, items.bits);
    return packing;
  },
  unpack(parts, { kernels, rules } = {}) {
    const units = requireUnits(parts, "units");
    const rule = unpackRule(parts, allRules, rules);
    const patterns = unpackPatterns(parts, units);
    const thresholds = parts.has("thresholds") ? parts.array("thresholds", Float64Array, [units]) : undefined;
    const interaction = parts.made("Hopfield memory", () => unpackInteraction(parts, patterns.bits, kernels));
    // A rule without couplings makes its interaction of the patterns; one of the caller's own need not say so.
    const isOurs = allRules.some(({ name }) => name === rule.name);
    if (interaction === undefined && isOurs && rule.relearns !== true) throw notLearned(parts);
    parts.requireDone("Hopfield memory");
    return parts.made("Hopfield memory", () =>
      interaction === undefined
        ? new Hopfield(units, { rule, thresholds, kernels }).store(patterns)
        : Hopfield.restore(patterns, interaction, { rule, thresholds, kernels }),
    );
  },
};

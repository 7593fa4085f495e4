import { ArgumentError } from "../../errors.js";
import { type Association, type AssociationRule, allAssociationRules } from "../../learning/index.js";
import type { Matrix } from "../../math/matrix.js";
import { readOptions } from "../../options.js";
import { Packing, type Unpacking } from "../../packed.js";
import type { VectorSet } from "../../patterns/index.js";
import { asWarning } from "../../warnings.js";
import type { MemoryKind, UnpackOptions } from "../memory.js";
import {
  finite,
  namesOf,
  notLearned,
  packRule,
  packVectors,
  requireUnits,
  unpackRule,
  unpackVectors,
} from "../packing.js";
import { emptyMemory } from "../rows.js";
import { type Activation, identity, sign } from "./activation.js";
import { Associator } from "./associator.js";
import { Autoassociator } from "./autoassociator.js";
import { Recogniser } from "./recogniser.js";

/*
 * The kinds of one-step associators. Their rule defaults to the pseudoinverse, which holds pictures; that of the classes is
 * the correlation matrix.
 */

const rule = {
  type: "made",
  sort: "association rule",
  has: "learn",
  from: allAssociationRules,
  default: "pseudoinverse",
  help: "rule that learns the weights",
} as const;

const activation = {
  type: "choice",
  values: ["sign", "identity"],
  default: "sign",
  help: "activation function of the output units",
} as const;

const activations: Readonly<Record<string, Activation>> = { sign, identity };

const PATTERNS = { patterns: "patterns", shape: "shape", labels: "labels" };

interface Chosen {
  readonly rule: AssociationRule;
  readonly activation: Activation;
}

function chosen(owner: string, given: Readonly<Record<string, unknown>> | undefined): Chosen {
  const options = readOptions(owner, { rule, activation }, given);
  return { rule: options.rule, activation: activations[options.activation] };
}

function requireOne(kind: string, size: unknown): number {
  if (typeof size === "number") return size;
  throw new ArgumentError(`a memory of the kind ${kind} has one layer; give it a number of units`);
}

function ruleOf(parts: Unpacking, { associationRules }: UnpackOptions): AssociationRule {
  return unpackRule(parts, allAssociationRules, associationRules);
}

function activationOf(parts: Unpacking): Activation {
  return activations[parts.choice("activation", activation.values)];
}

/** A packing with the fields that all associators share. */
function packing(kind: string, items: unknown, memory: { readonly rule: AssociationRule }): Packing {
  if (items === undefined) throw emptyMemory();
  const parts = new Packing(kind);
  packRule(parts, memory.rule);
  return parts;
}

/** Adds the weights, as the array `weights`, and the rule's report on them, as the field `association`. */
function packAssociation(parts: Packing, association: Association | undefined): Packing {
  const { weights, ...report } = association as Association;
  return parts.add("weights", weights.values, [weights.rows, weights.columns]).set("association", report);
}

function unpackWeights(parts: Unpacking, rows: number, columns: number): Matrix {
  if (!parts.has("weights")) throw notLearned(parts);
  return { rows, columns, values: finite(parts, "weights", [rows, columns]) };
}

function unpackAssociation(parts: Unpacking, rows: number, columns: number): Association {
  const weights = unpackWeights(parts, rows, columns);
  const { residual, rank, iterations, converged, learningConstant, warning } = parts.record("association");
  const number = (name: string, value: unknown) => {
    // What overflows is null in JSON.
    if (value === null) return { [name]: Number.POSITIVE_INFINITY };
    if (value !== undefined && typeof value !== "number") throw parts.wrong("association", `numbers as the report`);
    return value === undefined ? {} : { [name]: value };
  };
  const doubt = warning === undefined ? undefined : asWarning(warning);
  if (residual === undefined || (warning !== undefined && doubt === undefined)) {
    throw parts.wrong("association", "the report of a rule");
  }
  return {
    weights,
    ...number("residual", residual),
    ...number("rank", rank),
    ...number("iterations", iterations),
    ...(converged === undefined ? {} : { converged: converged === true }),
    ...number("learningConstant", learningConstant),
    ...(doubt === undefined ? {} : { warning: doubt }),
  } as Association;
}

/** The kind of `Associator`. */
export const associatorKind: MemoryKind<Associator> = {
  name: "associator",
  summary: "pairs of patterns or vectors, recalled from left to right in one step",
  reference: "Rojas 1996, section 12.1",
  items: "pairs",
  options: { rule, activation },
  recallOptions: {},
  create(size, given) {
    if (typeof size === "number")
      throw new ArgumentError("an associator has two layers; give it { left, right } units");
    return new Associator(size.left, size.right, chosen("associator", given));
  },
  pack(memory) {
    const { items, activation } = memory;
    const parts = packing("associator", items, memory).set("activation", activation.name);
    for (const side of ["left", "right"] as const) {
      const vectors = items?.[side] as VectorSet;
      packVectors(parts.set(`${side}Units`, vectors.units), vectors, namesOf(side));
    }
    return packAssociation(parts, memory.association);
  },
  unpack(parts, options = {}) {
    const [left, right] = [requireUnits(parts, "leftUnits"), requireUnits(parts, "rightUnits")];
    const choices = { rule: ruleOf(parts, options), activation: activationOf(parts) };
    const pairs = {
      left: unpackVectors(parts, left, namesOf("left")),
      right: unpackVectors(parts, right, namesOf("right")),
    };
    const association = unpackAssociation(parts, left, right);
    parts.requireDone("associator");
    return parts.made("associator", () => Associator.restore(pairs, association, choices));
  },
};

/** The kind of `Autoassociator`. */
export const autoassociatorKind: MemoryKind<Autoassociator> = {
  name: "autoassociator",
  summary: "patterns or vectors, recalled in one step or with feedback",
  reference: "Rojas 1996, section 12.1",
  items: "patterns",
  options: { rule, activation },
  recallOptions: {
    feedback: { type: "boolean", default: false, help: "feed the output back until it is constant or cycles" },
    maxSteps: { type: "integer", low: 1, default: 1000, help: "largest number of feedback steps" },
  },
  create: (size, given) => new Autoassociator(requireOne("autoassociator", size), chosen("autoassociator", given)),
  pack(memory) {
    const parts = packing("autoassociator", memory.items, memory).set("activation", memory.activation.name);
    packVectors(parts.set("units", memory.units), memory.items as VectorSet, PATTERNS);
    return packAssociation(parts, memory.association);
  },
  unpack(parts, options = {}) {
    const units = requireUnits(parts, "units");
    const choices = { rule: ruleOf(parts, options), activation: activationOf(parts) };
    const patterns = unpackVectors(parts, units, PATTERNS);
    const association = unpackAssociation(parts, units, units);
    parts.requireDone("autoassociator");
    return parts.made("autoassociator", () => Autoassociator.restore(patterns, association, choices));
  },
};

/** The kind of `Recogniser`. */
export const recogniserKind: MemoryKind<Recogniser> = {
  name: "recogniser",
  summary: "patterns with names; recalls the name",
  reference: "Rojas 1996, section 12.1",
  items: "patterns",
  options: { rule },
  recallOptions: {},
  create(size, given) {
    const options = readOptions("recogniser", { rule }, given);
    return new Recogniser(requireOne("recogniser", size), { rule: options.rule });
  },
  pack(memory) {
    const parts = packing("recogniser", memory.items, memory).set("units", memory.units);
    packVectors(parts, memory.items as VectorSet, PATTERNS);
    const { values, rows, columns } = memory.weights as Matrix;
    return parts.add("weights", values, [rows, columns]);
  },
  unpack(parts, options = {}) {
    const units = requireUnits(parts, "units");
    const choices = { rule: ruleOf(parts, options) };
    const patterns = unpackVectors(parts, units, PATTERNS);
    const weights = unpackWeights(parts, units, patterns.count);
    parts.requireDone("recogniser");
    return parts.made("recogniser", () => Recogniser.restore(patterns, weights, choices));
  },
};

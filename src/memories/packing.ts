import { ArgumentError, StorageError } from "../errors.js";
import { type Interaction, interactionFrom, type LinearParts } from "../interactions/index.js";
import type { Kernels } from "../kernels/index.js";
import { type BitMatrix, bitMatrix } from "../math/bits.js";
import { matrix } from "../math/matrix.js";
import { listed } from "../names.js";
import { type Made, type Maker, makerNamed, type OptionSpecs } from "../options.js";
import type { Packing, Unpacking } from "../packed.js";
import { PatternSet, VectorSet } from "../patterns/index.js";

/*
 * Packing of the parts that memories share: patterns as bits, vectors as numbers, rules by their names.
 */

/**
 * Adds patterns: an array U8 of p x ceil(n / 8), unit j of a pattern in bit j % 8 of byte floor(j / 8), 1 for the spin +1
 * (NumPy reads it by `unpackbits(..., bitorder="little")`), and their labels and shape, if any.
 */
export function packPatterns(packing: Packing, { bits, labels, shape }: PatternSet, names = PATTERNS): void {
  const width = Math.ceil(bits.columns / 8);
  packing.add(names.patterns, bytesOf(bits, width), [bits.rows, width]);
  packing.set(names.shape, shape).set(names.labels, labels);
}

/** The names under which patterns are packed. */
export interface PatternNames {
  readonly patterns: string;
  readonly shape: string;
  readonly labels: string;
}

const PATTERNS: PatternNames = { patterns: "patterns", shape: "shape", labels: "labels" };

/** Names for one side of pairs. */
export function namesOf(side: "left" | "right"): PatternNames {
  return { patterns: side, shape: `${side}Shape`, labels: `${side}Labels` };
}

/** Patterns of n units, as `packPatterns` packed them. */
export function unpackPatterns(parts: Unpacking, units: number, names = PATTERNS): PatternSet {
  const width = Math.ceil(units / 8);
  const bytes = parts.array(names.patterns, Uint8Array, [-1, width]);
  const bits = bitMatrix(bytes.length / width, units);
  const unused = 0xff << (units - 8 * (width - 1));
  for (let r = 0; r < bits.rows; r++) {
    if (bytes[(r + 1) * width - 1] & unused) {
      throw new StorageError(`${parts.name} has bits past unit ${units} in pattern ${r}: it is damaged`);
    }
    for (let b = 0; b < width; b++) bits.words[r * bits.stride + (b >>> 2)] |= bytes[r * width + b] << (8 * (b & 3));
  }
  const labels = parts.strings(names.labels, bits.rows);
  return new PatternSet(bits, { labels, shape: parts.shape(names.shape, units) });
}

function bytesOf({ rows, stride, words }: BitMatrix, width: number): Uint8Array {
  const bytes = new Uint8Array(rows * width);
  for (let r = 0; r < rows; r++) {
    for (let b = 0; b < width; b++) bytes[r * width + b] = words[r * stride + (b >>> 2)] >>> (8 * (b & 3));
  }
  return bytes;
}

/** Adds vectors: as bits if all entries are -1 or +1, otherwise as an array F64 of p x n. */
export function packVectors(packing: Packing, vectors: VectorSet, names: PatternNames): void {
  const { values, rows, columns } = vectors.matrix;
  if (values.every((value) => value === 1 || value === -1)) {
    const states = Array.from({ length: rows }, (_, r) => vectors.row(r));
    packPatterns(packing, PatternSet.from(states, vectors), names);
    return;
  }
  packing.add(names.patterns, values, [rows, columns]);
  packing.set(names.shape, vectors.shape).set(names.labels, vectors.labels);
}

/** Vectors of n entries, as `packVectors` packed them. */
export function unpackVectors(parts: Unpacking, units: number, names: PatternNames): VectorSet {
  if (parts.typeOf(names.patterns) === "Uint8Array") {
    const set = unpackPatterns(parts, units, names);
    const values = new Float64Array(set.count * units);
    for (let r = 0; r < set.count; r++) values.set(set.spins(r), r * units);
    return new VectorSet(matrix(set.count, units, values), set);
  }
  const values = parts.array(names.patterns, Float64Array, [-1, units]);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new StorageError(`${parts.name} has ${values[bad]} in ${names.patterns}; expected finite numbers`);
  const rows = values.length / units;
  return new VectorSet(matrix(rows, units, values), {
    labels: parts.strings(names.labels, rows),
    shape: parts.shape(names.shape, units),
  });
}

/**
 * Adds a rule: its name, whether units have self-couplings if the rule has that option, and its other options.
 *
 * @throws ArgumentError for a rule without a maker, which a file or a thread cannot make again
 */
export function packRule(
  packing: Packing,
  rule: Partial<Made> & { readonly selfCoupling?: boolean | undefined },
): void {
  const { name, options, selfCoupling, module } = rule;
  if (name === undefined || options === undefined) {
    throw new ArgumentError(
      `the rule ${JSON.stringify(name)} cannot be saved: it has no options to make it from; make it with learningRule({ ... })`,
    );
  }
  const { selfCoupling: _, ...others } = options;
  packing.set("rule", name).set("selfCoupling", selfCoupling);
  if (Object.keys(others).length > 0) packing.set("ruleOptions", others);
  packing.need(module);
}

/**
 * The rule that `packRule` packed.
 *
 * @param makers the built-in rules
 * @param others rules that the caller adds
 * @throws StorageError for an unknown rule or option
 */
export function unpackRule<Rule>(
  parts: Unpacking,
  makers: readonly Maker<Rule>[],
  others: readonly Maker<Rule>[] = [],
): Rule {
  const all = [...makers, ...others];
  const name = parts.text("rule");
  const maker = all.find((candidate) => candidate.name === name);
  if (maker === undefined) {
    const known = listed(
      all.map((candidate) => candidate.name),
      "or",
    );
    throw parts.wrong("rule", `${known}; pass a rule of your own (--rule ./its-module.mjs, or { rules: [it] })`);
  }
  const options = parts.record("ruleOptions");
  if ("selfCoupling" in options)
    throw parts.wrong("ruleOptions", "options without selfCoupling, which has its own field");
  return parts.made("rule", () =>
    makerNamed("rule", all, maker.name).make({ ...options, ...diagonalOption(parts, maker.options) }),
  );
}

/** `selfCoupling` as an option of the rule, if the rule has it. */
function diagonalOption(parts: Unpacking, specs: OptionSpecs): { readonly selfCoupling?: boolean } {
  if (parts.text("selfCoupling") === undefined) return {};
  const selfCoupling = parts.choice("selfCoupling", ["true", "false"]) === "true";
  return "selfCoupling" in specs ? { selfCoupling } : {};
}

/** Adds the learned interaction if it can be packed; otherwise unpacking learns it again. */
export function packInteraction(packing: Packing, { parts }: Interaction): void {
  if (parts === undefined) return;
  const { couplings, thresholds } = parts;
  packing.set("couplings", couplings.kind).add("couplings.thresholds", thresholds);
  switch (couplings.kind) {
    case "patterns": {
      const { patterns, middle, divisor, diagonal } = couplings.description;
      packing.add("couplings.patterns", patterns.words, [patterns.rows, patterns.stride]);
      packing.add("couplings.middle", middle, [patterns.rows, patterns.rows]);
      packing.add("couplings.diagonal", diagonal).add("couplings.divisor", Float64Array.of(divisor));
      break;
    }
    case "dense":
      packing.add("couplings.weights", couplings.weights, [couplings.units, couplings.units]);
      break;
    case "sparse":
      for (const key of ["starts", "columns", "weights"] as const) packing.add(`couplings.${key}`, couplings.rows[key]);
  }
}

/** The learned interaction, as `packInteraction` packed it; undefined if it was not packed. */
export function unpackInteraction(
  parts: Unpacking,
  units: number,
  kernels: Kernels | undefined,
): Interaction | undefined {
  if (parts.text("couplings") === undefined) return undefined;
  const kind = parts.choice("couplings", ["patterns", "dense", "sparse"]);
  const thresholds = parts.array("couplings.thresholds", Float64Array, [units]);
  return interactionFrom({ couplings: couplingsOf(parts, kind, units), thresholds }, kernels);
}

function couplingsOf(parts: Unpacking, kind: LinearParts["kind"], units: number): LinearParts {
  const optional = (key: string, shape: number[]) =>
    parts.has(key) ? parts.array(key, Float64Array, shape) : undefined;
  switch (kind) {
    case "patterns": {
      const [rows = 0] = parts.shapeOf("couplings.patterns") ?? [];
      const empty = bitMatrix(rows, units);
      const words = parts.array("couplings.patterns", Uint32Array, [rows, empty.stride]);
      const middle = optional("couplings.middle", [rows, rows]);
      const diagonal = optional("couplings.diagonal", [units]);
      const [divisor] = parts.array("couplings.divisor", Float64Array, [1]);
      const patterns = bitMatrix(rows, units, words);
      return { kind, description: { patterns, divisor, ...(middle && { middle }), ...(diagonal && { diagonal }) } };
    }
    case "dense":
      return { kind, units, weights: parts.array("couplings.weights", Float64Array, [units, units]) };
    case "sparse":
      return {
        kind,
        units,
        rows: {
          starts: parts.array("couplings.starts", Uint32Array, [units + 1]),
          columns: parts.array("couplings.columns", Uint32Array, [-1]),
          weights: parts.array("couplings.weights", Float64Array, [-1]),
        },
      };
  }
}

/** The number of units that a field gives. */
export function requireUnits(parts: Unpacking, key: string): number {
  return parts.integer(key, 1);
}

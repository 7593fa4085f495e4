import { ArgumentError, StorageError } from "../errors.js";
import { type Interaction, interactionFrom, type LinearParts } from "../interactions/index.js";
import type { Kernels } from "../kernels/index.js";
import { type BitMatrix, bitMatrix, sameBits } from "../math/bits.js";
import { matrix } from "../math/matrix.js";
import { listed } from "../names.js";
import { joinedMakers, type Made, type Maker, makerNamed, type OptionSpecs } from "../options.js";
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

export const PATTERNS: PatternNames = { patterns: "patterns", shape: "shape", labels: "labels" };

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

/** Adds vectors: an array of p x n, I8 if all entries are -1 or +1, otherwise F64. */
export function packVectors(packing: Packing, vectors: VectorSet, names: PatternNames): void {
  const { values, rows, columns } = vectors.matrix;
  const areSpins = values.every((value) => value === 1 || value === -1);
  packing.add(names.patterns, areSpins ? Int8Array.from(values) : values, [rows, columns]);
  packing.set(names.shape, vectors.shape).set(names.labels, vectors.labels);
}

/** Vectors of n entries, as `packVectors` packed them. */
export function unpackVectors(parts: Unpacking, units: number, names: PatternNames): VectorSet {
  const areSpins = parts.typeOf(names.patterns) === "Int8Array";
  const values = areSpins
    ? Float64Array.from(parts.array(names.patterns, Int8Array, [-1, units]))
    : finite(parts, names.patterns, [-1, units]);
  const rows = values.length / units;
  return new VectorSet(matrix(rows, units, values), {
    labels: parts.strings(names.labels, rows),
    shape: parts.shape(names.shape, units),
  });
}

/** Adds vectors of single precision: an array F32 of p x n. */
export function packSingles(packing: Packing, set: VectorSet<Float32Array>, names: PatternNames = PATTERNS): void {
  const { values, rows, columns } = set.matrix;
  packing.add(names.patterns, values, [rows, columns]).set(names.shape, set.shape).set(names.labels, set.labels);
}

/** Vectors of n entries, as `packSingles` packed them. */
export function unpackSingles(
  parts: Unpacking,
  units: number,
  names: PatternNames = PATTERNS,
): VectorSet<Float32Array> {
  const values: Float32Array<ArrayBuffer> = parts.array<Float32Array<ArrayBuffer>>(names.patterns, Float32Array, [
    -1,
    units,
  ]);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new StorageError(`${parts.name} has ${values[bad]} in ${names.patterns}; expected finite numbers`);
  }
  const rows = values.length / units;
  const notes = { labels: parts.strings(names.labels, rows), shape: parts.shape(names.shape, units) };
  return new VectorSet(matrix(rows, units, values), notes);
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
  const all = joinedMakers(makers, others);
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

/** An array of finite numbers. */
export function finite(parts: Unpacking, key: string, shape: readonly number[]): Float64Array {
  const values: Float64Array<ArrayBuffer> = parts.array<Float64Array<ArrayBuffer>>(key, Float64Array, shape);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return values;
  throw new StorageError(`${parts.name} has ${values[bad]} in ${key}; expected finite numbers`);
}

/**
 * Adds a square matrix, row by row: of a diagonal one the diagonal alone, of a symmetric one the rows up to the diagonal.
 */
export function packSquare(packing: Packing, key: string, values: Float64Array, size: number): void {
  let [isDiagonal, isSymmetric] = [true, true];
  for (let i = 0; i < size && isSymmetric; i++) {
    for (let j = 0; j < i; j++) {
      const [below, above] = [values[i * size + j], values[j * size + i]];
      if (!(Object.is(below, 0) && Object.is(above, 0))) isDiagonal = false;
      if (!Object.is(below, above)) isSymmetric = false;
    }
  }
  if (!isSymmetric) packing.add(key, values, [size, size]);
  else if (isDiagonal)
    packing.add(
      key,
      Float64Array.from({ length: size }, (_, i) => values[i * size + i]),
    );
  else {
    const lower = new Float64Array(triangle(size));
    for (let i = 0; i < size; i++) lower.set(values.subarray(i * size, i * size + i + 1), triangle(i));
    packing.add(key, lower);
  }
}

/** A square matrix, as `packSquare` packed it. */
export function unpackSquare(parts: Unpacking, key: string, size: number): Float64Array {
  const [length, columns] = parts.shapeOf(key) ?? [];
  if (columns !== undefined) return finite(parts, key, [size, size]);
  const values = new Float64Array(size * size);
  if (length === size) {
    finite(parts, key, [size]).forEach((value, i) => {
      values[i * size + i] = value;
    });
    return values;
  }
  const lower = finite(parts, key, [triangle(size)]);
  for (let i = 0, k = 0; i < size; i++) {
    for (let j = 0; j <= i; j++, k++) {
      values[i * size + j] = lower[k];
      values[j * size + i] = lower[k];
    }
  }
  return values;
}

/** Number of entries of a square matrix up to the diagonal. */
function triangle(size: number): number {
  return (size * (size + 1)) / 2;
}

/** Adds the learned interaction of a memory with these patterns, if it has couplings. */
export function packInteraction(packing: Packing, { parts }: Interaction, stored: BitMatrix): void {
  if (parts === undefined) return;
  const { couplings, thresholds } = parts;
  packing.set("couplings", couplings.kind).add("couplings.thresholds", thresholds);
  switch (couplings.kind) {
    case "patterns": {
      const { patterns, middle, divisor, diagonal } = couplings.description;
      if (!sameBits(patterns, stored)) {
        packing.add("couplings.patterns", patterns.words, [patterns.rows, patterns.stride]);
      }
      if (middle !== undefined) packSquare(packing, "couplings.middle", middle, patterns.rows);
      packing.add("couplings.diagonal", diagonal).add("couplings.divisor", Float64Array.of(divisor));
      break;
    }
    case "dense":
      packSquare(packing, "couplings.weights", couplings.weights, couplings.units);
      break;
    case "sparse":
      for (const key of ["starts", "columns", "weights"] as const) packing.add(`couplings.${key}`, couplings.rows[key]);
  }
}

/** The learned interaction, as `packInteraction` packed it; undefined if it has no couplings. */
export function unpackInteraction(
  parts: Unpacking,
  stored: BitMatrix,
  kernels: Kernels | undefined,
): Interaction | undefined {
  if (parts.text("couplings") === undefined) return undefined;
  const kind = parts.choice("couplings", ["patterns", "dense", "sparse"]);
  // Read first: it is as long as a state, so that the arrays of states that are made below cost no more than the file.
  const thresholds = finite(parts, "couplings.thresholds", [stored.columns]);
  return interactionFrom({ couplings: couplingsOf(parts, kind, stored), thresholds }, kernels);
}

function couplingsOf(parts: Unpacking, kind: LinearParts["kind"], stored: BitMatrix): LinearParts {
  const units = stored.columns;
  switch (kind) {
    case "patterns": {
      const patterns = parts.has("couplings.patterns") ? unpackBits(parts, "couplings.patterns", units) : stored;
      const middle = parts.has("couplings.middle")
        ? { middle: unpackSquare(parts, "couplings.middle", patterns.rows) }
        : {};
      const diagonal = parts.has("couplings.diagonal")
        ? { diagonal: finite(parts, "couplings.diagonal", [units]) }
        : {};
      const [divisor] = finite(parts, "couplings.divisor", [1]);
      if (!(divisor > 0)) {
        throw new StorageError(`${parts.name} has ${divisor} in couplings.divisor; expected a number above 0`);
      }
      return { kind, description: { patterns, divisor, ...middle, ...diagonal } };
    }
    case "dense":
      return { kind, units, weights: unpackSquare(parts, "couplings.weights", units) };
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

/** Patterns as the words of a `BitMatrix`, whose last bits are unused. */
function unpackBits(parts: Unpacking, key: string, units: number): BitMatrix {
  const stride = Math.ceil(units / 32);
  const words = parts.array(key, Uint32Array, [-1, stride]);
  const bits = bitMatrix(words.length / stride, units, words);
  const unused = units % 32 === 0 ? 0 : -1 << (units % 32);
  for (let r = 1; r <= bits.rows; r++) {
    if (words[r * stride - 1] & unused) throw new StorageError(`${parts.name} has bits past unit ${units} in ${key}`);
  }
  return bits;
}

/**
 * The error for a file without what was learned. Learning may take any time and memory, so that a file cannot ask for it.
 */
export function notLearned(parts: Unpacking): StorageError {
  return new StorageError(
    `${parts.name} holds patterns but not what was learned from them; it is forged, or of an early version: store them again`,
  );
}

/** The number of units that a field gives. */
export function requireUnits(parts: Unpacking, key: string): number {
  return parts.integer(key, 1);
}

import { ArgumentError, EngramError, StorageError } from "../errors.js";
import type { Kernels } from "../kernels/index.js";
import { type LearningRule, ruleByName, ruleNames } from "../learning/index.js";
import { type BitMatrix, bitMatrix } from "../math/bits.js";
import { Hopfield } from "../memories/index.js";
import { quote } from "../names.js";
import { parsed } from "../packed.js";
import { PatternSet } from "../patterns/index.js";
import { formatMetadata, readShape, requireModel } from "./metadata.js";
import { readSafetensors, type Tensor, writeSafetensors } from "./safetensors.js";

/**
 * A memory as a safetensors file. What is kept are the patterns, one bit a unit, and the name of the rule: couplings
 * follow from them to the last bit.
 *
 * - tensor `patterns`: U8 [p, ceil(n / 8)], unit j of a pattern is bit j % 8 of byte floor(j / 8) (NumPy reads it by
 *   `unpackbits(..., bitorder="little")`), 1 is the spin +1, bits past n are 0
 * - tensor `thresholds`: F64 [n], left out where none were given: they are zero then, or what the rule learns
 * - metadata: `format` "engram", `version` "1", `model` "hopfield", `units`, `rule`, `selfCoupling`; as JSON the rule's
 *   other options, `ruleOptions`, where it has some, and `shape` and `labels` where the patterns have them
 */

/**
 * A memory as the bytes of a safetensors file.
 *
 * @throws ArgumentError where nothing is stored or the rule is none of the built-in ones, which a file can name
 */
export function encodeMemory(memory: Hopfield): Uint8Array {
  const { patterns, rule, units, givenThresholds } = memory;
  if (patterns === undefined) throw new ArgumentError("the memory is empty; store patterns before saving it");
  if (!ruleNames.includes(rule.name)) {
    throw new ArgumentError(`the memory has the rule "${rule.name}"; a file can name one of ${ruleNames.join(", ")}`);
  }
  const metadata = formatMetadata("hopfield")
    .set("units", String(units))
    .set("rule", rule.name)
    .set("selfCoupling", String(rule.selfCoupling));
  const { selfCoupling: _, ...options } = rule.options;
  if (Object.keys(options).length > 0) metadata.set("ruleOptions", JSON.stringify(options));
  if (patterns.shape !== undefined) metadata.set("shape", JSON.stringify(patterns.shape));
  if (patterns.labels !== undefined) metadata.set("labels", JSON.stringify(patterns.labels));
  const tensors = new Map<string, Tensor>([["patterns", packRows(patterns.bits)]]);
  if (givenThresholds !== undefined) {
    const data = new Uint8Array(8 * units);
    const view = new DataView(data.buffer);
    givenThresholds.forEach((theta, i) => {
      view.setFloat64(8 * i, theta, true);
    });
    tensors.set("thresholds", { dtype: "F64", shape: [units], data });
  }
  return writeSafetensors({ tensors, metadata });
}

/** What `decodeMemory` may be told. */
export interface DecodeOptions {
  /** The kernels that the memory is to use. */
  readonly kernels?: Kernels | undefined;
  /** How errors call the file. */
  readonly name?: string | undefined;
}

/**
 * The memory that `encodeMemory` wrote: it recalls bit for bit like the one that was saved.
 *
 * @throws StorageError where the bytes are anything else
 */
export function decodeMemory(bytes: Uint8Array, { kernels, name = "memory file" }: DecodeOptions = {}): Hopfield {
  const { tensors, metadata } = readSafetensors(bytes, name);
  requireModel(metadata, "hopfield", "engram store", name);
  const stray = [...tensors.keys()].find((key) => key !== "patterns" && key !== "thresholds");
  if (stray !== undefined) throw new StorageError(`${name} holds a tensor ${quote(stray)}, which no memory has`);
  const units = readUnits(metadata, name);
  const rule = readRule(metadata, name);
  const bits = unpackRows(tensors.get("patterns"), units, name);
  const thresholds = readThresholds(tensors.get("thresholds"), units, name);
  const labels = readLabels(metadata.get("labels"), bits.rows, name);
  const shape = readShape(metadata.get("shape"), units, name);
  try {
    return new Hopfield(units, { rule, thresholds, kernels }).store(new PatternSet(bits, { labels, shape }));
  } catch (error) {
    if (error instanceof EngramError) throw new StorageError(`${name} holds what cannot be stored: ${error.message}`);
    if (error instanceof RangeError)
      throw new StorageError(`${name} holds ${bits.rows} patterns, more than fit in here`);
    throw error;
  }
}

function packRows({ rows, columns, stride, words }: BitMatrix): Tensor {
  const width = Math.ceil(columns / 8);
  const data = new Uint8Array(rows * width);
  for (let r = 0; r < rows; r++) {
    for (let b = 0; b < width; b++) data[r * width + b] = words[r * stride + (b >>> 2)] >>> (8 * (b & 3));
  }
  return { dtype: "U8", shape: [rows, width], data };
}

function unpackRows(tensor: Tensor | undefined, units: number, name: string): BitMatrix {
  const width = Math.ceil(units / 8);
  if (tensor?.dtype !== "U8" || tensor.shape.length !== 2 || tensor.shape[0] < 1 || tensor.shape[1] !== width) {
    const found = tensor === undefined ? "no tensor" : `${tensor.dtype} of ${tensor.shape.join(" x ")} as`;
    throw new StorageError(`${name} has ${found} "patterns"; ${units} units need U8 of p x ${width}, p at least 1`);
  }
  const { data } = tensor;
  const bits = bitMatrix(tensor.shape[0], units);
  const unused = 0xff << (units - 8 * (width - 1));
  for (let r = 0; r < bits.rows; r++) {
    if (data[(r + 1) * width - 1] & unused) {
      throw new StorageError(`${name} has bits past unit ${units} in pattern ${r}: it is damaged`);
    }
    for (let b = 0; b < width; b++) bits.words[r * bits.stride + (b >>> 2)] |= data[r * width + b] << (8 * (b & 3));
  }
  return bits;
}

function readThresholds(tensor: Tensor | undefined, units: number, name: string): Float64Array | undefined {
  if (tensor === undefined) return undefined;
  if (tensor.dtype !== "F64" || tensor.shape.length !== 1 || tensor.shape[0] !== units) {
    const found = `${tensor.dtype} of ${tensor.shape.join(" x ")}`;
    throw new StorageError(`${name} has ${found} as "thresholds"; ${units} units need F64 of ${units}`);
  }
  const view = new DataView(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength);
  return Float64Array.from({ length: units }, (_, i) => view.getFloat64(8 * i, true));
}

function readUnits(metadata: ReadonlyMap<string, string>, name: string): number {
  const text = metadata.get("units");
  const units = Number(text);
  if (text === undefined || !/^[1-9]\d{0,9}$/.test(text)) {
    throw new StorageError(`${name}: units is ${quote(text)}; expected a whole number`);
  }
  return units;
}

function readRule(metadata: ReadonlyMap<string, string>, name: string): LearningRule {
  const rule = metadata.get("rule");
  const selfCoupling = metadata.get("selfCoupling");
  if (rule === undefined || !ruleNames.includes(rule)) {
    throw new StorageError(`${name}: rule is ${quote(rule)}; expected one of ${ruleNames.join(", ")}`);
  }
  if (selfCoupling !== "true" && selfCoupling !== "false") {
    throw new StorageError(`${name}: selfCoupling is ${quote(selfCoupling)}; expected "true" or "false"`);
  }
  const text = metadata.get("ruleOptions");
  const options = text === undefined ? {} : parsed(text);
  if (typeof options !== "object" || options === null || "selfCoupling" in options) {
    throw new StorageError(`${name}: ruleOptions is ${quote(text)}; expected a JSON object of options`);
  }
  try {
    return ruleByName(rule, { ...options, selfCoupling: selfCoupling === "true" });
  } catch (error) {
    if (error instanceof EngramError) throw new StorageError(`${name} has a rule that there is not: ${error.message}`);
    throw error;
  }
}

function readLabels(text: string | undefined, count: number, name: string): string[] | undefined {
  if (text === undefined) return undefined;
  const labels = parsed(text);
  if (!Array.isArray(labels) || labels.length !== count || labels.some((label) => typeof label !== "string")) {
    throw new StorageError(`${name}: labels is ${quote(text)}; expected a JSON list of ${count} strings`);
  }
  return labels;
}

import { ArgumentError, DataError, ShapeError } from "../errors.js";
import type { Workspace } from "../kernels/index.js";
import { ChainStreams, type LayerBatch } from "../layers/index.js";
import { type BitMatrix, bitMatrix, strideFor } from "../math/bits.js";
import type { DataMatrix } from "../math/data-matrix.js";
import { Digest } from "../math/digest.js";
import { log } from "../math/elementary.js";
import type { Random } from "../math/random.js";
import { PatternSet } from "../patterns/index.js";
import type { Rows, Units } from "../units/index.js";

/**
 * Training data of an RBM: patterns, one bit per unit (0 is the lower value of its unit, 1 the higher one); rows of values; or
 * probabilities. Rows have the width of the visible layer and follow one another.
 */
export type TrainingData = PatternSet | BitMatrix | Rows | Probabilities;

/** The probability of the higher value of each unit; values are drawn anew in every epoch. */
export interface Probabilities {
  readonly kind: "probabilities";
  readonly values: Uint8Array | Rows;
}

/**
 * Grey values as the probabilities of units to be at the higher of their two values, drawn anew in every epoch, bit by
 * bit, by counted random numbers (as in Salakhutdinov and Murray, On the quantitative analysis of deep belief networks, 2008).
 *
 * @param values bytes, 255 meaning probability 1, or numbers from 0 to 1
 * @throws ArgumentError for another type of array, DataError for a value outside 0 to 1
 */
export function probabilities(values: Uint8Array | Rows): Probabilities {
  if (!(values instanceof Uint8Array || values instanceof Float32Array || values instanceof Float64Array)) {
    throw new ArgumentError(
      "values is not a Uint8Array, Float32Array or Float64Array; pass the rows one after the other",
    );
  }
  if (!(values instanceof Uint8Array)) {
    const bad = values.findIndex((p) => !(p >= 0 && p <= 1));
    if (bad >= 0) throw new DataError(`values[${bad}] is ${values[bad]}; expected a probability, from 0 to 1`);
  }
  return { kind: "probabilities", values };
}

/** Rows of values for the visible units, checked and stored once. */
export interface DataSource {
  readonly rows: number;
  /** A hash of the data. */
  digest(): string;
  /** Row r as numbers; for probabilities, the mean value of each unit. */
  row(r: number, out: Float64Array): Float64Array;
  /** All rows as numbers, which take more memory than the data. */
  table(): DataMatrix;
  /** A batch loader for this workspace; allocates arrays there. */
  loader(workspace: Workspace, batch: number, random: Random): BatchLoader;
}

/** Sets the first rows of a batch, `order.length` of them, to the rows of the data with these numbers. */
export type BatchLoader = (batch: LayerBatch, order: Uint32Array, epoch: number) => void;

/**
 * Checks data against the visible units.
 *
 * @throws ArgumentError for what is not data, ShapeError for another width, DataError for values that the units cannot take
 */
export function asDataSource(data: TrainingData, units: Units): DataSource {
  if (data instanceof PatternSet) return bitSource(data.bits, units);
  if (data instanceof Float64Array || data instanceof Float32Array) return rowSource(data, units);
  if (data !== null && typeof data === "object") {
    if ("kind" in data && data.kind === "probabilities") return probabilitySource(data.values, units);
    if ("words" in data && data.words instanceof Uint32Array) return bitSource(data, units);
  }
  throw new ArgumentError(
    "data is not of a known kind; expected a PatternSet, rows in a Float32Array, or probabilities()",
  );
}

function bitSource(bits: BitMatrix, units: Units): DataSource {
  const { twoStates } = units;
  if (twoStates === undefined) {
    throw new DataError(`data is bits, which ${units.type} units cannot take; pass rows of values in a Float32Array`);
  }
  if (bits.columns !== units.width) {
    throw new ShapeError(`data has ${bits.columns} units but the visible layer has ${units.width}`);
  }
  const needed = bits.rows * strideFor(bits.columns);
  if (bits.rows === 0 || bits.words.length !== needed) {
    const rows = `${bits.rows} rows of ${bits.columns} bits`;
    throw new ShapeError(`data has ${rows} in ${bits.words.length} words; expected rows, in ${needed} words`);
  }
  const { low, high } = twoStates;
  const row: DataSource["row"] = (r, out) => {
    for (let i = 0; i < bits.columns; i++) {
      out[i] = (bits.words[r * bits.stride + (i >>> 5)] >>> (i & 31)) & 1 ? high : low;
    }
    return out;
  };
  return {
    rows: bits.rows,
    digest: () => new Digest().add(bits.words).hex(),
    row,
    table: () => tableOf(bits.rows, bits.columns, row),
    loader: () => (batch, order) => {
      batch.rows = order.length;
      for (let r = 0; r < order.length; r++) batch.loadBits(r, bits, order[r]);
    },
  };
}

function rowSource(values: Rows, units: Units): DataSource {
  const rows = wholeRows(values, units);
  units.check("data", values);
  if (units.twoStates !== undefined) return bitSource(packed(values, rows, units), units);
  return {
    rows,
    digest: () => digestOf(values),
    row: (r, out) => {
      out.set(values.subarray(r * units.width, (r + 1) * units.width));
      return out;
    },
    table: () => ({ rows, columns: units.width, values }),
    loader: () => (batch, order) => {
      batch.rows = order.length;
      for (let r = 0; r < order.length; r++) {
        batch.load(r, values.subarray(order[r] * units.width, (order[r] + 1) * units.width));
      }
    },
  };
}

function packed(values: Rows, rows: number, { width, twoStates }: Units): BitMatrix {
  const bits = bitMatrix(rows, width);
  for (let r = 0, k = 0; r < rows; r++) {
    for (let i = 0; i < width; i++, k++) {
      if (values[k] === twoStates?.high) bits.words[r * bits.stride + (i >>> 5)] |= 1 << (i & 31);
    }
  }
  return bits;
}

/** The sigmoid of an input of this size is 0 or 1 in single precision. */
const CERTAIN = 1000;

function probabilitySource(values: Uint8Array | Rows, units: Units): DataSource {
  const { twoStates, width } = units;
  if (twoStates === undefined) {
    throw new DataError(`data is probabilities, which ${units.type} units cannot take; pass rows of values`);
  }
  const rows = wholeRows(values, units);
  // The total input I of a unit: p = sigmoid((high - low) I).
  const logit = (p: number) =>
    Math.max(-CERTAIN, Math.min(CERTAIN, log(p / (1 - p)))) / (twoStates.high - twoStates.low);
  const table = Float32Array.from({ length: 256 }, (_, grey) => logit(grey / 255));
  const logits = values instanceof Uint8Array ? undefined : Float32Array.from(values, logit);
  const whole = values instanceof Uint8Array ? 255 : 1;
  const { low, high } = twoStates;
  const row: DataSource["row"] = (r, out) => {
    for (let i = 0; i < width; i++) out[i] = low + ((high - low) * values[r * width + i]) / whole;
    return out;
  };
  return {
    rows,
    digest: () => digestOf(values),
    row,
    table: () => tableOf(rows, width, row),
    loader: (workspace, size, random) => {
      const streams = new ChainStreams(workspace, random, size);
      return (batch, order, epoch) => {
        batch.rows = order.length;
        streams.chains.set(order);
        for (let r = 0, k = 0; r < order.length; r++) {
          const from = order[r] * width;
          if (logits === undefined) for (let i = 0; i < width; i++, k++) batch.inputs[k] = table[values[from + i]];
          else batch.inputs.set(logits.subarray(from, from + width), r * width);
        }
        batch.sample({ streams, step: epoch });
      };
    },
  };
}

function wholeRows(values: Uint8Array | Rows, { width }: Units): number {
  if (values.length > 0 && values.length % width === 0) return values.length / width;
  throw new ShapeError(
    `data has ${values.length} values; expected at least one row of ${width} values, the width of the visible layer`,
  );
}

function tableOf(rows: number, columns: number, row: DataSource["row"]): DataMatrix {
  const values = new Float32Array(rows * columns);
  const one = new Float64Array(columns);
  for (let r = 0; r < rows; r++) values.set(row(r, one), r * columns);
  return { rows, columns, values };
}

function digestOf(values: Uint8Array | Rows): string {
  const bytes = new Uint8Array(Math.ceil(values.byteLength / 4) * 4);
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return new Digest().add(new Uint32Array(bytes.buffer)).hex();
}

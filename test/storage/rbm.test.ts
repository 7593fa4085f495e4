import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { StorageError } from "../../src/errors.js";
import { binary, Random, Rbm, softmax } from "../../src/index.js";
import { rbmKind } from "../../src/models/index.js";
import {
  decodeModel,
  decodePacked,
  encodeModel,
  readSafetensors,
  type Tensor,
  writeSafetensors,
} from "../../src/storage/index.js";
import { unitTypes } from "../../src/units/index.js";
import { machine, pairs } from "../models/rbm-machines.js";
import { damagedBytes } from "../support/damaged-bytes.js";
import { LAYERS } from "../units/layers.js";

/** The RBM of a file. */
const decode = (bytes: Uint8Array, name?: string) => decodeModel(bytes, { kinds: [rbmKind], name });

describe.each(pairs(unitTypes, unitTypes))("an RBM of %s and %s units", (visible, hidden) => {
  const random = new Random(7);
  const rbm = machine(LAYERS[visible](4, random), LAYERS[hidden](3, random), random);

  test("comes back to the last bit, with what was noted beside it", () => {
    const notes = { seed: 7, settings: { rate: 0.05, method: "pcd", tags: ["a", null, true] } };
    const stored = decode(encodeModel(rbm, { shape: [2, rbm.visible.width / 2], notes }));
    expect(stored.shape).toEqual([2, rbm.visible.width / 2]);
    expect(stored.notes).toEqual(notes);
    expect(stored.model.weights).toEqual(rbm.weights);
    for (const layer of ["visible", "hidden"] as const) {
      const { type, count, width, states, parameters } = stored.model[layer];
      expect({ type, count, width, states }).toEqual({
        type: rbm[layer].type,
        count: rbm[layer].count,
        width: rbm[layer].width,
        states: rbm[layer].states,
      });
      expect(parameters).toEqual(rbm[layer].parameters);
    }
  });

  test("comes back rounded to single precision, in half of the bytes", () => {
    const single = encodeModel(rbm, { precision: "single" });
    expect(readSafetensors(single).tensors.get("weights")?.dtype).toBe("F32");
    const stored = decode(single).model;
    expect(stored.weights.values).toEqual(rbm.weights.values.map(Math.fround));
    expect(stored.visible.parameters).toEqual(rbm.visible.parameters.map(Math.fround));
    expect(encodeModel(stored, { precision: "single" })).toEqual(single);
  });
});

describe("an RBM file", () => {
  const random = new Random(11);
  const rbm = machine(softmax(2, 3), binary(2), random);
  const sound = encodeModel(rbm, { shape: [2, 3], notes: { seed: 1 } });

  test("tells which model it is", () => {
    const stored = decodeModel(sound);
    expect(stored.kind).toBe(rbmKind);
    expect((stored.model as Rbm).weights).toEqual(rbm.weights);
    expect(decodePacked(sound).kind).toBe("rbm");
  });

  test("does not keep what cannot come back", () => {
    const broken = new Rbm({ visible: binary(1), hidden: binary(1) });
    expect(() => encodeModel(broken, { notes: { loss: Number.NaN } })).toThrow(
      "notes.loss is NaN; expected a value that JSON can",
    );
    expect(() => encodeModel(broken, { notes: { map: new Map() } as never })).toThrow(
      "notes.map is Map; expected a value",
    );
    expect(() => encodeModel(broken, { shape: [2, 2] })).toThrow(
      "shape is 2x2; expected a height and width with the product 1",
    );
    expect(() => encodeModel(broken, { precision: "half" as never })).toThrow(
      'precision is "half"; expected "double" or',
    );
    broken.weights.values[0] = 1e39;
    expect(() => encodeModel(broken, { precision: "single" })).toThrow(
      "weights[0] is Infinity in single precision; expected a finite number",
    );
    broken.hidden.parameters[0] = Number.NaN;
    expect(() => encodeModel(broken)).toThrow("hidden.bias[0] is NaN in double precision; expected a finite number");
    const own = { ...binary(1), type: "mine", count: 1, width: 1, states: 2, named: {} };
    expect(() => encodeModel(new Rbm({ visible: own, hidden: binary(1) }))).toThrow(
      'the visible layer has the type "mine"; a file can store binary, spin',
    );
  });

  /** The sound file with some of its metadata and tensors changed, or left out where they are undefined. */
  function forged(change: { [key: string]: string | undefined }, tensors: { [key: string]: Tensor | undefined } = {}) {
    const file = readSafetensors(sound);
    const mixed = <T>(map: ReadonlyMap<string, T>, changes: { [key: string]: T | undefined }) =>
      new Map(
        Object.entries({ ...Object.fromEntries(map), ...changes }).filter(([, v]) => v !== undefined) as [string, T][],
      );
    return writeSafetensors({ metadata: mixed(file.metadata, change), tensors: mixed(file.tensors, tensors) });
  }
  const f64 = (shape: number[], ...values: number[]): Tensor => ({
    dtype: "F64",
    shape,
    data: new Uint8Array(Float64Array.from(values).buffer),
  });
  const layer = (type: string, count: unknown, states?: unknown) => JSON.stringify({ type, count, states });

  test.each([
    ["a file of another program", forged({ format: "pt" }), 'm: format is "pt"; expected "engram": not an Engram file'],
    ["a later version", forged({ version: "2" }), 'm: version is "2"; expected "1"'],
    ["another model", forged({ model: "hopfield" }), 'm: model is "hopfield"; expected rbm'],
    ["no weights", forged({}, { weights: undefined }), 'm has no array "weights"; expected F64 of n x n'],
    ["weights in one row", forged({}, { weights: f64([1], 1) }), 'm has F64 of 1 as "weights"; expected F64 of n x n'],
    ["no hidden values", forged({}, { weights: f64([6, 0]) }), 'm has F64 of 6 x 0 as "weights"'],
    [
      "whole numbers as weights",
      forged({}, { weights: { dtype: "U8", shape: [6, 2], data: new Uint8Array(12) } }),
      'm has U8 of 6 x 2 as "weights"; expected F64',
    ],
    ["no layer", forged({ visible: undefined }), "m: visible is missing; expected units of one of binary, spin"],
    ["a layer that is not JSON", forged({ visible: "{" }), 'm: visible is "{"; expected a JSON object'],
    ["a layer of null", forged({ hidden: "null" }), 'm: hidden is "null"; expected a JSON object'],
    ["a type of Object", forged({ hidden: layer("toString", 2) }), "expected units of one of binary"],
    [
      "a layer of another width",
      forged({ hidden: layer("binary", 3, 2) }),
      "expected units of 2 values, as the weights have them",
    ],
    [
      "a count of text",
      forged({ hidden: layer("binary", "2", 2) }),
      "expected units of 2 values, as the weights have them",
    ],
    [
      "a count without end",
      forged({ hidden: layer("binary", 1e300, 2) }),
      "expected units of 2 values, as the weights have them",
    ],
    [
      "other states",
      forged({ visible: layer("softmax", 3, 3) }),
      "expected units of 6 values, as the weights have them",
    ],
    ["no states", forged({ visible: layer("softmax", 2) }), "expected units of 6 values, as the weights have them"],
    [
      "binary units of three states",
      forged({ hidden: layer("binary", 2, 3) }),
      "expected units of 2 values, as the weights have them",
    ],
    ["no parameters", forged({}, { "hidden.bias": undefined }), 'm has no array "hidden.bias"; expected F64 of 2'],
    [
      "too many parameters",
      forged({}, { "hidden.bias": f64([3], 1, 2, 3) }),
      'm has F64 of 3 as "hidden.bias"; expected F64 of 2',
    ],
    ["parameters of another type", forged({ hidden: layer("gaussian", 2) }), 'm has no array "hidden.mean"'],
    [
      "a precision of zero",
      forged(
        { hidden: layer("relu", 2) },
        { "hidden.bias": undefined, "hidden.mean": f64([2], 0, 0), "hidden.precision": f64([2], 1, 0) },
      ),
      "m does not hold a valid hidden: precision[1] is 0; expected a number above 0",
    ],
    ["a stray tensor", forged({}, { "hidden.mean": f64([2], 0, 0) }), 'm holds an array "hidden.mean", which no RBM'],
    [
      "weights that are no numbers",
      forged({}, { weights: f64([6, 2], ...Array(11).fill(0), Number.NaN) }),
      "m does not hold a valid RBM: weights[5][1] is NaN",
    ],
    ["a shape that does not fit", forged({ shape: "[3,3]" }), 'm: shape is "[3,3]"; expected [height, width]'],
    ["notes that are a list", forged({ notes: "[1]" }), 'm: notes is "[1]"; expected a JSON object'],
  ] as [string, Uint8Array, string][])("refuses %s", (_, bytes, line) => {
    const read = () => decode(bytes, "m");
    expect(read).toThrow(StorageError);
    expect(read).toThrow(line);
  });

  test.each([
    ["no Engram file", forged({ format: undefined }), 'm: format is missing; expected "engram": not an Engram file'],
    ["no model", forged({ model: undefined }), "m: model is missing; it is damaged or forged"],
    ["an unknown model", forged({ model: "bam" }), 'm: model is "bam"; expected rbm, boltzmann'],
    [
      "a checkpoint",
      forged({ model: "checkpoint" }),
      "a checkpoint is not a finished model: resume the training from it",
    ],
  ] as [string, Uint8Array, string][])("refuses as a model %s", (_, bytes, line) => {
    const read = () => decodeModel(bytes, { name: "m" });
    expect(read).toThrow(StorageError);
    expect(read).toThrow(line);
  });

  test("survives damage", () => {
    fc.assert(
      fc.property(damagedBytes(sound), (damaged) => {
        try {
          const stored = decode(damaged).model;
          expect(stored.weights.values).toHaveLength(stored.visible.width * stored.hidden.width);
        } catch (error) {
          expect(error).toBeInstanceOf(StorageError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

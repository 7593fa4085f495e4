import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { StorageError } from "../../src/errors.js";
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
  readSafetensors,
  writeSafetensors,
} from "../../src/storage/index.js";
import { damagedBytes } from "../support/damaged-bytes.js";

describe("a checkpoint", () => {
  const arrays: Checkpoint["arrays"] = new Map<string, Float64Array | Float32Array | Uint32Array | Uint8Array>([
    ["weights", Float32Array.of(1.5, -0, Number.NaN, Number.NEGATIVE_INFINITY)],
    ["rates", Float64Array.of(0.1, -0, 5e-324)],
    ["chains", Uint32Array.of(0, 2 ** 32 - 1)],
    ["part", Uint8Array.of(9, 1, 2, 3).subarray(1)],
    ["none", new Float64Array(0)],
  ]);
  const metadata = { step: 17, seed: 2 ** 53 - 1, method: { name: "pcd", momentum: [0.5, 0.9] }, text: 'a "b"\n' };
  const sound = encodeCheckpoint({ arrays, metadata });

  test("comes back to the last bit, with the types of its arrays", () => {
    const back = decodeCheckpoint(sound);
    expect(back.metadata).toEqual(metadata);
    expect([...back.arrays.keys()].sort()).toEqual([...arrays.keys()].sort());
    for (const [key, array] of arrays) expect(back.arrays.get(key)).toStrictEqual(array.slice());
  });

  test("keeps any array of numbers", () => {
    const kinds = [
      fc.float64Array(),
      fc.float32Array(),
      fc.uint32Array(),
      fc.int32Array(),
      fc.uint16Array(),
      fc.int16Array(),
      fc.uint8Array(),
      fc.int8Array(),
    ];
    fc.assert(
      fc.property(fc.oneof(...kinds), (array) => {
        const bytes = encodeCheckpoint({ arrays: new Map([["a", array]]), metadata: null });
        expect(decodeCheckpoint(bytes).arrays.get("a")).toStrictEqual(array);
      }),
    );
  });

  test("shares no memory with the file or what it was made of", () => {
    const array = Float64Array.of(1);
    const bytes = encodeCheckpoint({ arrays: new Map([["a", array]]), metadata: {} });
    array[0] = 2;
    // A Buffer's own slice would share its memory.
    const buffer = Buffer.from(bytes);
    const read = [bytes, buffer].map((file) => decodeCheckpoint(file).arrays.get("a")!);
    bytes.fill(0);
    buffer.fill(0);
    expect(read).toEqual([Float64Array.of(1), Float64Array.of(1)]);
  });

  test.each([
    ["NaN", { rate: Number.NaN }, "metadata.rate is NaN; expected a value that JSON can represent"],
    ["what is undefined in a list", [undefined], "metadata[0] is undefined; expected a value that JSON can represent"],
    ["a function", { f: () => 1 }, "metadata.f is function; expected a value that JSON can represent"],
    ["a date", { at: [new Date(0)] }, "metadata.at[0] is Date; expected a value that JSON can represent"],
  ])("does not write %s", (_, value, line) => {
    expect(() => encodeCheckpoint({ arrays: new Map(), metadata: value as never })).toThrow(line);
  });

  test("does not write what is no array of numbers", () => {
    const encode = (array: unknown) => () =>
      encodeCheckpoint({ arrays: new Map([["a", array]]) as never, metadata: 0 });
    expect(encode([1])).toThrow(
      'array "a" is not an array that a file can hold; expected one of Float64Array, Float32Array',
    );
    expect(encode(BigInt64Array.of(1n))).toThrow('array "a" is not an array that a file can hold');
    expect(() => encodeCheckpoint({ arrays: {} as never, metadata: 0 })).toThrow(
      "arrays is not a Map; expected a Map from",
    );
  });

  const forge = (change: Partial<ReturnType<typeof readSafetensors>>) =>
    writeSafetensors({ ...readSafetensors(sound), ...change });
  const header = (model: string, state?: string) => {
    const entries = Object.entries({ format: "engram", version: "1", model, state });
    return new Map(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
  };
  const half = { dtype: "F16", shape: [1], data: new Uint8Array(2) } as const;

  test.each([
    ["a model", forge({ metadata: header("rbm") }), 'c: model is "rbm"; expected "checkpoint", as engram train writes'],
    ["no state", forge({ metadata: header("checkpoint") }), "c: state is missing; expected JSON"],
    ["a state that is not JSON", forge({ metadata: header("checkpoint", "{") }), 'c: state is "{"; expected JSON'],
    ["another element type", forge({ tensors: new Map([["a", half]]) }), 'c has F16 of 1 as "a"; expected F64, F32'],
    [
      "two dimensions",
      forge({ tensors: new Map([["a", { ...half, dtype: "U8", shape: [1, 2] }]]) }),
      'c has U8 of 1 x 2 as "a"; expected',
    ],
    ["a file cut short", sound.slice(0, -1), "the file is truncated or forged"],
  ] as [string, Uint8Array, string][])("refuses %s", (_, bytes, line) => {
    const read = () => decodeCheckpoint(bytes, "c");
    expect(read).toThrow(StorageError);
    expect(read).toThrow(line);
  });

  test("survives damage", () => {
    fc.assert(
      fc.property(damagedBytes(sound), (damaged) => {
        try {
          decodeCheckpoint(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(StorageError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

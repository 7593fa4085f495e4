import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { StorageError } from "../../src/errors.js";
import { type Dtype, readSafetensors, writeSafetensors } from "../../src/storage/index.js";
import { damagedBytes } from "../support/damaged-bytes.js";

/** A file of any header and data, its length written as given or as it is. */
function file(header: string, data: readonly number[] = [], length = new TextEncoder().encode(header).length) {
  const bytes = Buffer.concat([Buffer.alloc(8), Buffer.from(header), Buffer.from(data)]);
  bytes.writeBigUInt64LE(BigInt(length));
  return Uint8Array.from(bytes);
}

const entry = (dtype: string, shape: unknown, offsets: unknown) =>
  JSON.stringify({ dtype, shape, data_offsets: offsets });

describe("safetensors", () => {
  test("reads a file written by hand", () => {
    const header = `{"__metadata__":{"a":"b"},"x":${entry("F32", [1, 2], [0, 8])},"y":${entry("U8", [2], [8, 10])}}  `;
    const { tensors, metadata } = readSafetensors(file(header, [0, 0, 128, 63, 0, 0, 0, 192, 5, 6]));
    expect([...metadata]).toEqual([["a", "b"]]);
    const { dtype, shape, data } = tensors.get("x")!;
    expect([dtype, shape]).toEqual(["F32", [1, 2]]);
    expect([...new Float32Array(data.slice().buffer)]).toEqual([1, -2]);
    expect([...tensors.get("y")!.data]).toEqual([5, 6]);
  });

  test("reads back what it writes, the data at a multiple of 8 and the wide elements first", () => {
    const tensor = fc
      .tuple(
        fc.constantFrom<Dtype>("U8", "I16", "F32", "F64"),
        fc.array(fc.nat(3), { maxLength: 3 }),
        fc.infiniteStream(fc.nat(255)),
      )
      .map(([dtype, shape, bytes]) => {
        const width = { U8: 1, I16: 2, F32: 4, F64: 8 }[dtype as string] as number;
        const length = shape.reduce((product, size) => product * size, width);
        return { dtype, shape, data: Uint8Array.from({ length }, () => bytes.next().value) };
      });
    const name = fc.string({ unit: "binary", maxLength: 8 }).filter((key) => key !== "__metadata__");
    fc.assert(
      fc.property(fc.array(fc.tuple(name, tensor)), fc.array(fc.tuple(name, fc.string({ unit: "binary" }))), (t, m) => {
        const tensors = new Map(t);
        const metadata = new Map(m);
        const bytes = writeSafetensors({ tensors, metadata });
        const read = readSafetensors(bytes);
        expect(new Map(read.tensors)).toEqual(tensors);
        expect(new Map(read.metadata)).toEqual(metadata);
        const headerLength = Number(new DataView(bytes.buffer).getBigUint64(0, true));
        expect(headerLength % 8).toBe(0);
        const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerLength)));
        for (const [key, { dtype }] of tensors) {
          if (dtype === "F64") expect(header[key].data_offsets[0] % 8).toBe(0);
        }
      }),
      { numRuns: 200 },
    );
  });

  const two = (a: unknown, b: unknown) => `{"a":${entry("U8", [4], a)},"b":${entry("U8", [4], b)}}`;
  test.each([
    ["no bytes", new Uint8Array(0), "m is not a model file: it is empty"],
    ["a header of 2^63 bytes", file("{}", [], 2 ** 63), "m is not a model file: it does not begin like one"],
    ["a header past the end", file("{}", [], 3), "m ends after 10 of 11 bytes of its header"],
    ["a header that is no text", file("{}").fill(255, 8), "m has a header that is not UTF-8 text"],
    ["a header that is a list", file("[]"), "m has a header that does not begin with {"],
    ["a header that is not JSON", file('{"a":'), "m has a header that is not JSON"],
    ["bytes after the JSON within the header", file("{}x"), "m has a header that is not JSON"],
    ["deep nesting", file(`{"a":${"[".repeat(1e5)}`), "m has a header that is nested more than 3 deep: it is forged"],
    [
      "a name that comes twice, spelled in two ways",
      file(`{"a":${entry("U8", [1], [0, 1])},"\\u0061":${entry("U8", [1], [1, 2])}}`, [1, 2]),
      'm has a header that has the key "a" twice: it is forged',
    ],
    ["metadata that is not a map", file('{"__metadata__":[]}'), "m has metadata that is not a map of strings"],
    ["metadata that is not a string", file('{"__metadata__":{"a":1}}'), 'm has metadata "a" that is not a string'],
    ["a tensor that is none", file('{"a":1}'), 'm: tensor "a" is not described by dtype, shape and data_offsets'],
    [
      "a tensor with one property too many",
      file('{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"x":1}}'),
      'm: tensor "a" is not described by dtype, shape and data_offsets',
    ],
    [
      "an unknown dtype",
      file(`{"a":${entry("U9", [0], [0, 0])}}`),
      'm: tensor "a" has the dtype "U9"; expected one of',
    ],
    ["a dtype of Object", file(`{"a":${entry("toString", [0], [0, 0])}}`), 'm: tensor "a" has the dtype "toString"'],
    ["a negative size", file(`{"a":${entry("U8", [-1], [0, 1])}}`, [1]), 'm: tensor "a" has the shape [-1]; expected'],
    [
      "a shape of text",
      file(`{"a":${entry("U8", ["1"], [0, 1])}}`, [1]),
      'm: tensor "a" has the shape ["1"]; expected',
    ],
    ["offsets in reverse", file(`{"a":${entry("U8", [1], [1, 0])}}`, [1]), 'm: tensor "a" has the offsets [1,0]'],
    ["one offset", file(`{"a":${entry("U8", [1], [1])}}`, [1]), 'm: tensor "a" has the offsets [1]; expected a begin'],
    ["offsets past the end", file(`{"a":${entry("U8", [9], [0, 9])}}`, [1]), 'm: tensor "a" ends at byte 9 of 1'],
    ["too few bytes for the shape", file(`{"a":${entry("F64", [2], [0, 8])}}`, Array(8).fill(0)), "F64 of 2 needs 16"],
    [
      "a shape that overflows",
      file(`{"a":${entry("U8", [2 ** 50, 2 ** 50], [0, 1])}}`, [1]),
      'm: tensor "a" has 1 bytes; U8 of',
    ],
    ["an overlap", file(two([0, 4], [2, 6]), Array(6).fill(0)), 'm: tensor "b" overlaps the tensor before it'],
    ["a gap", file(two([0, 4], [5, 9]), Array(9).fill(0)), 'm: tensor "b" leaves a gap of 1 bytes before it'],
    ["a gap in front", file(two([5, 9], [1, 5]), Array(9).fill(0)), 'm: tensor "b" leaves a gap of 1 bytes before it'],
    ["bytes of no tensor", file(two([0, 4], [4, 8]), Array(9).fill(0)), "m holds 1 bytes after its last tensor"],
    ["a name of two lines", file(`{"a\\nb":1}`), 'm: tensor "a\\nb" is not described'],
  ] as [string, Uint8Array, string][])("refuses %s", (_, bytes, line) => {
    const read = () => readSafetensors(bytes, "m");
    expect(read).toThrow(StorageError);
    expect(read).toThrow(line);
  });

  test("names what it finds in a short line, however long that is", () => {
    const read = () => readSafetensors(file(`{"${"long".repeat(1e5)}":1}`));
    expect(read).toThrow(/^.{1,200}$/);
  });

  test("does not write a tensor whose bytes do not fit its shape, or one that would pass for the metadata", () => {
    const tensor = { dtype: "U8", shape: [2], data: new Uint8Array(3) } as const;
    const write = (key: string, data: Uint8Array) =>
      writeSafetensors({ tensors: new Map([[key, { ...tensor, data }]]), metadata: new Map() });
    expect(() => write("a", new Uint8Array(3))).toThrow('tensor "a" has 3 bytes; U8 of 2 needs 2');
    expect(() => write("__metadata__", new Uint8Array(2))).toThrow('the tensor name "__metadata__" is reserved');
  });

  test("survives damage", () => {
    const bytes = writeSafetensors({
      tensors: new Map([
        ["a", { dtype: "U8", shape: [3], data: Uint8Array.of(1, 2, 3) }],
        ["b", { dtype: "F64", shape: [1], data: new Uint8Array(8) }],
      ]),
      metadata: new Map([["format", "test"]]),
    });
    fc.assert(
      fc.property(damagedBytes(bytes), (damaged) => {
        try {
          const { tensors } = readSafetensors(damaged);
          for (const { data } of tensors.values()) expect(data.length).toBeLessThanOrEqual(damaged.length);
        } catch (error) {
          expect(error).toBeInstanceOf(StorageError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

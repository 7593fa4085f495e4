import { describe, expect, test } from "vitest";
import { StorageError } from "../../src/errors.js";
import { binary, Random, Rbm, randomPatterns } from "../../src/index.js";
import { Hopfield, memoryKinds } from "../../src/memories/index.js";
import {
  decodeCheckpoint,
  decodeMemory,
  decodeModel,
  encodeCheckpoint,
  encodeMemory,
  encodeModel,
  readSafetensors,
  writeSafetensors,
} from "../../src/storage/index.js";
import { type Warning, warningMessage } from "../../src/warnings.js";
import { machine } from "../models/rbm-machines.js";

/* Every file of Engram has a digest in its metadata. */

interface Format {
  readonly sound: Uint8Array;
  /** The bytes of what the file holds. */
  readonly again: (bytes: Uint8Array, options: { name?: string; onWarning?: (warning: Warning) => void }) => Uint8Array;
}

const rbm = machine(binary(5), binary(3), new Random(1));
const memory = new Hopfield(12).store(randomPatterns(3, 12, new Random(2)));
const arrays = new Map([["weights", Float64Array.of(1, 2, 3)]]);

const formats: [string, Format][] = [
  [
    "a model",
    {
      sound: encodeModel(rbm, { notes: { seed: 7 } }),
      again: (bytes, options) => {
        const { model, notes } = decodeModel(bytes, options);
        return encodeModel(model as Rbm, { notes });
      },
    },
  ],
  [
    "a memory",
    {
      sound: encodeMemory(memory),
      again: (bytes, options) => encodeMemory(decodeMemory(bytes, { kinds: memoryKinds, ...options })),
    },
  ],
  [
    "a checkpoint",
    {
      sound: encodeCheckpoint({ arrays, metadata: { step: 3 } }),
      again: (bytes, { name, ...options }) => encodeCheckpoint(decodeCheckpoint(bytes, name, options)),
    },
  ],
];

describe.each(formats)("the file of %s", (_, { sound, again }) => {
  test("with any bit flipped is refused by its name", () => {
    // The padding of the header alone is no content.
    for (let at = 0; at < 8 * sound.length; at++) {
      const bytes = sound.slice();
      bytes[at >> 3] ^= 1 << (at & 7);
      let found: unknown;
      try {
        found = again(bytes, { name: "digits" });
      } catch (error) {
        found = error;
      }
      if (found instanceof Uint8Array) expect(found, `bit ${at}`).toEqual(sound);
      else {
        expect(found, `bit ${at}`).toBeInstanceOf(StorageError);
        expect((found as Error).message).toMatch(/^digits[^\n]{20,600}$/);
      }
    }
  });

  test("is refused if its numbers are others, with the remedy", () => {
    const { tensors, metadata } = readSafetensors(sound);
    for (const [key, tensor] of tensors) {
      const data = tensor.data.slice();
      data[0] ^= 1;
      const bytes = writeSafetensors({ metadata, tensors: new Map(tensors).set(key, { ...tensor, data }) });
      expect(() => again(bytes, {})).toThrow(StorageError);
      expect(() => again(bytes, {})).toThrow(/is damaged|bits past/);
    }
  });

  test("without a digest is read with a warning, and written again it has one", () => {
    const { tensors, metadata } = readSafetensors(sound);
    const without = new Map(metadata);
    without.delete("digest");
    const warnings: Warning[] = [];
    const onWarning = (warning: Warning) => warnings.push(warning);
    expect(again(writeSafetensors({ tensors, metadata: without }), { name: "old", onWarning })).toEqual(sound);
    expect(warnings).toEqual([{ code: "no-digest", file: "old" }]);
    expect(warningMessage(warnings[0])).toContain("old has no digest");
    expect(again(sound, { onWarning })).toEqual(sound);
    expect(warnings).toHaveLength(1);
  });

  test("does not depend on the order in which another program writes its tensors and metadata", () => {
    const { tensors, metadata } = readSafetensors(sound);
    const reversed = { tensors: new Map([...tensors].reverse()), metadata: new Map([...metadata].reverse()) };
    expect(again(writeSafetensors(reversed), {})).toEqual(sound);
  });
});

describe("deep nesting", () => {
  const { tensors, metadata } = readSafetensors(encodeModel(new Rbm({ visible: binary(1), hidden: binary(1) })));
  const nested = (depth: number) => `{"a":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;
  const withNotes = (notes: string) => {
    const entries = new Map(metadata).set("notes", notes);
    entries.delete("digest");
    return writeSafetensors({ tensors, metadata: entries });
  };

  test("of notes is refused on loading and on saving, without overflowing the stack", () => {
    expect(() => decodeModel(withNotes(nested(65)))).toThrow(StorageError);
    expect(() => decodeModel(withNotes(nested(1e6)))).toThrow(StorageError);
    const { model, notes } = decodeModel(withNotes(nested(64)));
    expect(decodeModel(encodeModel(model as Rbm, { notes })).notes).toEqual(notes);
    const cyclic: Record<string, never> = {};
    (cyclic as Record<string, unknown>).self = cyclic;
    for (const bad of [{ a: JSON.parse("[".repeat(64) + "]".repeat(64)) }, cyclic]) {
      expect(() => encodeModel(model as Rbm, { notes: bad })).toThrow(/^notes.{1,420} is nested more than 64 deep/);
      expect(() => encodeCheckpoint({ arrays: new Map(), metadata: bad })).toThrow("is nested more than 64 deep");
    }
    // Brackets within a text nest nothing.
    expect(decodeModel(withNotes(JSON.stringify({ a: `"\\${"[".repeat(999)}` }))).notes).toEqual({
      a: `"\\${"[".repeat(999)}`,
    });
  });
});

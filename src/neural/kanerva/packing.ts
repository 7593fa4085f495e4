import { StorageError } from "../../errors.js";
import { finite, packSingles, unpackSingles } from "../../memories/packing.js";
import type { Packing, Unpacking } from "../../packed.js";
import type { VectorSet } from "../../patterns/index.js";
import { isParameter, type Parameter } from "../parameters.js";
import { leaves } from "../tree.js";
import type { CodeMemory } from "./code-memory.js";
import type { KanervaParameters } from "./episode.js";
import type { GaussianMemory } from "./gaussian-memory.js";
import { Perceptron } from "./perceptron.js";

/*
 * Packing of what memories of codes have in common.
 */

/** A memory with what it learns by training. */
export type Parametrised = CodeMemory & { readonly parameters: KanervaParameters };

function learnedOf({ encoder, parameters }: Parametrised): Map<string, Parameter> {
  return leaves(encoder === undefined ? { mean: parameters.mean } : parameters, isParameter);
}

/** Adds an encoder and a decoder by their sizes; their weights are parameters. */
export function packCoders(parts: Packing, { encoder, decoder }: CodeMemory): void {
  if (encoder === undefined || decoder === undefined) return;
  parts.set("code", encoder.outputs).set("encoder", encoder.hidden).set("decoder", decoder.hidden);
}

/** The encoder and decoder of patterns of this size, without their weights; neither where a file has none. */
export function unpackCoders(
  parts: Unpacking,
  units: number,
): { readonly code: number; readonly encoder?: Perceptron; readonly decoder?: Perceptron } {
  if (parts.text("encoder") === undefined) return { code: units };
  const code = parts.integer("code", 1);
  const made = (key: string, inputs: number, outputs: number) => {
    const hidden = parts.json(key);
    if (!Array.isArray(hidden) || !hidden.every((size) => Number.isInteger(size) && size > 0)) {
      throw parts.wrong(key, "a JSON list of numbers of units");
    }
    // Before anything of that size is made.
    [inputs, ...(hidden as number[])].forEach((from, k) => {
      const to = hidden[k] ?? outputs;
      const [rows, columns] = parts.shapeOf(`${key}.${k}.weights`) ?? [];
      if (rows !== from || columns !== to) throw parts.wrong(key, "the sizes of the arrays of the layers");
    });
    return new Perceptron({ inputs, outputs, hidden });
  };
  return { code, encoder: made("encoder", units, code), decoder: made("decoder", code, units) };
}

/** Adds what training learned; R0 alone, without an encoder. */
export function packParameters(parts: Packing, memory: Parametrised): void {
  for (const [name, { values, shape }] of learnedOf(memory)) {
    parts.add(name === "mean" ? "prior" : name, values, shape);
  }
}

/** Sets parameters to those of a file. */
export function unpackParameters(parts: Unpacking, memory: Parametrised): void {
  for (const [name, { values, shape }] of learnedOf(memory)) {
    const own = parts.array(name === "mean" ? "prior" : name, Float32Array, shape);
    const bad = own.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new StorageError(`${parts.name} has ${own[bad]} in ${name}; expected finite numbers`);
    values.set(own);
  }
}

/** Adds the stored items, and what memories of a machine have learned from them. */
export function packLearned(
  parts: Packing,
  items: VectorSet<Float32Array> | undefined,
  memories: readonly GaussianMemory[],
): void {
  if (items === undefined) return;
  packSingles(parts, items);
  memories.forEach(({ rows, code, mean, factor }, k) => {
    const name = memories.length === 1 ? "" : `.${k}`;
    parts.add(`mean${name}`, mean.values, [rows, code]).add(`precision${name}`, factor, [rows, rows]);
  });
}

/** The stored items; the memories get what they have learned. */
export function unpackLearned(
  parts: Unpacking,
  units: number,
  memories: readonly GaussianMemory[],
): VectorSet<Float32Array> | undefined {
  if (!parts.has("patterns")) return undefined;
  const items = unpackSingles(parts, units);
  memories.forEach((memory, k) => {
    const { rows, code } = memory;
    const name = memories.length === 1 ? "" : `.${k}`;
    const mean = finite(parts, `mean${name}`, [rows, code]);
    const factor = finite(parts, `precision${name}`, [rows, rows]);
    for (let i = 0; i < rows; i++) {
      if (!(factor[i * rows + i] > 0)) {
        throw new StorageError(
          `${parts.name} has ${factor[i * rows + i]} on the diagonal of precision${name}; expected numbers above 0`,
        );
      }
    }
    memory.restore(mean, factor);
  });
  return items;
}

/** Adds how a memory was trained. */
export function packTraining(parts: Packing, { notes, shape }: CodeMemory): void {
  parts.set("notes", notes).set("pictures", shape);
}

export function unpackTraining(parts: Unpacking, memory: CodeMemory): void {
  if (parts.text("notes") !== undefined) memory.notes = parts.record("notes");
  memory.shape = parts.shape("pictures", memory.units);
}

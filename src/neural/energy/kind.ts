import { ArgumentError, StorageError } from "../../errors.js";
import type { Random } from "../../math/random.js";
import type { MemoryKind } from "../../memories/memory.js";
import { finite, packSingles, requireUnits, unpackSingles } from "../../memories/packing.js";
import { emptyMemory } from "../../memories/rows.js";
import { type Made, makerOf, readOptions } from "../../options.js";
import { Packing, parsed, type Unpacking } from "../../packed.js";
import { isParameter } from "../parameters.js";
import { isValues, type Values } from "../tape/kernels.js";
import type { Shape } from "../tape/tensor.js";
import { leaves, mapTree } from "../tree.js";
import { type Energy, energies } from "./energies/index.js";
import { EnergyMemory, initialParameters } from "./energy-memory.js";
import { energyMemoryOptions, energyRecallOptions } from "./options.js";

/**
 * The kind of `EnergyMemory`: `units`, its options, an array for each parameter; and, if it holds patterns, these and what was
 * written of them (`written...`), so that reading a file writes nothing again.
 */
export const energyMemoryKind: MemoryKind<EnergyMemory> = {
  name: "energy-memory",
  summary: "real vectors as minima of a learned energy, written and read by a few steps along gradients",
  reference: "Bartunov et al. 2019",
  items: "vectors",
  options: energyMemoryOptions,
  recallOptions: energyRecallOptions,
  create(size, given) {
    if (typeof size !== "number") throw new ArgumentError("an energy memory has no values; give it a number of units");
    return energyMemoryOf(size, given ?? {});
  },
  pack({ units, energyFunction, options: { write, read }, parameters, items, written, notes, shape }) {
    if (!energies.includes(makerOf(energyFunction) as never)) {
      throw new ArgumentError(
        `energy is ${energyFunction.name}, which is not one of the library; files hold those alone`,
      );
    }
    // A trained memory is a file without patterns, too.
    if (items === undefined && notes === undefined) throw emptyMemory("vectors");
    const packing = new Packing("energy-memory").set("units", units).set("notes", notes);
    packing.set("pictures", shape);
    packing.set("energy", energyFunction.name).set("energyOptions", energyFunction.options);
    packing.set("write", write).set("read", read);
    for (const [name, { values, shape }] of leaves(parameters, isParameter)) packing.add(name, values, shape);
    if (items === undefined) return packing;
    packSingles(packing, items);
    const starts = leaves(parameters.energy.written, isParameter);
    for (const [name, values] of leaves(written, isValues))
      packing.add(`written.${name}`, values, starts.get(name)?.shape);
    return packing;
  },
  unpack(parts) {
    const units = requireUnits(parts, "units");
    const name = parts.choice(
      "energy",
      energies.map((energy) => energy.name),
    );
    const made = energies.find((energy) => energy.name === name);
    const energyOptions = parts.record("energyOptions");
    const [write, read] = [parts.record("write"), parts.record("read")];
    const notes = notesOf(parts);
    const memory = parts.made("energy memory", () => {
      const options = { units, energy: made?.make(energyOptions), write, read };
      // Before anything of that size is made.
      for (const [key, shape] of initialParameters(options)) requireShape(parts, key, shape);
      return new EnergyMemory(options);
    });
    memory.notes = notes;
    memory.shape = parts.shape("pictures", units);
    for (const [key, { values, shape }] of leaves(memory.parameters, isParameter)) {
      const own = parts.array(key, Float32Array, shape);
      const bad = own.findIndex((value) => !Number.isFinite(value));
      if (bad >= 0) throw new StorageError(`${parts.name} has ${own[bad]} in ${key}; expected finite numbers`);
      values.set(own);
    }
    if (parts.has("patterns")) {
      const items = unpackSingles(parts, units);
      const written = mapTree<object, { readonly shape: Shape }, Values, object>(
        memory.parameters.energy.written,
        isParameter,
        ({ shape }, key) => finite(parts, `written.${key}`, shape),
      );
      memory.restore(items, written);
    }
    parts.requireDone("energy memory");
    return memory;
  },
};

/** The memory that these options describe, from the one list of them. */
export function energyMemoryOf(units: number, given: Readonly<Record<string, unknown>>, random?: Random): EnergyMemory {
  const options = readOptions("energy-memory", energyMemoryOptions, given);
  const { energy, writeSteps, writeRate, penalty, decay, readSteps, readRate } = options;
  return new EnergyMemory({
    units,
    energy: energy as Energy & Made,
    write: { steps: writeSteps, rate: writeRate, penalty, decay },
    read: { steps: readSteps, rate: readRate },
    random,
  });
}

function requireShape(parts: Unpacking, key: string, shape: Shape): void {
  const found = parts.shapeOf(key);
  if (found?.length === shape.length && found.every((length, d) => length === shape[d])) return;
  throw new StorageError(
    `${parts.name} has ${found === undefined ? "no array" : `${found.join(" x ")} numbers as`} ${key}; expected ${shape.join(" x ")}`,
  );
}

function notesOf(parts: Unpacking): object | undefined {
  const text = parts.text("notes");
  if (text === undefined) return undefined;
  const notes = parsed(text);
  if (typeof notes === "object" && notes !== null && !Array.isArray(notes)) return notes;
  throw parts.wrong("notes", "a JSON object");
}

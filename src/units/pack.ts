import { ArgumentError, type StorageError } from "../errors.js";
import { listed, quote } from "../names.js";
import type { Packing, Unpacking } from "../packed.js";
import { unitsByType, unitTypes } from "./by-type.js";
import type { Units } from "./units.js";

/**
 * Adds a layer to what is packed: the field `<layer>`, as JSON its `type`, `count` and, where they are finitely many, `states`,
 * and its parameters as the arrays `<layer>.<parameter>`.
 *
 * @throws ArgumentError for a type that is not built in, which a file cannot store
 */
export function packUnits(packing: Packing, layer: string, { type, count, states, named }: Units): void {
  if (!unitTypes.includes(type)) {
    const known = listed(unitTypes, "or");
    throw new ArgumentError(`the ${layer} layer has the type ${quote(type)}; a file can store ${known}`);
  }
  for (const [name, parameter] of Object.entries(named)) packing.add(`${layer}.${name}`, parameter);
  packing.set(layer, { type, count, states: states < Number.POSITIVE_INFINITY ? states : undefined });
}

/**
 * Unpacks a layer.
 *
 * @param width its number of values, checked against its description before anything of that size is allocated
 * @throws StorageError if there is no valid layer
 */
export function unpackUnits(parts: Unpacking, layer: string, width: number): Units {
  const { type, count, states } = parts.record(layer);
  if (typeof type !== "string" || !unitTypes.includes(type)) {
    throw parts.wrong(layer, `units of one of ${listed(unitTypes, "or")}`);
  }
  const size = width / Number(count);
  const fits = Number.isInteger(count) && Number(count) > 0 && (size === 1 || size === states);
  if (!fits) throw unfitting(parts, layer, width);
  const units = parts.made(layer, () => unitsByType({ type, count: Number(count), states: size }));
  if (units.width !== width || (units.states < Number.POSITIVE_INFINITY && units.states !== states)) {
    throw unfitting(parts, layer, width);
  }
  const parameters: Record<string, Float64Array> = {};
  for (const [key, parameter] of Object.entries(units.named)) {
    parameters[key] = parts.numbers(`${layer}.${key}`, [parameter.length]);
  }
  return parts.made(layer, () => unitsByType({ type, count: units.count, states: size, parameters }));
}

function unfitting(parts: Unpacking, layer: string, width: number): StorageError {
  return parts.wrong(layer, `units of ${width} values, as the weights have them`);
}

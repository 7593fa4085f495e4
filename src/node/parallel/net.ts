import { ArgumentError } from "../../errors.js";
import { type InteractionParts, interactionFrom, type Net } from "../../interactions/index.js";
import type { Kernels } from "../../kernels/index.js";
import type { AnyMemory } from "../../memories/memory.js";
import { allMemoryKinds } from "../kinds.js";
import { type PackedMemory, packMemory, unpackMemory } from "./memory.js";

/** A net packed for a thread: its couplings, or the memory that has learned it. */
export type PackedNet = InteractionParts | PackedMemory;

/**
 * @throws ArgumentError for an interaction that cannot be packed, unless it is that of a memory, which is learned again
 */
export function packNet(net: Net): PackedNet {
  const { parts } = net.interaction;
  if (parts !== undefined) return parts;
  if ("store" in net) return packMemory(net as unknown as AnyMemory, allMemoryKinds);
  throw new ArgumentError(
    "the interaction cannot be sent to a worker thread: it has no couplings; give the memory that has learned it",
  );
}

/** Unpacks a net: the same fields and energies, bit for bit. */
export async function unpackNet(packed: PackedNet, kernels?: Kernels): Promise<Net> {
  if ("couplings" in packed) return { interaction: interactionFrom(packed, kernels) };
  const { memory } = await unpackMemory(packed);
  return memory as unknown as Net;
}

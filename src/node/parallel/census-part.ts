// Only the modules that a thread needs: it starts in a third of the time that whole folders take.
import { fixedPoints, successorTable } from "../../analysis/census.js";
import { type PackedNet, unpackNet } from "./net.js";

/** A net of few units as sent to a thread, and the shared table of successors if it is to be filled. */
export interface CensusWork {
  readonly net: PackedNet;
  readonly table: Uint32Array | undefined;
}

/** A range [from, to) of the Gray code's states. */
export type CensusPart = readonly [from: number, to: number];

/** For `mapParallel`: the fixed points of a part; or none, with that part of the table filled. */
export default async function prepare({ net, table }: CensusWork): Promise<(part: CensusPart) => Uint32Array> {
  const unpacked = await unpackNet(net);
  return (part) => {
    if (table === undefined) return fixedPoints(unpacked, part);
    successorTable(unpacked, part, table);
    return new Uint32Array(0);
  };
}

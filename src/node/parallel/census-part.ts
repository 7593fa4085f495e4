// A thread imports what it needs and no more: it starts in a third of the time that whole rooms take.
import { fixedPoints, successorTable } from "../../analysis/census.js";
import { type PackedNet, unpackNet } from "./net.js";

/** A net of few units as it travels to a thread, and the shared table of successors where that is what is wanted. */
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

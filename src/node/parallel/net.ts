import type { Net } from "../../dynamics/index.js";
import { ArgumentError } from "../../errors.js";
import { DenseCouplings, PatternCouplings, SparseCouplings, type SparseRows } from "../../interactions/index.js";
import type { PatternOperatorDescription } from "../../kernels/index.js";

/** A net as it travels to a thread: what its couplings are made from, so that they give the same bits there. */
export interface PackedNet {
  readonly units: number;
  readonly thresholds: Float64Array;
  readonly from: PatternOperatorDescription | Float64Array | SparseRows;
}

/** @throws ArgumentError for couplings of a kind that is not the library's own */
export function packNet({ couplings, thresholds }: Net): PackedNet {
  const { units } = couplings;
  if (couplings instanceof PatternCouplings) return { units, thresholds, from: couplings.description };
  if (couplings instanceof DenseCouplings) return { units, thresholds, from: couplings.weights };
  if (couplings instanceof SparseCouplings) return { units, thresholds, from: couplings.rows };
  throw new ArgumentError(
    `couplings of the kind ${couplings.constructor.name} cannot go to a worker thread; give PatternCouplings, DenseCouplings (of toMatrix) or SparseCouplings`,
  );
}

export function unpackNet({ units, thresholds, from }: PackedNet): Net {
  if (from instanceof Float64Array) return { couplings: new DenseCouplings(from, units), thresholds };
  const couplings = "patterns" in from ? new PatternCouplings(from) : new SparseCouplings(from, units);
  return { couplings, thresholds };
}

import { exp } from "../../math/elementary.js";
import { logSumExp } from "../../math/log-sum-exp.js";
import { dot } from "../../math/vector.js";
import type { Linear } from "../layers/linear.js";
import { GaussianMemory, type GaussianPrior, type GaussianWrite } from "./gaussian-memory.js";
import type { Addressing, KanervaMachine } from "./kanerva-machine.js";
import { totalInputs } from "./perceptron.js";

/** How the shares of the machines follow from a code. */
export type Assignment = (code: Float64Array) => Float64Array;

/** A product of machines. */
export interface ProductOptions {
  /** The rows of all machines, one after the other. */
  readonly prior: GaussianPrior;
  /** Number of rows of each machine. */
  readonly machines: readonly number[];
  /** r of a code; "equal" shares, or those by which each machine alone explains it. */
  readonly assignment: Assignment | "equal" | "explained";
  /**
   * "joint": the exact posterior of all machines. "separate": each machine is written by itself, as if it alone had made the
   * code, with a noise of variance s^2 / r_i.
   */
  readonly update: "joint" | "separate";
}

/**
 * A product of Kanerva machines (Marblestone, Wu and Wayne, Product Kanerva machines, 2020): machine i with memory M_i reads
 * by weights w_i, and a code is z = sum_i r_i M_i^T w_i with shares r_i that add up to 1.
 *
 * This is one linear-Gaussian memory of all rows, read by (r_1 w_1, ..., r_k w_k): so its exact posterior is that of
 * `GaussianMemory`, and the weights of all machines are solved together ("joint"). Machines that are written separately keep
 * no covariance with one another ("separate").
 */
export function productMachine({ prior, machines, assignment, update }: ProductOptions): KanervaMachine {
  const own = machines.map((rows, k) => new GaussianMemory(partOf(prior, rowsBefore(machines, k), rows)));
  const share = shareBy(assignment, machines.length);
  return update === "joint"
    ? jointMachine(new GaussianMemory(prior), machines, own, share)
    : separateMachine(prior, machines, own, share);
}

type Share = (code: Float64Array, memories: readonly GaussianMemory[]) => Float64Array;

function shareBy(assignment: ProductOptions["assignment"], count: number): Share {
  if (assignment === "equal") return () => new Float64Array(count).fill(1 / count);
  if (assignment !== "explained") return (code) => assignment(code);
  return (code, memories) => softmax(Float64Array.from(memories, (each) => each.bound(code, each.solve(code))));
}

function jointMachine(
  all: GaussianMemory,
  machines: readonly number[],
  own: readonly GaussianMemory[],
  share: Share,
): KanervaMachine {
  const each = () => {
    let at = 0;
    for (const memory of own) {
      const size = memory.mean.values.length;
      memory.restore(all.mean.values.subarray(at, at + size), memory.factor);
      at += size;
    }
    return own;
  };
  const designOf = ({ weights, assignment }: Addressing) => {
    const factors = factorsOf(machines, assignment);
    return weights.map((w, k) => factors[k] * w);
  };
  return {
    rows: all.rows,
    code: all.code,
    noise: all.noise,
    parts: [all],
    address(code) {
      const assignment = share(code, each());
      return { weights: all.solve(code, factorsOf(machines, assignment)), assignment };
    },
    read: (addressing) => all.read(designOf(addressing)),
    variance: (addressing) => all.variance(designOf(addressing)),
    write: (code, addressing) => all.write(code, designOf(addressing)),
    // |w|^2 counts the weights before their shares.
    bound: (code, addressing) => {
      const design = designOf(addressing);
      const { weights } = addressing;
      return all.bound(code, design) + 0.5 * (dot(design, design) - dot(weights, weights));
    },
  };
}

function separateMachine(
  prior: GaussianPrior,
  machines: readonly number[],
  own: readonly GaussianMemory[],
  share: Share,
): KanervaMachine {
  const starts = machines.map((_, k) => rowsBefore(machines, k));
  const partsOf = (weights: Float64Array) => starts.map((from, k) => weights.subarray(from, from + machines[k]));
  const shares = (assignment: Float64Array | undefined) =>
    assignment ?? new Float64Array(machines.length).fill(1 / machines.length);
  const read = ({ weights, assignment }: Addressing) => {
    const all = shares(assignment);
    const code = new Float64Array(prior.mean.columns);
    partsOf(weights).forEach((part, k) => {
      own[k].read(part).forEach((x, j) => {
        code[j] += all[k] * x;
      });
    });
    return code;
  };
  return {
    rows: prior.mean.rows,
    code: prior.mean.columns,
    noise: prior.noise,
    parts: own,
    address(code) {
      const assignment = share(code, own);
      return { weights: Float64Array.from(own.flatMap((memory) => [...memory.solve(code)])), assignment };
    },
    read,
    variance: ({ weights, assignment }) => {
      const all = shares(assignment);
      return partsOf(weights).reduce((sum, part, k) => sum + all[k] * all[k] * own[k].variance(part), 0);
    },
    write(code, { weights, assignment }) {
      const all = shares(assignment);
      const writes = partsOf(weights).map(
        (part, k): GaussianWrite => own[k].write(code, part, own[k].noise / Math.sqrt(all[k])),
      );
      return {
        weights,
        logDeterminant: writes.reduce((sum, one) => sum + one.logDeterminant, 0),
        surprise: Math.min(...writes.map(({ surprise }) => surprise)),
      };
    },
    bound(code, addressing) {
      const one = new GaussianMemory({ ...prior, mean: { rows: 1, columns: code.length, values: read(addressing) } });
      const { weights } = addressing;
      return one.bound(code, [1]) + 0.5 * (1 - dot(weights, weights));
    },
  };
}

/** Shares repeated for the rows of each machine; equal ones by default. */
function factorsOf(machines: readonly number[], assignment: Float64Array | undefined): Float64Array {
  const shares = assignment ?? new Float64Array(machines.length).fill(1 / machines.length);
  return Float64Array.from(machines.flatMap((rows, k) => Array<number>(rows).fill(shares[k])));
}

function rowsBefore(machines: readonly number[], k: number): number {
  return machines.slice(0, k).reduce((sum, rows) => sum + rows, 0);
}

function partOf({ mean, variance, noise }: GaussianPrior, from: number, rows: number): GaussianPrior {
  const { columns, values } = mean;
  return {
    mean: { rows, columns, values: values.subarray(from * columns, (from + rows) * columns) },
    variance: typeof variance === "number" ? variance : Array.from(variance).slice(from, from + rows),
    noise,
  };
}

/** Shares by a trained linear map of the code and a softmax. */
export function trainedAssignment(layer: Linear): Assignment {
  return (code) => softmax(totalInputs(code, layer));
}

function softmax(inputs: Float64Array): Float64Array {
  const total = logSumExp(inputs);
  return inputs.map((x) => exp(x - total));
}

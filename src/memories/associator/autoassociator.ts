import { requireInteger } from "../../errors.js";
import type { Matrix } from "../../math/matrix.js";
import type { PatternSet } from "../../patterns/index.js";
import { Orbit } from "../orbit.js";
import { Associator, type AssociatorInspection, type AssociatorOptions, type AssociatorRecall } from "./associator.js";
import type { Crosstalk } from "./crosstalk.js";
import { asVector, type Vector, type Vectors } from "./vectors.js";

/** How to recall from an autoassociator. */
export interface FeedbackOptions {
  /** Whether the output comes back as the next input, until it stays or cycles; the default is one step. */
  readonly feedback?: boolean | undefined;
  /** With feedback, the steps after which it gives up. */
  readonly maxSteps?: number | undefined;
}

/** Where a cue led, and the evidence. */
export interface AutoassociatorRecall extends AssociatorRecall {
  /** Steps made. */
  readonly steps: number;
  /** Whether `output` is a fixed point, or on a cycle. */
  readonly converged: boolean;
  /** 1 for a fixed point, the length of a cycle, 0 where the run had not settled. */
  readonly period: number;
  /** Why the run was stopped before it settled; absent where it was not. */
  readonly warning?: string;
}

/** Real states are the same to this part of the largest entry of the cue and of the state. */
const TOLERANCE = 2 ** -40;
const LARGEST = 2 ** 500;

/**
 * The autoassociative network: patterns are stored as their own outputs, x = f(x W), and a cue is led to them in one
 * step, or in as many as it takes, all units at once, with the output fed back (Rojas, Neural Networks, 1996, section
 * 12.1). With the sign for an activation there are 2^n states, so that feedback ends on a fixed point or a cycle, of
 * length two at most for the symmetric weights of the rules here (Goles, Fogelman and Pellegrin 1985). `Hopfield` is the
 * memory of this kind with asynchronous units, an energy, and names for its attractors.
 *
 * With the identity, feedback goes on until no entry changes by more than 2^-40 of the largest, or grows without bound
 * where W has an eigenvalue beyond 1: the `EigenvectorAutomaton` follows its direction.
 */
export class Autoassociator {
  readonly units: number;
  readonly #associator: Associator;

  /** @throws ArgumentError for fewer than one unit */
  constructor(units: number, options: AssociatorOptions = {}) {
    requireInteger("units", units, 1);
    this.units = units;
    this.#associator = new Associator(units, units, options);
  }

  /** W, n x n; undefined while nothing is stored. */
  get weights(): Matrix | undefined {
    return this.#associator.weights;
  }

  /** Stores one pattern or several; throws what `Associator.store` throws, and then nothing has changed. */
  store(patterns: Vectors): this {
    this.#associator.store(patterns, patterns);
    return this;
  }

  /** Recalls from a cue. @throws ShapeError or DataError for a cue that does not fit, ArgumentError while empty */
  recall(cue: PatternSet | Vector, { feedback = false, maxSteps = 1000 }: FeedbackOptions = {}): AutoassociatorRecall {
    requireInteger("maxSteps", maxSteps, 1);
    const start = asVector("cue", cue, this.units);
    const orbit = new Orbit(TOLERANCE, maxSteps);
    orbit.add(start, 0);
    let scale = largest(start);
    let recall = this.#associator.recall(start);
    for (let steps = 1; ; steps++) {
      scale = Math.max(scale, largest(recall.output));
      const period = orbit.add(recall.output, scale);
      const done = { ...recall, steps, converged: period > 0, period };
      if (period > 0 || !feedback || steps === maxSteps) return done;
      if (scale > LARGEST) {
        const remedy = "store fewer, or follow its direction with EigenvectorAutomaton";
        return { ...done, warning: `after ${steps} steps the state has grown beyond 2^500; ${remedy}` };
      }
      recall = this.#associator.recall(recall.output);
    }
  }

  /** Splits the excitation by a stored pattern into signal and crosstalk, for any rule. */
  crosstalk(index: number): Crosstalk {
    return this.#associator.crosstalk(index);
  }

  /** What the memory holds, and how well. */
  inspect(): AssociatorInspection {
    return this.#associator.inspect();
  }
}

function largest(x: Float64Array): number {
  return x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

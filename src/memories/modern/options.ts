import type { Kernels, VectorPrecision } from "../../kernels/index.js";
import type { RecallOptions } from "../memory.js";
import type { Similarity } from "../vectors.js";
import { vectorSeparations } from "./separations/index.js";
import type { VectorSeparation } from "./separations/separation.js";

/** Options of a modern memory. */
export const modernOptions = {
  beta: {
    type: "number",
    above: 0,
    high: 1e30,
    words: ["auto"],
    default: "auto",
    help: "steepness; auto is the smallest that retrieves 99 % of sampled patterns",
  },
  noise: {
    type: "number",
    low: 0,
    high: 1e30,
    default: 0,
    help: "standard deviation of the noise that beta auto and inspect expect in each entry of a cue",
  },
  similarity: {
    type: "choice",
    values: ["euclidean", "dot", "cosine"],
    default: "euclidean",
    help: "how cues are compared with patterns; cosine scales both to unit length",
  },
  separation: {
    type: "made",
    sort: "separation",
    has: "weigh",
    from: vectorSeparations,
    default: "softmax",
    help: "how similarities become weights",
  },
} as const;

/** Options of a recall from a modern memory. */
export const modernRecallOptions = {
  steps: {
    type: "integer",
    low: 1,
    high: 1_000_000,
    default: 1000,
    help: "largest number of steps; 1 is attention",
  },
  tolerance: {
    type: "number",
    low: 0,
    high: 1,
    default: 1e-6,
    help: "a recall ends when its step is at most this part of the length of the longest pattern",
  },
  topK: {
    type: "integer",
    low: 1,
    high: 10_000,
    default: 5,
    flag: "--top",
    help: "number of weights in the result, the largest first",
  },
  omitted: {
    type: "number",
    low: 0,
    high: 0.01,
    default: 0,
    help: "largest part of the weight that may be left out, by a proof; 1e-7 is several times as fast for many patterns",
  },
  precision: {
    type: "choice",
    values: ["double", "single"],
    default: "double",
    help: "of softmax steps; single is about twice as fast for many cues, with a bound of its rounding in the result",
  },
} as const;

/** Options of a modern memory. */
export interface ModernOptions {
  /** Steepness, above 0; "auto", the default, is the smallest one that retrieves 99 % of sampled patterns. */
  readonly beta?: number | "auto" | undefined;
  /** Standard deviation of the normal noise that beta "auto" and `inspect` expect in each entry of a cue; defaults to 0. */
  readonly noise?: number | undefined;
  /** How cues are compared with patterns; defaults to "euclidean". */
  readonly similarity?: Similarity | undefined;
  /** How similarities become weights; defaults to softmax. */
  readonly separation?: VectorSeparation | undefined;
  /** What computes; defaults to `defaultKernels()`. All give the same bits. */
  readonly kernels?: Kernels | undefined;
}

/** Options of one recall from a modern memory. */
export interface ModernRecallOptions extends RecallOptions {
  /** Largest number of steps; defaults to 1000. One step is attention. */
  readonly steps?: number | undefined;
  /** A recall ends when its step is at most this part of the length of the longest pattern; defaults to 1e-6. */
  readonly tolerance?: number | undefined;
  /** Number of weights in the result, the largest first; defaults to 5. */
  readonly topK?: number | undefined;
  /**
   * The largest part of the weight that may be left out, up to 0.01; defaults to 0. Patterns that are proven to have no more
   * together are not weighed, in each step anew: several times as fast where few of many patterns matter. The heaviest patterns,
   * as many as `topK`, and the margin are those of all patterns; energies are too high by at most -log(1 - omitted) / beta. All are
   * weighed where the weight is spread, under a mask, and by other separations than softmax.
   */
  readonly omitted?: number | undefined;
  /**
   * The precision of the steps, of softmax alone; defaults to "double". "single" is about twice as fast for many cues at once; the
   * result bounds its rounding. Energies stay in double precision, and cost two steps of it.
   */
  readonly precision?: VectorPrecision | undefined;
  /** Which patterns may be retrieved, one entry for each, 1 or true for those; all by default. */
  readonly mask?: ArrayLike<number | boolean> | undefined;
  /** Whether the energies of the cue and of the state are computed, which costs a step; they are by default. */
  readonly energies?: boolean | undefined;
}

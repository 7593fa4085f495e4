import { ArgumentError, requireInteger } from "../../errors.js";
import { defaultWorkspace, type MakeWorkspace } from "../../kernels/index.js";
import { sigmoid } from "../../math/log-sum-exp.js";
import { Random } from "../../math/random.js";
import { type Made, type OptionsOf, readOptions } from "../../options.js";
import { type Linear, linear, linearParameters } from "../layers/linear.js";
import { compileModel } from "../model-program.js";
import type { Parameter } from "../parameters.js";
import type { Values } from "../tape/kernels.js";
import { relu } from "../tape/operations/elementwise.js";
import { reshape } from "../tape/operations/shape.js";
import type { Tensor } from "../tape/tensor.js";
import { type BagSet, bagCount, bagRows, largestBag, requireBags } from "./bag-set.js";
import { type Pooling, poolings } from "./poolings/index.js";

/** Options of a classifier of bags. */
export const bagClassifierOptions = {
  features: {
    type: "integer",
    low: 1,
    high: 100_000,
    default: 128,
    help: "number of features of an instance, rectified linear units",
  },
  pooling: {
    type: "made",
    sort: "pooling",
    has: "trace",
    from: poolings,
    default: "association",
    help: "how the instances of a bag become one vector",
  },
} as const;

/** What a classifier of bags learns. */
export interface BagParameters<Leaf = Parameter> {
  readonly features: Linear<Leaf>;
  /** A tree of what the pooling learns. */
  readonly pooling: object;
  readonly output: Linear<Leaf>;
}

/** The tensors of a batch of bags. */
export interface BagTensors {
  /** Of the shape [bags, instances, units]; places without an instance hold 0. */
  readonly instances: Tensor;
  /** Of the shape [bags, instances], with 0 for an instance and -Infinity for a place without one. */
  readonly mask: Tensor;
}

/** The same as numbers. */
type BagArrays = { readonly [Name in keyof BagTensors]: Values };

/** What a classifier says of a bag. */
export interface BagPrediction {
  /** The total input of the output unit. */
  readonly input: number;
  /** The probability that the bag holds the class, the sigmoid of the input. */
  readonly probability: number;
  /** How much each instance counts, in the order of the bag; absent where every feature takes its own. */
  readonly weights?: Float32Array;
}

/** Bags that are classified together. */
const TOGETHER = 16;

/**
 * A classifier of bags of instances by multiple instance learning: features h_k = relu(W x_k + b) of each instance, one
 * vector z by a pooling, and p = sigmoid(w . z + c). Only bags have labels (Ilse, Tomczak and Welling, Attention-based deep
 * multiple instance learning, 2018); with the pooling `association` it is the architecture of Ramsauer et al., Hopfield
 * networks is all you need (2020, section 4).
 */
export class BagClassifier {
  readonly units: number;
  readonly features: number;
  readonly pooling: Pooling & Made;
  readonly parameters: BagParameters;

  /**
   * @param units entries of an instance
   * @param random draws the initial weights; defaults to the seed 0
   * @throws OptionError or ArgumentError for options out of range
   */
  constructor(
    units: number,
    {
      random = new Random(0),
      ...options
    }: Partial<OptionsOf<typeof bagClassifierOptions>> & { readonly random?: Random | undefined } = {},
  ) {
    requireInteger("units", units, 1);
    const { features, pooling } = readOptions("a classifier of bags", bagClassifierOptions, options);
    if (!("name" in pooling))
      throw new ArgumentError("pooling has no name; make it by a maker, so that files can hold it");
    this.units = units;
    this.features = features;
    this.pooling = pooling as Pooling & Made;
    this.parameters = {
      // Half of the rectified units are 0: twice the variance keeps that of the inputs (He et al. 2015).
      features: linearParameters(units, features, random.fork(0), Math.sqrt(2 / units)),
      pooling: pooling.parameters(features, random.fork(1)),
      output: linearParameters(features, 1, random.fork(2)),
    };
  }

  /** Traces the inputs of the output unit, of the shape [bags, 1], and the weights of the instances. */
  trace(parameters: BagParameters<Tensor>, { instances, mask }: BagTensors) {
    const { states, weights } = this.pooling.trace(
      parameters.pooling,
      relu(linear(instances, parameters.features)),
      mask,
    );
    return { inputs: linear(states, parameters.output), ...(weights !== undefined && { weights }) };
  }

  /**
   * Classifies bags, each of which gets the same bits alone and among others.
   *
   * @throws ArgumentError, ShapeError or DataError for bags that do not fit
   */
  classify(
    bags: BagSet,
    { workspace = defaultWorkspace }: { readonly workspace?: MakeWorkspace | undefined } = {},
  ): BagPrediction[] {
    requireBags("bags", bags, this.units);
    const [count, instances] = [bagCount(bags), largestBag(bags)];
    const batch = Math.min(TOGETHER, count);
    const program = compileModel(
      this.parameters,
      { instances: [batch, instances, this.units], mask: [batch, instances] },
      (own: BagParameters<Tensor>, given) => {
        const { inputs, weights } = this.trace(own, given);
        return { inputs: reshape(inputs, [batch]), ...(weights !== undefined && { weights }) };
      },
      { workspace },
    );
    try {
      const found: BagPrediction[] = [];
      for (let first = 0; first < count; first += batch) {
        const some = Uint32Array.from({ length: Math.min(batch, count - first) }, (_, k) => first + k);
        loadBags(bags, some, instances, program.inputs);
        program.run();
        some.forEach((bag, k) => {
          const { inputs, weights } = program.results;
          const size = bags.starts[bag + 1] - bags.starts[bag];
          const from = k * instances;
          found.push({
            input: inputs[k],
            probability: sigmoid(inputs[k]),
            ...(weights !== undefined && { weights: Float32Array.from(weights.subarray(from, from + size)) }),
          });
        });
      }
      return found;
    } finally {
      program.dispose();
    }
  }
}

/**
 * Sets the arrays of a batch, with places for `perBag` instances each, to these bags; further bags get one instance of
 * zeros.
 */
export function loadBags(bags: BagSet, numbers: Uint32Array, perBag: number, { instances, mask }: BagArrays): void {
  const { units, values } = bags;
  instances.fill(0);
  mask.fill(Number.NEGATIVE_INFINITY);
  for (let k = 0, at = 0; at < mask.length; k++, at += perBag) {
    if (k >= numbers.length) {
      mask[at] = 0;
      continue;
    }
    bagRows(bags, numbers[k]).forEach((row, i) => {
      instances.set(values.subarray(row * units, (row + 1) * units), (at + i) * units);
      mask[at + i] = 0;
    });
  }
}

import { ArgumentError, requireInteger } from "../../errors.js";
import { Random } from "../../math/random.js";
import { type ResolvedOptions, readOptions } from "../../options.js";
import { linearParameters } from "../layers/linear.js";
import { CodeMemory } from "./code-memory.js";
import type { KanervaParameters } from "./episode.js";
import type { KanervaMachine } from "./kanerva-machine.js";
import { codeOf, codersOf, priorOf, priorParameters, spreadParameters, TRAINED } from "./kanerva-memory.js";
import { productOptions } from "./options.js";
import type { Perceptron } from "./perceptron.js";
import { productMachine, trainedAssignment } from "./product-machine.js";

/** Options of a product of Kanerva machines. */
export interface ProductKanervaOptions {
  /** Number of rows of each machine, the same for all with an encoder; defaults to 4 machines of 8. */
  readonly machines?: readonly number[] | undefined;
  /**
   * How the shares of the machines follow from a code: "equal", the default without an encoder; "explained", by how well
   * each machine alone explains it; "trained", by a learned map, the default with an encoder.
   */
  readonly assignment?: "equal" | "explained" | "trained" | undefined;
  /** "joint", the default: the exact posterior of all machines; "separate": each machine by itself. */
  readonly update?: "joint" | "separate" | undefined;
  /** As of `KanervaOptions`. */
  readonly code?: number | undefined;
  readonly noise?: number | undefined;
  readonly variance?: number | undefined;
  readonly deviation?: number | undefined;
  readonly seed?: number | undefined;
  readonly encoder?: Perceptron | undefined;
  readonly decoder?: Perceptron | undefined;
}

/**
 * A product of several Kanerva machines, each of which contributes to a code by its share (Marblestone, Wu and Wayne, Product
 * Kanerva machines: factorized Bayesian memory, 2020); see `productMachine`. Its verbs are those of `KanervaMemory`.
 *
 * The larger the share of a machine, the smaller are the weights that read the same code from it, so that training leaves most
 * patterns to a few machines; the option `balance` of the training keeps the mean shares of all patterns equal, which leaves
 * every pattern its choice.
 */
export class ProductKanerva extends CodeMemory {
  readonly kind = "product-kanerva";
  readonly machines: readonly number[];
  /** What training learns; R0 and the noise alone, without an encoder. */
  readonly parameters: KanervaParameters;
  /** The options that a prior without training follows from. */
  readonly options: ResolvedOptions<typeof productOptions>;

  /** @throws OptionError, ArgumentError or ShapeError for options out of range, or coders that do not fit */
  constructor({ code, encoder, decoder, machines, ...given }: ProductKanervaOptions) {
    const coders = codersOf(code, encoder, decoder);
    const defaults = coders === undefined ? {} : { ...TRAINED, assignment: "trained" };
    const named = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const options = readOptions("a product of Kanerva machines", productOptions, {
      ...defaults,
      ...named,
      ...(machines !== undefined && { machines }),
    });
    for (const rows of options.machines) requireInteger("machines", rows, 1, 10_000);
    if (options.assignment === "trained" && coders === undefined) {
      throw new ArgumentError("assignment is trained, which needs an encoder and a decoder; use equal or explained");
    }
    if (coders !== undefined && new Set(options.machines).size > 1) {
      throw new ArgumentError(
        `machines is ${options.machines.join(", ")}; with an encoder all machines have the same number of rows`,
      );
    }
    super(coders?.encoder.inputs ?? codeOf(code), coders);
    this.machines = options.machines;
    this.options = options;
    const own = coders?.encoder.outputs ?? this.units;
    const random = new Random(options.seed);
    const rows = options.machines.reduce((sum, each) => sum + each, 0);
    this.parameters = {
      encoder: coders?.encoder.parameters ?? [],
      decoder: coders?.decoder.parameters ?? [],
      ...priorParameters({ ...options, rows }, own, random.fork(0)),
      spread: spreadParameters(own, rows),
      ...(options.assignment === "trained" && {
        assignment: linearParameters(own, options.machines.length, random.fork(3)),
      }),
    };
  }

  /** The number of rows of all machines. */
  get rows(): number {
    return this.parameters.mean.shape[0];
  }

  makeMachine(): KanervaMachine {
    const { variance, noise, assignment, update } = this.options;
    const { machines, parameters } = this;
    const prior = priorOf(parameters);
    return productMachine({
      prior: this.encoder === undefined ? { ...prior, variance, noise } : prior,
      machines,
      assignment:
        assignment === "trained" && parameters.assignment !== undefined
          ? trainedAssignment(parameters.assignment)
          : (assignment as "equal" | "explained"),
      update,
    });
  }
}

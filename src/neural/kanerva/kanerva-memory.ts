import { ArgumentError, requireInteger, ShapeError } from "../../errors.js";
import { exp, log } from "../../math/elementary.js";
import { matrix } from "../../math/matrix.js";
import { Random } from "../../math/random.js";
import { type ResolvedOptions, readOptions } from "../../options.js";
import { filledParameter, normalParameter, type Parameter } from "../parameters.js";
import { CodeMemory, type Coders } from "./code-memory.js";
import type { KanervaParameters } from "./episode.js";
import { GaussianMemory, type GaussianPrior } from "./gaussian-memory.js";
import { type KanervaMachine, singleMachine } from "./kanerva-machine.js";
import { kanervaOptions } from "./options.js";
import type { Perceptron } from "./perceptron.js";

/** Options of a Kanerva memory. */
export interface KanervaOptions {
  /** K, number of rows; defaults to 32. Without an encoder as many linearly independent patterns come back. */
  readonly rows?: number | undefined;
  /** C, number of entries of a code; of a pattern, without an encoder. Defaults to the outputs of the encoder. */
  readonly code?: number | undefined;
  /** s, the standard deviation of the noise in each entry of a code, above 0; defaults to 0.1, with an encoder to 1. */
  readonly noise?: number | undefined;
  /** u0, the prior variance of the memory's entries; defaults to 100, with an encoder to 0.1. */
  readonly variance?: number | undefined;
  /** Standard deviation of the entries of R0, in parts of the noise; defaults to 0.001, with an encoder to 0.3. */
  readonly deviation?: number | undefined;
  /** Seed of R0 and of what else is drawn; defaults to 0. */
  readonly seed?: number | undefined;
  /** Makes codes of patterns; to be trained, and given with a decoder. */
  readonly encoder?: Perceptron | undefined;
  readonly decoder?: Perceptron | undefined;
  /**
   * Width of trained addresses, for a memory with an encoder: weights follow from the code by addresses and keys that are
   * learned (Wu et al., The Kanerva machine, 2018). Absent, the weights of each code are solved.
   */
  readonly addresses?: number | undefined;
}

/** Defaults with an encoder, to be trained. */
export const TRAINED = { noise: 1, variance: 0.1, deviation: 0.3 } as const;

/** ln of the variance of the weights of a reading before training. */
const LOG_SPREAD = -2;

/**
 * The Kanerva memory: a matrix with a Gaussian distribution, written by the exact Bayesian update and read by weights that are
 * solved for each code (Wu et al., The Kanerva machine, 2018; Learning attractor dynamics for generative memory, 2018); see
 * `GaussianMemory`.
 *
 * Without an encoder, patterns are codes and nothing is trained. Its small random R0 gives each pattern weights of its own;
 * a recall is nearly the projection of the cue to the span of what was stored, for up to K patterns. With an encoder and a
 * decoder, it is trained by `kanervaTraining`, and stores afterwards.
 */
export class KanervaMemory extends CodeMemory {
  readonly kind = "kanerva";
  /** What training learns; R0 and the noise alone, without an encoder. */
  readonly parameters: KanervaParameters;
  readonly addresses: number | undefined;
  /** The options that a prior without training follows from. */
  readonly options: ResolvedOptions<typeof kanervaOptions>;

  /** @throws OptionError, ArgumentError or ShapeError for options out of range, or coders that do not fit */
  constructor({ code, encoder, decoder, addresses, ...given }: KanervaOptions) {
    const coders = codersOf(code, encoder, decoder);
    const options = readOptions(
      "a Kanerva memory",
      kanervaOptions,
      coders === undefined ? given : { ...TRAINED, ...defined(given) },
    );
    super(coders?.encoder.inputs ?? codeOf(code), coders);
    const own = coders?.encoder.outputs ?? this.units;
    this.options = options;
    if (addresses !== undefined) {
      if (coders === undefined)
        throw new ArgumentError("addresses are trained; give an encoder and a decoder, or omit them");
      requireInteger("addresses", addresses, 1, 100_000);
    }
    this.addresses = addresses;
    const random = new Random(options.seed);
    this.parameters = {
      encoder: coders?.encoder.parameters ?? [],
      decoder: coders?.decoder.parameters ?? [],
      ...priorParameters(options, own, random.fork(0)),
      spread: spreadParameters(own, options.rows),
      ...(addresses !== undefined && {
        addresses: normalParameter([options.rows, addresses], 1 / Math.sqrt(options.rows), random.fork(1)),
        keys: normalParameter([own, addresses], 1 / Math.sqrt(own), random.fork(2)),
      }),
    };
  }

  /** K */
  get rows(): number {
    return this.options.rows;
  }

  /** The linear-Gaussian memory of codes. */
  get gaussian(): GaussianMemory {
    return this.machine.parts[0];
  }

  /** A machine that holds nothing, from the current parameters. */
  makeMachine(): KanervaMachine {
    const { addresses, keys } = this.parameters;
    const trained = addresses && keys && { addresses, keys };
    const prior = priorOf(this.parameters);
    if (this.encoder !== undefined) return singleMachine(new GaussianMemory(prior), trained);
    const { variance, noise } = this.options;
    return singleMachine(new GaussianMemory({ ...prior, variance, noise }));
  }
}

/** R0, u0 and s as parameters. */
export function priorParameters(
  {
    rows,
    noise,
    variance,
    deviation,
  }: { readonly rows: number; readonly noise: number; readonly variance: number; readonly deviation: number },
  code: number,
  random: Random,
): Pick<KanervaParameters, "mean" | "logVariance" | "logNoise"> {
  return {
    mean: normalParameter([rows, code], deviation * noise, random),
    logVariance: filledParameter([1], log(variance)),
    logNoise: filledParameter([1], 2 * log(noise)),
  };
}

/** The variances of weights before training, the same for all codes. */
export function spreadParameters(code: number, rows: number): KanervaParameters["spread"] {
  return { weights: filledParameter([code, rows], 0), bias: filledParameter([rows], LOG_SPREAD) };
}

/** The prior that parameters describe. */
export function priorOf({
  mean,
  logVariance,
  logNoise,
}: Pick<KanervaParameters<Parameter>, "mean" | "logVariance" | "logNoise">): GaussianPrior {
  const [rows, code] = mean.shape;
  return {
    mean: matrix(rows, code, Float64Array.from(mean.values)),
    variance: exp(logVariance.values[0]),
    noise: exp(logNoise.values[0] / 2),
  };
}

/** An encoder with its decoder, or neither. */
export function codersOf(
  code: number | undefined,
  encoder: Perceptron | undefined,
  decoder: Perceptron | undefined,
): Coders | undefined {
  if (encoder === undefined && decoder === undefined) return undefined;
  if (encoder === undefined || decoder === undefined) {
    throw new ArgumentError(`${encoder === undefined ? "encoder" : "decoder"} is missing; give both, or neither`);
  }
  const size = code ?? encoder.outputs;
  if (encoder.outputs !== size || decoder.inputs !== size) {
    throw new ShapeError(
      `the encoder gives codes of ${encoder.outputs} entries and the decoder takes ${decoder.inputs}; code is ${size}`,
    );
  }
  if (decoder.outputs !== encoder.inputs) {
    throw new ShapeError(`the decoder gives ${decoder.outputs} units but the encoder takes ${encoder.inputs}`);
  }
  return { encoder, decoder };
}

/** C without an encoder. */
export function codeOf(code: number | undefined): number {
  if (code === undefined) throw new ArgumentError("code is missing; give the number of entries of a pattern");
  requireInteger("code", code, 1, 1_000_000);
  return code;
}

function defined(options: object): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

import { requireInteger, requireNumber } from "../../errors.js";
import { WorkspaceRbm } from "../../models/index.js";
import { BlockChains } from "./block-chains.js";
import type { LiveArrays, MethodSetting, ModelChains, TrainingMethod, UpdateGradient } from "./method.js";
import type { PersistentOptions } from "./persistent.js";

/** Persistent chains, and how their fast weights learn. */
export interface FastWeightsOptions extends PersistentOptions {
  /** Learning rate of the fast weights; 0.05 where it is left out. */
  readonly fastRate?: number | undefined;
  /** What the fast weights are multiplied with at each update, from 0 to below 1; 19/20 where it is left out. */
  readonly decay?: number | undefined;
}

/**
 * Fast persistent contrastive divergence: the chains run on W + F, where the fast weights F learn from the same gradient
 * at a high rate and decay, F <- decay F + fastRate g. So the model is less probable where the chains have just been,
 * and they move on. Biases have fast parts, too (Tieleman and Hinton, Using fast weights to improve persistent contrastive
 * divergence, 2009).
 *
 * @throws ArgumentError for steps or chains that are no whole number of at least 1, a negative fastRate, or a decay outside [0, 1)
 */
export function fastWeights(options: FastWeightsOptions = {}): TrainingMethod {
  const { steps = 1, chains, fastRate = 0.05, decay = 0.95 } = options;
  requireInteger("steps", steps, 1);
  if (chains !== undefined) requireInteger("chains", chains, 1);
  requireNumber("fastRate", fastRate, 0, Number.MAX_VALUE);
  requireNumber("decay", decay, 0, 1 - Number.EPSILON);
  return {
    name: "fast weights",
    options: { steps, chains, fastRate, decay },
    start: (setting) => new FastChains(setting, steps, chains ?? setting.batch, fastRate, decay),
  };
}

class FastChains implements ModelChains {
  readonly arrays: LiveArrays;
  readonly #setting: MethodSetting;
  readonly #steps: number;
  readonly #rate: number;
  readonly #decay: number;
  /** The machine with fast weights on it. */
  readonly #total: WorkspaceRbm;
  readonly #chains: BlockChains;
  readonly #fast: Float32Array;
  readonly #fastVisible: Float64Array;
  readonly #fastHidden: Float64Array;

  constructor(setting: MethodSetting, steps: number, chains: number, rate: number, decay: number) {
    const { workspace, rbm, random } = setting;
    this.#setting = setting;
    this.#steps = steps;
    this.#rate = rate;
    this.#decay = decay;
    this.#total = new WorkspaceRbm(workspace, rbm);
    this.#chains = new BlockChains(workspace, this.#total, chains, random);
    this.#fast = workspace.float32(rbm.weights.values.length);
    this.#fastVisible = new Float64Array(rbm.visible.width);
    this.#fastHidden = new Float64Array(rbm.hidden.width);
    this.arrays = new Map<string, Float64Array | Float32Array | Uint32Array>([
      ...this.#chains.arrays(),
      ["fast.weights", this.#fast],
      ["fast.visible", this.#fastVisible],
      ["fast.hidden", this.#fastHidden],
    ]);
  }

  begin(): void {
    this.restore();
    this.#chains.begin();
  }

  restore(): void {
    this.follow();
  }

  advance(): BlockChains {
    this.#chains.advance(this.#steps);
    return this.#chains;
  }

  learn({ weights, visible, hidden }: UpdateGradient): void {
    const [rate, momentum] = [this.#rate, this.#decay];
    this.#ascend(weights, rate, momentum);
    for (let i = 0; i < visible.length; i++) this.#fastVisible[i] = momentum * this.#fastVisible[i] + rate * visible[i];
    for (let j = 0; j < hidden.length; j++) this.#fastHidden[j] = momentum * this.#fastHidden[j] + rate * hidden[j];
  }

  follow(): void {
    const { machine } = this.#setting;
    this.#total.weights.values.set(machine.weights.values);
    // F as it is, added to W.
    this.#ascend(this.#fast, 0, 1);
    this.#refresh();
  }

  /** A step of ascent with F for its velocity; the weights of the chains move by it, to be set by `follow`. */
  #ascend(gradient: Float32Array, rate: number, momentum: number): void {
    const { values } = this.#total.weights;
    this.#setting.workspace.ascend({ values, velocity: this.#fast, gradient, rate, momentum, l1: 0, l2: 0 });
  }

  #refresh(): void {
    const { machine } = this.#setting;
    for (const [layer, own, fast] of [
      [this.#total.visible, machine.visible, this.#fastVisible],
      [this.#total.hidden, machine.hidden, this.#fastHidden],
    ] as const) {
      layer.units.parameters.set(own.units.parameters);
      // As inputs, not as parameters: the gradient of those is to be taken where the machine has them.
      for (let i = 0; i < fast.length; i++) layer.bias[i] = own.bias[i] + fast[i];
    }
    this.#total.weights.refresh();
  }
}

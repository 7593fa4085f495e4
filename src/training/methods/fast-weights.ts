import { LayerStack } from "../../layers/index.js";
import { rbmLayers } from "../../models/index.js";
import { maker } from "../../options.js";
import type { LiveArrays } from "../checkpoint.js";
import { BlockChains } from "./block-chains.js";
import type { MethodSetting, ModelChains, UpdateGradient } from "./method.js";
import { persistentOptions } from "./persistent-options.js";

/**
 * Fast persistent contrastive divergence: the chains run on W + F, where the fast weights F learn from the same gradient
 * at a high rate and decay, F <- fastDecay F + fastRate g. This lowers the probability of the states that the chains just
 * visited, so they move on. Biases have fast parts, too (Tieleman and Hinton, Using fast weights to improve persistent
 * contrastive divergence, 2009).
 */
export const fastWeights = maker("training method", {
  name: "fpcd",
  summary: "persistent contrastive divergence with fast weights",
  reference: "Tieleman and Hinton 2009",
  options: {
    ...persistentOptions,
    fastRate: {
      type: "number",
      low: 0,
      high: Number.MAX_VALUE,
      default: 0.05,
      help: "learning rate of the fast weights",
    },
    fastDecay: {
      type: "number",
      low: 0,
      below: 1,
      default: 0.95,
      help: "decay factor of the fast weights per update",
    },
  },
  create: ({ steps, chains, fastRate, fastDecay }) => ({
    start: (setting: MethodSetting): ModelChains =>
      new FastChains(setting, steps, chains ?? setting.batch, fastRate, fastDecay),
  }),
});

class FastChains implements ModelChains {
  readonly arrays: LiveArrays;
  readonly #setting: MethodSetting;
  readonly #steps: number;
  readonly #rate: number;
  readonly #decay: number;
  /** The machine plus its fast weights. */
  readonly #total: LayerStack;
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
    this.#total = new LayerStack(workspace, rbmLayers(rbm));
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
    this.#total.weights[0].values.set(this.#setting.stack.weights[0].values);
    // The current F is added to W.
    this.#ascend(this.#fast, 0, 1);
    this.#refresh();
  }

  /** A step of gradient ascent with F as its velocity; it also moves the weights of the chains, until `follow` sets them. */
  #ascend(gradient: Float32Array, rate: number, momentum: number): void {
    const { values } = this.#total.weights[0];
    this.#setting.workspace.ascend({ values, velocity: this.#fast, gradient, rate, momentum, l1: 0, l2: 0 });
  }

  #refresh(): void {
    const fastBiases = [this.#fastVisible, this.#fastHidden];
    this.#total.layers.forEach(({ units, bias }, l) => {
      const own = this.#setting.stack.layers[l];
      units.parameters.set(own.units.parameters);
      // Added as inputs, not as parameters: the gradient is taken at the parameters of the machine.
      for (let i = 0; i < bias.length; i++) bias[i] = own.bias[i] + fastBiases[l][i];
    });
    this.#total.weights[0].refresh();
  }
}

import { disposeSymbol } from "../../disposing.js";
import { ArgumentError, DataError, requireFiniteResults, requireInteger, ShapeError } from "../../errors.js";
import { buildFitting, defaultWorkspace, Held, type MakeWorkspace } from "../../kernels/index.js";
import { ChainStreams } from "../../layers/chain-streams.js";
import type { LayerBatch } from "../../layers/layer-batch.js";
import { type Random, requireRandom } from "../../math/random.js";
import type { DeepBeliefNet } from "./deep-belief-net.js";
import { DeepBeliefStack } from "./deep-belief-stack.js";
import { setLabels } from "./labels.js";

/** Options of Gibbs chains of a deep belief net. */
export interface DeepBeliefChainsOptions {
  /** The draws of chain r depend only on this generator and r. */
  readonly random: Random;
  /** Number of chains; defaults to the number of labels, or 1. */
  readonly count?: number | undefined;
  /** The class of each chain, to which its label unit is clamped; if omitted, labels are sampled too. */
  readonly labels?: ArrayLike<number> | undefined;
  readonly workspace?: MakeWorkspace | undefined;
}

/**
 * Generation from a deep belief net: block Gibbs sampling in the top RBM, from visible units without hidden input, then one
 * pass down, layer by layer. With the label unit clamped the chains generate data of one class (Hinton, Osindero and Teh, A
 * fast learning algorithm for deep belief nets, 2006). States are drawn in single precision; the net must not change
 * meanwhile.
 */
export class DeepBeliefChains {
  readonly net: DeepBeliefNet;
  readonly count: number;
  readonly #labels: ArrayLike<number> | undefined;
  readonly #held: Held<{ readonly stack: DeepBeliefStack; readonly streams: ChainStreams }>;
  #step = 0;

  /**
   * @throws ArgumentError for a missing generator, a count below 1 or labels for a net without any, DataError for a label
   *   that is not a class
   */
  constructor(net: DeepBeliefNet, options: DeepBeliefChainsOptions) {
    const { random, labels, count = labels?.length ?? 1, workspace = defaultWorkspace } = options;
    requireRandom(random, "generation");
    requireInteger("count", count, 1);
    if (labels !== undefined) requireLabels(net, labels, count);
    this.net = net;
    this.count = count;
    this.#labels = labels && Uint32Array.from(labels);
    this.#held = new Held(
      "chains",
      buildFitting(workspace, (place) => ({
        stack: new DeepBeliefStack(place, net, count),
        streams: new ChainStreams(place, random, count),
      })),
    );
    const built = this.#held.value;
    built.stack.load();
    const { bias, units } = this.#top.layer;
    for (let r = 0; r < count; r++) this.#top.inputs.set(bias, r * units.width);
    this.#top.sample({ streams: this.#streams, step: this.#next() });
    this.#clamp();
  }

  /**
   * Makes steps in the top RBM, each of which samples both layers.
   *
   * @throws ArgumentError unless steps is an integer of at least 0
   */
  advance(steps = 1): this {
    requireInteger("steps", steps, 0);
    const top = this.#stack.rbms.length - 1;
    const hidden = this.#stack.hidden[top];
    const rbm = this.#stack.rbms[top];
    for (let step = 0; step < steps; step++) {
      rbm.up(0, this.#top, hidden);
      hidden.sample({ streams: this.#streams, step: this.#next() });
      rbm.down(0, hidden, this.#top);
      this.#top.sample({ streams: this.#streams, step: this.#next(), means: true });
      this.#clamp();
    }
    return this;
  }

  /**
   * The pass down from the current states of the chains: means <v | h^1> of the visible units with h^1 drawn, and states drawn
   * from them, each chains x `net.visible.width` numbers. The chains are unchanged.
   */
  generate(): { readonly means: Float64Array; readonly states: Float64Array } {
    const lower = this.#stack.rbms.length - 1;
    if (lower === 0 && this.#step === 1) throw new ArgumentError("the chains have made no step; call advance first");
    const first = this.#stack.visible[0];
    for (let l = lower - 1; l >= 0; l--) {
      this.#stack.copyDown(l);
      this.#stack.rbms[l].down(0, this.#stack.hidden[l], this.#stack.visible[l]);
      this.#stack.visible[l].sample({ streams: this.#streams, step: this.#next(), means: true });
    }
    const { width } = first.layer.units;
    const states = new Float64Array(this.count * width);
    for (let r = 0; r < this.count; r++) first.read(r, states.subarray(r * width, (r + 1) * width));
    const means = requireFiniteResults("means", Float64Array.from(first.means));
    return { means, states: requireFiniteResults("states", states) };
  }

  /** The states of the label units as classes, one per chain. */
  labels(): Uint32Array {
    const { classes } = this.net;
    if (classes === 0) throw new ArgumentError("the net has no label units");
    const row = new Float64Array(this.#top.layer.units.width);
    return Uint32Array.from({ length: this.count }, (_, r) => this.#top.read(r, row).subarray(-classes).indexOf(1));
  }

  get #stack(): DeepBeliefStack {
    return this.#held.value.stack;
  }

  get #streams(): ChainStreams {
    return this.#held.value.streams;
  }

  /** Releases the memory of the chains, which cannot be used afterwards. */
  dispose(): void {
    this.#held.dispose();
  }

  [disposeSymbol](): void {
    this.dispose();
  }

  get #top(): LayerBatch {
    return this.#stack.visible[this.#stack.visible.length - 1];
  }

  #next(): number {
    return this.#step++;
  }

  #clamp(): void {
    const labels = this.#labels;
    if (labels !== undefined) setLabels(this.#top, this.net.classes, (r) => labels[r]);
  }
}

function requireLabels({ classes }: DeepBeliefNet, labels: ArrayLike<number>, count: number): void {
  if (classes === 0) throw new ArgumentError("labels are given but the net has no label units; omit them");
  if (labels.length !== count) throw new ShapeError(`labels has ${labels.length} entries for ${count} chains`);
  for (let r = 0; r < count; r++) {
    if (Number.isInteger(labels[r]) && labels[r] >= 0 && labels[r] < classes) continue;
    throw new DataError(`labels[${r}] is ${labels[r]}; expected a class from 0 to ${classes - 1}`);
  }
}

import { ArgumentError } from "../../errors.js";
import type { MakeWorkspace } from "../../kernels/index.js";
import { Random } from "../../math/index.js";
import {
  BoltzmannChains,
  type BoltzmannMachine,
  boltzmannKind,
  DeepBeliefChains,
  type DeepBeliefNet,
  DeepBoltzmannChains,
  type DeepBoltzmannMachine,
  deepBeliefKind,
  deepBoltzmannKind,
  type Rbm,
  rbmKind,
  WorkspaceChains,
} from "../../models/index.js";
import { quote } from "../../names.js";
import type { Size } from "../../node/index.js";
import type { RegionOf } from "../io/options.js";
import type { ForKind, TrainedModel } from "../io/trained-model.js";
import { listed, namesOf } from "../train/classes.js";
import { pixelsOf, type StartOptions, startOf } from "./sample-start.js";

/** All chains at one moment: their states, and the means from which these were drawn. */
export interface Moment {
  readonly states: Float64Array;
  readonly means: Float64Array;
}

/** Chains of any model. */
export interface Sampler {
  advance(steps: number): unknown;
  moment(): Moment;
  /** The classes of the chains, if the model has labels. */
  classes?(): string[];
}

/** The options that say how chains run. */
export interface ChainOptions extends StartOptions {
  burnIn?: number;
  beta: number;
  clamp?: RegionOf;
  label?: string;
}

/** Makes the chains in a workspace. */
export type MakeSampler = (workspace: MakeWorkspace) => Sampler;

/** Options that only some kinds take. */
export type Particular = "from" | "beta" | "clamp" | "label";

/** How models of one kind are sampled. */
export interface Sampling extends ForKind {
  /** The options that it takes besides the common ones. */
  readonly options: readonly Particular[];
  sampler(model: TrainedModel<never>, shape: Size, options: ChainOptions): Promise<MakeSampler>;
  /** Default number of chains. */
  usualCount?(model: TrainedModel<never>, label: string | undefined): number;
}

/** Chains of an RBM: from noise, or from data, of which a part may be clamped. */
const rbmSampling: Sampling = {
  kind: rbmKind,
  options: ["from", "beta", "clamp"],
  async sampler(model: TrainedModel<Rbm>, shape, options) {
    const { count, beta, seed } = options;
    const visible = await startOf(model, shape, options);
    const clamped = clampedOf(options, shape);
    const random = new Random(seed).fork(0);
    return (workspace) => {
      const chains = new WorkspaceChains(model.model, { random, visible, count, beta, clamped, workspace });
      return {
        advance: (steps) => chains.advance(steps),
        moment: () => ({ states: chains.states(), means: chains.means() }),
      };
    };
  },
};

/** Chains of a Boltzmann machine, unit by unit: from noise, or from data, of which a part may be clamped. */
const boltzmannSampling: Sampling = {
  kind: boltzmannKind,
  options: ["from", "beta", "clamp"],
  async sampler({ model: machine, ...rest }: TrainedModel<BoltzmannMachine>, shape, options) {
    const { count, beta, seed } = options;
    const visible = await startOf(rest, shape, options);
    const pixels = new Set(clampedOf(options, shape));
    const clamped =
      pixels.size === 0 ? undefined : Array.from({ length: machine.visible.count }, (_, i) => pixels.has(i));
    const random = new Random(seed).fork(0);
    return () => {
      const chains = new BoltzmannChains(machine, { random, visible, count, beta, clamped, sweep: "block" });
      // Units are drawn one after another, each given the others at its turn: states have no means that belong to all units.
      return {
        advance: (steps) => chains.advance(steps),
        moment: () => ({ states: chains.visible, means: chains.visible }),
      };
    };
  },
};

/** Chains in the top RBM of a deep belief net, from noise; each moment is a down-pass from there. */
const dbnSampling: Sampling = {
  kind: deepBeliefKind,
  options: ["label"],
  sampler(model: TrainedModel<DeepBeliefNet>, _shape, { count, seed, label, burnIn }) {
    if (burnIn === 0) throw new ArgumentError("--burn-in is 0, but the chains start from noise; use at least 1");
    const { model: net } = model;
    const names = namesOf(model, net.classes);
    const labels = label === undefined ? undefined : labelsOf(label, names, count);
    const random = new Random(seed).fork(0);
    return Promise.resolve((workspace) => {
      const chains = new DeepBeliefChains(net, { random, count, labels, workspace });
      return {
        advance: (steps) => chains.advance(steps),
        moment: () => chains.generate(),
        ...(net.classes === 0 ? {} : { classes: () => Array.from(chains.labels(), (c) => names[c]) }),
      };
    });
  },
  usualCount: ({ model: net }: TrainedModel<DeepBeliefNet>, label) =>
    label === "all" && net.classes > 0 ? net.classes : 10,
};

/** Chains of a deep Boltzmann machine: from noise, or from data. */
const dbmSampling: Sampling = {
  kind: deepBoltzmannKind,
  options: ["from", "beta"],
  async sampler(model: TrainedModel<DeepBoltzmannMachine>, shape, options) {
    const { count, beta, seed } = options;
    const visible = await startOf(model, shape, options);
    const random = new Random(seed).fork(0);
    return (workspace) => {
      const chains = new DeepBoltzmannChains(model.model, { random, visible, count, beta, workspace });
      return {
        advance: (steps) => chains.advance(steps),
        moment: () => ({ states: chains.states(), means: chains.means() }),
      };
    };
  },
};

/** How each kind of model is sampled; a new kind is one line here. */
export const samplings: readonly Sampling[] = [rbmSampling, boltzmannSampling, dbnSampling, dbmSampling];

/** The clamped pixels. */
function clampedOf({ clamp, from }: ChainOptions, shape: Size): number[] {
  if (clamp === undefined) return [];
  if (from !== "random") return pixelsOf(clamp(shape), shape);
  throw new ArgumentError("--clamp holds a part of the start fixed, but --from is random; use --from data or an image");
}

/** The class of every chain: one for all, or all of them in turn. */
function labelsOf(label: string, names: readonly string[], count: number): Uint32Array {
  if (names.length === 0) {
    throw new ArgumentError(`--label is ${quote(label)}, but the net was trained without --labels; omit it`);
  }
  if (label === "all") return Uint32Array.from({ length: count }, (_, r) => r % names.length);
  const wanted = names.indexOf(label);
  if (wanted >= 0) return new Uint32Array(count).fill(wanted);
  throw new ArgumentError(`--label is ${quote(label)}; expected all, or one of ${listed(names)}`);
}

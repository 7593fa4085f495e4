import { ArgumentError } from "../../errors.js";
import type { MakeWorkspace } from "../../kernels/index.js";
import { Random } from "../../math/index.js";
import { DeepBeliefChains, WorkspaceChains } from "../../models/index.js";
import type { Size } from "../../node/index.js";
import type { Region } from "../../patterns/index.js";
import type { TrainedModel } from "../io/trained-model.js";
import { listed, namesOf } from "../train/classes.js";
import { pixelsOf, type StartOptions, startOf } from "./sample-start.js";

/** All chains at one moment: their states, and what these were drawn from. */
export interface Moment {
  readonly states: Float64Array;
  readonly means: Float64Array;
}

/** Chains of a model, whichever it is. */
export interface Sampler {
  advance(steps: number): unknown;
  moment(): Moment;
  /** What the chains show, where the model has labels. */
  classes?(): string[];
}

/** The options that say how chains run. */
export interface ChainOptions extends StartOptions {
  burnIn?: number;
  beta: number;
  clamp?: Region;
  label?: string;
}

/** Makes the chains, once it is known who computes. */
export type MakeSampler = (workspace: MakeWorkspace) => Sampler;

/** Chains of an RBM: from noise, or from data, of which a part may be held. */
export async function rbmSampler(model: TrainedModel<"rbm">, shape: Size, options: ChainOptions): Promise<MakeSampler> {
  const { from, count, beta, clamp, seed, label } = options;
  if (clamp !== undefined && from === "random") {
    throw new ArgumentError("--clamp holds a part of the start, but --from is random; give --from data or an image");
  }
  if (label !== undefined) throw new ArgumentError("--label is for a deep belief net with labels; leave it out");
  const visible = await startOf(model, shape, options);
  const clamped = clamp === undefined ? [] : pixelsOf(clamp, shape);
  const random = new Random(seed).fork(0);
  return (workspace) => {
    const chains = new WorkspaceChains(model.rbm, { random, visible, count, beta, clamped, workspace });
    return {
      advance: (steps) => chains.advance(steps),
      moment: () => ({ states: chains.states(), means: chains.means() }),
    };
  };
}

/** Chains in the top RBM of a deep belief net, from noise; each moment is a pass down from there. */
export function dbnSampler(model: TrainedModel<"dbn">, options: ChainOptions): MakeSampler {
  const { from, count, beta, clamp, seed, label, burnIn } = options;
  const stray: [boolean, string][] = [
    [from !== "random", `--from is ${from}, but a deep belief net begins at its top: from random alone`],
    [clamp !== undefined, "--clamp is for an RBM: a deep belief net holds no part of a picture"],
    [beta !== 1, `--beta is ${beta}, but a deep belief net is sampled at 1 alone`],
  ];
  const found = stray.find(([holds]) => holds);
  if (found !== undefined) throw new ArgumentError(`${found[1]}; leave it out`);
  if (burnIn === 0) throw new ArgumentError("--burn-in is 0, but the chains begin with noise; take at least 1 step");
  const { net } = model;
  const names = namesOf(model, net.classes);
  const labels = label === undefined ? undefined : labelsOf(label, names, count);
  const random = new Random(seed).fork(0);
  return (workspace) => {
    const chains = new DeepBeliefChains(net, { random, count, labels, workspace });
    return {
      advance: (steps) => chains.advance(steps),
      moment: () => chains.generate(),
      ...(net.classes === 0 ? {} : { classes: () => Array.from(chains.labels(), (c) => names[c]) }),
    };
  };
}

/** Chains that one class, or one after the other, asks for where no number was given. */
export function usualCount(model: TrainedModel<"rbm" | "dbn">, label: string | undefined): number {
  return model.model === "dbn" && label === "all" && model.net.classes > 0 ? model.net.classes : 10;
}

/** The class of every chain: one for all, or all of them in turn. */
function labelsOf(label: string, names: readonly string[], count: number): Uint32Array {
  if (names.length === 0) {
    throw new ArgumentError(
      `--label is ${JSON.stringify(label)}, but the net was trained without --labels; leave it out`,
    );
  }
  if (label === "all") return Uint32Array.from({ length: count }, (_, r) => r % names.length);
  const wanted = names.indexOf(label);
  if (wanted >= 0) return new Uint32Array(count).fill(wanted);
  throw new ArgumentError(`--label is ${JSON.stringify(label)}; expected all, or one of ${listed(names)}`);
}

import { contrastiveDivergence, type PatternSet } from "engram";
import type { Matrix } from "engram/math";
import type { Context } from "../experiment.js";
import { trainKept } from "../rbm/kept-training.js";
import { atBeta, weightsOf } from "./machine.js";
import { BETA } from "./source.js";

/** How the source trains. */
export interface Training {
  readonly epochs: number;
  readonly batch: number;
  /** k of CD-k. */
  readonly steps: number;
  /** Learning rate of W at inverse temperature beta; the source omits the factor beta of the gradient. */
  readonly rate: number;
  readonly seed: number;
}

/**
 * Trains W as the source does, CD-k at beta 2 without fields, and calls `onEpoch` with it after every epoch.
 *
 * @param name under which checkpoints are saved, so that a run that was killed resumes
 * @returns W at the end
 */
export async function trainWeights(
  name: string,
  weights: Matrix,
  images: PatternSet,
  { epochs, batch, steps, rate, seed }: Training,
  context: Pick<Context, "kept" | "signal" | "workspace">,
  onEpoch: (epoch: number, weights: Matrix) => Promise<void> | void = () => undefined,
): Promise<Matrix> {
  const machine = atBeta(weights, BETA);
  await trainKept(
    machine,
    images,
    {
      method: contrastiveDivergence({ steps }),
      epochs,
      batch: Math.min(batch, images.count),
      // The machine's weights are beta W, and its hidden means those of the source.
      rate: BETA * rate,
      learnBiases: false,
      seed,
    },
    context,
    {
      name,
      async onEpoch(epoch): Promise<undefined> {
        await onEpoch(epoch, weightsOf(machine, BETA));
      },
    },
  );
  return weightsOf(machine, BETA);
}

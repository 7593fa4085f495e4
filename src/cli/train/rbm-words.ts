import type { Json } from "../../storage/index.js";
import { count, short } from "../io/output.js";
import { firstRateOf, rateOf } from "./rbm-options.js";
import type { RbmPlan } from "./rbm-plan.js";
import { earlierRates } from "./training-file.js";
import { time } from "./training-log.js";
import { batchOf, describeRate, methodOf } from "./training-options.js";
import type { TrainingOutcome } from "./training-run.js";
import { dataNotes, methodWords } from "./training-words.js";

/** How a model was trained, as its file tells. */
export function settingsOf(plan: RbmPlan, epochs: number): { [key: string]: Json | undefined } {
  const { options, learned, heldOut, resumed } = plan;
  const { name, options: given } = methodOf(options);
  const isCut = plan.rbm.visible.twoStates !== undefined;
  const { finalRate, momentum, l1, l2, sparsity, sparsityCost, centred, seed } = options;
  return {
    ...dataNotes(plan),
    ...(isCut ? {} : { binarise: undefined, threshold: undefined }),
    heldOut: heldOut?.count ?? 0,
    method: name,
    ...(given as { [key: string]: Json }),
    init: resumed?.run.init ?? options.init,
    epochs,
    batch: batchOf(learned.count, options.batch),
    rate: firstRateOf(options),
    finalRate,
    earlier: earlierRates(resumed, describeRate(rateOf(options))),
    momentum,
    l1,
    l2,
    sparsity,
    sparsityCost,
    centred,
    seed,
  };
}

/** What is about to be trained. */
export function opening({ rbm, learned, heldOut, options }: RbmPlan): string[] {
  const { visible, hidden } = rbm;
  const size = learned.shape.join("x");
  const apart = heldOut === undefined ? "" : `, and ${heldOut.count} kept apart to show overfitting`;
  return [
    `RBM of ${visible.count} ${visible.type} visible and ${hidden.count} ${hidden.type} hidden units, by ${methodWords[options.method]}`,
    `${count(learned.count, "image")} of ${size} pixels from ${learned.name}${apart}; all numbers in nats an image`,
    "",
  ];
}

/** What came of it. */
export function closing({ options, file }: RbmPlan, { epochs, seconds, swapRates }: TrainingOutcome): string[] {
  const { out, filters } = options;
  const swaps = swapRates ?? [];
  return [
    `Trained for ${count(epochs, "epoch")} in ${time(seconds)}. Wrote ${[out, ...(filters === undefined ? [] : [filters])].join(" and ")}.`,
    ...(swaps.length > 0
      ? [
          `Neighbouring temperatures swapped in ${short(Math.min(...swaps))} to ${short(Math.max(...swaps))} of the tries.`,
        ]
      : []),
    `${file} is for more: --resume with more --epochs goes on.`,
    `What it dreams of: engram sample ${out}. How good it is: engram score ${out} --data ${options.data}`,
  ];
}

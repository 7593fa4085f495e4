import type { Json } from "../storage/index.js";
import { count, short } from "./output.js";
import { describeRate, methodOf, rateOf } from "./rbm-options.js";
import type { RbmOutcome, RbmPlan } from "./rbm-run.js";
import { time } from "./training-log.js";

/** How a model was trained, as its file tells. */
export function settingsOf(plan: RbmPlan, epochs: number): { [key: string]: Json | undefined } {
  const { options, reading, learned, heldOut, resumed } = plan;
  const { name, options: given } = methodOf(options);
  const rate = rateOf(options);
  const isCut = plan.rbm.visible.twoStates !== undefined;
  const { invert, momentum, l1, l2, sparsity, sparsityCost, centred, seed } = options;
  return {
    data: options.data,
    split: options.split,
    images: learned.count,
    heldOut: heldOut?.count ?? 0,
    invert,
    binarise: isCut ? reading.binarise : undefined,
    threshold: isCut && reading.binarise === "threshold" ? reading.threshold : undefined,
    method: name,
    ...(given as { [key: string]: Json }),
    init: resumed?.run.init ?? options.init,
    epochs,
    batch: options.batch ?? Math.min(100, learned.count),
    rate: typeof rate === "number" ? rate : rate.description,
    momentum,
    l1,
    l2,
    sparsity,
    sparsityCost,
    centred,
    seed,
  };
}

const methodWords: Readonly<Record<string, string>> = {
  pcd: "persistent contrastive divergence",
  cd: "contrastive divergence",
  fpcd: "persistent contrastive divergence with fast weights",
  pt: "parallel tempering",
};

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

/** Where a training that was to be resumed goes on. */
export function goingOn({ file, resumed, options }: RbmPlan): string {
  if (resumed === undefined) return `There is no ${file} yet: this begins with the first epoch.`;
  const { done } = resumed.run;
  const part = Number(done.toFixed(2));
  if (done >= options.epochs) return `${file} has all ${options.epochs} epochs already: ask for more by --epochs.`;
  const rate = describeRate(rateOf(options));
  const change = rate === resumed.rate ? "" : `, at a rate of ${rate} instead of ${resumed.rate}`;
  return `Going on from ${file}, after ${part} of ${options.epochs} epochs${change}.`;
}

/** What came of it. */
export function closing({ options, file }: RbmPlan, { epochs, seconds, swapRates }: RbmOutcome): string[] {
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

import type { Scheduled } from "../../training/index.js";
import type { GreySet, GreySetOptions } from "../io/grey-set.js";
import type { Reading } from "../io/reading.js";
import type { KeptTraining } from "./training-file.js";
import { describeRate, type FileOptions } from "./training-options.js";

/** What a plan says of its images. */
interface ReadImages {
  readonly options: GreySetOptions;
  readonly reading: Reading;
  readonly learned: GreySet;
}

/** Which images a model learned, and how they were read, as its file tells. */
export function dataNotes({ options, reading, learned }: ReadImages) {
  return {
    data: options.data,
    split: options.split,
    images: learned.count,
    invert: options.invert,
    binarise: reading.binarise,
    threshold: reading.binarise === "threshold" ? reading.threshold : undefined,
  };
}

export const methodWords: Readonly<Record<string, string>> = {
  pcd: "persistent contrastive divergence",
  cd: "contrastive divergence",
  fpcd: "persistent contrastive divergence with fast weights",
  pt: "parallel tempering",
};

/** A training that may go on from a file. */
interface GoingOn {
  readonly file: string;
  readonly resumed: KeptTraining | undefined;
  readonly options: Pick<FileOptions, "resume">;
}

/** Where a training that is to be resumed goes on. */
export function goingOn({ file, resumed, options }: GoingOn, epochs: number, scheduled: Scheduled): string[] {
  if (options.resume === undefined) return [];
  if (resumed === undefined) return [`There is no ${file} yet: this begins with the first epoch.`];
  const { done } = resumed.run;
  const part = Number(done.toFixed(2));
  if (done >= epochs) return [`${file} has all ${epochs} epochs already: ask for more by --epochs.`];
  const going = `Going on from ${file}, after ${part} of ${epochs} epochs.`;
  const rate = describeRate(scheduled);
  if (rate === resumed.rate) return [going];
  const now = `The learning rate is ${rateWords(rate)} from here on; it was ${rateWords(resumed.rate)}.`;
  return [going, `${now} In one go, the result would be another.`];
}

/** The rate of a checkpoint as a person reads it. */
function rateWords(rate: string): string {
  const [, from, to, epochs] = /^linear decay \{"from":([^,]+),"to":([^,]+),"epochs":([^,]+)\}$/.exec(rate) ?? [];
  return from === undefined ? rate : `on a line from ${from} to ${to} over ${epochs} epochs`;
}

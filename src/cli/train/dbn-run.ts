import { ArgumentError } from "../../errors.js";
import type { DeepBeliefNet } from "../../models/index.js";
import { writeFileAtomic } from "../../node/index.js";
import { encodeDeepBeliefNet, type Json } from "../../storage/index.js";
import { type TrainingData, trainDeepBeliefNet } from "../../training/index.js";
import type { GreySet } from "../io/grey-set.js";
import { count } from "../io/output.js";
import type { Reading } from "../io/reading.js";
import type { DbnLayer, DbnOptions } from "./dbn-options.js";
import { earlierRates, type KeptTraining, withRate } from "./training-file.js";
import { TrainingLog, time } from "./training-log.js";
import { batchOf, describeRate, updatesAnEpoch } from "./training-options.js";
import { lookEvery, type TrainingOutcome, type TrainingTask } from "./training-run.js";
import { dataNotes, methodWords } from "./training-words.js";

/** A training of a deep belief net that is ready to begin. */
export interface DbnPlan {
  readonly options: DbnOptions;
  readonly reading: Reading;
  readonly learned: GreySet;
  readonly net: DeepBeliefNet;
  readonly layers: readonly DbnLayer[];
  readonly data: TrainingData;
  /** The names of the classes, and the number of each image's, for a net with labels. */
  readonly classes: readonly string[] | undefined;
  readonly labels: Uint32Array | undefined;
  readonly file: string;
  readonly resumed: KeptTraining | undefined;
}

/** Epochs of the first n RBMs. */
export function epochsOf(layers: readonly { readonly epochs: number }[], n = layers.length): number {
  return layers.slice(0, n).reduce((sum, { epochs }) => sum + epochs, 0);
}

/** The RBM that a checkpoint was trained: 0 is the lowest. */
export function layerOf({ checkpoint }: KeptTraining): number {
  const { settings } = checkpoint.metadata as { settings?: { layer?: string } };
  return Number(settings?.layer) - 1;
}

/** RBMs that are trained stay as they are: other numbers of epochs than theirs are refused. */
export function requireSameBelow(file: string, resumed: KeptTraining, layers: readonly DbnLayer[]): void {
  const { each, done } = resumed.run;
  const under = layerOf(resumed);
  if (each?.length !== layers.length || !(under >= 0 && under < layers.length)) {
    const expected = `a deep belief net of ${count(layers.length, "hidden layer")}`;
    throw new ArgumentError(`${file} is no checkpoint of ${expected}; give another file with --checkpoint`);
  }
  layers.forEach(({ epochs }, l) => {
    if (l < under && epochs !== each[l]) {
      const found = `--epochs is ${epochs} for RBM ${l + 1}, which ${file} has after ${each[l]}`;
      throw new ArgumentError(`${found}: it stays as it is; leave its number, and change those of the RBMs above`);
    }
    const own = done - each.slice(0, l).reduce((sum, n) => sum + n, 0);
    if (l === under && own > epochs) {
      throw new ArgumentError(
        `--epochs is ${epochs} for RBM ${l + 1} but ${file} has ${own} of them already; ask for more`,
      );
    }
  });
}

/** The training of a deep belief net as `runTraining` takes it. */
export function dbnTask(plan: DbnPlan): TrainingTask {
  const { options, learned, net, layers, data, labels, file, resumed } = plan;
  const updates = updatesAnEpoch(learned.count, options.batch);
  const log = new TrainingLog({ epochs: layers[0].epochs, updates, quiet: options.json });
  return {
    options,
    file,
    resumed,
    asked: {
      epochs: epochsOf(layers),
      init: "means",
      each: layers.map(({ epochs }) => epochs),
      earlier: earlierOf(plan),
    },
    log,
    async *steps(workspace, signal) {
      let current = -1;
      const training = trainDeepBeliefNet(net, data, {
        layers: layers.map((layer) => ({ ...layer, reportEvery: lookEvery })),
        labels,
        seed: options.seed,
        resume: resumed && withRate(resumed.checkpoint, describeRate(layers[layerOf(resumed)].rate)),
        workspace,
        signal,
      });
      for await (const report of training) {
        const l = report.layer - 1;
        if (l !== current) log.section(sectionOf(plan, l), layers[l].epochs);
        current = l;
        const part = report.updates / updates;
        yield log.step(report, { part, epochs: epochsOf(layers, l) + part, place: { layer: report.layer } });
      }
    },
    async save(done) {
      const { shape } = learned;
      await writeFileAtomic(options.out, encodeDeepBeliefNet(net, { shape, notes: dbnSettings(plan, done) }));
    },
  };
}

function earlierOf({ layers, resumed }: DbnPlan) {
  return resumed && earlierRates(resumed, describeRate(layers[layerOf(resumed)].rate));
}

/** How a net was trained, as its file tells. */
export function dbnSettings(plan: DbnPlan, done: number): { [key: string]: Json | undefined } {
  const { options, learned, layers, classes } = plan;
  const { finalRate, momentum, l1, l2, seed } = options;
  return {
    ...dataNotes(plan),
    classes: classes && [...classes],
    method: layers.map(({ method }) => method.name),
    methodOptions: layers.map(({ method }) => method.options as { [key: string]: Json }),
    epochs: layers.map(({ epochs }, l) => Math.min(epochs, Math.max(0, done - epochsOf(layers, l)))),
    batch: batchOf(learned.count, options.batch),
    rate: layers.map(({ firstRate }) => firstRate),
    finalRate,
    earlier: earlierOf(plan),
    momentum,
    l1,
    l2,
    seed,
  };
}

/** What is about to be trained. */
export function dbnOpening({ net, learned }: DbnPlan): string[] {
  const labels = net.classes > 0 ? ` and ${net.classes} classes` : "";
  return [
    `Deep belief net of ${net.widths.join("-")} binary units${labels}, RBM by RBM from below`,
    `${count(learned.count, "image")} of ${learned.shape.join("x")} pixels from ${learned.name}; all numbers in nats a state of the lower layer`,
    "",
  ];
}

function sectionOf({ net, layers }: DbnPlan, l: number): string {
  const { visible, hidden } = net.rbms[l];
  return `RBM ${l + 1} of ${layers.length}, ${visible.width} x ${hidden.width}, by ${methodWords[layers[l].methodName]}`;
}

/** What came of it. */
export function dbnClosing({ options, file, net }: DbnPlan, { epochs, seconds }: TrainingOutcome): string[] {
  const { out, data } = options;
  return [
    `Trained for ${count(epochs, "epoch")} in ${time(seconds)}. Wrote ${out}.`,
    `${file} is for more: --resume with more --epochs of the top RBM goes on.`,
    `What it dreams of: engram sample ${out}${net.classes > 0 ? " --label all" : ""}. How good it is: engram score ${out} --data ${data}`,
  ];
}

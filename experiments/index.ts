import { ArgumentError } from "engram";
import { phaseDiagram } from "./amit-1985/phase-diagram.js";
import { retrievalOverlap } from "./amit-1985/retrieval-overlap.js";
import { pairedInferenceTable } from "./banino-2020/paired-inference.js";
import { binaryStrings } from "./bartunov-2019/binary-strings.js";
import { distortionRate } from "./bartunov-2019/distortion-rate.js";
import { initialisation } from "./collier-beel-2018/initialisation.js";
import { hopfieldStart } from "./dbn/hopfield-start.js";
import { dbnMnist } from "./dbn/mnist.js";
import { exponentialCapacity } from "./demircigil-2017/exponential.js";
import type { Experiment } from "./experiment.js";
import { associativeRecall } from "./graves-2014/associative-recall.js";
import { copy } from "./graves-2014/copy.js";
import { nGram } from "./graves-2014/n-gram.js";
import { prioritySort } from "./graves-2014/priority-sort.js";
import { repeatCopy } from "./graves-2014/repeat-copy.js";
import { dncAssociativeRecall } from "./graves-2016/associative-recall.js";
import { dncCopy } from "./graves-2016/copy.js";
import { dynamicAllocation } from "./graves-2016/dynamic-allocation.js";
import { randomFeatures } from "./hoover-2024/random-features.js";
import { emergent } from "./hoover-2025/emergent.js";
import { capacity } from "./hopfield-1982/capacity.js";
import { overTime } from "./hopfield-1982/over-time.js";
import { projectionCapacity } from "./kanter-sompolinsky-1987/projection-capacity.js";
import { denseCapacity } from "./krotov-hopfield-2016/capacity.js";
import { digits as denseDigits } from "./krotov-hopfield-2016/digits.js";
import { denseMnist } from "./krotov-hopfield-2016/mnist.js";
import { randomStarts } from "./krotov-hopfield-2016/random-starts.js";
import { robustness } from "./krotov-hopfield-2018/robustness.js";
import { limits as largeLimits } from "./krotov-hopfield-2020/limits.js";
import { threshold } from "./lucibello-mezard-2024/threshold.js";
import { capacity as productCapacity } from "./marblestone-2020/capacity.js";
import { clustering } from "./marblestone-2020/clustering.js";
import { factorisation } from "./marblestone-2020/factorisation.js";
import { equalBits } from "./memories/equal-bits.js";
import { ising2d } from "./onsager-1944/ising-2d.js";
import { palimpsest } from "./parisi-1986/palimpsest.js";
import { attention } from "./ramsauer-2020/attention.js";
import { bags } from "./ramsauer-2020/bags.js";
import { halfDigits } from "./ramsauer-2020/half-digits.js";
import { metastable } from "./ramsauer-2020/metastable.js";
import { storage } from "./ramsauer-2020/storage.js";
import { exactGradientErrors } from "./rbm/exact-gradient.js";
import { features } from "./rbm/features.js";
import { mnist500 } from "./rbm/mnist-500.js";
import { basinCircles } from "./rojas-1996/basin-circles.js";
import { basinPictures } from "./rojas-1996/basin-pictures.js";
import { capacityRule } from "./rojas-1996/capacity-rule.js";
import { indexOfAttraction } from "./rojas-1996/index-of-attraction.js";
import { projections } from "./rojas-1996/projections.js";
import { singleShot } from "./rojas-1996/single-shot.js";
import { smallNetworks } from "./rojas-1996/small-networks.js";
import { tableFiveSteps } from "./rojas-1996/table-five-steps.js";
import { tableOneStep } from "./rojas-1996/table-one-step.js";
import { tablePseudoinverse } from "./rojas-1996/table-pseudoinverse.js";
import { tableSpurious } from "./rojas-1996/table-spurious.js";
import { exactRetrieval } from "./santos-2024/exact.js";
import { appendixB } from "./smart-zilman-2021/appendix-b.js";
import { appendixC } from "./smart-zilman-2021/appendix-c.js";
import { appendixD } from "./smart-zilman-2021/appendix-d.js";
import { equation8 } from "./smart-zilman-2021/equation-8.js";
import { figure2 } from "./smart-zilman-2021/figure-2.js";
import { figure3 } from "./smart-zilman-2021/figure-3.js";
import { figure4 } from "./smart-zilman-2021/figure-4.js";
import { figure4Samples } from "./smart-zilman-2021/figure-4-samples.js";
import { figure5 } from "./smart-zilman-2021/figure-5.js";
import { figureD1 } from "./smart-zilman-2021/figure-d1.js";
import { figureD2 } from "./smart-zilman-2021/figure-d2.js";
import { figureE1 } from "./smart-zilman-2021/figure-e1.js";
import { stories } from "./sukhbaatar-2015/stories.js";
import { temperingModes } from "./tempering/modes.js";
import { sparseCapacityFigure } from "./tsodyks-feigelman-1988/sparse-capacity.js";
import { supportedStories } from "./weston-2014/stories.js";
import { bound } from "./wu-2018/bound.js";
import { denoising } from "./wu-2018/denoising.js";
import { kl } from "./wu-2018/kl.js";

export * from "./experiment.js";
export * from "./perform.js";

/** All experiments, in the order in which they are listed. */

export const experiments: readonly Experiment[] = [
  tableOneStep,
  tableFiveSteps,
  tablePseudoinverse,
  basinCircles,
  singleShot,
  indexOfAttraction,
  tableSpurious,
  basinPictures,
  capacityRule,
  projections,
  smallNetworks,
  capacity,
  overTime,
  retrievalOverlap,
  phaseDiagram,
  projectionCapacity,
  sparseCapacityFigure,
  palimpsest,
  denseCapacity,
  randomStarts,
  denseDigits,
  denseMnist,
  robustness,
  largeLimits,
  exponentialCapacity,
  threshold,
  exactRetrieval,
  storage,
  metastable,
  attention,
  bags,
  binaryStrings,
  distortionRate,
  halfDigits,
  supportedStories,
  stories,
  pairedInferenceTable,
  emergent,
  randomFeatures,
  bound,
  denoising,
  kl,
  clustering,
  factorisation,
  productCapacity,
  equalBits,
  copy,
  repeatCopy,
  associativeRecall,
  nGram,
  prioritySort,
  dncCopy,
  dncAssociativeRecall,
  dynamicAllocation,
  initialisation,
  ising2d,
  exactGradientErrors,
  temperingModes,
  mnist500,
  features,
  dbnMnist,
  hopfieldStart,
  equation8,
  figure2,
  figure5,
  figureE1,
  figureD1,
  figureD2,
  figure3,
  figure4,
  figure4Samples,
  appendixB,
  appendixC,
  appendixD,
];

/** @throws ArgumentError where there is none of that id */
export function experimentById(id: string): Experiment {
  const found = experiments.find((experiment) => experiment.id === id);
  if (found === undefined) throw new ArgumentError(`there is no experiment "${id}"`);
  return found;
}

import type { Experiment } from "../experiment.js";
import { claimsOfFigureE1 } from "./expert-claims.js";
import { type FigureData, figure, summarizeBy } from "./expert-summary.js";
import { figure5 } from "./figure-5.js";
import { type Parameters, type Part, runTask, tasksOf } from "./product-of-experts.js";
import { citation } from "./source.js";

const { quick, full } = figure5.settings;

/** Figure 5 on to 100 epochs, with Hebbian starts beside the others. */
export const figureE1: Experiment<Parameters, Part, FigureData> = {
  id: "smart-zilman-2021/figure-e1",
  title: "Test error of a product of ten experts up to 100 epochs, with Hebbian starts, too",
  citation,
  where: "figure E1",
  version: 3,
  digits: "like MNIST",
  settings: {
    quick: { ...quick, starts: ["hopfield", "hebbian"] },
    standard: {
      ...full,
      k: [10],
      trained: [10],
      starts: ["hopfield", "hebbian", "pca", "normal"],
      runs: 1,
      epochs: 10,
      tested: [1, 2, 3, 4, 5, 10],
      projections: [],
    },
    full: {
      ...full,
      starts: ["hopfield", "hebbian", "pca", "normal"],
      epochs: 100,
      tested: [1, 2, 3, 4, ...Array.from({ length: 20 }, (_, at) => 5 * (at + 1))],
    },
  },
  tasks: (parameters) => tasksOf(parameters).length,
  run: runTask,
  summarize: summarizeBy(claimsOfFigureE1),
  figure,
};

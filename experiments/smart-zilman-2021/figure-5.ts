import type { Experiment } from "../experiment.js";
import { claimsOfFigure5 } from "./expert-claims.js";
import { type FigureData, figure, summarizeBy } from "./expert-summary.js";
import { type Parameters, type Part, runTask, tasksOf } from "./product-of-experts.js";
import { citation } from "./source.js";

const source = { images: 60000, test: 10000, batch: 100, steps: 20, rate: 1e-4, projections: [100, 200] };

/** Ten experts, one a digit, from sub-patterns of it: their ten features classify the digits, before and after training. */
export const figure5: Experiment<Parameters, Part, FigureData> = {
  id: "smart-zilman-2021/figure-5",
  title: "Test error of a product of ten experts against epochs, for Hopfield, principal component and random starts",
  citation,
  where: "figure 5, and the errors that the text gives with it",
  version: 3,
  digits: "like MNIST",
  settings: {
    quick: {
      ...source,
      images: 6000,
      test: 2000,
      k: [10, 100],
      trained: [10],
      starts: ["hopfield", "normal"],
      runs: 1,
      epochs: 2,
      tested: [1, 2],
      steps: 5,
    },
    standard: {
      ...source,
      k: [10, 20, 100],
      trained: [100],
      starts: ["hopfield", "pca", "normal"],
      runs: 1,
      epochs: 5,
      tested: [1, 2, 3, 4, 5],
    },
    full: {
      ...source,
      k: [10, 20, 100],
      trained: [10, 20, 100],
      starts: ["hopfield", "pca", "normal"],
      runs: 3,
      epochs: 50,
      tested: [1, 2, 3, 4, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50],
    },
  },
  tasks: (parameters) => tasksOf(parameters).length,
  run: runTask,
  summarize: summarizeBy(claimsOfFigure5),
  figure,
};

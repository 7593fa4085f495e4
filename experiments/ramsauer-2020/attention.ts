import { colours, type Experiment } from "../experiment.js";
import { stated } from "../statistics.js";
import { formulaDifference, moduleDifference } from "./layers.js";
import { modules } from "./modules.js";
import { citation } from "./source.js";

interface Parameters {
  /** Layers with weights at random, for each way of taking values. */
  readonly layers: number;
}

interface Part {
  readonly name: string;
  readonly kind: "output" | "gradient";
  /** The largest difference, in parts of the largest number of its array or of 1. */
  readonly difference: number;
}

interface FigureData {
  readonly points: readonly Part[];
}

const WAYS = [
  ["values Y W_V", false],
  ["values Y W_K W_V", true],
] as const;

/** `num_heads`, `update_steps_max` + 1 and `scaling` of the modules. */
const MODULES: Readonly<Record<string, object>> = {
  pooling: { heads: 2 },
  association: { heads: 2, steps: 3 },
  lookup: { heads: 2 },
  "pooling in steps": { steps: 4, beta: 0.7 },
};

/** What may differ where the mathematics is the same: some hundred operations in double precision. */
const ROUNDING = 1e-12;

/** The layers are attention, and those of the source's own implementation. */
export const attention: Experiment<Parameters, Part, FigureData> = {
  id: "ramsauer-2020/attention",
  title: "One step of an association is attention; layers beside the source's implementation, outputs and gradients",
  citation,
  where:
    "section 2, equation 10: Z = softmax(beta R W_Q W_K^T Y^T) Y W_K W_V, for beta = 1 / sqrt(d) the attention of transformers; the implementation is hflayers (github.com/ml-jku/hopfield-layers)",
  version: 1,
  settings: { quick: { layers: 20 }, full: { layers: 1000 } },
  tasks: () => WAYS.length + Object.keys(MODULES).length,

  run({ layers }, task, { random }) {
    if (task < WAYS.length) {
      const [name, connected] = WAYS[task];
      const differences = Array.from({ length: layers }, (_, k) => formulaDifference(connected, random.fork(k)));
      return { name, kind: "output", difference: Math.max(...differences) };
    }
    const [name, options] = Object.entries(MODULES)[task - WAYS.length];
    return { name, kind: "gradient", difference: moduleDifference(modules[name], options) };
  },

  summarize({ layers }, parts) {
    return {
      rows: parts.map(({ name, difference }, task) =>
        stated(
          task < WAYS.length
            ? `one step with beta = 1 / sqrt(d) less attention with ${name}, largest difference`
            : `${name}: outputs and gradients less those of hflayers, largest difference`,
          "0",
          { value: difference, low: difference, high: difference },
          { below: ROUNDING },
        ),
      ),
      notes: [
        `Attention is computed from its formula for ${layers} layers with two heads and weights at random. The paper's equation takes values from the mapped patterns, Y W_K W_V; its implementation by default from the patterns themselves, Y W_V, as transformers do. Both are options of the layer.`,
        "The modules of hflayers, their outputs and the gradients of the sum of squared outputs come from PyTorch 1.13 in double precision. Differences are in parts of the largest number of an array, or of 1.",
        "For several updates the gradients of hflayers itself are not those of finite differences of its outputs in PyTorch 1.13: by up to 0.4 of the largest, in what passes through the keys. The gradient of masked_select is wrong there for a tensor that is not contiguous; with contiguous keys, as here, all agree.",
        "Results here do not depend on what else is in a batch: every state makes the same number of steps. In hflayers the updates of a batch stop together.",
      ],
      figure: { points: parts },
    };
  },

  figure(Plot, { figure: { points } }) {
    const shown = points.map((point) => ({ ...point, difference: Math.max(point.difference, 1e-17) }));
    return {
      width: 640,
      height: 260,
      marginLeft: 130,
      x: {
        label: "largest difference →",
        type: "log",
        domain: [1e-17, 1e-11],
        ticks: [1e-17, 1e-15, 1e-13, 1e-11],
        tickFormat: (value: number) => value.toExponential(0),
        grid: true,
      },
      y: { label: null, domain: points.map(({ name }) => name) },
      marks: [
        Plot.ruleX([ROUNDING], { stroke: colours.published, strokeDasharray: "4 3" }),
        Plot.dot(shown, { x: "difference", y: "name", r: 5, fill: colours.ours }),
      ],
    };
  },
};

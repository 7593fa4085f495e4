import { type Context, colours, type Experiment, legend } from "../experiment.js";
import { type Digits, digits } from "../smart-zilman-2021/patterns.js";
import { citation } from "../smart-zilman-2021/source.js";
import { type Start, startNames } from "../smart-zilman-2021/starts.js";
import { type LayerPlan, type LayerPoint, learnLayer, type Seen, signsAbove } from "./expert-layer.js";
import { type Parameters, type Part, type Stage, stages } from "./hopfield-start-parts.js";
import {
  CONFIDENCE,
  type Curve,
  crossedTable,
  curvesOf,
  isWhole,
  outcomeOf,
  PUBLISHED,
  rowsOf,
  tableOf,
  whenGone,
} from "./hopfield-start-summary.js";

interface FigureData {
  readonly curves: readonly Curve[];
  readonly epochs: number;
  readonly names: Readonly<Record<Stage, string>>;
  /** Of the first layer before training, where ours has the source's settings. */
  readonly published: number | null;
}

const source = { images: 60_000, test: 10_000, batch: 100, rate: 1e-4 };
const starts: Start[] = ["hopfield", "pca", "normal"];

/**
 * A stack of Hopfield nets as a deep belief net, trained greedily. The mapping of a Hopfield net has gaussian hidden units,
 * which cannot be the input of a second layer as they are: features W^T s are linear in s, and so are those of another such
 * layer on top of them. So the second layer sees their signs, t_j = sgn(h_j - theta_j). Signs are a function of h, so that the
 * first machine remains the same model, p(s, h) = sum_t p(t) p(s, h | t); a deep belief net replaces p(t) by another machine.
 * The bound that Hinton, Osindero and Teh (A fast learning algorithm for deep belief nets, 2006) give for every layer holds for
 * this one too, with Q(t | s) of the first machine; its most probable signs, those of the means, are passed up. Signs are
 * spins, so that the second layer is a Hopfield net with sub-patterns of every class again, the signs of the means of Ward's
 * clusters of them, and is mapped in the same way.
 *
 * Rotations of h leave the machine as it is, but not the signs: the hidden units are those of the source's own factor, QR,
 * each of which is what its pattern adds to those before it. A net whose layers both have the same kind of start does not show
 * the effect of either: on every untrained first layer all starts of the second are tried, before training.
 */
export const hopfieldStart: Experiment<Parameters, Part, FigureData> = {
  id: "dbn/hopfield-start",
  title:
    "Two layers of experts from Hopfield patterns, principal components and normal weights: test error against epochs",
  citation,
  where: "one layer is that of figure 5; two are left open there",
  version: 2,
  digits: "any",
  settings: {
    quick: {
      ...source,
      images: 4000,
      test: 2000,
      k: [20, 20],
      starts,
      runs: { normal: 2 },
      epochs: 3,
      tested: [0, 1, 3],
      batch: 10,
      steps: 1,
    },
    standard: {
      ...source,
      k: [100, 100],
      starts,
      runs: { normal: 2 },
      epochs: 4,
      tested: [0, 1, 2, 4],
      steps: 3,
    },
    full: {
      ...source,
      k: [100, 100],
      starts,
      runs: { hopfield: 3, pca: 3, normal: 5 },
      epochs: 50,
      tested: [0, 1, 2, 3, 5, 10, 20, 30, 40, 50],
      steps: 20,
    },
  },
  tasks: (parameters) => netsOf(parameters).length,

  async run(parameters, task, context): Promise<Part> {
    const { start, run } = netsOf(parameters)[task];
    const { images, random, progress } = context;
    const seen = numbered({
      train: await digits(images, { split: "train", count: parameters.images }),
      test: await digits(images, { split: "test", count: parameters.test }),
    });
    const learn = (stage: number, below: Seen) => {
      const plan: LayerPlan = { ...parameters, start, k: parameters.k[Math.min(stage, 1)] };
      const own: Context = { ...context, random: random.fork(stage) };
      return learnLayer(`stage-${stage}`, below, plan, own, (part) => progress((0.9 * (stage + part)) / stages.length));
    };
    const first = await learn(0, seen);
    const above = signsAbove(first.before, seen, context);
    const untrained = await learn(1, above);
    const trained = await learn(2, signsAbove(first.after, seen, context));
    const crossed: { [start in Start]?: LayerPoint } = { [start]: untrained.points[0] };
    for (const [at, other] of parameters.starts.entries()) {
      if (run > 0 || other === start) continue;
      const plan: LayerPlan = { ...parameters, start: other, k: parameters.k[1], epochs: 0, tested: [0] };
      const own: Context = { ...context, random: random.fork(stages.length + at) };
      const { points } = await learnLayer(`crossed-${at}`, above, plan, own, () => undefined);
      crossed[other] = points[0];
    }
    return {
      start,
      run,
      trained: seen.train.labels.length,
      tested: seen.test.labels.length,
      stages: {
        first: first.points,
        "second on untrained": untrained.points,
        "second on trained": trained.points,
      },
      crossed,
    };
  },

  summarize(parameters, parts) {
    const { epochs, steps, batch, rate, k } = parameters;
    const [{ trained, tested }] = parts;
    const names = namesOf(parameters);
    const rows = rowsOf(parameters, parts, names);
    return {
      rows,
      notes: [
        `Every layer is a product of experts, one a class, with ${k.join(" and ")} gaussian hidden units each, as in figure 5 of the source; the second one sees the signs of the means of all units of the first, each less its mean over the ${trained.toLocaleString("en")} training images. The features are |W^T x|^2 of every expert, and ${tested.toLocaleString("en")} test images are told apart by logistic regression on them.`,
        `A lead is a difference of errors on the same test images. Its interval covers, for every pair of nets from the two starts, the difference with ${100 * CONFIDENCE} % confidence for the images as a sample of such; the error of a start spans its nets, widened in the same way. The source has one layer and says nothing of a second.`,
        outcomeOf(rows),
        ...stages.map(
          (stage) =>
            `${names[stage]}, test errors in per cent (after so many epochs): ${tableOf(parts, stage)}. Lead of Hopfield patterns, over ${whenGone(parts, stage)}.`,
        ),
        `Untrained second layers on the same untrained first layer, test errors in per cent: ${crossedTable(parts)}.`,
        `Training: ${epochs} epochs of CD-${steps} at beta = 2 in batches of ${batch} of one class at a rate of ${rate}, without fields, for both layers alike; the second begins when the first is over.`,
        "Gaussian units on gaussian ones would be linear in the pixels again, and gain nothing: the second layer sees signs, which are coarser than the means. What it gains it must gain on top of what they lose.",
      ],
      figure: { curves: curvesOf(parts), epochs, names, published: isWhole(parameters) ? PUBLISHED.error : null },
    };
  },

  figure(Plot, { figure: { curves: all, epochs, names, published } }) {
    const panel = ({ stage }: { readonly stage: Stage }) => names[stage];
    const colour = ({ start }: Pick<Curve, "start">) => startColours[start];
    const bottom = Math.max(0.1, Math.min(...all.map(({ low }) => low), published ?? 100) / 1.15);
    const highest = Math.max(1, ...all.map(({ high }) => high));
    // No errors at all have no place on a logarithmic axis.
    const shown = (error: number) => Math.max(bottom, error);
    const curves = all.map(({ error, low, ...curve }) => ({ ...curve, error: shown(error), low: shown(low) }));
    const present = (Object.keys(startNames) as Start[]).filter((start) => all.some((curve) => curve.start === start));
    return {
      width: 940,
      height: 420,
      marginTop: 40,
      fx: { label: null, domain: stages.map((stage) => names[stage]) },
      x: {
        label: "epochs of this layer",
        domain: [-0.05 * epochs, epochs * 1.05],
        ticks: Math.min(epochs, 5),
        tickFormat: "d",
      },
      y: {
        label: "test error (%)",
        type: "log",
        domain: [bottom, highest * 3],
        ticks: [0.1, 0.2, 0.5, 1, 2, 3, 5, 10, 20, 50, 100].filter((tick) => tick >= bottom),
        tickFormat: "~g",
        grid: true,
      },
      marks: [
        Plot.ruleX(curves, {
          fx: panel,
          x: "epoch",
          y1: "low",
          y2: "high",
          stroke: colour,
          strokeOpacity: 0.6,
          strokeWidth: 1.5,
        }),
        Plot.line(curves, { fx: panel, x: "epoch", y: "error", z: "start", stroke: colour, strokeWidth: 2 }),
        Plot.dot(curves, { fx: panel, x: "epoch", y: "error", fill: colour, r: 3 }),
        ...(published === null ? [] : [Plot.dot([published], { ...ringed, fx: () => names.first, y: published })]),
        ...legend(
          Plot,
          [
            ...present.map((start) => [startNames[start], startColours[start]] as const),
            ...(published === null ? [] : [["diamond: published, 0 epochs", colours.published] as const]),
          ],
          "top-right",
          { fx: () => names["second on trained"] },
        ),
        Plot.frame({ stroke: "currentColor", strokeOpacity: 0.3 }),
      ],
    };
  },
};

const ringed = { x: 0, stroke: colours.published, symbol: "diamond", r: 6, strokeWidth: 2 };

const startColours: Readonly<Record<Start, string>> = {
  hopfield: colours.ours,
  hebbian: colours.theory,
  pca: colours.other,
  normal: colours.faint,
};

/** Every start, as often as there are nets from it. */
function netsOf({ starts, runs }: Parameters): { readonly start: Start; readonly run: number }[] {
  return starts.flatMap((start) => Array.from({ length: runs[start] ?? 1 }, (_, run) => ({ start, run })));
}

function namesOf({ epochs }: Parameters): Record<Stage, string> {
  return {
    first: "layer 1",
    "second on untrained": "layer 2, layer 1 untrained",
    "second on trained": `layer 2, layer 1 after ${epochs} epochs`,
  };
}

/** Classes as 0, 1, ... in the order of the training labels; a test image of another class counts as an error. */
function numbered({ train, test }: Seen): Seen {
  const classes = [...new Set(train.labels)].sort((a, b) => a - b);
  const relabel = ({ patterns, labels }: Digits): Digits => {
    return { patterns, labels: labels.map((label) => (classes.includes(label) ? classes.indexOf(label) : 255)) };
  };
  return { train: relabel(train), test: relabel(test) };
}

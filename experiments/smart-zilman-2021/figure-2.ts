import { toRbm } from "engram";
import { qrFactor } from "engram/mapping";
import { projectionRetrievalTemperature } from "engram/theory";
import { colours, type Experiment, legend, type Row } from "../experiment.js";
import { compare, expected, mean, stated } from "../statistics.js";
import { bestBeta } from "./best-beta.js";
import { type Bounded, boundsOf, type Estimated, estimateLogZ, type LogZ, sourceLogZ } from "./log-z.js";
import { meanHalfSquare, patternsLogZ } from "./machine.js";
import { prepared, spinRows, subPatterns } from "./patterns.js";
import { citation } from "./source.js";

type Parameters = {
  /** Training digits, the first ones of the file, that are clustered and averaged over. */
  images: number;
  /** Sub-patterns a digit. */
  ks: number[];
  betas: number[];
  /** The source's estimator: numbers of independent runs, of chains and of steps. */
  source: { runs: number; chains: number; steps: number };
  ours: { chains: number; temperatures: number; samples: number; starts: number };
  /** Orders of the images in which they are clustered: they decide between merges of clusters that cost the same. */
  orders: number;
};

interface Part extends LogZ {
  readonly k: number;
  readonly beta: number;
  readonly order: number;
  /** Mean of |W^T s|^2 / 2 over the images. */
  readonly energy: number;
  /** The source's estimator; of the first order alone. */
  readonly runs: readonly (Estimated & { readonly accepted: number })[];
  /** log Z of the stored patterns alone; null at beta = 1, where it is infinite. */
  readonly patterns: number | null;
}

interface Point {
  readonly k: number;
  readonly beta: number;
  /** Mean log p of an image, by the source's estimator with the range of its runs, and by ours with its upper bound for log Z. */
  readonly source: number;
  readonly low: number;
  readonly high: number;
  readonly ours: number;
  readonly least: number;
}

interface FigureData {
  readonly points: readonly Point[];
  readonly theory: readonly { readonly k: number; readonly beta: number; readonly logP: number }[];
  readonly lowest: number;
}

const UNITS = 784;
const IMAGES = 60_000;
/** What the source says: the best beta is near 2, where it speaks of p/N of about 0.1, "roughly k = 8". */
const BEST = 2;
const SPOKEN_OF = 8;
/** The melting temperature that it reads for this load in figure 1 of Kanter and Sompolinsky, as a beta. */
const MELTING = { load: 0.1, beta: 1.5 };
const RISES = { above: 0 };
/** Panels of the figure beside each other. */
const COLUMNS = 5;
/** Effective samples below which an estimate and its error mean nothing. */
const FEW = 10;

/** Mean log-probability of an image under Hopfield RBMs, and a check of the published estimate of it. */
export const figure2: Experiment<Parameters, Part, FigureData> = {
  id: "smart-zilman-2021/figure-2",
  title: "Mean ln p of a digit under the Hopfield RBM against beta, for k sub-patterns a digit",
  citation,
  where: "figure 2 and section 3.1.1: best beta near 2, and a rise with k",
  version: 4,
  digits: "like MNIST",
  settings: {
    quick: {
      images: 2000,
      ks: [1, 3],
      betas: [1.2, 1.5, 2, 2.5],
      source: { runs: 2, chains: 50, steps: 300 },
      ours: { chains: 50, temperatures: 300, samples: 200, starts: 20 },
      orders: 2,
    },
    standard: {
      images: 60_000,
      ks: [1, 2, 3, 5, 8, 10],
      betas: [0.6, 1.2, 1.35, 1.5, 1.75, 2, 2.25, 2.5, 3, 4],
      source: { runs: 2, chains: 100, steps: 1000 },
      ours: { chains: 100, temperatures: 1000, samples: 400, starts: 50 },
      orders: 3,
    },
    full: {
      images: 60_000,
      ks: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      betas: [0.6, 1.2, 1.4, 1.5, 1.6, 1.8, 2, 2.25, 2.5, 3, 4],
      source: { runs: 3, chains: 500, steps: 1000 },
      ours: { chains: 500, temperatures: 1000, samples: 1000, starts: 200 },
      orders: 3,
    },
  },
  tasks: (parameters) => points(parameters).length,

  async run(parameters, task, { images, random, workspace, signal, progress }) {
    const { k, beta, order } = points(parameters)[task];
    const { set, trees } = await prepared(images, parameters.images, order);
    const patterns = subPatterns(trees, k);
    const { rbm } = toRbm(patterns, { factor: qrFactor() });
    progress(0.2);
    const runs: Part["runs"][number][] = [];
    for (let run = 0; order === 0 && run < parameters.source.runs; run++) {
      const options = { ...parameters.source, beta, random: random.fork(run + 1), workspace, signal };
      runs.push(await sourceLogZ(rbm.weights, options));
      progress(0.2 + (0.5 * (run + 1)) / parameters.source.runs);
    }
    const seeds = spinRows(patterns);
    const found = await estimateLogZ(rbm.weights, {
      ...parameters.ours,
      beta,
      seeds,
      random: random.fork(0),
      workspace,
      signal,
    });
    const theory = beta === 1 ? null : patternsLogZ(patterns.units, patterns.count, beta);
    return { k, beta, order, energy: meanHalfSquare(rbm.weights, set.patterns), runs, patterns: theory, ...found };
  },

  summarize({ ks, betas, images }, parts) {
    const levels = new Levels(parts);
    const known = [...ks].sort((a, b) => a - b);
    const grid = [...betas].sort((a, b) => a - b);
    const most = known[known.length - 1];
    const at = (k: number, beta: number) => levels.first(k, beta);
    const best = (k: number) => grid.reduce((a, b) => (levels.of(k, b).value > levels.of(k, a).value ? b : a));
    const cold = levels.smallestRise(known, () => BEST);
    const own = levels.smallestRise(known, best);
    const fewer = images < IMAGES ? `our setting is smaller: ${images} of ${IMAGES} training images` : undefined;
    const top = (k: number) => levels.bestBeta(k, grid);
    const sourceTop = (k: number) => {
      const values = grid.map((beta) => beta * at(k, beta).energy - mean(at(k, beta).runs.map(({ logZ }) => logZ)));
      return grid[values.indexOf(Math.max(...values))];
    };
    const spokenOf = known.reduce((a, b) => (Math.abs(b - SPOKEN_OF) < Math.abs(a - SPOKEN_OF) ? b : a));
    const other = spokenOf === SPOKEN_OF ? fewer : `our setting is smaller: k = ${spokenOf}, not ${SPOKEN_OF}`;
    const melting = 1 / projectionRetrievalTemperature(MELTING.load);
    const rows: Row[] = [
      stated(
        `smallest rise of ln p from one k to the next, each at its best beta (k = ${own.from} to ${own.to})`,
        "positive",
        own,
        RISES,
        { smaller: fewer },
      ),
      stated(
        `smallest rise of ln p from one k to the next, beta = 2 (k = ${cold.from} to ${cold.to})`,
        "positive",
        cold,
        RISES,
        { smaller: fewer, explained: mixturesTake(at(cold.from, BEST), at(cold.to, BEST), own.low > 0) },
      ),
      compare(`best beta, k = ${spokenOf}`, BEST, top(spokenOf), {
        slack: 0,
        smaller: other,
        explained:
          sourceTop(spokenOf) === BEST
            ? "by the source's own estimator, whose chains fall into few modes, the highest ln p of these betas is at 2"
            : undefined,
      }),
      {
        ...compare("beta at which the patterns' basins melt, alpha = 0.1, mean-field theory", MELTING.beta, {
          value: melting,
          low: melting,
          high: melting,
        }),
        anyData: true,
      },
    ];
    for (const k of known) rows.push(sourceRow(at(k, BEST)));
    const span = (k: number) => (2 * at(k, BEST).energy) / UNITS;
    return {
      rows,
      notes: [
        "Conventions: pixel > 0 is +1; sub-patterns are the signs of the means of Ward's clusters of every digit by itself, on spins; E(s) = -|W^T s|^2 / 2 with W from QR, self-couplings included, no fields; Z sums over the spins. ln p is the mean over " +
          `${images === 60_000 ? "all 60,000" : `the first ${images}`} training images.`,
        "The source's estimator anneals the hidden units alone from a standard normal distribution with Hamiltonian Monte Carlo (two leapfrog steps of 0.2 a temperature). Ours is the larger of two lower bounds, annealing over the spins by block Gibbs sampling and importance sampling from gaussians at the modes of the hidden density; annealing back from draws of the better one bounds log Z from above, as far as the draws are those of the machine. Intervals run from the lower to the upper bound, three standard errors included.",
        `At beta = 2, k = ${most}: ${described(at(most, BEST))}; k = ${known[0]}: ${described(at(known[0], BEST))}.`,
        `Fewest effective samples of the source's estimator: ${fewest(parts.flatMap(({ runs }) => runs)).toFixed(1)} of its chains; where ${FEW} are not reached its error bars mean nothing. Where it falls short of log Z, ln p comes out too high.`,
        `Squared distances of binary images are whole numbers, so that many merges of Ward's tree cost the same: from k = 2 on, ${levels.orders(most)} orders of the images decide differently between them, and the intervals hold what follows. At beta = 2 the orders lie ${known.map((k) => `${levels.spread(k, BEST).toFixed(1)} nats apart for k = ${k}`).join(", ")}.`,
        `What survives: at the best beta of those measured ln p is ${known.map((k) => `${levels.of(k, best(k)).value.toFixed(0)} nats for k = ${k} (beta = ${best(k)})`).join(", ")}; at beta = 2, ${known.map((k) => `${levels.of(k, BEST).value.toFixed(0)} for k = ${k}`).join(", ")}. The best beta, with all that the bounds and orders allow (ln p is concave in beta), is ${known.map((k) => `${fixed(top(k))} for k = ${k}`).join(", ")}; by the source's own estimator, of the betas measured, ${known.map((k) => `${sourceTop(k)} for k = ${k}`).join(", ")}. The source names one peak for all its curves.`,
        `Why: were the patterns and their negatives all of Z, the best beta would be artanh(m) / m with m^2 the part c of an image's square norm that the patterns span, c = ${known.map((k) => `${span(k).toFixed(3)} (k = ${k})`).join(", ")}. At beta = 2 the other maxima of the density, mixtures of patterns, and the width of all of them add ${(at(most, BEST).logZ - at(most, BEST).patterns!).toFixed(1)} nats for k = ${most} and ${(at(known[0], BEST).logZ - at(known[0], BEST).patterns!).toFixed(1)} for k = ${known[0]}; as beta grows they die out, and the patterns alone give log Z.`,
      ],
      figure: {
        points: known.flatMap((k) =>
          grid.map((beta) => {
            const { energy, runs } = at(k, beta);
            const source = runs.map(({ logZ }) => beta * energy - logZ);
            const { value, low } = levels.of(k, beta);
            return {
              k,
              beta,
              source: mean(source),
              low: Math.min(...source),
              high: Math.max(...source),
              ours: value,
              least: low,
            };
          }),
        ),
        theory: known.flatMap((k) =>
          Array.from({ length: 61 }, (_, i) => 1.05 + (i * (grid[grid.length - 1] - 1.05)) / 60).map((beta) => ({
            k,
            beta,
            logP: beta * at(k, BEST).energy - patternsLogZ(UNITS, 10 * k, beta),
          })),
        ),
        lowest: Math.min(...parts.map((part) => logP(part).low)),
      },
    };
  },

  figure(Plot, { figure: { points, theory, lowest } }) {
    const ks = [...new Set(points.map(({ k }) => k))].sort((a, b) => a - b);
    const column = (k: number) => ks.indexOf(k) % COLUMNS;
    const row = (k: number) => Math.floor(ks.indexOf(k) / COLUMNS);
    const facet = { fx: ({ k }: { k: number }) => column(k), fy: ({ k }: { k: number }) => row(k) };
    return {
      width: 180 * Math.min(ks.length, COLUMNS) + 70,
      height: 330 * Math.ceil(ks.length / COLUMNS) + 50,
      marginTop: 40,
      fx: { axis: null },
      fy: { axis: null },
      x: { label: "beta", domain: [0, Math.max(...points.map(({ beta }) => beta)) * 1.05] },
      y: { label: "mean ln p of an image (nats)", domain: [Math.max(lowest, -560), -60], grid: true },
      marks: [
        Plot.ruleX([BEST], { stroke: colours.published, strokeDasharray: "3 4" }),
        Plot.line(
          theory.filter(({ logP }) => logP > Math.max(lowest, -560) && logP < -60),
          { ...facet, x: "beta", y: "logP", stroke: colours.theory, strokeWidth: 1.5, strokeDasharray: "5 4" },
        ),
        Plot.ruleX(points, { ...facet, x: "beta", y1: "least", y2: "ours", stroke: colours.ours, strokeWidth: 2 }),
        Plot.line(
          [...points].sort((a, b) => a.beta - b.beta),
          { ...facet, x: "beta", y: "ours", stroke: colours.ours, strokeWidth: 2 },
        ),
        Plot.dot(points, { ...facet, x: "beta", y: "ours", fill: colours.ours, r: 3 }),
        Plot.ruleX(points, { ...facet, x: "beta", y1: "low", y2: "high", stroke: colours.published, strokeWidth: 2 }),
        Plot.dot(points, { ...facet, x: "beta", y: "source", stroke: colours.published, r: 4, strokeWidth: 1.5 }),
        Plot.frame({ stroke: "currentColor", strokeOpacity: 0.3 }),
        ...legend(
          Plot,
          [
            ["the source's estimator", colours.published],
            ["ours, to its bound", colours.ours],
            ["patterns alone", colours.theory],
          ],
          "top-right",
          { fx: () => 0, fy: () => 0 },
        ),
        Plot.text(ks, { fx: column, fy: row, text: (k: number) => `k = ${k}`, frameAnchor: "top", dy: -16 }),
      ],
    };
  },
};

/** The largest nets first; with one pattern a digit the clusters are the digits, in any order. */
function points({ ks, betas, orders }: Parameters) {
  return [...ks]
    .sort((a, b) => b - a)
    .flatMap((k) =>
      Array.from({ length: k === 1 ? 1 : orders }, (_, order) => betas.map((beta) => ({ k, beta, order }))).flat(),
    );
}

/** Mean log p of an image, by ours. */
function logP(part: Part): Bounded {
  const { value, low, high } = boundsOf(part);
  const energy = part.beta * part.energy;
  return { value: energy - value, low: energy - high, high: energy - low };
}

/** What several orders of the images leave open: the mean of their values, and all that their bounds allow. */
function together(found: readonly Bounded[]): Bounded {
  return {
    value: mean(found.map(({ value }) => value)),
    low: Math.min(...found.map(({ low }) => low)),
    high: Math.max(...found.map(({ high }) => high)),
  };
}

/** Mean log p of an image by k and beta, over the orders of the images. */
class Levels {
  readonly #parts: readonly Part[];

  constructor(parts: readonly Part[]) {
    this.#parts = parts;
  }

  #at(k: number, beta: number): Part[] {
    return this.#parts.filter((part) => part.k === k && part.beta === beta);
  }

  /** That of the order of the file. */
  first(k: number, beta: number): Part {
    return this.#at(k, beta).find(({ order }) => order === 0)!;
  }

  orders(k: number): number {
    return new Set(this.#parts.filter((part) => part.k === k).map(({ order }) => order)).size;
  }

  of(k: number, beta: number): Bounded {
    return together(this.#at(k, beta).map(logP));
  }

  /** How far the values of the orders lie apart. */
  spread(k: number, beta: number): number {
    const values = this.#at(k, beta).map((part) => logP(part).value);
    return Math.max(...values) - Math.min(...values);
  }

  /** The beta at which ln p is highest. */
  bestBeta(k: number, grid: readonly number[]): Bounded {
    const one = (order: number) =>
      bestBeta(grid.map((beta) => ({ beta, ...logP(this.#at(k, beta).find((part) => part.order === order)!) })));
    return together(Array.from({ length: this.orders(k) }, (_, order) => one(order)));
  }

  /** The least certain rise of ln p from one k to the next, with each net at one beta. */
  smallestRise(
    ks: readonly number[],
    betaOf: (k: number) => number,
  ): Bounded & { readonly from: number; readonly to: number } {
    return ks
      .slice(1)
      .map((to, i) => {
        const below = this.#at(ks[i], betaOf(ks[i]));
        const rises = this.#at(to, betaOf(to)).map((part) => {
          const [x, y] = [logP(part), logP(below.find(({ order }) => order === part.order) ?? below[0])];
          return { value: x.value - y.value, low: x.low - y.high, high: x.high - y.low };
        });
        return { ...together(rises), from: ks[i], to };
      })
      .reduce((a, b) => (b.low < a.low ? b : a));
  }
}

/** Why ln p does not rise from one net to the next at the same beta, where it would if the patterns alone were all of Z. */
function mixturesTake(from: Part, to: Part, risesAtBest: boolean): string | undefined {
  const alone = (part: Part) => part.beta * part.energy - part.patterns!;
  const rise = alone(to) - alone(from);
  if (rise <= 0) return undefined;
  const why = `were the patterns alone all of Z it would rise by ${rise.toFixed(1)} nats, but mixtures of them take a growing part of it`;
  return risesAtBest ? `${why}; at its own best beta each k has more than the one before` : why;
}

/** The error of the source's estimator of log Z: its mean is Z, that of its logarithm at most log Z. */
function sourceRow(part: Part): Row {
  const { k, beta, runs } = part;
  const found = runs.map(({ logZ }) => logZ);
  const ours = boundsOf(part);
  const error = {
    value: mean(found) - ours.value,
    low: Math.min(...found) - ours.high,
    high: Math.max(...found) - ours.low,
  };
  const few = fewest(runs);
  return expected(`log Z by the source's estimator less ours, k = ${k}, beta = ${beta}`, 0, error, {
    explained: few < FEW ? `its chains fall into few modes: ${few.toFixed(1)} effective samples` : undefined,
  });
}

function fewest(runs: readonly Estimated[]): number {
  return Math.min(...runs.map(({ ess }) => ess));
}

function fixed({ value, low, high }: Bounded): string {
  return `${value.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
}

function described({ runs, forward, mixture, reverse, patterns }: Part): string {
  const told = ({ logZ, error, ess }: Estimated) =>
    `${logZ.toFixed(2)} +- ${error.toFixed(2)} (${ess.toFixed(0)} effective samples)`;
  return `log Z is ${runs.map(told).join(" and ")} by the source's estimator, ${told(forward)} by annealing over the spins, ${told(mixture)} from ${mixture.modes} modes, ${told(reverse)} by annealing back, ${patterns?.toFixed(2)} from the patterns alone`;
}

import { toRbm } from "engram";
import { qrFactor } from "engram/mapping";
import { colours, type Experiment, legend, type Row } from "../experiment.js";
import { mean, stated } from "../statistics.js";
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
};

interface Part extends LogZ {
  readonly k: number;
  readonly beta: number;
  /** Mean of |W^T s|^2 / 2 over the images. */
  readonly energy: number;
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
/** What the source says: the best beta is near 2. */
const BEST = 2;
/** How near is near. */
const NEAR = 0.5;
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
  where: "figure 2: best beta near 2, and a rise with k",
  version: 3,
  digits: "like MNIST",
  settings: {
    quick: {
      images: 2000,
      ks: [1, 3],
      betas: [1.2, 1.5, 2, 2.5],
      source: { runs: 2, chains: 50, steps: 300 },
      ours: { chains: 50, temperatures: 300, samples: 200, starts: 20 },
    },
    standard: {
      images: 60_000,
      ks: [1, 2, 3, 5, 10],
      betas: [0.6, 1.2, 1.35, 1.5, 1.75, 2, 2.25, 2.5, 3, 4],
      source: { runs: 2, chains: 100, steps: 1000 },
      ours: { chains: 100, temperatures: 1000, samples: 400, starts: 50 },
    },
    full: {
      images: 60_000,
      ks: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      betas: [0.6, 1.2, 1.4, 1.5, 1.6, 1.8, 2, 2.25, 2.5, 3, 4],
      source: { runs: 3, chains: 500, steps: 1000 },
      ours: { chains: 500, temperatures: 1000, samples: 1000, starts: 200 },
    },
  },
  tasks: (parameters) => points(parameters).length,

  async run(parameters, task, { images, random, workspace, signal, progress }) {
    const { k, beta } = points(parameters)[task];
    const { set, trees } = await prepared(images, parameters.images);
    const patterns = subPatterns(trees, k);
    const { rbm } = toRbm(patterns, { factor: qrFactor() });
    progress(0.2);
    const runs: Part["runs"][number][] = [];
    for (let run = 0; run < parameters.source.runs; run++) {
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
    return { k, beta, energy: meanHalfSquare(rbm.weights, set.patterns), runs, patterns: theory, ...found };
  },

  summarize({ ks, betas, images }, parts) {
    const at = (k: number, beta: number) => parts.find((part) => part.k === k && part.beta === beta)!;
    const known = [...ks].sort((a, b) => a - b);
    const most = known[known.length - 1];
    const best = (k: number) =>
      betas.map((beta) => at(k, beta)).reduce((a, b) => (logP(b).value > logP(a).value ? b : a));
    const cold = smallestRise(known, (k) => at(k, BEST));
    const own = smallestRise(known, best);
    const rows: Row[] = [
      stated(
        `smallest rise of ln p from one k to the next, each at its best beta (k = ${own.from} to ${own.to})`,
        "positive",
        own,
        RISES,
      ),
      stated(
        `smallest rise of ln p from one k to the next, beta = 2 (k = ${cold.from} to ${cold.to})`,
        "positive",
        cold,
        RISES,
        { explained: mixturesTake(at(cold.from, BEST), at(cold.to, BEST), own.low > 0) },
      ),
    ];
    const grid = [...betas].sort((a, b) => a - b);
    const top = (k: number) => bestBeta(grid.map((beta) => ({ beta, ...logP(at(k, beta)) })));
    const sourceTop = (k: number) => {
      const values = grid.map((beta) => beta * at(k, beta).energy - mean(at(k, beta).runs.map(({ logZ }) => logZ)));
      return bestBeta(values.map((value, i) => ({ beta: grid[i], value, low: value, high: value }))).value;
    };
    for (const k of known) {
      rows.push(
        stated(
          `best beta, k = ${k}`,
          "near 2",
          top(k),
          { above: BEST - NEAR, below: BEST + NEAR },
          {
            explained: `further than ${NEAR} from 2: more patterns span more of an image, and at beta = 2 their mixtures take a growing part of Z, which only the cold takes from them`,
          },
        ),
      );
    }
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
        `What survives: at the best beta of those measured ln p is ${known.map((k) => `${logP(best(k)).value.toFixed(0)} nats for k = ${k} (beta = ${best(k).beta})`).join(", ")}; at beta = 2, ${known.map((k) => `${logP(at(k, BEST)).value.toFixed(0)} for k = ${k}`).join(", ")}. The best beta, with all that the bounds allow (ln p is concave in beta), is ${known.map((k) => `${fixed(top(k))} for k = ${k}`).join(", ")}; by the source's own estimator, ${known.map((k) => `${sourceTop(k).toFixed(2)} for k = ${k}`).join(", ")}.`,
        `Why: were the patterns and their negatives all of Z, the best beta would be artanh(m) / m with m^2 the part c of an image's square norm that the patterns span, c = ${known.map((k) => `${span(k).toFixed(3)} (k = ${k})`).join(", ")}. At beta = 2 the other maxima of the density, mixtures of patterns, and the width of all of them add ${(at(most, BEST).logZ - at(most, BEST).patterns!).toFixed(1)} nats for k = ${most} and ${(at(known[0], BEST).logZ - at(known[0], BEST).patterns!).toFixed(1)} for k = ${known[0]}; as beta grows they die out, and the patterns alone give log Z.`,
      ],
      figure: {
        points: parts.map((part) => {
          const { k, beta, energy, runs } = part;
          const source = runs.map(({ logZ }) => beta * energy - logZ);
          const { value, low } = logP(part);
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

/** The largest nets first. */
function points({ ks, betas }: Parameters) {
  return [...ks].sort((a, b) => b - a).flatMap((k) => betas.map((beta) => ({ k, beta })));
}

/** Mean log p of an image, by ours. */
function logP(part: Part): Bounded {
  const { value, low, high } = boundsOf(part);
  const energy = part.beta * part.energy;
  return { value: energy - value, low: energy - high, high: energy - low };
}

function difference(a: Part, b: Part): Bounded {
  const [x, y] = [logP(a), logP(b)];
  return { value: x.value - y.value, low: x.low - y.high, high: x.high - y.low };
}

/** The least certain rise of ln p from one k to the next, with each net at one beta. */
function smallestRise(
  ks: readonly number[],
  part: (k: number) => Part,
): Bounded & { readonly from: number; readonly to: number } {
  return ks
    .slice(1)
    .map((to, i) => ({ ...difference(part(to), part(ks[i])), from: ks[i], to }))
    .reduce((a, b) => (b.low < a.low ? b : a));
}

/** Why ln p does not rise from one net to the next at the same beta, where it would if the patterns alone were all of Z. */
function mixturesTake(from: Part, to: Part, risesAtBest: boolean): string | undefined {
  const alone = (part: Part) => part.beta * part.energy - part.patterns!;
  const rise = alone(to) - alone(from);
  if (rise <= 0) return undefined;
  const why = `were the patterns alone all of Z it would rise by ${rise.toFixed(1)} nats, but mixtures of them take a growing part of it`;
  return risesAtBest ? `${why}; at its own best beta each k has more than the one before` : why;
}

/** The error of the source's estimator of log Z. */
function sourceRow(part: Part): Row {
  const { k, beta, runs } = part;
  const found = runs.map(({ logZ }) => logZ);
  const ours = boundsOf(part);
  const value = mean(found) - ours.value;
  const low = Math.min(...found) - ours.high;
  const high = Math.max(...found) - ours.low;
  const row = {
    label: `log Z by the source's estimator less ours, k = ${k}, beta = ${beta}`,
    published: 0,
    ours: value,
    low,
    high,
  };
  if (low <= 0 && high >= 0) return { ...row, verdict: "agrees" };
  if (fewest(runs) >= FEW) return { ...row, verdict: "differs" };
  return {
    ...row,
    verdict: "source differs, explained",
    remark: `its chains fall into few modes: ${fewest(runs).toFixed(1)} effective samples`,
  };
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

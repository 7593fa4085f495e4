import { estimateMean } from "engram/math";
import { colours, type Experiment } from "../experiment.js";
import { type Interval, mean, stated } from "../statistics.js";
import { bestLogLikelihood } from "./bars-and-stripes.js";
import { followed, likelihoods, type Name, names, type Parameters, TEMPERATURES } from "./exact-gradient-runs.js";
import type { GradientError } from "./gradient-errors.js";

/** Methods whose expectation is computed state by state; the chains of PT have too many joint states. */
const exactly = ["CD-1", "CD-10", "PCD-1"] as const;

type Part =
  | { readonly kind: "training"; readonly curves: Readonly<Record<Name, readonly number[]>> }
  | {
      readonly kind: "errors";
      readonly errors: Readonly<Record<Name, readonly GradientError[]>>;
      readonly weights: readonly number[];
    };

interface FigureData {
  readonly likelihood: readonly {
    readonly name: Name;
    readonly update: number;
    readonly value: number;
    readonly low: number;
    readonly high: number;
  }[];
  readonly best: number;
}

export const exactGradientErrors: Experiment<Parameters, Part, FigureData> = {
  id: "rbm/exact-gradient",
  title: "CD-1, CD-10, PCD and parallel tempering beside the exact gradient, bars and stripes",
  citation:
    "Fischer and Igel, Empirical analysis of the divergence of Gibbs sampling based learning algorithms for restricted Boltzmann machines, ICANN (2010)",
  where:
    "the experiments; on tempering, Desjardins, Courville, Bengio, Vincent and Delalleau, Tempered Markov chain Monte Carlo for training of restricted Boltzmann machines (2010); on the bias, Bengio and Delalleau, Justifying and generalizing contrastive divergence (2009)",
  version: 2,
  settings: {
    quick: {
      training: { side: 4, hidden: 12, updates: 4000, points: 20, seeds: 8, rate: 0.2, temperatures: 6 },
      errors: { side: 3, hidden: 6, updates: [100, 1000], seeds: 6, rate: 0.2, chains: 128 },
    },
    standard: {
      training: { side: 4, hidden: 16, updates: 20000, points: 40, seeds: 20, rate: 0.1, temperatures: 10 },
      errors: {
        side: 3,
        hidden: 9,
        updates: [100, 300, 1000, 2000, 4000, 7000],
        seeds: 12,
        rate: 0.1,
        chains: 1024,
      },
    },
    full: {
      training: { side: 4, hidden: 16, updates: 100000, points: 100, seeds: 100, rate: 0.1, temperatures: 10 },
      errors: {
        side: 3,
        hidden: 9,
        updates: [100, 300, 1000, 2000, 4000, 7000, 10000, 20000, 40000],
        seeds: 50,
        rate: 0.1,
        chains: 2048,
      },
    },
  },
  tasks: ({ training, errors }) => training.seeds + errors.seeds,

  async run(parameters, task, context) {
    const { training, errors } = parameters;
    if (task < training.seeds) return { kind: "training", curves: await likelihoods(training, context) };
    return { kind: "errors", ...followed(errors, context) };
  },

  summarize({ training, errors }, parts) {
    const curves = parts.filter((part) => part.kind === "training").map((part) => part.curves);
    const measured = parts.filter((part) => part.kind === "errors");
    const found = measured.map((part) => part.errors);
    const { points, updates } = training;
    const of = (name: Name) => curves.map((curve) => curve[name]);
    const ends = (name: Name) => of(name).map((curve) => curve[points]);
    const above = (a: Name, b: Name) => interval(ends(a).map((end, s) => end - ends(b)[s]));
    const falls = (name: Name) => interval(fallsOf(of(name)));
    const last = errors.updates.length - 1;
    const bias = (name: Name, at: number) => found.map((error) => Math.sqrt(relativeBias(error[name][at])));
    const allAlong = (name: Name) =>
      found.map((error) => mean(error[name].map((point) => Math.sqrt(relativeBias(point)))));
    const smaller = (at: number) => bias("CD-10", at).filter((ten, s) => ten < bias("CD-1", at)[s]).length;
    const difference = (a: readonly number[], b: readonly number[]) => interval(a.map((x, s) => x - b[s]));
    const at = (k: number) => errors.updates[k].toLocaleString("en");
    const along = (tell: (at: number) => string) =>
      errors.updates.map((_, k) => `${tell(k)} after ${at(k)}`).join(", ");
    const positive = { above: 0 };
    const negative = { below: 0 };
    const right = interval(found.map((error) => mean(error["CD-1"].map(({ signs }) => signs))));
    const chance = (name: Name, at: number) =>
      interval(
        found.map((error) => Math.sqrt(error[name][at].variance / 2 ** (errors.side + 1) / error[name][at].exact)),
      );
    return {
      rows: [
        stated("CD-1: log-likelihood at the end less its best, nats a picture", "falls", falls("CD-1"), negative),
        stated("PCD-1: log-likelihood at the end less its best", "falls", falls("PCD-1"), negative),
        stated("CD-10 less CD-1, log-likelihood at the end", "higher with larger k", above("CD-10", "CD-1"), positive),
        stated("PT less CD-1, log-likelihood at the end", "higher", above("PT", "CD-1"), positive),
        stated("PT less PCD-1, log-likelihood at the end", "higher", above("PT", "PCD-1"), positive),
        stated(
          "|bias| / |exact gradient|: CD-1 less CD-10, all along",
          "falls with k",
          difference(allAlong("CD-1"), allAlong("CD-10")),
          positive,
        ),
        stated(
          `|bias| / |exact gradient| after ${at(last)} updates: CD-1 less CD-10`,
          "falls with k",
          difference(bias("CD-1", last), bias("CD-10", last)),
          positive,
        ),
        stated(
          `|bias| / |exact gradient| of CD-1: ${at(last)} updates less ${at(0)}`,
          "grows with the weights",
          difference(bias("CD-1", last), bias("CD-1", 0)),
          positive,
        ),
        stated("weights for which CD-1 has the right sign, all along", "most", right, { above: 0.5 }),
      ],
      notes: [
        "The sources show these things in figures and in words, on problems of this size; what they state is compared, not their curves. That CD and PCD fall and larger k is better is of Fischer and Igel, that tempering helps of Desjardins et al., what CD's bias goes with, and that its sign is right most of the time, of Bengio and Delalleau; the last two are what the abstracts say, the first is quoted from memory. Intervals are at 99 % over machines, those of differences between machines that began alike.",
        `Likelihood: ${training.seeds} machines of ${training.side * training.side} visible and ${training.hidden} hidden units, ${updates.toLocaleString("en")} updates at a rate of ${training.rate} without weight decay, with all ${2 ** (training.side + 1)} pictures in every batch and as many chains; PT has ${training.temperatures} temperatures from beta = 0.1 to 1. The sum over all states gives log p; no model can have more than ${bestLogLikelihood(training.side).toFixed(3)} nats a picture. The best point of one half of the machines is where the other half is measured, so that the choice does not count as a fall.`,
        `At the end: ${names.map((name) => `${name} ${told(interval(ends(name)), 2)}`).join(", ")} nats a picture. Less its best, PT is ${told(falls("PT"), 2)} and CD-10 ${told(falls("CD-10"), 2)}.`,
        `Errors: ${errors.seeds} machines of ${errors.side * errors.side} visible and ${errors.hidden} hidden units learn by the exact gradient, and each method says on the way what it would have learned; nothing is learned from that. What CD and PCD say on average is exact: distributions over all ${2 ** (errors.side * errors.side)} visible states are passed through p(h | v) and p(v | h), those of PCD on and on while the machine changes. PT is left to ${errors.chains.toLocaleString("en")} chains at ${TEMPERATURES} temperatures.`,
        `The exact gradient of the weights is ${along((k) => told(interval(found.map((error) => Math.sqrt(error.PT[k].exact))), 4))} updates, the root mean square of the weights ${along((k) => told(interval(measured.map(({ weights }) => weights[k])), 2))}.`,
        ...exactly.map((name) => {
          const both = (key: "cosine" | "signs") =>
            [0, last].map((k) => told(interval(found.map((error) => error[name][k][key])), 2)).join(" and ");
          return `${name}: |bias| / |exact gradient| ${along((k) => small(interval(bias(name, k))))} updates. At the first and the last of these: cosine between what it says and the exact gradient ${both("cosine")}, right signs ${both("signs")}, standard deviation of an update with one chain a picture ${told(chance(name, 0), 1)} and ${told(chance(name, last), 1)} times the exact gradient.`;
        }),
        `CD-10 has less bias than CD-1 in ${along((k) => `${smaller(k)} of ${found.length}`)} updates. Where that is not all of them, ten steps, too, are too few.`,
        `PT: (bias / exact gradient)^2 ${along((k) => square(interval(found.map((error) => relativeBias(error.PT[k])))))} updates. An interval that contains 0 says only how large a bias could be that these chains would not show. Standard deviation of an update with one chain a picture ${told(chance("PT", 0), 1)} times the exact gradient at the first and ${told(chance("PT", last), 1)} at the last.`,
      ],
      figure: {
        likelihood: names.flatMap((name) =>
          Array.from({ length: points + 1 }, (_, k) => ({
            name,
            update: (k * updates) / points,
            ...interval(of(name).map((curve) => curve[k])),
          })),
        ),
        best: bestLogLikelihood(training.side),
      },
    };
  },

  figure(Plot, { figure: { likelihood, best } }) {
    const colour = ({ name }: { name: Name }) => inks[name];
    const lowest = Math.min(...likelihood.filter(({ name }) => name !== "PCD-1").map(({ value }) => value));
    return {
      height: 420,
      marginRight: 20,
      x: { label: "updates" },
      y: { label: "log-likelihood (nats a picture)", domain: [lowest - 1.5, best + 1.6], grid: true },
      marks: [
        Plot.ruleY([best], { stroke: colours.theory, strokeDasharray: "4 3" }),
        Plot.areaY(likelihood, {
          x: "update",
          y1: "low",
          y2: "high",
          z: "name",
          fill: colour,
          fillOpacity: 0.2,
          clip: true,
        }),
        Plot.line(likelihood, { x: "update", y: "value", z: "name", stroke: colour, strokeWidth: 2, clip: true }),
        // No curve goes above the maximum: there is room for its label.
        Plot.text(["the most that is possible"], {
          frameAnchor: "top-left",
          dx: 12,
          dy: 10,
          fontWeight: 600,
          fill: colours.theory,
        }),
        ...names.map((name, k) =>
          Plot.text([name], {
            frameAnchor: "top-right",
            dx: -10 - 60 * (names.length - 1 - k),
            dy: 10,
            fontWeight: 600,
            fill: inks[name],
          }),
        ),
      ],
    };
  },
};

const inks: Readonly<Record<Name, string>> = {
  "CD-1": colours.published,
  "CD-10": colours.faint,
  "PCD-1": colours.other,
  PT: colours.ours,
};

/** For every curve its end less its value where the mean of the curves of the other half is highest. */
function fallsOf(curves: readonly (readonly number[])[]): number[] {
  return curves.map((curve, s) => {
    const others = curves.filter((_, o) => o % 2 !== s % 2);
    const means = curve.map((_, k) => mean(others.map((other) => other[k])));
    return curve[curve.length - 1] - curve[means.indexOf(Math.max(...means))];
  });
}

function interval(draws: readonly number[]): Interval {
  const { value, low, high } = estimateMean(draws, 0.99);
  return { value, low, high };
}

/** Squared length of the bias over that of the exact gradient. */
function relativeBias({ bias, exact }: GradientError): number {
  return bias / exact;
}

function told({ value, low, high }: Interval, digits: number): string {
  return `${value.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
}

function small(interval: Interval): string {
  return interval.high < 0.0005 ? "below 0.001" : told(interval, 3);
}

/** A square that is estimated in the presence of noise. */
function square(interval: Interval): string {
  const text = told(interval, interval.high < 10 ? 3 : 0);
  return interval.low > 0 ? text : `not resolved [${text}]`;
}

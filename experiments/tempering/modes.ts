import {
  binary,
  contrastiveDivergence,
  exactLogPartition,
  initialise,
  linearDecay,
  persistent,
  Rbm,
  tempering,
  train,
} from "engram";
import { estimateMean, exp, log } from "engram/math";
import type { BatchStatistics, TrainingMethod } from "engram/training";
import { type Context, colours, type Experiment, legend } from "../experiment.js";
import { type Interval, mean, stated } from "../statistics.js";
import { allPictures, drawPictures, modeOf, modes, PIXELS, pictureOf, probabilityOfAll } from "./modes-data.js";
import { watched } from "./watched.js";

type Parameters = {
  /** Probabilities of a pixel to be flipped, the largest first. */
  flips: number[];
  pictures: number;
  hidden: number;
  epochs: number;
  batch: number;
  /** Initial learning rate; decays linearly to a hundredth of it. */
  rate: number;
  temperatures: number;
  seeds: number;
};

const names = ["CD-1", "CD-10", "PCD-1", "PCD-10", "PT"] as const;
type Name = (typeof names)[number];

interface Found {
  /** sum_v p(v) log (p(v) / p_model(v)), exactly: the Kullback-Leibler divergence from the data to the model, in nats. */
  readonly short: number;
  /** p_model of each mode, with all pictures nearer to it than half way to another. */
  readonly masses: readonly number[];
  /** How often a chain is in another mode after an update than before it, in the last quarter of the training. */
  readonly changes: number;
}

interface Part {
  readonly flip: number;
  readonly found: Readonly<Record<Name, Found>>;
}

interface FigureData {
  readonly short: readonly {
    readonly name: Name;
    readonly flip: number;
    readonly value: number;
    readonly low: number;
    readonly high: number;
  }[];
}

export const temperingModes: Experiment<Parameters, Part, FigureData> = {
  id: "tempering/modes",
  title: "Four modes, ever farther apart: what CD, PCD and parallel tempering learn of them",
  citation:
    "Desjardins, Courville, Bengio, Vincent and Delalleau, Tempered Markov chain Monte Carlo for training of restricted Boltzmann machines, AISTATS (2010)",
  where: "the experiments with artificial modes",
  version: 1,
  settings: {
    quick: {
      flips: [0.1, 0.001],
      pictures: 2000,
      hidden: 10,
      epochs: 100,
      batch: 100,
      rate: 0.2,
      temperatures: 10,
      seeds: 6,
    },
    standard: {
      flips: [0.1, 0.03, 0.01, 0.003, 0.001],
      pictures: 1000,
      hidden: 10,
      epochs: 400,
      batch: 100,
      rate: 0.1,
      temperatures: 10,
      seeds: 16,
    },
    full: {
      flips: [0.1, 0.03, 0.01, 0.003, 0.001],
      pictures: 10000,
      hidden: 10,
      epochs: 400,
      batch: 100,
      rate: 0.1,
      temperatures: 10,
      seeds: 50,
    },
  },
  tasks: ({ flips, seeds }) => flips.length * seeds,

  async run(parameters, task, context) {
    const { flips, seeds } = parameters;
    const flip = flips[Math.floor(task / seeds)];
    const found = {} as Record<Name, Found>;
    for (const [m, name] of names.entries()) {
      found[name] = await learned(name, flip, parameters, context);
      context.progress((m + 1) / names.length);
    }
    return { flip, found };
  },

  summarize({ flips, temperatures, hidden, pictures, epochs, seeds }, parts) {
    const [near, far] = [flips[0], flips[flips.length - 1]];
    const of = (flip: number, pick: (found: Part["found"]) => number) =>
      parts.filter((part) => part.flip === flip).map(({ found }) => pick(found));
    const at = (flip: number, pick: (found: Part["found"]) => number) => interval(of(flip, pick));
    // Logarithms: divergences range from a few hundredths of a nat to several nats.
    const excess = (name: Name) => (found: Part["found"]) => log(found[name].short / found.PT.short);
    const growth = of(far, excess("PCD-1")).map((x, s) => x - of(near, excess("PCD-1"))[s]);
    const factor = ({ value, low, high }: Interval) => ({ value: exp(value), low: exp(low), high: exp(high) });
    const least = (name: Name) => at(far, (found) => Math.min(...found[name].masses));
    const off = (name: Name) => (found: Part["found"]) =>
      mean(found[name].masses.map((mass) => Math.abs(mass - 1 / modes.length)));
    const positive = { above: 0 };
    const above1 = { above: 1 };
    // Fewer than half a picture would be of the mode among as many as were learned.
    const lost = 1 / (2 * pictures);
    const apart = `pixels flipped with p = ${far}`;
    return {
      rows: [
        stated(`nats short of the truth, CD-1 over PT, ${apart}`, "more", factor(at(far, excess("CD-1"))), above1),
        stated(`nats short of the truth, PCD-1 over PT, ${apart}`, "more", factor(at(far, excess("PCD-1"))), above1),
        stated(
          `that factor of PCD-1, at p = ${far} over p = ${near}`,
          "grows as modes separate",
          factor(interval(growth)),
          above1,
        ),
        stated(`CD-1: probability of the rarest of four equal modes, ${apart}`, "loses modes", least("CD-1"), {
          below: lost,
        }),
        stated(`PT: probability of the rarest of four equal modes, ${apart}`, "finds all", least("PT"), {
          above: lost,
        }),
        stated(
          `PCD-1 less PT: mean distance of the modes' probabilities from 1/4, ${apart}`,
          "less balanced",
          at(far, (found) => off("PCD-1")(found) - off("PT")(found)),
          positive,
        ),
        stated(
          `PT less PCD-1: part of the chains that are in another mode after an update, ${apart}`,
          "more",
          at(far, (found) => found.PT.changes - found["PCD-1"].changes),
          positive,
        ),
      ],
      notes: [
        "The source shows these things in figures and in words; what it states is compared, not its curves: its abstract says that Gibbs sampling renders the diversity of modes poorly and that tempering helps sampling and learning; the rest is quoted from memory. A mode counts as lost where less than half a picture of it would be expected among as many as were learned. Intervals are at 99 % over machines that began alike and had the same data; factors are geometric means.",
        `Each of ${pictures.toLocaleString("en")} pictures of ${PIXELS} pixels is one of four modes, which are 8 pixels apart, with every pixel flipped with a probability p. The machines have ${hidden} hidden units and learn for ${epochs} epochs; ${seeds} machines for each p and method. As the true distribution is known, log-likelihoods are those of all pictures there might be, summed over all 2^${PIXELS}; the four modes are equally probable.`,
        `PT has ${temperatures} temperatures, in equal steps from beta = 0.1 to 1, so that its work is that of PCD-10 and CD-10 beside it.`,
        ...names.map((name) => {
          const nats = at(far, (found) => found[name].short);
          const change = at(far, (found) => found[name].changes);
          const rarest = least(name);
          return `${name} at p = ${far}: ${told(nats, 2)} nats short of the truth; the rarest mode has a probability of ${told(rarest, 3)}; ${told({ value: 100 * change.value, low: 100 * change.low, high: 100 * change.high }, 1)} % of the chains are in another mode after an update.`;
        }),
      ],
      figure: {
        short: names.flatMap((name) =>
          flips.map((flip) => ({ name, flip, ...at(flip, (found) => found[name].short) })),
        ),
      },
    };
  },

  figure(Plot, { figure: { short } }) {
    const colour = ({ name }: { name: Name }) => inks[name];
    return {
      height: 420,
      marginRight: 20,
      x: {
        type: "log",
        reverse: true,
        label: "probability of a pixel to be flipped: modes are farther apart to the right",
        tickFormat: "~g",
      },
      y: {
        label: "nats short of the truth",
        domain: [0, Math.max(...short.map(({ high }) => high)) * 1.15],
        grid: true,
      },
      marks: [
        Plot.ruleX(short, { x: "flip", y1: "low", y2: "high", stroke: colour, strokeWidth: 1.5 }),
        Plot.line(short, { x: "flip", y: "value", z: "name", stroke: colour, strokeWidth: 2 }),
        Plot.dot(short, { x: "flip", y: "value", fill: colour, r: 3.5 }),
        ...legend(
          Plot,
          names.map((name) => [name, inks[name]] as const),
          "top-left",
        ),
      ],
    };
  },
};

const inks: Readonly<Record<Name, string>> = {
  "CD-1": colours.published,
  "CD-10": colours.faint,
  "PCD-1": colours.other,
  "PCD-10": colours.theory,
  PT: colours.ours,
};

/** Trains a machine by one method. All methods begin with the same machine, and learn from the same data. */
async function learned(
  name: Name,
  flip: number,
  { pictures, hidden, epochs, batch, rate, temperatures }: Parameters,
  { random, workspace, signal }: Context,
): Promise<Found> {
  const data = drawPictures(pictures, flip, random.fork(0));
  const rbm = new Rbm({ visible: binary(PIXELS), hidden: binary(hidden) });
  initialise(rbm, { random: random.fork(1), scale: 0.1, data });
  const updates = epochs * Math.ceil(pictures / batch);
  const changes = new ModeChanges(name.startsWith("CD"), 0.75 * updates);
  const method = watched(methodOf(name, temperatures), (model, data) => changes.see(model, data));
  const schedule = linearDecay({ from: rate, to: rate / 100, epochs });
  const seed = random.fork(2).word();
  for await (const _ of train(rbm, data, { method, batch, epochs, rate: schedule, seed, workspace, signal }));
  return { ...against(rbm, probabilityOfAll(flip)), changes: changes.part };
}

function methodOf(name: Name, temperatures: number): TrainingMethod {
  if (name === "PT") return tempering({ temperatures, lowest: 0.1 });
  const steps = name.endsWith("10") ? 10 : 1;
  return name.startsWith("CD") ? contrastiveDivergence({ steps }) : persistent({ steps });
}

/** A machine against the true distribution, by sums over all pictures. */
function against(rbm: Rbm, truth: Float64Array): Pick<Found, "short" | "masses"> {
  const energies = rbm.freeEnergy(allPictures());
  const logZ = exactLogPartition(rbm);
  const masses = modes.map(() => 0);
  let short = 0;
  for (let picture = 0; picture < truth.length; picture++) {
    const logModel = -energies[picture] - logZ;
    if (truth[picture] > 0) short += truth[picture] * (log(truth[picture]) - logModel);
    const mode = modeOf(picture);
    if (mode !== undefined) masses[mode] += exp(logModel);
  }
  return { short, masses };
}

/** Counts how often chains go from one mode to another in an update. */
class ModeChanges {
  readonly #restarts: boolean;
  readonly #from: number;
  readonly #row = new Float64Array(PIXELS);
  #updates = 0;
  #before: (number | undefined)[] = [];
  #tried = 0;
  #changed = 0;

  /** @param restarts whether chains start from the data at every update */
  constructor(restarts: boolean, from: number) {
    this.#restarts = restarts;
    this.#from = from;
  }

  see(model: BatchStatistics, data: BatchStatistics): void {
    if (this.#updates++ < this.#from) return;
    const before = this.#restarts ? this.#modes(data) : this.#before;
    this.#before = this.#modes(model);
    for (const [r, mode] of this.#before.entries()) {
      if (mode === undefined || before[r] === undefined) continue;
      this.#tried++;
      if (mode !== before[r]) this.#changed++;
    }
  }

  get part(): number {
    return this.#changed / Math.max(this.#tried, 1);
  }

  #modes({ visible }: BatchStatistics): (number | undefined)[] {
    return Array.from({ length: visible.rows }, (_, r) => modeOf(pictureOf(visible.read(r, this.#row))));
  }
}

function interval(draws: readonly number[]): Interval {
  const { value, low, high } = estimateMean(draws, 0.99);
  return { value, low, high };
}

function told({ value, low, high }: Interval, digits: number): string {
  return `${value.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
}

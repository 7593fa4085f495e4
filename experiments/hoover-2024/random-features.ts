import { ModernMemory, type Random, VectorSet } from "engram";
import { estimateMean, exp, log, matrix } from "engram/math";
import { colours, type Experiment, type Row } from "../experiment.js";
import { expected, type Interval, mean, stated } from "../statistics.js";

interface Parameters {
  readonly units: number;
  readonly patterns: number;
  readonly betas: readonly number[];
  /** Numbers of features, ascending: the memory keeps one number for each. */
  readonly features: readonly number[];
  /** The most features with which states are recalled, which takes hundreds of steps. */
  readonly recalled: number;
  /** Sets of patterns, each with features of its own. */
  readonly draws: number;
  /** Points of a set at each of the places. */
  readonly points: number;
}

type Place = "patterns" | "near" | "far";

/** Points of one set at one place, with a given number of features. */
interface Count {
  readonly place: Place;
  readonly beta: number;
  readonly features: number;
  /** Mean squared error of the kernel sum, over its variance. */
  readonly ratio: number;
  /** Mean error of the energy, and the share of sums that are below what is allowed. */
  readonly energy: number;
  readonly clipped: number;
}

/** Recalls from damaged patterns with a given number of features, beside those of the exact memory. */
interface Recalled {
  readonly beta: number;
  readonly features: number;
  /** Mean distance of the two states, and the share that have the same nearest pattern. */
  readonly distance: number;
  readonly same: number;
}

interface Part {
  readonly counts: readonly Count[];
  readonly recalls: readonly Recalled[];
}

/** An error against the number of features. */
interface Point extends Interval {
  readonly what: string;
  readonly name: string;
  readonly beta: string;
  readonly features: number;
}

type FigureData = readonly Point[];

const PLACES: readonly Place[] = ["patterns", "near", "far"];
const WORDS: Readonly<Record<Place, string>> = {
  patterns: "at patterns",
  near: "10 % of the bits flipped",
  far: "at random points",
};
const FLIPPED = 0.1;
/** Kernel sums below this are taken as this, as in the source's program. */
const LEAST = 1e-5;
/** Gradient descent on the energy, after which both memories rest. */
const RATE = 0.25;
const STEPS = 80;
const COLOURS = [colours.theory, colours.ours, colours.published];

/** How well a memory of fixed size, made of random features, stands for one that keeps its patterns. */
export const randomFeatures: Experiment<Parameters, Part, FigureData> = {
  id: "hoover-2024/random-features",
  title: "A memory of a fixed number of random features beside the exact one: energies and recalled states",
  citation:
    "Hoover, Chau, Strobelt, Ram and Krotov, Dense associative memory through the lens of random features, NeurIPS (2024), arXiv 2410.24153",
  where:
    "abstract: it closely approximates energy and dynamics; that it does so poorly far from memories and at high beta is a first author's public summary",
  version: 1,
  settings: {
    quick: {
      units: 30,
      patterns: 50,
      betas: [10, 30, 50],
      features: [100, 1000, 10_000],
      recalled: 1000,
      draws: 24,
      points: 10,
    },
    standard: {
      units: 30,
      patterns: 50,
      betas: [10, 30, 50],
      features: [100, 300, 1000, 3000, 10_000, 30_000, 100_000],
      recalled: 10_000,
      draws: 16,
      points: 20,
    },
    full: {
      units: 30,
      patterns: 50,
      betas: [10, 30, 50],
      features: [100, 300, 1000, 3000, 10_000, 30_000, 100_000, 200_000],
      recalled: 100_000,
      draws: 100,
      points: 40,
    },
  },
  tasks: ({ draws }) => draws,

  run({ units, patterns: count, betas, features, recalled, points: many }, _task, { random, progress }) {
    const patterns = corners(count, units, random.fork(0));
    const places: Readonly<Record<Place, VectorSet<Float32Array>>> = {
      patterns: patterns.select(random.fork(1).sample(Math.min(many, count), count)),
      near: damaged(patterns.select(random.fork(2).sample(Math.min(many, count), count)), random.fork(3)),
      far: corners(many, units, random.fork(4)),
    };
    const basis = basisOf(features[features.length - 1], units, random.fork(5));
    const counts: Count[] = [];
    const recalls: Recalled[] = [];
    for (const [which, beta] of betas.entries()) {
      const exactly = new ModernMemory(units, { beta }).store(patterns);
      const approximately = new FeatureMemory(basis, beta).store(patterns);
      for (const place of PLACES) {
        const found = features.map(() => ({ ratio: 0, energy: 0, clipped: 0 }));
        const points = places[place];
        for (let r = 0; r < points.count; r++) {
          const point = points.row(r);
          const sum = kernelSum(patterns, point, beta);
          const variance = varianceOf(patterns, point, beta, sum);
          approximately.sums(point, features).forEach((approximate, k) => {
            const error = approximate - sum;
            const energy = -log(Math.max(LEAST, approximate)) / beta;
            found[k].ratio += (error * error * features[k]) / variance / points.count;
            // The library's energy has log N / beta more, so that it is never below 0.
            found[k].energy += Math.abs(energy - (exactly.energy(point) - log(count) / beta)) / points.count;
            if (approximate < LEAST) found[k].clipped += 1 / points.count;
          });
        }
        counts.push(...found.map((one, k) => ({ place, beta, features: features[k], ...one })));
      }
      const cues = places.near;
      const ends = Array.from({ length: cues.count }, (_, r) =>
        descend(cues.row(r), (x, out) => {
          exactly.recall(x, { steps: 1, energies: false }).state.forEach((to, i) => {
            out[i] = x[i] - to;
          });
        }),
      );
      for (const some of features.filter((number) => number <= recalled)) {
        let [distance, same] = [0, 0];
        for (let r = 0; r < cues.count; r++) {
          const end = descend(cues.row(r), (x, out) => approximately.gradient(x, some, out));
          distance += Math.sqrt(squareOf(end, ends[r])) / cues.count;
          if (nearest(patterns, end) === nearest(patterns, ends[r])) same += 1 / cues.count;
        }
        recalls.push({ beta, features: some, distance, same });
      }
      progress((which + 1) / betas.length);
    }
    return { counts, recalls };
  },

  summarize({ units, patterns, betas, features, recalled, draws, points }, parts) {
    const of = (place: Place, beta: number, some: number, key: "ratio" | "energy" | "clipped") =>
      parts.map(({ counts }) => {
        const found = counts.find((one) => one.place === place && one.beta === beta && one.features === some);
        return found?.[key] ?? 0;
      });
    const recallsOf = (beta: number, some: number, key: "distance" | "same") =>
      parts.map(({ recalls }) => recalls.find((one) => one.beta === beta && one.features === some)?.[key] ?? 0);
    const minus = (a: readonly number[], b: readonly number[]) =>
      estimateMean(
        a.map((x, k) => x - b[k]),
        0.99,
      );
    const recallable = features.filter((some) => some <= recalled);
    const [least, most] = [features[0], features[features.length - 1]];
    const [fewest, largest] = [recallable[0], recallable[recallable.length - 1]];
    const [flat, steep] = [betas[0], betas[betas.length - 1]];
    const middle = betas[betas.length >> 1];
    const rows: Row[] = [
      ...betas.flatMap((beta) =>
        PLACES.map((place) =>
          expected(
            `beta = ${beta}, ${WORDS[place]}: squared error of the kernel sum over its variance`,
            1,
            estimateMean(
              parts.map((_, k) => mean(features.map((some) => of(place, beta, some, "ratio")[k]))),
              0.999,
            ),
          ),
        ),
      ),
      stated(
        `beta = ${middle}, at patterns: error of the energy, ${most.toLocaleString("en")} features less ${least}`,
        "approximates",
        minus(of("patterns", middle, most, "energy"), of("patterns", middle, least, "energy")),
        { below: 0 },
      ),
      stated(
        `beta = ${middle}: distance of the recalled states, ${largest.toLocaleString("en")} features less ${fewest}`,
        "approximates",
        minus(recallsOf(middle, largest, "distance"), recallsOf(middle, fewest, "distance")),
        { below: 0 },
      ),
      stated(
        `beta = ${middle}: error of the energy at random points less that at patterns, ${most.toLocaleString("en")} features`,
        "poor far away",
        minus(of("far", middle, most, "energy"), of("patterns", middle, most, "energy")),
        { above: 0 },
      ),
      stated(
        `error of the energy at random points, beta = ${steep} less ${flat}, ${most.toLocaleString("en")} features`,
        "poor if steep",
        minus(of("far", steep, most, "energy"), of("far", flat, most, "energy")),
        { above: 0 },
      ),
    ];
    const percent = (shares: readonly number[]) => `${(100 * mean(shares)).toFixed(0)} %`;
    return {
      rows,
      notes: [
        `${patterns} random patterns with entries 0 or 1 / sqrt(d), d = ${units}, as in the source's program, whose beta stands in exp(-beta |x - y|^2 / 2), as that of a modern memory does. ${draws} sets, each with features of its own, ${points} points of each kind. The memory is in this experiment alone: sums of m cosines with random phases, of which it keeps m numbers, however many patterns are added; sums below ${LEAST} count as ${LEAST}, as in the program. Intervals are those of the mean over sets, at 99 %, in the rows of variances at 99.9 %.`,
        "Theory, ours: the kernel sum has no bias, and with m features its variance is sum [k(xi_mu - xi_nu) + k(2 x - xi_mu - xi_nu) / 2] over all pairs, less the square of the sum, over m. For patterns far apart that is about N / m, where the sum itself is near 1 at a pattern. So the relative error there is sqrt(N / m): as many numbers as the patterns have, m = N d, leave 1 / sqrt(d), for any number of patterns.",
        `The energy is the logarithm of the sum: at patterns it is good, far from them the sum drowns in the error. With ${most.toLocaleString("en")} features the sum at random points is below ${LEAST} ${betas
          .map((beta) => `for ${percent(of("far", beta, most, "clipped"))} of them at beta = ${beta}`)
          .join(", ")}.`,
        `Recall is gradient descent on the energy, ${STEPS} steps of ${RATE}, from patterns with ${(100 * FLIPPED).toFixed(0)} % of their bits flipped. The state has the same nearest pattern as that of the exact memory ${betas
          .map(
            (beta) =>
              `at beta = ${beta} for ${recallable.map((some) => `${percent(recallsOf(beta, some, "same"))} (${some.toLocaleString("en")} features)`).join(", ")}`,
          )
          .join(
            "; ",
          )}. At beta = ${flat} the exact memory itself ends on averages of patterns. Where the sum is too small the slope is 0 and the cue stays near its pattern, so that few features do no harm there. Distances beyond 1 are states that ran off on a rough energy.`,
      ],
      figure: betas.flatMap((beta) => [
        ...PLACES.flatMap((place) =>
          features.map((some): Point => {
            const energy = estimateMean(of(place, beta, some, "energy"), 0.99);
            return { what: ENERGY, name: WORDS[place], beta: `beta = ${beta}`, features: some, ...energy };
          }),
        ),
        ...recallable.map((some): Point => {
          const distance = estimateMean(recallsOf(beta, some, "distance"), 0.99);
          return { what: STATE, name: WORDS.near, beta: `beta = ${beta}`, features: some, ...distance };
        }),
      ]),
    };
  },

  figure(Plot, { figure }) {
    const names = PLACES.map((place) => WORDS[place]);
    const colour = ({ name }: Point) => COLOURS[names.indexOf(name)];
    const at = { fx: "beta", fy: "what", x: "features" };
    return {
      width: 860,
      height: 620,
      marginLeft: 70,
      marginRight: 130,
      fx: { label: null },
      fy: { label: null, domain: [ENERGY, STATE] },
      x: { label: "features", type: "log", ticks: [1000, 10_000], tickFormat: (x: number) => x.toLocaleString("en") },
      y: {
        label: "mean error of the energy; mean distance of the recalled states",
        type: "log",
        grid: true,
        ticks: [0.001, 0.01, 0.1, 1],
        tickFormat: (y: number) => `${y}`,
      },
      marks: [
        Plot.line(figure, { ...at, y: "value", z: "name", stroke: colour, strokeWidth: 2 }),
        Plot.ruleX(figure, {
          ...at,
          // The limits of a mean of positive numbers may reach below 0, which has no place on this axis.
          y1: ({ low, value }: Point) => Math.max(low, value / 10),
          y2: "high",
          stroke: colour,
          strokeWidth: 1.5,
        }),
        Plot.dot(figure, { ...at, y: "value", fill: colour, r: 3 }),
        ...names.map((name, k) =>
          Plot.text([name], {
            fx: () => figure[0].beta,
            fy: () => STATE,
            frameAnchor: "top-left",
            textAnchor: "start",
            dx: 8,
            dy: 12 + 16 * k,
            fontWeight: 600,
            fill: COLOURS[k],
          }),
        ),
      ],
    };
  },
};

const ENERGY = "energy";
const STATE = "recalled state";

/** Random corners of the cube from 0 to 1 / sqrt(d), as in the source's program. */
function corners(count: number, units: number, random: Random): VectorSet<Float32Array> {
  const values = Float32Array.from({ length: count * units }, () => random.integer(2) / Math.sqrt(units));
  return new VectorSet(matrix(count, units, values));
}

/** Every point with exactly a tenth of its entries flipped. */
function damaged(set: VectorSet<Float32Array>, random: Random): VectorSet<Float32Array> {
  const { count, units } = set;
  const values = new Float32Array(count * units);
  for (let r = 0; r < count; r++) {
    const row = values.subarray(r * units, (r + 1) * units);
    row.set(set.row(r));
    for (const i of random.fork(r).sample(Math.round(FLIPPED * units), units)) {
      row[i] = row[i] === 0 ? Math.fround(1 / Math.sqrt(units)) : 0;
    }
  }
  return new VectorSet(matrix(count, units, values));
}

/** Random directions and phases, the same for all patterns. */
interface Basis {
  readonly units: number;
  readonly features: number;
  /** s_k, a row for each feature: independent standard normal entries. */
  readonly directions: Float64Array;
  /** b_k / 2 pi */
  readonly phases: Float64Array;
}

export function basisOf(features: number, units: number, random: Random): Basis {
  const [a, b] = [random.fork(0), random.fork(1)];
  return {
    units,
    features,
    directions: Float64Array.from({ length: features * units }, () => a.normal()),
    phases: Float64Array.from({ length: features }, () => b.uniform()),
  };
}

/**
 * The memory of the source: patterns as the sum T of their features,
 *
 *     phi_k(x) = sqrt(2) cos(sqrt(beta) s_k . x + b_k),   T = sum_mu phi(xi_mu),   E(x) = -(1/beta) log(phi(x) . T / m),
 *
 * m numbers for any number of patterns. phi(x) . phi(y) / m has the mean exp(-beta |x - y|^2 / 2) (Rahimi and Recht, Random features for
 * large-scale kernel machines, 2007), so that the energy tends to that of the exact memory. The first m features are a memory of their own.
 */
export class FeatureMemory {
  readonly #basis: Basis;
  readonly #beta: number;
  readonly #total: Float64Array;

  constructor(basis: Basis, beta: number) {
    this.#basis = basis;
    this.#beta = beta;
    this.#total = new Float64Array(basis.features);
  }

  store(patterns: VectorSet<Float32Array>): this {
    for (let mu = 0; mu < patterns.count; mu++) {
      const row = patterns.row(mu);
      for (let k = 0; k < this.#total.length; k++) this.#total[k] += Math.SQRT2 * wave(this.#angle(row, k)).cos;
    }
    return this;
  }

  /** sqrt(beta) s_k . x + b_k, in turns. */
  #angle(x: ArrayLike<number>, k: number): number {
    const { units, directions, phases } = this.#basis;
    let sum = 0;
    for (let i = 0, at = k * units; i < units; i++, at++) sum += directions[at] * x[i];
    return (Math.sqrt(this.#beta) * sum) / (2 * Math.PI) + phases[k];
  }

  /** phi(x) . T / m with each number m of features. */
  sums(x: ArrayLike<number>, features: readonly number[]): number[] {
    let [sum, k] = [0, 0];
    return features.map((some) => {
      for (; k < some; k++) sum += this.#total[k] * Math.SQRT2 * wave(this.#angle(x, k)).cos;
      return sum / some;
    });
  }

  /** dE/dx with this number of features; 0 where the sum is too small. */
  gradient(x: ArrayLike<number>, features: number, out: Float64Array): void {
    const { units, directions } = this.#basis;
    let sum = 0;
    out.fill(0);
    for (let k = 0; k < features; k++) {
      const { cos, sin } = wave(this.#angle(x, k));
      sum += this.#total[k] * Math.SQRT2 * cos;
      const weight = this.#total[k] * Math.SQRT2 * sin;
      for (let i = 0, at = k * units; i < units; i++, at++) out[i] += weight * directions[at];
    }
    const scale = sum / features < LEAST ? 0 : 1 / (Math.sqrt(this.#beta) * sum);
    for (let i = 0; i < units; i++) out[i] *= scale;
  }
}

const turned = { cos: 0, sin: 0 };

/** The cosine and the sine of an angle in turns, to about 1e-15, by arithmetic alone: the same bits on every machine. */
export function wave(turns: number): { readonly cos: number; readonly sin: number } {
  const quarter = Math.round(4 * turns);
  const x = 2 * Math.PI * (turns - quarter / 4);
  const z = x * x;
  // Taylor's series; |x| is at most pi / 4.
  const c =
    1 -
    (z / 2) *
      (1 -
        (z / 12) *
          (1 - (z / 30) * (1 - (z / 56) * (1 - (z / 90) * (1 - (z / 132) * (1 - (z / 182) * (1 - z / 240)))))));
  const s =
    x *
    (1 -
      (z / 6) * (1 - (z / 20) * (1 - (z / 42) * (1 - (z / 72) * (1 - (z / 110) * (1 - (z / 156) * (1 - z / 210)))))));
  const turn = ((quarter % 4) + 4) % 4;
  turned.cos = turn === 0 ? c : turn === 1 ? -s : turn === 2 ? -c : s;
  turned.sin = turn === 0 ? s : turn === 1 ? c : turn === 2 ? -s : -c;
  return turned;
}

/** sum_mu exp(-beta |x - xi_mu|^2 / 2) */
function kernelSum(patterns: VectorSet<Float32Array>, x: ArrayLike<number>, beta: number): number {
  let sum = 0;
  for (let mu = 0; mu < patterns.count; mu++) sum += exp((-beta * squareOf(patterns.row(mu), x)) / 2);
  return sum;
}

/**
 * The variance of the kernel sum of one feature, the exact sum being its mean: the phase is uniform, and the directions are normal, so that
 *
 *     Var = sum_mu,nu [k(xi_mu - xi_nu) + k(2 x - xi_mu - xi_nu) / 2] - sum^2,   k(v) = exp(-beta |v|^2 / 2).
 *
 * With m features it is Var / m.
 */
export function varianceOf(patterns: VectorSet<Float32Array>, x: ArrayLike<number>, beta: number, sum: number): number {
  const { count, units } = patterns;
  let total = 0;
  for (let mu = 0; mu < count; mu++) {
    const a = patterns.row(mu);
    for (let nu = 0; nu < count; nu++) {
      const b = patterns.row(nu);
      let [between, around] = [0, 0];
      for (let i = 0; i < units; i++) {
        const [d, e] = [a[i] - b[i], 2 * x[i] - a[i] - b[i]];
        between += d * d;
        around += e * e;
      }
      total += exp((-beta * between) / 2) + exp((-beta * around) / 2) / 2;
    }
  }
  return total - sum * sum;
}

/** Gradient descent from a point. */
function descend(start: ArrayLike<number>, gradient: (x: Float64Array, out: Float64Array) => void): Float64Array {
  const x = Float64Array.from(start);
  const slope = new Float64Array(x.length);
  for (let step = 0; step < STEPS; step++) {
    gradient(x, slope);
    for (let i = 0; i < x.length; i++) x[i] -= RATE * slope[i];
  }
  return x;
}

function nearest(patterns: VectorSet<Float32Array>, x: ArrayLike<number>): number {
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (let mu = 0; mu < patterns.count; mu++) {
    const square = squareOf(patterns.row(mu), x);
    if (square < least) [best, least] = [mu, square];
  }
  return best;
}

function squareOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

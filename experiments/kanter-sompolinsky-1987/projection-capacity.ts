import {
  asynchronous,
  type Dynamics,
  flipExactly,
  HopfieldNet,
  type PatternSet,
  projection,
  type Random,
  randomPatterns,
  synchronous,
} from "engram";
import type { Kernels } from "engram/kernels";
import { estimateMean } from "engram/math";
import { projectionRetrievalTemperature, projectionSpinGlass, projectionStep } from "engram/theory";
import { colours, type Experiment, legend } from "../experiment.js";
import { bracket, type Measured, shareOf } from "../finite-size.js";
import { compare, exact, expected } from "../statistics.js";

interface Parameters {
  readonly sizes: readonly { readonly units: number; readonly draws: number }[];
  readonly loads: readonly number[];
  /** Patterns of a draw that are recalled. */
  readonly cues: number;
}

/** One draw: means over its cues, for each variant. */
interface Part {
  readonly units: number;
  readonly load: number;
  /** Share of the patterns that are fixed points, without self-coupling. */
  readonly fixed: number;
  /** Share of single wrong units that are corrected, with self-coupling. */
  readonly corrected: readonly boolean[];
  readonly radii: Readonly<Record<Variant, number>>;
}

type Variant = "serial" | "parallel" | "self-coupled";

interface Point {
  readonly variant: Variant;
  readonly units: number;
  readonly load: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

interface FigureData {
  readonly points: readonly Point[];
  readonly theory: readonly { readonly load: number; readonly radius: number }[];
}

/** Single wrong units that are tried in a draw. */
const SINGLE_ERRORS = 40;
const VARIANTS: readonly Variant[] = ["serial", "parallel", "self-coupled"];
const COLOURS: Readonly<Record<Variant, string>> = {
  serial: colours.ours,
  parallel: colours.theory,
  "self-coupled": colours.other,
};

/** The capacity and the radius of attraction of the projection rule, without and with self-coupling. */
export const projectionCapacity: Experiment<Parameters, Part, FigureData> = {
  id: "kanter-sompolinsky-1987/projection-capacity",
  title: "Radius of attraction of the projection rule's memories against the load, without and with self-coupling",
  citation: "Kanter and Sompolinsky, Associative recall of memory without errors, Phys. Rev. A 35, 380 (1987)",
  where: "abstract: capacity, mean-field theory, and simulated radii of attraction up to 400 units",
  version: 1,
  settings: {
    quick: {
      sizes: [
        { units: 50, draws: 8 },
        { units: 150, draws: 5 },
      ],
      loads: [0.06, 0.2, 0.34, 0.44, 0.5, 0.56, 0.66, 0.8, 1],
      cues: 4,
    },
    standard: {
      sizes: [
        { units: 100, draws: 30 },
        { units: 200, draws: 10 },
      ],
      loads: [0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.45, 0.48, 0.5, 0.52, 0.55, 0.6, 0.7, 0.8, 0.9, 0.95, 1],
      cues: 10,
    },
    full: {
      sizes: [
        { units: 100, draws: 100 },
        { units: 400, draws: 20 },
      ],
      loads: [0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.45, 0.48, 0.5, 0.52, 0.55, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1],
      cues: 20,
    },
  },
  tasks: (parameters) => draws(parameters).length,

  run(parameters, task, { random, kernels }) {
    return drawOf(draws(parameters)[task], parameters.cues, random, kernels);
  },

  summarize({ sizes, loads, cues }, parts) {
    const [small, large] = sizes.slice(-2);
    const drawsOf = (units: number, load: number) => parts.filter((part) => part.units === units && part.load === load);
    const points = sizes.flatMap(({ units }) =>
      loads.flatMap((load) =>
        VARIANTS.map((variant): Point => {
          const { value, low, high } = estimateMean(drawsOf(units, load).map(({ radii }) => radii[variant]));
          return { variant, units, load, value, low, high };
        }),
      ),
    );
    const corrected = sizes.flatMap(({ units }) =>
      loads.map(
        (load): Measured => ({ units, at: load, ...shareOf(drawsOf(units, load).flatMap((draw) => draw.corrected)) }),
      ),
    );
    const found = bracket(corrected);
    const below = parts.filter(({ load }) => load < 1);
    const of = (variant: Variant, units: number) =>
      points.filter((point) => point.variant === variant && point.units === units);
    const falls = (variant: Variant) =>
      of(variant, large.units).every(({ low }, k, all) => k === 0 || low <= all[k - 1].high);
    const last = (variant: Variant) => of(variant, large.units).at(-1) as Point;
    const degenerate = spinGlassEnd();
    const named = (variant: Variant, load: number) => {
      const [a, b] = [small, large].map(({ units }) => of(variant, units).find((point) => point.load === load)?.value);
      return `${a?.toFixed(3)} for n = ${small.units} and ${b?.toFixed(3)} for n = ${large.units}`;
    };
    const high = loads.filter((load) => load > 0.5)[1];
    return {
      rows: [
        exact(
          "patterns that are fixed points at loads below 1, without self-coupling",
          "all",
          below.every(({ fixed }) => fixed === 1) ? "all" : "not all",
        ),
        exact("T_M(alpha) falls to zero as alpha goes to 1 (theory)", "yes", temperaturesFall() ? "yes" : "no"),
        compare(
          "alpha_g = 1 - 2 / pi: the spin glass has the patterns' energy (theory)",
          Number((1 - 2 / Math.PI).toFixed(4)),
          { value: degenerate, low: degenerate, high: degenerate },
        ),
        ...(["serial", "parallel"] as const).flatMap((variant) => [
          exact(`R falls with the load, ${variant} dynamics`, "yes", falls(variant) ? "yes" : "no"),
          exact(`R at alpha = 1, ${variant} dynamics`, 0, last(variant).value),
        ]),
        expected("with self-coupling: load up to which one wrong unit is put right, W_ii = alpha < 1/2", 0.5, {
          value: (found.low + found.high) / 2,
          ...found,
        }),
      ],
      notes: [
        `R is the mean distance from which patterns are reached without error, in units of n / 2, the distance of a random state: for each of ${cues} patterns a draw, the units are flipped in a random order, and the largest number of flips that is undone is found by bisection. The source does not say in its abstract how it defines the radius, so its printed figures are not compared, but what it says of them: R is 1 at alpha = 0, falls monotonically and is 0 at alpha = 1.`,
        "The source leaves self-coupling out. With it, a wrong unit feels 1 - 2 W_ii times its right value, and W_ii is alpha on average: from alpha = 1/2 on, not even one wrong unit is put right, though every pattern stays a fixed point. The share of single errors that are put right sharpens with n about 1/2, from which the interval comes; its errors are binomial at most, since the W_ii of a draw add up to p.",
        `R at alpha = ${high}: without self-coupling ${named("serial", high)}; with it ${named("self-coupled", high)}.`,
        "Dashed: the map of overlaps that is exact for the first parallel step, iterated as though every step were the first. At small loads the correlations that build up make the true radius smaller.",
      ],
      figure: { points: points.filter(({ units }) => units === large.units), theory: radiiOfFirstSteps() },
    };
  },

  figure(Plot, { figure: { points, theory } }) {
    const units = points[0].units;
    const colour = ({ variant }: { variant: Variant }) => COLOURS[variant];
    const common = { x: "load", stroke: colour };
    return {
      height: 420,
      marginRight: 20,
      x: { label: "load, patterns over units", domain: [0, 1] },
      y: { label: "radius of attraction R, in units of n / 2", domain: [0, 1], grid: true },
      marks: [
        Plot.line(theory, {
          x: "load",
          y: "radius",
          stroke: COLOURS.parallel,
          strokeWidth: 1.5,
          strokeDasharray: "5 4",
        }),
        Plot.line(points, { ...common, y: "value", z: "variant", strokeWidth: 2 }),
        Plot.ruleX(points, { ...common, y1: "low", y2: "high", strokeWidth: 1.5 }),
        Plot.dot(points, { x: "load", y: "value", fill: colour, r: 3 }),
        Plot.dot(
          [
            { load: 0, radius: 1 },
            { load: 1, radius: 0 },
          ],
          { x: "load", y: "radius", r: 6, stroke: colours.published, strokeWidth: 2.5, clip: false },
        ),
        ...legend(Plot, [
          [`without self-coupling, serial dynamics, n = ${units}`, COLOURS.serial],
          ["without self-coupling, parallel dynamics", COLOURS.parallel],
          ["dashed: the same, every step taken for the first", COLOURS.parallel],
          ["with self-coupling, serial dynamics", COLOURS["self-coupled"]],
          ["ringed: published ends", colours.published],
        ]),
      ],
    };
  },
};

function drawOf(
  { units, load }: { units: number; load: number },
  cues: number,
  random: Random,
  kernels: Kernels,
): Part {
  const patterns = randomPatterns(Math.round(load * units), units, random.fork(0));
  const targets = Math.min(cues, patterns.count);
  const nets = [false, true].map(
    (selfCoupling) => new HopfieldNet(projection({ selfCoupling }).learn(patterns, kernels).interaction),
  );
  const [without, withSelf] = nets;
  const mean = (of: (mu: number) => number) => {
    let sum = 0;
    for (let mu = 0; mu < targets; mu++) sum += of(mu);
    return sum / targets;
  };
  const radius = (net: HopfieldNet, dynamics: Dynamics, stream: number) =>
    mean((mu) => radiusOf(net, patterns.select([mu]), dynamics, random.fork(stream).fork(mu)));
  const part = {
    units,
    load,
    fixed: mean((mu) => (reaches(without, patterns.select([mu]), 0, asynchronous(), random.fork(1).fork(mu)) ? 1 : 0)),
    corrected: Array.from({ length: SINGLE_ERRORS }, (_, k) => {
      const pattern = patterns.select([k % patterns.count]);
      return reaches(withSelf, pattern, 1, asynchronous(), random.fork(2).fork(k));
    }),
    radii: {
      serial: radius(without, asynchronous(), 3),
      parallel: radius(without, synchronous(), 3),
      "self-coupled": radius(withSelf, asynchronous(), 3),
    },
  };
  for (const { interaction } of nets) interaction.dispose();
  return part;
}

/** Whether the net leads a pattern with that many flipped units, the first ones of a random order, back to itself. */
function reaches(net: HopfieldNet, pattern: PatternSet, flips: number, dynamics: Dynamics, random: Random): boolean {
  const run = net.run(flipExactly(pattern, flips, random.fork(0)), { dynamics, random: random.fork(1) });
  return run.converged && run.bits.words.every((word, k) => word === pattern.bits.words[k]);
}

/** The largest number of flips, in units of n / 2, that is corrected, by bisection. */
function radiusOf(net: HopfieldNet, pattern: PatternSet, dynamics: Dynamics, random: Random): number {
  const most = Math.floor(net.units / 2);
  let low = 0;
  let high = most + 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (reaches(net, pattern, middle, dynamics, random)) low = middle;
    else high = middle;
  }
  return low / most;
}

/** The radii of the map m -> projectionStep(load, m), iterated: 1 minus the overlap from which it just goes to 1. */
function radiiOfFirstSteps() {
  return Array.from({ length: 99 }, (_, k) => {
    const load = 0.01 + k * 0.01;
    const goes = (start: number) => {
      let m = start;
      for (let step = 0; step < 1000 && m < 1 - 1e-9; step++) {
        const next = projectionStep(load, m, { selfCoupling: false });
        if (next <= m) return false;
        m = next;
      }
      return true;
    };
    let low = 0;
    let high = 1;
    while (high - low > 1e-4) {
      const middle = (low + high) / 2;
      if (goes(middle)) high = middle;
      else low = middle;
    }
    return { load, radius: 1 - high };
  });
}

/** The load at which the spin glass comes to the energy of the patterns, -1/2, by bisection. */
function spinGlassEnd(): number {
  let low = 0.1;
  let high = 0.9;
  while (high - low > 1e-6) {
    const middle = (low + high) / 2;
    if ((projectionSpinGlass(middle)?.freeEnergy ?? -0.5) > -0.5) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function temperaturesFall(): boolean {
  const line = [0, 0.2, 0.4, 0.6, 0.8, 0.95, 1].map(projectionRetrievalTemperature);
  return line.every((temperature, k) => k === 0 || temperature < line[k - 1]) && line[line.length - 1] === 0;
}

/** One task a draw, the largest nets and loads first. */
function draws({ sizes, loads }: Parameters): { units: number; load: number }[] {
  return [...sizes]
    .reverse()
    .flatMap(({ units, draws: count }) =>
      [...loads].reverse().flatMap((load) => Array.from({ length: count }, () => ({ units, load }))),
    );
}

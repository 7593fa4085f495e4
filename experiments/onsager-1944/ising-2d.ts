import { IsingLattice } from "engram";
import { estimateMean } from "engram/math";
import { criticalTemperature, latticeEnergy, spontaneousMagnetisation } from "engram/models";
import { colours, type Experiment, legend } from "../experiment.js";
import { bracket, type Measured } from "../finite-size.js";
import { compare, expected, type Interval } from "../statistics.js";

interface Parameters {
  /** L of the lattices whose cumulants cross, the smaller first. */
  readonly sizes: readonly [small: number, large: number];
  readonly temperatures: readonly number[];
  readonly sweeps: number;
  /** A larger lattice away from T_c, where it is as good as an infinite one. */
  readonly infinite: { readonly size: number; readonly temperatures: readonly number[]; readonly sweeps: number };
  /** Independent runs at each point, from whose spread the errors come. */
  readonly runs: number;
}

/** One run of one lattice at one temperature. */
interface Part {
  readonly size: number;
  readonly temperature: number;
  readonly magnetisation: number;
  readonly energy: number;
  readonly binder: number;
}

interface Point {
  readonly panel: string;
  readonly size: string;
  readonly temperature: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

interface Figure {
  readonly points: readonly Point[];
  readonly theory: readonly { readonly panel: string; readonly temperature: number; readonly value: number }[];
}

const MAGNETISATION = "magnetisation |m|";
const BINDER = "Binder's cumulant U";

/** U at T_c on a square with periodic boundaries, from <m^2>^2 / <m^4> = 0.856216 (Kamieniarz and Bloete 1993). */
const CRITICAL_CUMULANT = 0.6107;

/** Of each interval: five rows are all within theirs with 99 %. */
const CONFIDENCE = 0.998;

/** Points whose runs are the tasks: lattice, temperature, sweeps. */
function points({ sizes, temperatures, sweeps, infinite }: Parameters) {
  return [
    ...sizes.flatMap((size) => temperatures.map((temperature) => ({ size, temperature, sweeps }))),
    // For the cumulant there; the crossing is looked for among the others, none of which is the published value.
    { size: sizes[1], temperature: criticalTemperature, sweeps },
    ...infinite.temperatures.map((temperature) => ({ size: infinite.size, temperature, sweeps: infinite.sweeps })),
  ];
}

/** The two-dimensional ferromagnet across its critical temperature. */
export const ising2d: Experiment<Parameters, Part, Figure> = {
  id: "onsager-1944/ising-2d",
  title: "The square Ising ferromagnet across its critical temperature: magnetisation and Binder's cumulant",
  citation: "Onsager, Crystal statistics I, Phys. Rev. 65, 117 (1944)",
  where:
    "T_c and the energy; the magnetisation is Yang's (Phys. Rev. 85, 808, 1952), the cumulant that of Binder (Z. Phys. B 43, 119, 1981)",
  version: 2,
  settings: {
    quick: {
      sizes: [8, 16],
      temperatures: [2.1, 2.2, 2.25, 2.3, 2.35, 2.45],
      sweeps: 4000,
      infinite: { size: 32, temperatures: [2, 3], sweeps: 600 },
      runs: 8,
    },
    standard: {
      sizes: [16, 32],
      temperatures: [2.1, 2.2, 2.23, 2.25, 2.29, 2.31, 2.34, 2.4],
      sweeps: 40_000,
      infinite: { size: 64, temperatures: [2, 3], sweeps: 5000 },
      runs: 8,
    },
    full: {
      sizes: [16, 32],
      temperatures: [2.1, 2.2, 2.23, 2.25, 2.26, 2.28, 2.29, 2.31, 2.34, 2.4],
      sweeps: 400_000,
      infinite: { size: 64, temperatures: [2, 3], sweeps: 50_000 },
      runs: 16,
    },
  },
  tasks: (parameters) => points(parameters).length * parameters.runs,

  run(parameters, task, { random }) {
    const { size, temperature, sweeps } = points(parameters)[Math.floor(task / parameters.runs)];
    const lattice = new IsingLattice(size, { temperature, random });
    const { magnetisation, energy, binder } = lattice.measure({ sweeps, warmup: Math.ceil(sweeps / 4) });
    return { size, temperature, magnetisation: magnetisation.value, energy: energy.value, binder: binder.value };
  },

  summarize({ sizes, temperatures, infinite, runs }, parts) {
    const over = (size: number, temperature: number, value: (part: Part) => number): Interval =>
      estimateMean(
        parts.filter((part) => part.size === size && part.temperature === temperature).map(value),
        CONFIDENCE,
      );
    const cumulants = sizes.flatMap((units) =>
      temperatures.map((at): Measured => ({ units, at, ...over(units, at, ({ binder }) => binder) })),
    );
    const found = bracket(cumulants);
    const crossing = { value: (found.low + found.high) / 2, ...found };
    const rounded = (value: number) => Number(value.toFixed(4));
    const [below, above] = infinite.temperatures;
    const [small, large] = sizes;
    return {
      rows: [
        compare(`T_c: the cumulants of L = ${small} and ${large} cross`, 2.2692, crossing, {
          remark: "the value of Onsager's formula, 2 / ln(1 + sqrt 2)",
        }),
        compare(
          `U at T_c, L = ${large}`,
          CRITICAL_CUMULANT,
          over(large, criticalTemperature, ({ binder }) => binder),
          { remark: "from Kamieniarz and Bloete 1993, quoted from memory" },
        ),
        expected(
          `|m| at T = ${below}, by Yang's formula`,
          rounded(spontaneousMagnetisation(below)),
          over(infinite.size, below, ({ magnetisation }) => magnetisation),
        ),
        ...[below, above].map((temperature) =>
          expected(
            `energy a spin at T = ${temperature}, by Onsager's formula`,
            rounded(latticeEnergy(temperature)),
            over(infinite.size, temperature, ({ energy }) => energy),
          ),
        ),
      ],
      notes: [
        `Intervals are ${100 * CONFIDENCE} %, which is 99 % for the five rows together, from ${runs} independent runs a point. The cumulants cross between the temperatures at which that of the larger lattice is still larger, and already smaller, beyond the intervals of both.`,
        `At T = ${below} and ${above} the correlation length is about two spins or less, so that a lattice of ${infinite.size} x ${infinite.size} is as good as an infinite one.`,
        "Below T_c the cumulant goes to 2/3 as the lattice grows, above to 0; at T_c it goes to a value of its own, so that the curves of all sizes cross there.",
      ],
      figure: {
        points: sizes.flatMap((size) =>
          temperatures.flatMap((temperature): Point[] => [
            {
              panel: MAGNETISATION,
              size: `L = ${size}`,
              temperature,
              ...over(size, temperature, (p) => p.magnetisation),
            },
            { panel: BINDER, size: `L = ${size}`, temperature, ...over(size, temperature, (p) => p.binder) },
          ]),
        ),
        theory: Array.from({ length: 121 }, (_, k) => {
          const low = temperatures[0];
          const temperature = low + ((criticalTemperature - low) * k) / 120;
          return { panel: MAGNETISATION, temperature, value: spontaneousMagnetisation(temperature) };
        }),
      },
    };
  },

  figure(Plot, { figure: { points: measured, theory } }) {
    const sizes = [...new Set(measured.map(({ size }) => size))];
    const shades = [colours.other, colours.ours];
    const colour = ({ size }: Point) => shades[sizes.indexOf(size)];
    const place = { x: "temperature", y: "value", fx: "panel" };
    return {
      height: 400,
      marginRight: 20,
      x: { label: "temperature T" },
      y: { label: null, domain: [0, 1], grid: true },
      fx: { label: null, domain: [MAGNETISATION, BINDER] },
      marks: [
        Plot.frame({ stroke: colours.faint, strokeOpacity: 0.6 }),
        Plot.ruleX([criticalTemperature], { stroke: colours.published, strokeWidth: 1.5, strokeDasharray: "5 4" }),
        Plot.line(theory, { ...place, stroke: colours.theory, strokeWidth: 2 }),
        Plot.line(measured, { ...place, z: "size", stroke: colour, strokeWidth: 1.5 }),
        Plot.ruleX(measured, {
          x: "temperature",
          y1: "low",
          y2: "high",
          fx: "panel",
          stroke: colour,
          strokeWidth: 1.5,
        }),
        Plot.dot(measured, { ...place, fill: colour, r: 3 }),
        ...legend(
          Plot,
          [
            ["T_c = 2.269", colours.published],
            ["infinite (Yang)", colours.theory],
            ...sizes.map((size, k): [string, string] => [size, shades[k]]),
          ],
          "top-left",
          { fx: () => BINDER },
        ),
      ],
    };
  },
};

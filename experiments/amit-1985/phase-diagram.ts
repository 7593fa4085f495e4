import { retrievalOfDraw } from "engram/analysis";
import { estimateMean, square } from "engram/math";
import {
  globalRetrievalLoad,
  hopfieldMeanField,
  retrievalLimit,
  retrievalTemperature,
  spinGlassTemperature,
} from "engram/theory";
import { colours, type Experiment } from "../experiment.js";
import { bracket, type Measured, shareOf, toInfinity } from "../finite-size.js";
import { compare, expected } from "../statistics.js";
import { citation } from "./source.js";

interface Parameters {
  readonly sizes: readonly { readonly units: number; readonly draws: number }[];
  readonly sweeps: number;
  readonly scans: readonly Scan[];
}

interface Scan {
  readonly load: number;
  readonly temperatures: readonly number[];
}

/** Overlaps of a batch of draws, averaged over the second half of the sweeps. */
interface Part {
  readonly units: number;
  readonly load: number;
  readonly temperature: number;
  readonly overlaps: readonly number[];
}

interface Line {
  readonly line: string;
  readonly load: number;
  readonly temperature: number;
}

interface Dot {
  readonly load: number;
  readonly temperature: number;
  readonly share: number;
}

interface FigureData {
  readonly lines: readonly Line[];
  readonly dots: readonly Dot[];
  readonly units: number;
}

const BATCH = 4;
const QUOTED = "the published value is quoted from later work that cites the letter";
const FROM_MEMORY = "the published value is quoted from memory";
/** Temperatures in equal steps past T_M, and one well inside. */
const SCANS: readonly Scan[] = [
  { load: 0.02, temperatures: [0.4, 0.56, 0.6, 0.64, 0.68, 0.72, 0.76, 0.8] },
  { load: 0.05, temperatures: [0.3, 0.4, 0.44, 0.48, 0.52, 0.56, 0.6, 0.64] },
  { load: 0.1, temperatures: [0.1, 0.18, 0.22, 0.26, 0.3, 0.34, 0.38, 0.42] },
];
const COARSE: readonly Scan[] = SCANS.map(({ load, temperatures }) => ({
  load,
  temperatures: temperatures.filter((_, k) => k % 2 === 0),
}));
const PUBLISHED = [
  { load: 0, temperature: 1 },
  { load: 0.138, temperature: 0 },
  { load: 0.051, temperature: 0 },
];

/** The three lines of the phase diagram, and Glauber dynamics that starts at a pattern. */
export const phaseDiagram: Experiment<Parameters, Part, FigureData> = {
  id: "amit-1985/phase-diagram",
  title: "The phase diagram of Hebb's net: load and temperature, mean-field theory and simulation",
  citation,
  where:
    "the phase diagram; the slopes at T = 1 are those of the same authors, Statistical mechanics of neural networks near saturation, Ann. Phys. 173, 30 (1987)",
  version: 2,
  settings: {
    quick: {
      sizes: [
        { units: 200, draws: 150 },
        { units: 400, draws: 40 },
        { units: 1000, draws: 30 },
      ],
      sweeps: 60,
      scans: COARSE,
    },
    standard: {
      sizes: [
        { units: 200, draws: 800 },
        { units: 800, draws: 40 },
        { units: 2000, draws: 60 },
      ],
      sweeps: 200,
      scans: SCANS,
    },
    full: {
      sizes: [
        { units: 400, draws: 2000 },
        { units: 1600, draws: 80 },
        { units: 4000, draws: 100 },
      ],
      sweeps: 400,
      scans: SCANS,
    },
  },
  tasks: (parameters) => batches(parameters).length,

  run(parameters, task, { random, kernels }) {
    const { units, load, temperature, draws } = batches(parameters)[task];
    const setting = { units, patterns: Math.round(load * units), temperature, sweeps: parameters.sweeps, kernels };
    return {
      units,
      load,
      temperature,
      overlaps: Array.from({ length: draws }, (_, k) => retrievalOfDraw(setting, random.fork(k)).overlap),
    };
  },

  summarize(parameters, parts) {
    const { sizes, sweeps, scans } = parameters;
    const [small, large] = sizes.slice(-2);
    const overlapsOf = (units: number, load: number, temperature: number) =>
      parts
        .filter((part) => part.units === units && part.load === load && part.temperature === temperature)
        .flatMap(({ overlaps }) => overlaps);
    const scanned = scans.map(({ load, temperatures }) => {
      // T_M, which the loads of all scans have, and half of the overlap that the retrieval states have there.
      const end = retrievalTemperature(load) ?? 0;
      const kept = retrievalLimit(end).overlap / 2;
      const shares = sizes.flatMap(({ units }) =>
        temperatures.map((at): Measured => {
          return { units, at, ...shareOf(overlapsOf(units, load, at).map((overlap) => overlap > kept)) };
        }),
      );
      return { load, end, kept, coldest: temperatures[0], shares };
    });
    return {
      rows: [
        ...theoryRows(),
        ...scanned.map(({ load, end, shares }) => {
          const found = bracket(shares);
          return expected(`T_M at alpha = ${load}: between rising and falling with n`, Number(end.toFixed(3)), {
            value: (found.low + found.high) / 2,
            ...found,
          });
        }),
        ...scanned.map(({ load, kept, coldest: temperature }) => {
          const at = (units: number) => {
            const overlaps = overlapsOf(units, load, temperature).filter((overlap) => overlap > kept);
            return { units, ...estimateMean(overlaps, 0.99) };
          };
          const theory = hopfieldMeanField(load, temperature).retrieval?.overlap ?? 0;
          return expected(
            `m at alpha = ${load}, T = ${temperature}, n to infinity`,
            Number(theory.toFixed(4)),
            toInfinity(at(small.units), at(large.units)),
          );
        }),
      ],
      notes: [
        `Simulated: Glauber dynamics from a stored pattern, ${sweeps} sweeps, of which the second half is averaged. A draw keeps its pattern where the overlap is above half of what the theory gives at T_M of its load; the share of those, from n = ${sizes[0].units} to ${large.units}, rises below T_M and falls above it.`,
        "Between T_c and T_M the retrieval states are metastable: a net of a few hundred units leaves them in as many sweeps close to T_M, one of thousands does not.",
        "At T = 0 the retrieval states and the spin glass have the same energy, -1 / pi - sqrt(2 alpha / pi) = -1/2 up to 1e-5, at alpha = 0.0519.",
        "The overlaps m are means over the draws that keep their pattern; their limit is taken from the two largest sizes with a deviation that goes as 1 / n, with 99 % intervals.",
        "Above T_M the overlap does not fall to zero at once: what is left after these sweeps falls with n and with time.",
      ],
      figure: {
        units: large.units,
        lines: theoryLines(),
        dots: scanned.flatMap(({ load, shares }) =>
          shares
            .filter(({ units }) => units === large.units)
            .map(({ at, value }) => ({ load, temperature: at, share: value })),
        ),
      },
    };
  },

  figure(Plot, { figure: { lines, dots, units } }) {
    const colour = ({ line }: Line) => LINES[line];
    const name = (text: string, load: number, temperature: number, fill: string = "currentColor") =>
      Plot.text([text], { x: [load], y: [temperature], fill, fontWeight: 600, fontSize: 13, textAnchor: "start" });
    return {
      height: 460,
      marginRight: 20,
      x: { label: "load alpha, patterns over units", domain: [0, 0.16] },
      y: { label: "temperature T", domain: [0, 1.5] },
      marks: [
        Plot.line(lines, { x: "load", y: "temperature", z: "line", stroke: colour, strokeWidth: 2 }),
        Plot.dot(dots, { x: "load", y: "temperature", r: 6, stroke: colours.ours, strokeWidth: 1.5 }),
        Plot.dot(dots, { x: "load", y: "temperature", r: 6, fill: colours.ours, fillOpacity: "share" }),
        Plot.dot(PUBLISHED, { x: "load", y: "temperature", r: 7, stroke: colours.published, strokeWidth: 2.5 }),
        name("T_g", 0.072, 1.32, LINES.T_g),
        name("T_M", 0.122, 0.24, LINES.T_M),
        name("T_c", 0.0385, 0.4, LINES.T_c),
        name("paramagnet", 0.005, 1.3),
        name("spin glass", 0.105, 0.85),
        name("retrieval", 0.004, 0.25),
        name("metastable retrieval", 0.0575, 0.12),
        ...[
          ["ringed: published points", colours.published],
          [`dots: share of nets of ${units} that keep the pattern`, colours.ours],
        ].map(([text, fill], k) =>
          Plot.text([text], { frameAnchor: "top-right", dx: -10, dy: 60 + 16 * k, fontWeight: 600, fill }),
        ),
        Plot.frame({ stroke: "currentColor", strokeOpacity: 0.3 }),
      ],
      opacity: { domain: [0, 1], range: [0, 1] },
    };
  },
};

const LINES: Readonly<Record<string, string>> = { T_g: colours.faint, T_M: colours.theory, T_c: colours.other };

function theoryRows() {
  const exactly = (value: number) => ({ value, low: value, high: value });
  const near = 0.9995;
  return [
    compare("T_g at alpha = 0, where the three lines meet", 1, exactly(spinGlassTemperature(0))),
    compare("alpha_c: T_M meets T = 0", 0.138, exactly(retrievalLimit(0).load), { remark: QUOTED }),
    compare("m where T_M meets T = 0", 0.967, exactly(retrievalLimit(0).overlap), { remark: QUOTED }),
    compare(
      "alpha_1, below which patterns are ground states (abstract of 1987)",
      0.05,
      exactly(globalRetrievalLoad(0)),
    ),
    compare("alpha_1: T_c meets T = 0", 0.051, exactly(globalRetrievalLoad(0)), {
      explained:
        "the source's own equations give 0.0519 (energies -1/2 and -1 / pi - sqrt(2 alpha / pi)): the printed value is cut, not rounded",
      remark: FROM_MEMORY,
    }),
    compare(
      "T_M = 1 - c sqrt(alpha) at small alpha: c (1987)",
      1.95,
      exactly((1 - near) / Math.sqrt(retrievalLimit(near).load)),
      { remark: FROM_MEMORY },
    ),
    compare(
      "T_c = 1 - c sqrt(alpha) at small alpha: c (1987)",
      2.6,
      exactly((1 - near) / Math.sqrt(globalRetrievalLoad(near))),
      { remark: FROM_MEMORY },
    ),
  ];
}

function theoryLines(): Line[] {
  const temperatures = Array.from({ length: 81 }, (_, k) => k / 80);
  return [
    ...Array.from({ length: 41 }, (_, k) => 0.16 * square(k / 40)).map((load) => ({
      line: "T_g",
      load,
      temperature: spinGlassTemperature(load),
    })),
    ...temperatures.map((temperature) => ({ line: "T_M", load: retrievalLimit(temperature).load, temperature })),
    ...temperatures.map((temperature) => ({ line: "T_c", load: globalRetrievalLoad(temperature), temperature })),
  ];
}

/** The batches of all points, the largest nets first. */
function batches({ sizes, scans }: Parameters) {
  return [...sizes].reverse().flatMap(({ units, draws }) =>
    scans.flatMap(({ load, temperatures }) =>
      temperatures.flatMap((temperature) =>
        Array.from({ length: Math.ceil(draws / BATCH) }, (_, k) => ({
          units,
          load,
          temperature,
          draws: Math.min(BATCH, draws - k * BATCH),
        })),
      ),
    ),
  );
}

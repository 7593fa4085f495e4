import {
  type BasinRow,
  basinPicture,
  basins,
  census,
  errorOfDraw,
  indexOfAttraction,
  retrievalOfDraw,
} from "../../src/analysis/index.js";
import { asynchronous, synchronous } from "../../src/dynamics/index.js";
import { DenseCouplings, quadratic, toMatrix } from "../../src/interactions/index.js";
import { hebb, projection } from "../../src/learning/index.js";
import { Random } from "../../src/math/random.js";
import { Hopfield, HopfieldNet } from "../../src/memories/index.js";
import { randomPatterns } from "../support/random-patterns.js";
import type { Backend, Evidence, Scenarios } from "./scenario.js";

const UNITS = 14;
const PATTERNS = randomPatterns(3, UNITS, new Random(1));
const THRESHOLDS = Float64Array.from({ length: UNITS }, (_, i) => ((i % 5) - 2) / 32);

const nets = ({ kernels }: Backend): readonly HopfieldNet[] => {
  const rules = [hebb({ selfCoupling: false }), projection({ selfCoupling: true })];
  const learned = rules.map((rule) => new Hopfield(UNITS, { rule, kernels }).store(PATTERNS).net as HopfieldNet);
  const dense = new DenseCouplings(toMatrix(learned[0].interaction), UNITS, kernels);
  return [...learned, new HopfieldNet(quadratic(dense, THRESHOLDS))];
};

const partOf = ({ count, trials, value, low, high, exact }: BasinRow): Evidence => [
  count,
  trials,
  value,
  low,
  high,
  exact,
];

const DYNAMICS = {
  synchronous: synchronous({ maxSweeps: 30 }),
  asynchronous: asynchronous({ order: "random", maxSweeps: 30 }),
};

/** Basins of attraction, whole and sampled, and all attractors of small nets. */
export const basinsAndCensus: Scenarios = {
  "basins of one step and of several": (backend) =>
    nets(backend).map((net) =>
      [1, 4].map((steps) => {
        const options = { steps, distances: [0, 1, 2, 3, 7], samples: 200, confidence: 0.95, random: new Random(2) };
        return basins(net, PATTERNS, options).map(({ fixed, rows }) => {
          const { value, low, high } = indexOfAttraction(rows);
          return [fixed, rows.map(partOf), value, low, high];
        });
      }),
    ),
  ...Object.fromEntries(
    Object.entries(DYNAMICS).map(([name, dynamics]) => [
      `basins under ${name} dynamics`,
      (backend: Backend) =>
        nets(backend).map((net) => {
          const options = { dynamics, distances: [1, 3, 5], samples: 60, confidence: 0.9, random: new Random(3) };
          return basins(net, PATTERNS, options).map(({ fixed, rows }) => [fixed, rows.map(partOf)]);
        }),
    ]),
  ),
  "pictures of basins": (backend) =>
    nets(backend).map(
      (net) => basinPicture(net, PATTERNS.select([0]), { steps: 3, samples: 4, random: new Random(4) }).reached,
    ),
  ...Object.fromEntries(
    (["asynchronous", "synchronous"] as const).map((dynamics) => [
      `census of ${dynamics} dynamics`,
      (backend: Backend) =>
        nets(backend).map((net) =>
          census(net, PATTERNS, { dynamics }).entries.map(({ word, period, energy, attractor, basin }) => [
            word,
            period,
            energy,
            attractor.kind,
            basin,
          ]),
        ),
    ]),
  ),
  "retrieval and error of one draw": ({ kernels }) => {
    const rule = hebb({ selfCoupling: false });
    const setting = { units: 50, patterns: 4, temperature: 0.2, rule, start: 0.8, cues: 2, sweeps: 10, kernels };
    const { overlap, settled, sweeps } = retrievalOfDraw(setting, new Random(5));
    const load = { units: 50, patterns: 10, selfCoupling: false, ties: "keep", rule, kernels } as const;
    return [overlap, settled, sweeps, errorOfDraw(load, new Random(6))];
  },
};

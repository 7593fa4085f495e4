import { toMatrix } from "../../src/interactions/index.js";
import { hebb, projection } from "../../src/learning/index.js";
import {
  blockGibbs,
  hebbianFactor,
  type PatternFactor,
  qrFactor,
  type RbmMapping,
  sampleThroughRbm,
  squareRootFactor,
  svdFactor,
  toHopfield,
  toRbm,
} from "../../src/mapping/index.js";
import { Random } from "../../src/math/random.js";
import { Hopfield, HopfieldNet } from "../../src/memories/index.js";
import { randomPatterns } from "../support/random-patterns.js";
import type { Backend, Evidence, Scenarios } from "./scenario.js";

const UNITS = 24;
const PATTERNS = randomPatterns(4, UNITS, new Random(1));
const THRESHOLDS = Float64Array.from({ length: UNITS }, (_, i) => ((i % 5) - 2) / 32);

const FACTORS: Readonly<Record<string, PatternFactor>> = {
  qr: qrFactor(),
  squareRoot: squareRootFactor(),
  svd: svdFactor(),
  hebbian: hebbianFactor(),
};

const evidenceOf = ({ rbm, net, shift, transform, logConstant }: RbmMapping): Evidence => [
  rbm.weights.values,
  rbm.visible.parameters,
  rbm.hidden.parameters,
  toMatrix(net.interaction),
  shift,
  transform?.values,
  logConstant(0.7),
];

const mapped = (factor: PatternFactor, { kernels }: Backend) => {
  const rule = factor.rule === "hebb" ? hebb({ selfCoupling: true }) : projection({ selfCoupling: true });
  return toRbm(new Hopfield(UNITS, { rule, thresholds: THRESHOLDS, kernels }).store(PATTERNS), { factor });
};

/** Hopfield nets as RBMs, and back. */
export const mapping: Scenarios = {
  ...Object.fromEntries(
    Object.entries(FACTORS).flatMap(([name, factor]) => [
      [`a memory to an RBM by ${name}`, (backend: Backend) => evidenceOf(mapped(factor, backend))],
      [
        `there by ${name} and back`,
        (backend: Backend) => {
          const { net, shift, patterns, transform, recovered, memoryDistance } = toHopfield(mapped(factor, backend));
          return [
            toMatrix(net.interaction),
            net.thresholds,
            shift,
            patterns?.bits.words,
            transform?.values,
            recovered.map(({ error, distance, stability, iterations }) => [error, distance, stability, iterations]),
            memoryDistance,
          ];
        },
      ],
    ]),
  ),
  "patterns without self-coupling": (backend) => {
    const rule = projection({ selfCoupling: false });
    return evidenceOf(
      toRbm(new Hopfield(UNITS, { rule, kernels: backend.kernels }).store(PATTERNS), { factor: qrFactor() }),
    );
  },
  "any net, by its eigenvectors": () => {
    const random = new Random(2);
    const rows = Array.from({ length: 9 }, () => new Float64Array(9));
    for (let i = 0; i < 9; i++) for (let j = 0; j < i; j++) rows[i][j] = rows[j][i] = random.normal() / 3;
    return evidenceOf(toRbm(new HopfieldNet(rows, THRESHOLDS.subarray(0, 9))));
  },
  "patterns looked for without a start": (backend) => {
    const options = { random: new Random(3), starts: 40, orthogonalise: false } as const;
    return (["kurtosis", "uniform"] as const).map((from) => {
      const { patterns, transform, tried } = toHopfield(mapped(qrFactor(), backend).rbm, { ...options, from });
      return [patterns?.bits.words, transform?.values, tried];
    });
  },
  "samples through the RBM": (backend) => {
    const mapping = mapped(qrFactor(), backend);
    const sampled = sampleThroughRbm(mapping.rbm, {
      random: new Random(4),
      beta: 2,
      chains: 5,
      states: 20,
      burnIn: 5,
      every: 2,
      workspace: backend.workspace,
    });
    const dynamics = blockGibbs(mapping.rbm, { beta: 2, sweeps: 6 });
    const { state, energy } = mapping.net.run(PATTERNS.select([0]), { dynamics, random: new Random(5) });
    return [sampled.bits.words, state, energy];
  },
};

import { asynchronous, type Dynamics, glauber, metropolis, synchronous } from "../../src/dynamics/index.js";
import { DenseCouplings, dilute, quadratic, requireLinear, toMatrix } from "../../src/interactions/index.js";
import {
  bounded,
  covariance,
  dense,
  diederichOpper,
  gardner,
  hebb,
  type LearningRule,
  marginalist,
  perceptron,
  projection,
  storkey,
} from "../../src/learning/index.js";
import { Random } from "../../src/math/random.js";
import { Hopfield, HopfieldNet, type Run } from "../../src/memories/index.js";
import { flip } from "../../src/patterns/index.js";
import { randomPatterns } from "../support/random-patterns.js";
import { type Backend, cross, type Evidence, type Scenarios } from "./scenario.js";

const RULES: Readonly<Record<string, LearningRule>> = {
  hebb: hebb({ selfCoupling: false }),
  "hebb with self-coupling": hebb({ selfCoupling: true }),
  projection: projection({ selfCoupling: true }),
  "projection without self-coupling": projection({ selfCoupling: false }),
  storkey: storkey({ selfCoupling: false }),
  "covariance, measured": covariance({ activity: "measured", threshold: "best", selfCoupling: false }),
  "covariance, given": covariance({ activity: 0.45, threshold: 0.05, selfCoupling: true }),
  bounded: bounded({ bound: 0.35, selfCoupling: false }),
  marginalist: marginalist({ strength: 4.108, selfCoupling: false }),
  perceptron: perceptron({ kappa: 0.05, limit: 1000 }),
  "diederich-opper": diederichOpper({ kappa: 1, limit: 1000 }),
  gardner: gardner({ kappa: 0.5, symmetric: false, limit: 1000 }),
  "dense, cubes": dense({ separation: "power", power: 3 }),
  "dense, rectified": dense({ separation: "rectified", power: 4 }),
  "dense, exponential": dense({ separation: "exponential", beta: 0.5 }),
  "gardner, symmetric": gardner({ kappa: 0.5, symmetric: true, limit: 1000 }),
};

export const DYNAMICS: Readonly<Record<string, Dynamics>> = {
  synchronous: synchronous({ maxSweeps: 50 }),
  "asynchronous in random order": asynchronous({ order: "random", maxSweeps: 50 }),
  "asynchronous in fixed order": asynchronous({ order: "fixed", maxSweeps: 50 }),
  glauber: glauber({ beta: 2.5, sweeps: 4 }),
  metropolis: metropolis({ beta: 2.5, sweeps: 4 }),
};

const UNITS = 77;
const PATTERNS = randomPatterns(9, UNITS, new Random(2024));
/** Far enough from the patterns that it matters in which order units are visited. */
const CUES = flip(PATTERNS, 0.4, new Random(1));
const THRESHOLDS = Float64Array.from({ length: UNITS }, (_, i) => ((i % 7) - 3) / 64);

export const evidenceOf = ({ state, sweeps, flips, period, cueEnergy, energy, trace }: Run): Evidence => [
  state,
  sweeps,
  flips,
  period,
  cueEnergy,
  energy,
  trace,
];

function recallAll(memory: Hopfield, dynamics: Dynamics): Evidence {
  const recalls = memory.recallMany(CUES, { dynamics, random: new Random(7), trace: true });
  return recalls.map((recall) => [evidenceOf(recall), recall.nearest.index, recall.nearest.overlap]);
}

const learned = (rule: LearningRule, { kernels }: Backend, thresholds?: Float64Array) =>
  new Hopfield(UNITS, { rule, thresholds, kernels }).store(PATTERNS);

/** Patterns learned by every rule and recalled by every dynamics, and nets whose couplings are no memory's own. */
export const recalls: Scenarios = {
  ...cross(RULES, DYNAMICS, (rule, dynamics, backend) => recallAll(learned(rule, backend), dynamics)),
  ...cross(
    { "hebb with thresholds": RULES.hebb, "projection with thresholds": RULES.projection },
    DYNAMICS,
    (rule, dynamics, backend) => recallAll(learned(rule, backend, THRESHOLDS), dynamics),
  ),
  ...Object.fromEntries(
    Object.entries(RULES).map(([name, rule]) => [
      `${name}: what is learned`,
      (backend: Backend) => {
        const memory = learned(rule, backend);
        const { interaction } = memory;
        const fields = new Float64Array(CUES.count * UNITS);
        interaction.fields(CUES.bits, fields);
        const W = interaction.linear === undefined ? fields : toMatrix(interaction);
        return [W, memory.thresholds, Float64Array.from(memory.inspect().stabilities)];
      },
    ]),
  ),
  "dense and diluted couplings": (backend) => {
    const { interaction } = learned(RULES.hebb, backend);
    const nets = [
      new HopfieldNet(quadratic(new DenseCouplings(toMatrix(interaction), UNITS, backend.kernels), THRESHOLDS)),
      ...[true, false].map((symmetric) => {
        const diluted = dilute(interaction, { connectivity: 0.4, symmetric, random: new Random(3) });
        return new HopfieldNet(requireLinear(diluted, "thresholds").withThresholds(THRESHOLDS));
      }),
    ];
    return nets.map((net) => [
      toMatrix(net.interaction),
      Object.values(DYNAMICS).map((dynamics) =>
        evidenceOf(net.run(CUES.select([0]), { dynamics, random: new Random(8), trace: true })),
      ),
    ]);
  },
};

import { asynchronous, type Dynamics, glauber, synchronous } from "../../src/dynamics/index.js";
import { type AssociationRule, correlation, gradientDescent, pseudoinverse } from "../../src/learning/index.js";
import { Random } from "../../src/math/random.js";
import {
  Associator,
  Autoassociator,
  Bam,
  EigenvectorAutomaton,
  entmax,
  flat,
  hard,
  identity,
  LargeMemory,
  ModernMemory,
  Recogniser,
  SequenceMemory,
  sign,
  softmax,
  sparsemax,
  type VectorSeparation,
} from "../../src/memories/index.js";
import { flip } from "../../src/patterns/index.js";
import { absolute, logSumExp, norm, rectifiedPower, identity as unitsThemselves } from "../../src/units/index.js";
import { randomPatterns } from "../support/random-patterns.js";
import { normals } from "../units/layers.js";
import { type Backend, cross, type Scenarios } from "./scenario.js";

const LEFT = randomPatterns(4, 45, new Random(1));
const RIGHT = randomPatterns(4, 20, new Random(2));
const CUES = flip(LEFT, 0.4, new Random(3));

const RULES: Readonly<Record<string, AssociationRule>> = {
  correlation: correlation({ learningConstant: 0.5 }),
  pseudoinverse: pseudoinverse(),
  "gradient descent": gradientDescent({ tolerance: 1e-6, maxIterations: 500 }),
};

const SEPARATIONS: Readonly<Record<string, VectorSeparation>> = {
  softmax: softmax(),
  sparsemax: sparsemax(),
  "entmax, 1.5": entmax(),
  "entmax, 1.2": entmax({ alpha: 1.2 }),
  flat: flat(),
  hard: hard(),
};

const rows = (count: number, width: number, random: Random) =>
  Array.from({ length: count }, () => Array.from(normals(width, random)));

const bam = (rule: AssociationRule, { kernels }: Backend) =>
  new Bam(45, 20, { rule, kernels }).store({ left: LEFT, right: RIGHT });

const BAM_DYNAMICS = {
  synchronous: synchronous({ maxSweeps: 50 }),
  "random order": asynchronous({ order: "random", maxSweeps: 50 }),
  "fixed order": asynchronous({ order: "fixed", maxSweeps: 50 }),
  glauber: glauber({ beta: 0.5, sweeps: 4 }),
};

const bamRecalls = (rule: AssociationRule, dynamics: Dynamics, backend: Backend) => {
  const memory = bam(rule, backend);
  return [0, 1, 2, 3].flatMap((r) => [
    memory.recall({ left: CUES.select([r]) }, { dynamics, random: new Random(4), trace: true }),
    memory.recall({ right: RIGHT.select([r]) }, { dynamics, random: new Random(5), trace: true }),
    memory.recall({ left: CUES.select([r]), right: RIGHT.select([3 - r]) }, { dynamics, random: new Random(6) }),
  ]);
};

/** Pairs, patterns and sequences, learned by rules of association. */
export const associations: Scenarios = {
  ...cross(
    { "BAM by correlation": RULES.correlation, "BAM by pseudoinverse": RULES.pseudoinverse },
    BAM_DYNAMICS,
    (rule, dynamics, backend) =>
      bamRecalls(rule, dynamics, backend).map(({ state: { left, right }, sweeps, flips, period, nearest }) => [
        left,
        right,
        sweeps,
        flips,
        period,
        nearest.index,
      ]),
  ),
  ...cross(
    {
      "energies of a BAM by correlation": RULES.correlation,
      "energies of a BAM by pseudoinverse": RULES.pseudoinverse,
    },
    BAM_DYNAMICS,
    (rule, dynamics, backend) => bamRecalls(rule, dynamics, backend).map(({ energy, trace }) => [energy, trace]),
  ),
  ...Object.fromEntries(
    Object.entries(RULES).map(([name, rule]) => [
      `associator by ${name}`,
      () => {
        const memories = [
          new Associator(45, 20, { rule, activation: sign }).store({ left: LEFT, right: RIGHT }),
          new Associator(9, 5, { rule, activation: identity }).store({
            left: rows(4, 9, new Random(7)),
            right: rows(4, 5, new Random(8)),
          }),
        ];
        return memories.map((memory, k) => {
          const {
            state: output,
            excitation,
            nearest,
          } = memory.recall(k === 0 ? CUES.select([1]) : normals(9, new Random(9)));
          const { residual, iterations } = memory.inspect().association ?? {};
          const { signal, crosstalk } = memory.crosstalk(1);
          return [
            memory.weights?.values,
            output,
            excitation,
            nearest.index,
            nearest.distance,
            residual,
            iterations,
            signal,
            crosstalk,
          ];
        });
      },
    ]),
  ),
  "autoassociator with feedback": () =>
    [RULES.correlation, RULES.pseudoinverse].flatMap((rule) => {
      const spins = new Autoassociator(45, { rule, activation: sign }).store(LEFT);
      const real = new Autoassociator(9, { rule: pseudoinverse(), activation: identity });
      real.store(rows(3, 9, new Random(10)));
      return [
        spins.recall(CUES.select([2]), { feedback: true, maxSteps: 100 }),
        spins.recall(CUES.select([2]), { feedback: false }),
        real.recall(normals(9, new Random(11)), { feedback: true, maxSteps: 100 }),
      ].map(({ state: output, excitation, sweeps: steps, period }) => [output, excitation, steps, period]);
    }),
  recogniser: () =>
    Object.values(RULES).flatMap((rule) => {
      const recogniser = new Recogniser(45, { rule }).store(LEFT, ["a", "b", "c", "d"]);
      return [0, 1, 2, 3].map((r) => {
        const { nearest, state: excitations, margin } = recogniser.recall(CUES.select([r]));
        return [nearest.label, nearest.index, excitations, margin];
      });
    }),
  ...Object.fromEntries(
    Object.entries(SEPARATIONS).map(([name, separation]) => [
      `modern memory by ${name}`,
      () =>
        (["euclidean", "dot", "cosine"] as const).flatMap((similarity) => {
          if (name === "flat" && similarity !== "euclidean") return [];
          const memory = new ModernMemory(13, { similarity, separation, beta: 1.3 }).store(
            rows(40, 13, new Random(12)),
          );
          const cues = rows(3, 13, new Random(13));
          return memory
            .recallMany(cues)
            .map((recall) => [
              recall.state,
              recall.sweeps,
              recall.nearest.index,
              recall.nearest.distance,
              recall.weights.flatMap(({ index, weight }) => [index, weight]),
              recall.effective,
              recall.attractor.kind,
              recall.margin,
              recall.cueEnergy,
              recall.energy,
            ]);
        }),
    ]),
  ),
  "large memories": () => {
    const models = [
      { visible: absolute({ beta: 2 }), hidden: rectifiedPower({ power: 3 }) },
      { visible: unitsThemselves(), hidden: logSumExp({ beta: 0.5 }) },
      { visible: norm(), hidden: rectifiedPower({ power: 4 }) },
    ];
    return models.flatMap((model) =>
      [0, 0.1].map((hiddenTime) => {
        const memory = new LargeMemory(45, { ...model, hiddenTime }).store(LEFT);
        const { state, hidden, sweeps, halvings, energy, nearest } = memory.recall(CUES.spins(2), { step: 1 });
        return [state, hidden, sweeps, halvings, energy, nearest.index];
      }),
    );
  },
  "beta that a modern memory finds": () =>
    [0, 0.1].map((noise) => new ModernMemory(13, { noise }).store(rows(40, 13, new Random(12))).beta),
  "eigenvector automaton": () => {
    const weights = [
      [2, 1, 0.5],
      [1, 3, 0],
      [0.5, 0, 1],
    ];
    const options = { maxSteps: 500, tolerance: 1e-9, longestCycle: 8 };
    const { state, steps, eigenvalue, residual } = new EigenvectorAutomaton(weights).run([1, 0, 0], options);
    return [state, steps, eigenvalue, residual];
  },
  ...cross(
    { "sequence memory": false, "cyclic sequence memory": true },
    { step: "step", exponential: "exponential", delta: "delta" } as const,
    (cyclic, kernel, { kernels }) => {
      const memory = new SequenceMemory(45, { strength: 2.5, delay: 6, kernel, cyclic, kernels }).store(LEFT);
      const { state, overlaps, visits } = memory.recall(CUES.select([0]), { sweeps: 40, random: new Random(12) });
      return [state, overlaps, visits.map(({ index, from, dwell }) => [index, from, dwell])];
    },
  ),
};

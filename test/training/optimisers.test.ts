import { describe, expect, it, test } from "vitest";
import { buildFitting, referenceWorkspace, wasmWorkspace } from "../../src/kernels/index.js";
import { Random } from "../../src/math/random.js";
import {
  BoltzmannMachine,
  Classifier,
  DeepBeliefNet,
  DeepBoltzmannMachine,
  ExactDistribution,
  Rbm,
} from "../../src/models/index.js";
import { makerNamed } from "../../src/options.js";
import {
  adam,
  centredRmsprop,
  momentum,
  type Optimiser,
  optimisers,
  rmsprop,
  stepwise,
  type TrainingReport,
  train,
} from "../../src/training/index.js";
import { binary, gaussian } from "../../src/units/index.js";

const random = new Random(1);
const N = 9;
const START = Float64Array.from({ length: N }, () => random.normal());
const GRADIENTS = Array.from({ length: 5 }, () => Float64Array.from({ length: N }, () => random.normal()));
const DECAY = { l1: 0.02, l2: 0.1 };

/** Where steps by an optimiser lead, in double precision. */
function climb(optimiser: Optimiser, positive = false): Float64Array {
  const values = START.map((x) => (positive ? Math.exp(x) : x));
  const gradient = new Float64Array(N);
  const steps = optimiser.start({ values, gradient, positive });
  GRADIENTS.forEach((g, t) => {
    gradient.set(g);
    steps.step({ rate: 0.1, epochs: t, ...(positive ? {} : DECAY) });
  });
  return values;
}

/** The same by formulas: `move` gives what is added from the gradient of one number, and keeps what it needs in `own`. */
function byFormula(move: (g: number, own: number[], t: number) => number): number[] {
  return Array.from(START, (start, k) => {
    let x = start;
    const own = [0, 0, 0];
    GRADIENTS.forEach((g, t) => {
      x += move(g[k] - DECAY.l2 * x - DECAY.l1 * Math.sign(x), own, t + 1);
    });
    return x;
  });
}

function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>, digits: number): void {
  for (let k = 0; k < N; k++) expect(found[k]).toBeCloseTo(expected[k], digits);
}

const FORMULAS: readonly [Optimiser, (g: number, own: number[], t: number) => number][] = [
  [
    momentum({ momentum: stepwise({ epochs: [0, 2], values: [0.5, 0.9] }) }),
    (g, own, t) => {
      own[0] = (t <= 2 ? 0.5 : 0.9) * own[0] + 0.1 * g;
      return own[0];
    },
  ],
  [
    adam({ beta1: 0.8, beta2: 0.95, epsilon: 1e-6 }),
    (g, own, t) => {
      own[0] = 0.8 * own[0] + 0.2 * g;
      own[1] = 0.95 * own[1] + 0.05 * g * g;
      return (0.1 * (own[0] / (1 - 0.8 ** t))) / (Math.sqrt(own[1] / (1 - 0.95 ** t)) + 1e-6);
    },
  ],
  [
    rmsprop({ decay: 0.8, epsilon: 1e-6 }),
    (g, own) => {
      own[0] = 0.8 * own[0] + 0.2 * g * g;
      return (0.1 * g) / (Math.sqrt(own[0]) + 1e-6);
    },
  ],
  [
    centredRmsprop({ decay: 0.8, momentum: 0.5, epsilon: 1e-3 }),
    (g, own) => {
      own[0] = 0.8 * own[0] + 0.2 * g * g;
      own[1] = 0.8 * own[1] + 0.2 * g;
      own[2] = 0.5 * own[2] + (0.1 * g) / Math.sqrt(own[0] - own[1] * own[1] + 1e-3);
      return own[2];
    },
  ],
];

describe.each(FORMULAS.map(([optimiser, move]) => [optimiser.name, optimiser, move] as const))(
  "%s",
  (_, optimiser, move) => {
    it("takes the steps of its equations, weight decay in the gradient", () => {
      expectClose(climb(optimiser), byFormula(move), 12);
    });

    it.each([
      ["reference", referenceWorkspace],
      ["wasm", wasmWorkspace],
    ])("takes the same in single precision, %s", (_name, make) => {
      const { workspace, built } = buildFitting(make, (room) => {
        const [values, gradient] = [room.float32(N), room.float32(N)];
        return { values, gradient, steps: optimiser.start({ values, gradient, workspace: room }) };
      });
      built.values.set(START);
      GRADIENTS.forEach((g, t) => {
        const before = built.values.slice();
        built.gradient.set(g);
        built.steps.step({ rate: 0.1, epochs: t, ...DECAY });
        built.values.forEach((x, k) => {
          expect(x - before[k]).toBeCloseTo(built.steps.change[k], 6);
        });
      });
      expectClose(built.values, byFormula(move), 5);
      workspace.dispose();
    });

    it("moves logarithms of what must stay positive", () => {
      const found = climb(optimiser, true);
      expect(found.every((x) => x > 0)).toBe(true);
      expect(found).not.toEqual(START.map(Math.exp));
    });
  },
);

test.each([{}, DECAY])("Adam gives the same bits in a workspace and outside", (decay) => {
  const [inside, outside] = [wasmWorkspace, undefined].map((make) => {
    const workspace = make?.(4096);
    const [values, gradient] = [0, 1].map(() => workspace?.float32(N) ?? new Float32Array(N));
    values.set(START);
    const steps = adam().start({ values, gradient, workspace });
    GRADIENTS.forEach((g, t) => {
      gradient.set(g);
      steps.step({ rate: 0.1, epochs: t, ...decay });
    });
    return [values, ...steps.state.values()].map((array) => [...array]);
  });
  expect(inside).toEqual(outside);
});

const ROWS = Float64Array.from({ length: 40 * 6 }, (_, k) => ((Math.floor(k / 6) + k) % 2 === 0 ? 1 : 0));
const LABELS = Array.from({ length: 40 }, (_, r) => r % 2);
const net = () => DeepBeliefNet.ofLayers([binary(6), binary(5), binary(4)]);

/** Every model that can be trained: a training of it with an optimiser, and the numbers that it learns. */
const TRAININGS: Readonly<
  Record<
    string,
    (
      options: { optimiser: Optimiser; resume?: never; epochs?: number },
      saved: (report: TrainingReport) => void,
    ) => Promise<unknown>
  >
> = {
  "an RBM": async (options, saved) => {
    const rbm = new Rbm({ visible: binary(6), hidden: gaussian(4) });
    const rate = 0.01;
    const more = { rate, batch: 15, learnPrecisions: true, centred: true, reportEvery: 1 };
    for await (const report of train(rbm, ROWS, { epochs: 3, ...more, ...options })) saved(report);
    return [rbm.weights.values, rbm.visible.parameters, rbm.hidden.parameters];
  },
  "a Boltzmann machine": async (options, saved) => {
    const machine = new BoltzmannMachine({ visible: binary(6), hidden: binary(2) });
    const more = { rate: 0.02, batch: 15, l2: 0.01, reportEvery: 1 };
    for await (const report of train(machine, ROWS, { epochs: 3, ...more, ...options })) saved(report);
    return [machine.couplings.values, machine.bias];
  },
  "a deep belief net": async (options, saved) => {
    const own = net();
    const more = { rate: 0.02, batch: 15, reportEvery: 2 };
    for await (const report of train(own, ROWS, { epochs: 3, ...more, ...options })) saved(report);
    return own.rbms.map(({ weights, visible, hidden }) => [weights.values, visible.parameters, hidden.parameters]);
  },
  "a deep Boltzmann machine": async (options, saved) => {
    const machine = new DeepBoltzmannMachine({ visible: binary(6), hidden: [binary(5), binary(4)] });
    const more = { rate: 0.02, batch: 15, l2: 0.01, chains: 7, reportEvery: 2 };
    for await (const report of train(machine, ROWS, { epochs: 3, ...more, ...options })) saved(report);
    return [machine.weights, machine.hidden.map(({ parameters }) => parameters)];
  },
  "pre-training of one": async (options, saved) => {
    const machine = new DeepBoltzmannMachine({ visible: binary(6), hidden: [binary(5), binary(4)] });
    const more = { phase: "pretraining", rate: 0.02, batch: 15, reportEvery: 2 } as const;
    for await (const report of train(machine, ROWS, { epochs: 3, ...more, ...options })) saved(report);
    return [machine.weights, machine.hidden.map(({ parameters }) => parameters)];
  },
  "a classifier": async (options, saved) => {
    const classifier = Classifier.fromDeepBeliefNet(net(), { classes: 2, random: new Random(2) });
    const more = { rate: 0.02, batch: 15, dropout: 0.2, labels: LABELS, reportEvery: 2 };
    for await (const report of train(classifier, ROWS, { epochs: 3, ...more, ...options })) saved(report);
    return classifier.layers;
  },
};

describe.each(Object.entries(TRAININGS))("the training of %s", (_, run) => {
  it.each(optimisers.map((maker) => [maker.name, maker.make()] as const))(
    "by %s goes on from any checkpoint, also within an epoch, to the same bits",
    async (_name, optimiser) => {
      const kept: ReturnType<TrainingReport["checkpoint"]>[] = [];
      const whole = await run({ optimiser }, (report) => kept.push(report.checkpoint()));
      expect(kept.length).toBeGreaterThan(4);
      for (const resume of kept) {
        const again = await run({ optimiser, resume: resume as never }, () => undefined);
        expect(again).toEqual(whole);
      }
    },
  );
});

it("Adam and RMSProp raise the likelihood, too", async () => {
  for (const optimiser of [adam(), rmsprop()]) {
    const machine = new BoltzmannMachine({ visible: binary(6) });
    const likelihood = () => new ExactDistribution(machine).logLikelihood(ROWS).reduce((sum, x) => sum + x, 0) / 40;
    const before = likelihood();
    for await (const _ of train(machine, ROWS, { epochs: 60, rate: 0.02, optimiser }));
    expect(likelihood()).toBeGreaterThan(before + 1);
  }
});

it("an optimiser is made again from its name and options", () => {
  for (const optimiser of [momentum({ momentum: 0.3 }), adam({ beta1: 0.5 }), rmsprop({ decay: 0.5 })]) {
    const again = makerNamed("optimiser", optimisers, optimiser.name).make(optimiser.options);
    expect(climb(again)).toEqual(climb(optimiser));
  }
});

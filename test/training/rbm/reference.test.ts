import { describe, expect, it } from "vitest";
import { referenceWorkspace, wasmWorkspace } from "../../../src/kernels/index.js";
import { Random } from "../../../src/math/random.js";
import { Rbm } from "../../../src/models/index.js";
import { PatternSet } from "../../../src/patterns/index.js";
import {
  contrastiveDivergence,
  fastWeights,
  linearDecay,
  momentum,
  persistent,
  type RbmTraining,
  stepwise,
  type TrainingMethod,
  tempering,
  train,
} from "../../../src/training/index.js";
import { binary } from "../../../src/units/index.js";
import { normals } from "../../units/layers.js";
import {
  type ReferenceMethod,
  type ReferenceOptions,
  type ReferenceRbm,
  referenceTraining,
} from "../reference-trainer.js";

/** The last batch of an epoch has fewer rows, and no width is a multiple of 4. */
const [VISIBLE, HIDDEN, ROWS, BATCH, EPOCHS] = [7, 5, 13, 5, 3];

const random = new Random(1);
const DATA = Array.from({ length: ROWS }, (_, r) =>
  Array.from({ length: VISIBLE }, (_, i) => (random.bernoulli((i + r) % 3 === 0 ? 0.9 : 0.3) ? 1 : 0)),
);
const START: ReferenceRbm = {
  W: Array.from({ length: VISIBLE }, () => Array.from(normals(HIDDEN, random), (w) => w / 2)),
  b: Array.from(normals(VISIBLE, random)),
  c: Array.from(normals(HIDDEN, random)),
};

const METHODS: Readonly<Record<string, readonly [TrainingMethod, ReferenceMethod]>> = {
  "CD-1": [contrastiveDivergence({ steps: 1 }), { kind: "cd", steps: 1 }],
  "CD-2": [contrastiveDivergence({ steps: 2 }), { kind: "cd", steps: 2 }],
  "CD-3": [contrastiveDivergence({ steps: 3 }), { kind: "cd", steps: 3 }],
  "PCD-1": [persistent({ steps: 1 }), { kind: "pcd", steps: 1, chains: BATCH }],
  "PCD-2": [persistent({ steps: 2, chains: 6 }), { kind: "pcd", steps: 2, chains: 6 }],
  "PCD-3": [persistent({ steps: 3, chains: 3 }), { kind: "pcd", steps: 3, chains: 3 }],
  "fast weights": [
    fastWeights({ steps: 1, chains: 6, fastRate: 0.3, fastDecay: 0.9 }),
    { kind: "pcd", steps: 1, chains: 6, fast: { rate: 0.3, decay: 0.9 } },
  ],
  tempering: [
    tempering({ steps: 2, chains: 4, ladder: [0.3, 0.6, 0.8, 1], adapt: false }),
    { kind: "tempering", steps: 2, chains: 4, ladder: [0.3, 0.6, 0.8, 1] },
  ],
};

const PLAIN: Omit<ReferenceOptions, "method"> = {
  batch: BATCH,
  epochs: EPOCHS,
  rate: () => 0.2,
  momentum: () => 0,
  l1: 0,
  l2: 0,
  sparsity: undefined,
  centred: undefined,
  seed: 3,
};

interface Setting {
  readonly library: Partial<RbmTraining>;
  readonly reference: Partial<ReferenceOptions>;
}

/** An option that has the same form in both. */
const same = (options: Pick<Partial<ReferenceOptions>, "l1" | "l2" | "seed">): Setting => ({
  library: options,
  reference: options,
});

const RATE: Setting = {
  library: { rate: linearDecay({ from: 0.3, to: 0.03, epochs: 2 }) },
  reference: { rate: (t) => (t >= 2 ? 0.03 : 0.3 + ((0.03 - 0.3) * t) / 2) },
};
const MOMENTUM: Setting = {
  library: {
    optimiser: momentum({ momentum: stepwise({ epochs: [0, 1.2], values: [0.4, 0.9] }) }),
  },
  reference: { momentum: (t) => (t < 1.2 ? 0.4 : 0.9) },
};
const DECAY = same({ l1: 0.02, l2: 0.03 });
const SPARSITY: Setting = {
  library: { sparsity: 0.1, sparsityCost: 0.4, sparsityMemory: 0.7 },
  reference: { sparsity: { target: 0.1, cost: 0.4, memory: 0.7 } },
};
const CENTRING: Setting = {
  library: { centred: true, centredSliding: 0.3 },
  reference: { centred: { sliding: 0.3 } },
};
const together = (...settings: Setting[]): Setting => ({
  library: Object.assign({}, ...settings.map(({ library }) => library)),
  reference: Object.assign({}, ...settings.map(({ reference }) => reference)),
});

const SETTINGS: Readonly<Record<string, Setting>> = {
  "a constant rate": same({}),
  "a rate that decays": RATE,
  momentum: MOMENTUM,
  "weight decay": DECAY,
  "a sparsity target": SPARSITY,
  centring: CENTRING,
  "another seed": same({ seed: 2 ** 35 + 7 }),
  "all of these": together(RATE, MOMENTUM, DECAY, SPARSITY, CENTRING),
};

describe.each(Object.entries(METHODS))(
  "training by %s is that of its formulas, bit for bit",
  (_, [method, formulas]) => {
    it.each(Object.entries(SETTINGS))("with %s", async (_, { library, reference }) => {
      const expected = referenceTraining(START, DATA, { ...PLAIN, ...reference, method: formulas });
      const machines = [referenceWorkspace, wasmWorkspace].map((workspace) => {
        const visible = binary(VISIBLE, { bias: START.b });
        const rbm = new Rbm({ visible, hidden: binary(HIDDEN, { bias: START.c }), weights: START.W });
        const options = { batch: BATCH, epochs: EPOCHS, rate: 0.2, seed: 3, reportEvery: 1 };
        return { rbm, training: train(rbm, PatternSet.from(DATA), { ...options, ...library, method, workspace }) };
      });
      let updates = 0;
      for (const { W, b, c } of expected) {
        updates++;
        for (const { rbm, training } of machines) {
          await training.next();
          expect(Array.from(rbm.weights.values), `weights, update ${updates}`).toEqual(W.flat());
          expect(Array.from(rbm.visible.parameters), `visible biases, update ${updates}`).toEqual(b);
          expect(Array.from(rbm.hidden.parameters), `hidden biases, update ${updates}`).toEqual(c);
        }
      }
      expect(updates).toBe(EPOCHS * Math.ceil(ROWS / BATCH));
      for (const { training } of machines) expect((await training.next()).done).toBe(true);
    });
  },
);

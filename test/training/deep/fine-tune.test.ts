import { describe, expect, it } from "vitest";
import {
  binary,
  Classifier,
  DeepBeliefNet,
  linearDecay,
  momentum,
  PatternSet,
  probabilities,
  Random,
  softmax,
  spin,
  type TrainingData,
  train,
} from "../../../src/index.js";
import { referenceWorkspace } from "../../../src/kernels/index.js";
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "../../../src/storage/index.js";
import { BackPropagation } from "../../../src/training/deep/back-propagation.js";
import type { ClassifierReport, ClassifierTraining } from "../../../src/training/index.js";
import { randomNet } from "../../models/dbn/nets.js";

const workspace = referenceWorkspace;
const FAST = momentum({ momentum: 0.9 });
const ROOM = 2 ** 20;

/** Rows of four bits; the class is the parity of the first two, which no single layer can tell. */
const ROWS = Array.from({ length: 64 }, (_, r) => [r & 1, (r >> 1) & 1, (r >> 2) & 1, (r >> 3) & 1]);
const CLASSES = ROWS.map(([a, b]) => a ^ b);

async function run(
  options: Partial<ClassifierTraining> & { readonly classes?: number },
  data: TrainingData = PatternSet.from(ROWS),
  labels: number[] = CLASSES,
) {
  const { classes = 2, ...rest } = options;
  const net = randomNet([4, 8, 6], new Random(3), 0, 1.5);
  const random = new Random(options.seed ?? 0).fork(0);
  const classifier = Classifier.fromDeepBeliefNet(net, { classes, random });
  const reports: ClassifierReport[] = [];
  const tuning = { labels, epochs: 3, batch: 8, workspace, ...rest };
  for await (const report of train(classifier, data, tuning)) reports.push(report);
  return { net, reports, classifier };
}

/** The checkpoint of the first epoch. */
async function firstCheckpoint() {
  const net = randomNet([4, 8, 6], new Random(3), 0, 1.5);
  const classifier = Classifier.fromDeepBeliefNet(net, { classes: 2, random: new Random(0).fork(0) });
  const training = train(classifier, PatternSet.from(ROWS), { labels: CLASSES, epochs: 1, batch: 8, workspace });
  const { value } = await training.next();
  return value!.checkpoint();
}

/** Mean of -log p(c | x) in double precision; values of layer l are multiplied by those of masks[l]. */
function lossOf(
  weights: Float64Array[],
  biases: Float64Array[],
  x: Float64Array,
  labels: number[],
  masks: Float64Array[],
) {
  const rows = labels.length;
  let values = x.map((a, k) => a * masks[0][k]);
  weights.forEach((w, l) => {
    const [n, k] = [values.length / rows, biases[l].length];
    const next = new Float64Array(rows * k);
    for (let r = 0; r < rows; r++) {
      for (let j = 0; j < k; j++) {
        let sum = biases[l][j];
        for (let i = 0; i < n; i++) sum += values[r * n + i] * w[i * k + j];
        next[r * k + j] = l === weights.length - 1 ? sum : masks[l + 1][r * k + j] / (1 + Math.exp(-sum));
      }
    }
    values = next;
  });
  const classes = values.length / rows;
  return labels.reduce((loss, c, r) => {
    const scores = values.subarray(r * classes, (r + 1) * classes);
    return loss + (Math.log(scores.reduce((sum, s) => sum + Math.exp(s), 0)) - scores[c]) / rows;
  }, 0);
}

describe.each([
  ["all values", 0, 0],
  ["some left out", 0.2, 0.5],
])("the gradient with %s", (_, inputs, hidden) => {
  it("is what finite differences of the loss give", () => {
    const random = new Random(5);
    const widths = [5, 6, 4, 3];
    const labels = [0, 2, 1, 1];
    const setting = { rows: 4, optimiser: momentum(), dropout: { inputs, hidden }, random };
    const learner = new BackPropagation(referenceWorkspace(ROOM), widths, setting);
    const { pass } = learner;
    for (const values of [...pass.weights, ...pass.biases])
      for (let k = 0; k < values.length; k++) values[k] = random.normal();
    const x = Float64Array.from({ length: 20 }, () => Math.fround(random.uniform()));
    pass.inputs.set(x);
    const found = learner.evaluate(4, (r) => labels[r], 7);
    // What is left out is 0; all else is divided by the part that is kept.
    const masks = pass.activations.slice(0, -1).map((values, l) => {
      return Float64Array.from(values, (a) => (a === 0 ? 0 : 1 / (1 - (l === 0 ? inputs : hidden))));
    });
    expect(masks.some((mask) => mask.includes(0))).toBe(inputs > 0);
    const weights = pass.weights.map((w) => Float64Array.from(w));
    const biases = pass.biases.map((b) => Float64Array.from(b));
    const loss = () => lossOf(weights, biases, x, labels, masks);
    expect(found.loss / 4).toBeCloseTo(loss(), 5);
    const step = 1e-5;
    const check = (values: Float64Array, gradient: Float32Array) => {
      values.forEach((value, k) => {
        values[k] = value + step;
        const above = loss();
        values[k] = value - step;
        const slope = (above - loss()) / (2 * step);
        values[k] = value;
        // Sums of at most six terms of order one in single precision; the differences are good to about 1e-10.
        expect(Math.abs(-gradient[k] - slope)).toBeLessThan(5e-6);
      });
    };
    for (const l of weights.keys()) {
      check(weights[l], learner.weightGradients[l]);
      check(biases[l], learner.biasGradients[l]);
    }
  });
});

describe("fine-tuning", () => {
  it("learns what no single layer can tell, and leaves the net as it is", async () => {
    const before = randomNet([4, 8, 6], new Random(3), 0, 1.5);
    const { net, reports, classifier } = await run({ epochs: 150, rate: 0.5, optimiser: FAST });
    expect(reports.at(-1)?.training.errorRate).toBe(0);
    expect(reports[0].training.loss).toBeGreaterThan(0.5);
    expect([...classifier.predict(ROWS, { workspace })]).toEqual(CLASSES);
    expect(net.rbms.map(({ weights }) => weights.values)).toEqual(before.rbms.map(({ weights }) => weights.values));
    const p = classifier.probabilities(ROWS, { workspace });
    expect(p.values[0] + p.values[1]).toBeCloseTo(1, 12);
    expect(p.values[CLASSES[0]]).toBeGreaterThan(0.9);
  });

  it("gives the same bits for the same seed, with dropout too", async () => {
    const options = { inputDropout: 0.2, dropout: 0.5, l2: 1e-4 };
    const [a, b, c] = await Promise.all([run(options), run(options), run({ ...options, seed: 1 })]);
    expect(b.classifier.layers).toEqual(a.classifier.layers);
    expect(c.classifier.layers).not.toEqual(a.classifier.layers);
  });

  it("goes on from the checkpoint of any epoch, read back from its bytes, to the same bits and the same choice", async () => {
    const random = new Random(2);
    const labels = () => CLASSES.map((c) => (random.uniform() < 0.2 ? 1 - c : c));
    const validation = { data: PatternSet.from(ROWS), labels: labels() };
    const given: Partial<ClassifierTraining> = {
      rate: linearDecay({ from: 0.5, to: 0, epochs: 12 }),
      optimiser: FAST,
      inputDropout: 0.1,
      dropout: 0.2,
      outputFirst: 2,
      validation,
      patience: 4,
      epochs: 12,
    };
    const learned = labels();
    const kept: Checkpoint[] = [];
    const net = randomNet([4, 8, 6], new Random(3), 0, 1.5);
    const whole = Classifier.fromDeepBeliefNet(net, { classes: 2, random: new Random(0).fork(0) });
    const settings = { labels: learned, batch: 8, workspace, epochs: 12, ...given };
    for await (const { checkpoint } of train(whole, PatternSet.from(ROWS), settings)) {
      const { arrays, metadata } = checkpoint();
      kept.push(decodeCheckpoint(encodeCheckpoint({ arrays, metadata: JSON.parse(JSON.stringify(metadata)) })));
    }
    expect(kept.length).toBeGreaterThan(5);
    for (const [k, resume] of kept.entries()) {
      const { reports, classifier } = await run({ ...given, resume }, PatternSet.from(ROWS), learned);
      expect(reports.map(({ epoch }) => epoch)).toEqual(Array.from(kept, (_, e) => e + 1).slice(k + 1));
      expect(classifier.layers).toEqual(whole.layers);
    }
  });

  it("refuses the checkpoint of another fine-tuning, and says in what it differs", async () => {
    const resume = await firstCheckpoint();
    for (const [options, message] of [
      [{ batch: 9 }, "the checkpoint has batch 8 but this training has 9; resume with the original settings"],
      [{ rate: 0.2 }, /^the checkpoint has rate 0\.1 but this training has 0\.2; /],
      [{ validation: { data: PatternSet.from(ROWS), labels: CLASSES } }, /^the checkpoint has validation none /],
      [{ classes: 3 }, /^the checkpoint has widths 4-8-6-2 but this training has 4-8-6-3; /],
      [
        { resume: { ...resume, metadata: { kind: "rbm training 1" } } },
        /^the checkpoint is of the kind "rbm training 1"; expected "fine-tuning 2"/,
      ],
    ] as [Partial<ClassifierTraining>, string | RegExp][]) {
      await expect(run({ epochs: 2, resume, ...options })).rejects.toThrow(message);
    }
    const other = CLASSES.map((c) => 1 - c);
    await expect(run({ epochs: 2, resume }, PatternSet.from(ROWS), other)).rejects.toThrow(
      /^the checkpoint has data 64 /,
    );
  });

  it("begins with what the net infers, and can first learn the output layer alone", async () => {
    const { net, classifier: two } = await run({ epochs: 2, outputFirst: 1, rate: 0.5 });
    const one = await run({ epochs: 1, outputFirst: 1, rate: 0.5 });
    net.rbms.forEach(({ weights, hidden }, l) => {
      expect(one.classifier.layers[l].weights.values).toEqual(weights.values.map(Math.fround));
      expect(one.classifier.layers[l].bias).toEqual(hidden.parameters.map(Math.fround));
      expect(two.layers[l].weights.values).not.toEqual(weights.values.map(Math.fround));
    });
  });

  it("stops by rows that it does not learn from, and gives the best classifier on them", async () => {
    // Labels that mean nothing: the training rows are learned by heart, and the others get worse.
    const random = new Random(2);
    const noise = () => Array.from({ length: 64 }, () => random.integer(2));
    const validation = { data: PatternSet.from(ROWS), labels: noise() };
    const options = { epochs: 60, rate: 0.5, optimiser: FAST, validation, patience: 5 };
    const { reports, classifier } = await run(options, PatternSet.from(ROWS), noise());
    expect(reports.length).toBeLessThan(60);
    const errors = reports.map(({ validation: score }) => score!.errorRate);
    const best = Math.min(...errors);
    expect(errors.length - 1 - errors.lastIndexOf(best)).toBeLessThanOrEqual(5);
    const wrong = classifier.predict(ROWS, { workspace }).filter((c, r) => c !== validation.labels[r]);
    expect(wrong.length / 64).toBe(best);
  });

  it("goes on from a classifier, and takes probabilities and rows as they are", async () => {
    const { classifier } = await run({});
    const grey = Float32Array.from(ROWS.flat(), (x) => 0.25 + x / 2);
    const last = async (data: TrainingData) => {
      const copy = classifier.copy();
      for await (const _ of train(copy, data, { labels: CLASSES, epochs: 1, batch: 8, workspace }));
      return copy;
    };
    const [rows, drawn] = [await last(grey), await last(probabilities(grey))];
    expect(drawn.layers).toEqual(rows.layers);
    expect(rows.layers).not.toEqual(classifier.layers);
  });

  it("names the epoch where it diverges", async () => {
    await expect(run({ rate: 1e39 })).rejects.toThrow("training diverged in epoch 1: weights are no longer finite");
  });

  it("stops at a signal", async () => {
    await expect(run({ signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
  });

  it("refuses what does not fit", async () => {
    await expect(run({}, PatternSet.from([[1, 0, 1]]))).rejects.toThrow("data has 3 units but the visible layer has 4");
    await expect(run({}, undefined, [0])).rejects.toThrow("labels has 1 entries for 64 rows; give one per row");
    const twos = CLASSES.map(() => 2);
    await expect(run({}, undefined, twos)).rejects.toThrow("labels[0] is 2; expected a class");
    await expect(run({ batch: 65 })).rejects.toThrow("batch is 65 but the data has 64 rows");
    await expect(run({ epochs: 0 })).rejects.toThrow("epochs is 0");
    await expect(run({ dropout: 1 })).rejects.toThrow("dropout is 1; expected a number from 0 to below 1");
    await expect(run({ patience: 2 })).rejects.toThrow("patience is given but validation is not");
  });
});

describe("a classifier", () => {
  const random = new Random(1);

  it("is made of binary hidden layers, without labels", () => {
    const net = randomNet([4, 3, 2], random, 3);
    expect(Classifier.fromDeepBeliefNet(net, { classes: 5, random }).widths).toEqual([4, 3, 2, 5]);
    const spins = DeepBeliefNet.ofLayers([binary(3), spin(2)]);
    expect(() => Classifier.fromDeepBeliefNet(spins, { classes: 2, random })).toThrow(
      "hidden layer 1 has spin units; sigmoid layers are made of binary ones",
    );
    const potts = DeepBeliefNet.ofLayers([softmax(2, 3), binary(2)]);
    expect(Classifier.fromDeepBeliefNet(potts, { classes: 2, random }).inputs).toBe(6);
  });

  it("refuses layers that do not fit", () => {
    const layer = (rows: number, columns: number, bias = columns) => ({
      weights: { rows, columns, values: new Float64Array(rows * columns) },
      bias: new Float64Array(bias),
    });
    expect(() => new Classifier([])).toThrow("layers is empty");
    expect(() => new Classifier([layer(2, 3), layer(4, 2)])).toThrow(
      "layers[1] takes 4 values but the layer below has 3",
    );
    expect(() => new Classifier([layer(2, 3, 1)])).toThrow("layers[0] has 3 units but 1 biases");
    const broken = layer(1, 1);
    broken.bias[0] = Number.NaN;
    expect(() => new Classifier([broken])).toThrow("layers[0] has a weight or bias that is not finite");
    const classifier = new Classifier([layer(2, 3)]);
    expect(() => classifier.predict([[1]])).toThrow("features has rows of 1 values; expected 2");
    expect([...classifier.predict([[1, 2]])]).toEqual([0]);
  });
});

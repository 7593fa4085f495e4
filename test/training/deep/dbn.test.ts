import { describe, expect, it } from "vitest";
import {
  binary,
  DeepBeliefChains,
  DeepBeliefNet,
  deepBeliefBound,
  PatternSet,
  persistent,
  probabilities,
  Random,
  softmax,
  type TrainingData,
  train,
} from "../../../src/index.js";
import { referenceWorkspace } from "../../../src/kernels/index.js";
import { labelProbabilities } from "../../../src/models/index.js";
import type { DeepBeliefReport, DeepBeliefTraining } from "../../../src/training/index.js";

/** Two kinds of rows, with a flipped unit now and then. */
const random = new Random(1);
const CLASSES = Array.from({ length: 200 }, (_, r) => r % 2);
const ROWS = CLASSES.map((c) => [1, 1, 1, 0, 0, 0].map((x) => x ^ c ^ (random.uniform() < 0.05 ? 1 : 0)));
const layer = { epochs: 80, batch: 20, rate: 0.1, method: persistent() };

const makeNet = (labels = false) =>
  DeepBeliefNet.ofLayers([binary(6), binary(4), binary(5)], labels ? { labels: softmax(1, 2) } : {});

async function run(
  net: DeepBeliefNet,
  options: Partial<DeepBeliefTraining>,
  data: TrainingData = PatternSet.from(ROWS),
) {
  const reports: DeepBeliefReport[] = [];
  const training = { layers: [layer, layer], seed: 3, workspace: referenceWorkspace, ...options };
  for await (const report of train(net, data, training)) reports.push(report);
  return reports;
}

const parametersOf = ({ rbms }: DeepBeliefNet) =>
  rbms.flatMap(({ weights, visible, hidden }) => [weights.values, visible.parameters, hidden.parameters]);

describe.each(["samples", "means"] as const)("greedy training on %s", (passing) => {
  it("names its layer and learns the distribution", async () => {
    const net = makeNet();
    const reports = await run(net, { passing });
    expect(reports.map(({ layer }) => layer)).toEqual([...Array(80).fill(1), ...Array(80).fill(2)]);
    expect(reports.at(-1)).toMatchObject({ layers: 2, epoch: 80 });
    const rows = Float64Array.from(ROWS.flat());
    const bound = await deepBeliefBound(net, rows, { random: new Random(1), workspace: referenceWorkspace });
    // Half of the way from the uniform distribution, 6 log 2 = 4.16 nats, to the rows' own: log 2 and six flips, 1.88.
    expect(bound.value).toBeGreaterThan(-3.02);
  });
});

it("a net with labels knows the class of a row, and rows of a class", async () => {
  const net = makeNet(true);
  await run(net, { labels: CLASSES }, probabilities(Float64Array.from(ROWS.flat())));
  const found = labelProbabilities(
    net,
    [
      [1, 1, 1, 0, 0, 0],
      [0, 0, 0, 1, 1, 1],
    ],
    { workspace: referenceWorkspace },
  );
  expect(found.values[0]).toBeGreaterThan(0.5);
  expect(found.values[3]).toBeGreaterThan(0.5);
  const chains = new DeepBeliefChains(net, {
    random,
    labels: new Uint8Array(200).fill(1),
    workspace: referenceWorkspace,
  });
  const { means } = chains.advance(30).generate();
  const average = (i: number) => means.reduce((sum, x, k) => sum + (k % 6 === i ? x / 200 : 0), 0);
  for (const i of [0, 1, 2]) expect(average(i)).toBeLessThan(average(i + 3));
});

it("the same seed gives the same bits, another one others", async () => {
  const nets = await Promise.all(
    [3, 3, 4].map(async (seed) => {
      const net = makeNet();
      await run(net, {
        seed,
        layers: [
          { ...layer, epochs: 2 },
          { ...layer, epochs: 2 },
        ],
      });
      return parametersOf(net);
    }),
  );
  expect(nets[1]).toEqual(nets[0]);
  expect(nets[2]).not.toEqual(nets[0]);
});

it("resumed from any checkpoint it ends with the same bits", async () => {
  const layers = [
    { ...layer, epochs: 3 },
    { ...layer, epochs: 3 },
  ];
  const whole = makeNet(true);
  const checkpoints = [];
  for await (const report of train(whole, PatternSet.from(ROWS), {
    layers,
    labels: CLASSES,
    workspace: referenceWorkspace,
  })) {
    checkpoints.push(report.checkpoint());
  }
  expect(checkpoints).toHaveLength(6);
  for (const at of [1, 2, 4]) {
    const net = makeNet(true);
    const resume = checkpoints[at];
    const reports = await run(net, { layers, labels: CLASSES, seed: 0, resume });
    expect(reports).toHaveLength(5 - at);
    expect(parametersOf(net)).toEqual(parametersOf(whole));
  }
  const other = run(makeNet(true), { layers, labels: CLASSES.map((c) => 1 - c), seed: 0, resume: checkpoints[4] });
  await expect(other).rejects.toThrow("the checkpoint has data");
});

it("stops at a signal", async () => {
  const controller = new AbortController();
  const training = train(makeNet(), PatternSet.from(ROWS), {
    layers: [layer, layer],
    signal: controller.signal,
  });
  await training.next();
  controller.abort(new Error("enough"));
  await expect(training.next()).rejects.toThrow("enough");
});

it("refuses what does not fit", async () => {
  await expect(run(makeNet(), { layers: [layer] })).rejects.toThrow(
    "layers has 1 entries for 2 RBMs; give options for",
  );
  await expect(run(makeNet(), { labels: CLASSES })).rejects.toThrow("labels are given but the net has no label units");
  await expect(run(makeNet(true), {})).rejects.toThrow("labels are missing but the net has label units");
  await expect(run(makeNet(true), { labels: [0] })).rejects.toThrow("labels has 1 entries for 200 rows");
  await expect(run(makeNet(true), { labels: CLASSES.map(() => 2) })).rejects.toThrow(
    "labels[0] is 2; expected a class",
  );
  await expect(run(makeNet(), { passing: "bits" as never })).rejects.toThrow('passing is "bits"');
  await expect(run(makeNet(), { resume: { arrays: new Map(), metadata: {} } })).rejects.toThrow(
    "the checkpoint is of the kind missing",
  );
  await expect(
    run(makeNet(), {
      resume: { arrays: new Map(), metadata: { kind: "deep belief training 2", settings: { layer: "2" } } },
    }),
  ).rejects.toThrow("the checkpoint is incomplete: it lacks the 24 numbers of rbms.0.weights");
  await expect(run(makeNet(), {}, PatternSet.from([[1, 0]]))).rejects.toThrow(
    "data has 2 units but the visible layer has 6",
  );
});

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  type Experiment,
  experimentById,
  experiments,
  order,
  perform,
  type Report,
  runTask,
  type SettingName,
} from "engram/experiments";
import { criticalTemperature } from "engram/models";
import { describe, expect, test } from "vitest";
import { drawFigure } from "../../src/node/index.js";
import { fakeImages } from "./fake-images.js";

/** Parameters with which an experiment is over in a moment; those that have none are tried by their first task alone. */
const small: Readonly<Record<string, object>> = {
  "rojas-1996/table-one-step": { draws: 100, exhaustive: [2] },
  "rojas-1996/table-five-steps": { draws: 100, exhaustive: [2] },
  "rojas-1996/table-pseudoinverse": { draws: 100, exhaustive: [2] },
  "rojas-1996/basin-circles": { draws: 50 },
  "rojas-1996/single-shot": { draws: 50 },
  "rojas-1996/projections": { draws: 12, candidates: 50 },
  "rojas-1996/index-of-attraction": { draws: 50 },
  "rojas-1996/table-spurious": { draws: 100 },
  "rojas-1996/basin-pictures": { nets: 12 },
  "rojas-1996/capacity-rule": { draws: 40 },
  "rojas-1996/small-networks": { nets: 50 },
  "hopfield-1982/capacity": { nets: 10 },
  "hopfield-1982/over-time": { nets: 4 },
  "krotov-hopfield-2020/limits": { units: 40, patterns: 5, sets: 1, cues: 3 },
  "krotov-hopfield-2016/digits": { stored: 100, batches: 1, cues: 10 },
  "krotov-hopfield-2016/mnist": {
    images: 200,
    test: 60,
    memories: 10,
    epochs: 4,
    schedule: "short",
    pairs: 3,
    large: 1,
  },
  "krotov-hopfield-2018/robustness": {
    images: 200,
    test: 100,
    memories: 10,
    epochs: 8,
    schedule: "short",
    sets: 1,
    deformed: 20,
    steps: 2,
    distance: 4,
    noise: 5,
    compared: 20,
  },
  "lucibello-mezard-2024/threshold": { steepnesses: [0.5, 1], sizes: [8, 12], draws: 40, batch: 20, patterns: 1e4 },
  "demircigil-2017/exponential": { draws: 6, batch: 4, patterns: [10, 40] },
  "santos-2024/exact": { units: 16, patterns: 20, sets: 2, queries: 10, betas: [2, 16], noises: [0.05, 0.2] },
  "ramsauer-2020/storage": { sizes: [20, 100], sets: 2, cues: 10, guaranteed: 20 },
  "ramsauer-2020/metastable": { patterns: 30, sets: 2, cues: 5, perDecade: 2 },
  "ramsauer-2020/attention": { layers: 2 },
  "ramsauer-2020/bags": { seeds: 2, bags: 8, testBags: 20, epochs: 1 },
  "bartunov-2019/binary-strings": { seeds: 2, units: 12, patterns: [3], features: 6, epochs: 1, episodes: 2 },
  "bartunov-2019/distortion-rate": { seeds: 2, features: [3, 4], patterns: 2, epochs: 1, episodes: 2 },
  "ramsauer-2020/half-digits": { patterns: [10, 40], sets: 1, cues: 4, betasPerDecade: 1 },
  "weston-2014/stories": { seeds: 2, stories: 40, test: 40, epochs: 5 },
  "sukhbaatar-2015/stories": { seeds: 2, stories: 40, test: 40, epochs: 5 },
  "banino-2020/paired-inference": { seeds: 2, epochs: 1, episodes: 64, test: 64 },
  "hoover-2025/emergent": { patterns: 12, betas: [2, 8], sets: 4, starts: 50 },
  "hoover-2024/random-features": {
    units: 10,
    patterns: 8,
    betas: [10, 30],
    features: [30, 100],
    recalled: 30,
    draws: 3,
    points: 3,
  },
  "wu-2018/kl": { memories: 2, samples: 200 },
  "wu-2018/bound": {
    seeds: 1,
    images: 60,
    epochs: { likelihood: 1, given: 1, unsampled: 1 },
    rows: 4,
    code: 6,
    hidden: 8,
    items: 5,
    batch: 2,
    rate: 0.01,
    test: 20,
  },
  "wu-2018/denoising": {
    images: 60,
    epochs: 1,
    rows: 16,
    code: 6,
    hidden: 8,
    batch: 1,
    rate: 0.01,
    sets: 3,
    readings: 3,
  },
  "marblestone-2020/clustering": {
    seeds: 1,
    images: 60,
    epochs: 1,
    rows: 4,
    code: 6,
    hidden: 8,
    items: 5,
    batch: 2,
    rate: 0.01,
    machines: 2,
    balance: 1,
    test: 30,
  },
  "marblestone-2020/factorisation": {
    seeds: 1,
    glyphs: 3,
    images: 40,
    epochs: 1,
    rows: 4,
    code: 6,
    hidden: 8,
    items: 5,
    batch: 2,
    rate: 0.01,
    machines: 2,
  },
  "marblestone-2020/capacity": { units: 20, rows: 8, machines: 2, patterns: [4, 10], sets: 3 },
  "memories/equal-bits": { budgets: [4], trials: 1, draws: 3, cues: 3, perOctave: 0.5, lessons: 0.05 },
  "dbn/mnist": {
    train: 200,
    test: 100,
    validation: 50,
    hidden: [12, 10, 14],
    batch: { greedy: 20, fineTuning: 20 },
    epochs: { lower: 2, top: 4 },
    fineTuning: { epochs: 3, rate: 0.1, patience: 2 },
    pictures: { each: 2, steps: 10 },
  },
  "dbn/hopfield-start": {
    images: 200,
    test: 60,
    k: [2, 2],
    starts: ["hopfield", "normal"],
    runs: { normal: 2 },
    epochs: 1,
    tested: [0, 1],
    batch: 10,
    steps: 1,
    rate: 1e-4,
  },
  "smart-zilman-2021/figure-5": {
    images: 200,
    test: 60,
    k: [2],
    trained: [2],
    starts: ["hopfield", "normal"],
    runs: 2,
    epochs: 1,
    tested: [1],
    batch: 10,
    steps: 1,
    rate: 1e-4,
    projections: [5],
  },
  "smart-zilman-2021/figure-e1": {
    images: 200,
    test: 60,
    k: [2],
    trained: [],
    starts: ["hopfield", "hebbian"],
    runs: 1,
    epochs: 1,
    tested: [1],
    batch: 10,
    steps: 1,
    rate: 1e-4,
    projections: [],
  },
  "smart-zilman-2021/appendix-d": { images: 200, epochs: 2, batch: 50, steps: 1, rate: 1e-4, runs: 1 },
  "smart-zilman-2021/figure-d1": { images: 200, epochs: 2, batch: 50, steps: 1, rate: 1e-4, runs: 2 },
  "smart-zilman-2021/figure-d2": {
    images: 200,
    epochs: 10,
    batch: 50,
    steps: 1,
    rate: 1e-4,
    runs: 1,
    test: 50,
    trajectories: 1,
  },
  "onsager-1944/ising-2d": {
    sizes: [4, 8],
    temperatures: [2, criticalTemperature, 2.6],
    sweeps: 1000,
    infinite: { size: 24, temperatures: [2, 3], sweeps: 200 },
    runs: 6,
  },
  "rbm/exact-gradient": {
    training: { side: 2, hidden: 3, updates: 40, points: 4, seeds: 4, rate: 0.2, temperatures: 3 },
    errors: { side: 2, hidden: 3, updates: [2, 20], seeds: 3, rate: 0.2, chains: 16 },
  },
  "tempering/modes": {
    flips: [0.1, 0.01],
    pictures: 100,
    hidden: 3,
    epochs: 4,
    batch: 50,
    rate: 0.2,
    temperatures: 3,
    seeds: 3,
  },
  "rbm/mnist-500": {
    train: 60,
    test: 20,
    epochs: 2,
    steps: 1,
    batch: 30,
    rate: 0.05,
    draws: 2,
    annealing: { chains: 4, temperatures: 10, steps: 2 },
    curve: { every: 1, digits: 10, chains: 2, temperatures: 5 },
  },
  "smart-zilman-2021/figure-2": {
    images: 100,
    ks: [1, 2],
    betas: [1.2, 1.5, 2, 2.5],
    source: { runs: 2, chains: 10, steps: 20 },
    ours: { chains: 10, temperatures: 20, samples: 20, starts: 5 },
    orders: 2,
  },
  "smart-zilman-2021/figure-3": { clustered: 100, images: 50, batch: 10, epochs: 2, steps: 1 },
  "smart-zilman-2021/figure-4": {
    clustered: 100,
    images: 50,
    batches: 0.01,
    ks: [1],
    runs: 1,
    epochs: 3,
    steps: 1,
    looks: [0, 1, 3],
    look: { digits: 50, chains: 10, temperatures: 20, samples: 20, starts: 5, seeds: 5 },
  },
  "smart-zilman-2021/figure-4-samples": {
    clustered: 100,
    images: 50,
    test: 40,
    k: 1,
    batch: 10,
    epochs: 1,
    steps: 1,
    samples: 2,
    updates: 2,
  },
  "smart-zilman-2021/appendix-b": {
    images: 100,
    ks: [1],
    states: 20,
    recalls: 2,
    small: { nets: 2, units: 8, patterns: 2 },
  },
  "smart-zilman-2021/appendix-c": {
    images: 100,
    ks: [1],
    states: 20,
    recalls: 2,
    small: { nets: 2, units: 8, patterns: 2 },
  },
  "graves-2014/priority-sort": {
    seeds: 2,
    points: 1,
    each: 16,
    layers: 1,
    units: 8,
    groups: 1,
    vectors: 3,
    answers: 2,
    ntm: { lstm: { reads: 1, writes: 1, units: 8 }, feedforward: { reads: 2, writes: 2, units: 8 } },
  },
  "collier-beel-2018/initialisation": {
    seeds: 2,
    points: 2,
    each: 16,
    batch: 2,
    rate: 0.003,
    length: 3,
    rows: 4,
    width: 3,
    units: 8,
  },
  ...Object.fromEntries(
    ["copy", "repeat-copy", "associative-recall", "n-gram"].map((name) => [
      `graves-2014/${name}`,
      { seeds: 2, points: 1, each: 16, layers: 1, units: 8, groups: 1 },
    ]),
  ),
  "graves-2016/copy": { seeds: 2, points: 1, each: 4, groups: 1 },
  "graves-2016/dynamic-allocation": { seeds: 2, points: 1, each: 8, groups: 1 },
  "graves-2016/associative-recall": { seeds: 2, points: 1, each: 16, groups: 1 },
  "rbm/features": {
    train: 200,
    test: 100,
    features: [
      { kind: "RBM", size: 16 },
      { kind: "untrained RBM", size: 16 },
      { kind: "principal components", size: 8 },
      { kind: "random projection", size: 8 },
      { kind: "pixels", size: 784 },
    ],
    rbm: { epochs: 3, rate: 0.1, batch: 20 },
    regression: { l2: 1e-3, iterations: 30 },
    fineTuning: { epochs: 2, rate: 0.1, dropout: 0 },
  },
};

function orderOf(experiment: Experiment) {
  const quick = order(experiment, { setting: "quick", seed: 1 });
  return { ...quick, parameters: small[experiment.id] ?? quick.parameters };
}

async function reportOf(experiment: Experiment): Promise<Report> {
  const run = perform(orderOf(experiment), { images: fakeImages });
  for (;;) {
    const { done, value } = await run.next();
    if (done) return value;
  }
}

test("there are experiments, each under a name of its own", () => {
  const ids = experiments.map(({ id }) => id);
  expect(ids.length).toBeGreaterThan(0);
  expect(new Set(ids).size).toBe(ids.length);
  expect(() => experimentById("rojas-1996/no-such-table")).toThrow("no-such-table");
  for (const id of Object.keys(small)) expect(ids).toContain(id);
});

describe.each(experiments.map((experiment) => [experiment.id, experiment] as const))("%s", (id, experiment) => {
  test("keeps to the contract", () => {
    const { title, citation, where, version, settings } = experiment;
    expect(existsSync(fileURLToPath(new URL(`../../experiments/${id}.ts`, import.meta.url)))).toBe(true);
    expect(id).toMatch(/^[a-z0-9-]+\/[a-z0-9-]+$/);
    for (const text of [title, citation, where]) expect(text.length).toBeGreaterThan(4);
    expect(citation).toMatch(/\b(19|20)\d\d\b/);
    expect(version).toBeGreaterThanOrEqual(1);
    for (const name of Object.keys(settings) as SettingName[]) {
      const { parameters } = order(experiment, { setting: name });
      expect(JSON.parse(JSON.stringify(parameters)), name).toEqual(parameters);
      expect(experiment.tasks(parameters), name).toBeGreaterThanOrEqual(1);
    }
  });

  test("a task gives plain JSON, and the same again", async () => {
    const once = await runTask(orderOf(experiment), 0, { images: fakeImages });
    expect(await runTask(orderOf(experiment), 0, { images: fakeImages })).toEqual(once);
    expect(JSON.stringify(once).length).toBeGreaterThan(2);
  });

  if (small[id] === undefined) return;

  test("reaches a verdict and draws one figure", async () => {
    const report = await reportOf(experiment);
    // How many draws it takes to tell is the quick setting's matter; that it tells is a test of the command line.
    expect(["agrees", "source differs, explained", "not resolved", "not comparable", "differs"]).toContain(
      report.verdict,
    );
    expect(report.rows.length).toBeGreaterThan(0);
    expect(new Set(report.rows.map(({ label }) => label)).size).toBe(report.rows.length);
    for (const row of report.rows) {
      const { low, high, remark, verdict } = row;
      if (low !== null && high !== null) expect(low).toBeLessThanOrEqual(high);
      if (verdict === "source differs, explained") expect(remark?.length).toBeGreaterThan(10);
    }
    for (const note of report.notes) expect(note).not.toMatch(/NaN|undefined|Infinity/);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    const svg = await drawFigure(experiment, report);
    expect(svg).toMatch(/^<svg [^>]*xmlns=/);
    expect(svg).toContain("prefers-color-scheme: dark");
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  });
});

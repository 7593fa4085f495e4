import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GibbsChains, Random, type TrainingReport } from "../../dist/index.js";
import { readSetting, writeSetting } from "../../lab/src/boltzmann/address.js";
import { longer, noCurves } from "../../lab/src/boltzmann/curves.js";
import { Dreamer } from "../../lab/src/boltzmann/dreamer.js";
import { Gauge } from "../../lab/src/boltzmann/gauge.js";
import { filters } from "../../lab/src/boltzmann/greys.js";
import { burstFor, firstBurst } from "../../lab/src/boltzmann/pace.js";
import { glyphPictures } from "../../lab/src/boltzmann/pictures.js";
import type { Frame, Recipe } from "../../lab/src/boltzmann/protocol.js";
import {
  batchSizes,
  clampNames,
  decays,
  defaultSetting,
  heldPixels,
  hiddenCounts,
  methodNames,
  type Setting,
  updatesPerSecond,
} from "../../lab/src/boltzmann/setting.js";
import { Trainer } from "../../lab/src/boltzmann/trainer.js";
import { verdictOf } from "../../lab/src/boltzmann/verdict.js";
import { encodeUnits } from "../../lab/src/encoding.js";

const recipe: Recipe = { data: "glyphs", hidden: 16, method: "pcd", steps: 1, decay: 0.001, batch: 20, seed: 3 };
const pictures = glyphPictures();

describe("the address of a training", () => {
  const units = fc.uint8Array({ max: 1, minLength: 256, maxLength: 256 }).map(encodeUnits);
  const settings: fc.Arbitrary<Setting> = fc
    .record({
      data: fc.constant("glyphs" as const),
      hidden: fc.constantFrom(...hiddenCounts),
      method: fc.constantFrom(...methodNames),
      steps: fc.integer({ min: 1, max: 10 }),
      rate: fc.double({ min: 0.001, max: 2, noNaN: true }),
      decay: fc.constantFrom(...decays),
      batch: fc.constantFrom(...batchSizes),
      seed: fc.maxSafeNat(),
      speed: fc.nat(100),
      from: fc.oneof(fc.nat(43), fc.constantFrom("noise" as const, "blank" as const)),
      painted: units,
      clamp: fc.constantFrom(...clampNames),
      held: units,
      temperature: fc.double({ min: 0.1, max: 3, noNaN: true }),
    })
    .map((setting) => (setting.clamp === "own" ? setting : { ...setting, held: "" }));

  test("gives the setting back", () => {
    fc.assert(
      fc.property(settings, (setting) => {
        expect(readSetting(writeSetting(setting))).toEqual(setting);
      }),
    );
  });

  test("is short and can be read", () => {
    expect(writeSetting(defaultSetting)).toBe(
      "data=glyphs&hidden=64&method=pcd&k=1&rate=0.1&decay=0.003&batch=20&seed=1&speed=75&from=0&clamp=upper&T=1",
    );
    expect(readSetting("data=digits")).toEqual({
      ...defaultSetting,
      data: "digits",
      hidden: 100,
      rate: 0.05,
      decay: 0.0001,
      batch: 100,
    });
  });

  test("falls back, part by part, where it makes no sense", () => {
    expect(readSetting("")).toEqual(defaultSetting);
    const strange =
      "data=cats&hidden=65&method=magic&k=0&rate=9&decay=1&batch=-1&seed=x&speed=&from=44&paint=zz&clamp=half&T=0";
    expect(readSetting(strange)).toEqual(defaultSetting);
  });
});

describe("the pictures", () => {
  test("every glyph at 25 places, five of them held out, another five for its neighbour", () => {
    expect([pictures.training.count, pictures.heldOut.count, pictures.samples.count]).toEqual([880, 220, 44]);
    const learned = new Set(Array.from({ length: 880 }, (_, r) => pictures.training.binary(r).join("")));
    const held = Array.from({ length: 220 }, (_, r) => pictures.heldOut.binary(r).join(""));
    expect(held.filter((row) => learned.has(row))).toEqual([]);
  });

  test("halves of the board", () => {
    expect([...heldPixels("upper", 4)]).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect([...heldPixels("left", 2)]).toEqual([1, 0, 1, 0]);
    expect(heldPixels("none", 4)).toEqual(new Uint8Array(16));
  });
});

describe("the machine", () => {
  const learn = async (bursts: readonly number[], method: Recipe["method"] = "pcd") => {
    const trainer = new Trainer({ ...recipe, method }, pictures);
    let report: TrainingReport | undefined;
    for (const updates of bursts) report = await trainer.advance(updates, 0.1);
    await trainer.dispose();
    return { rbm: trainer.rbm, report };
  };

  test.each(methodNames)(
    "has the same bits whether it learned by many updates at a time or by few: %s",
    async (method) => {
      const atOnce = await learn([20], method);
      const bitByBit = await learn([1, 1, 1, 2, 5, 5, 5, 20], method);
      expect(bitByBit.report?.updates).toBe(20);
      expect(bitByBit.rbm.weights.values).toEqual(atOnce.rbm.weights.values);
      expect(bitByBit.rbm.visible.parameters).toEqual(atOnce.rbm.visible.parameters);
    },
  );

  test("learns: what it says of held-out pictures gets better", async () => {
    const trainer = new Trainer(recipe, pictures);
    const gauge = new Gauge(trainer.rbm, pictures);
    const before = gauge.read(trainer.rbm).readings.pseudoLikelihood;
    for (let k = 0; k < 10; k++) await trainer.advance(20, 0.1);
    await trainer.dispose();
    expect(gauge.read(trainer.rbm).readings.pseudoLikelihood).toBeGreaterThan(before + 10);
  });

  test("filters keep the signs of their weights", () => {
    const bytes = filters({ rows: 2, columns: 2, values: Float64Array.of(1, 0, -0.5, 0) });
    expect([...bytes]).toEqual([255, 65, 128, 128]);
  });
});

describe("the chain on the board", () => {
  test("keeps what is clamped, and is that of the library", () => {
    const trainer = new Trainer(recipe, pictures);
    const start = pictures.samples.binary(4);
    const held = heldPixels("upper", 16);
    const dreamer = new Dreamer(start, held, 5);
    const shown = dreamer.advance(trainer.rbm, 3, 2);
    expect(shown.subarray(0, 128)).toEqual(start.subarray(0, 128).map((unit) => 255 * unit));
    const chains = new GibbsChains(trainer.rbm, {
      random: new Random(5).fork(2).fork(0),
      visible: Float64Array.from(start),
      clamped: Array.from({ length: 128 }, (_, i) => i),
      beta: 0.5,
    }).advance(3);
    const means = trainer.rbm.visibleMean(chains.hidden, { beta: 0.5 });
    expect(shown.subarray(128)).toEqual(Uint8Array.from(means.subarray(128), (p) => Math.round(255 * p)));
    expect(dreamer.step).toBe(3);
    // Another temperature goes on from where the chain is.
    expect(dreamer.advance(trainer.rbm, 1, 1).subarray(0, 128)).toEqual(shown.subarray(0, 128));
    expect(dreamer.step).toBe(4);
  });
});

const frame: Frame = {
  run: 1,
  epoch: 0,
  updates: 40,
  took: 9,
  filters: new Uint8Array(0),
  reconstructions: new Uint8Array(0),
  fantasies: new Uint8Array(0),
  reconstructionError: 100,
  dead: 0,
  warnings: [],
};

test("at most 17 pictures a second are asked for; what lies between them follows the wished speed and the worker", () => {
  for (let speed = 0; speed < 100; speed++) {
    let burst = burstFor(speed, firstBurst, undefined);
    for (let k = 0; k < 5; k++) burst = burstFor(speed, burst.most, 10);
    expect(burst.wait).toBeGreaterThanOrEqual(60);
    expect((1000 * burst.updates) / burst.wait).toBeCloseTo(updatesPerSecond(speed), 6);
  }
  expect(burstFor(100, 10, 5)).toEqual({ most: 20, updates: 20, wait: 60 });
  expect(burstFor(100, 10, 80).updates).toBe(10);
  expect(burstFor(100, 10, undefined).updates).toBe(10);
  expect(burstFor(100, 10, 300).updates).toBe(5);
  expect(burstFor(75, 20, 300).updates).toBe(10);
  expect(burstFor(0, 20, 300)).toEqual({ most: 1, updates: 1, wait: 1000 });
});

test("curves take what was measured, and thin out in time", () => {
  const readings = { pseudoLikelihood: -90, gap: 1 };
  let curves = longer(longer(noCurves, { ...frame, readings }), {
    ...frame,
    updates: 60,
    reconstructionError: Number.NaN,
  });
  expect(curves).toEqual({ reconstruction: [[40], [100]], pseudoLikelihood: [[40], [-90]], gap: [[40], [1]] });
  for (let updates = 41; updates < 3000; updates++) curves = longer(curves, { ...frame, updates });
  expect(curves.reconstruction[0].length).toBeLessThanOrEqual(1500);
  expect(curves.reconstruction[0].at(0)).toBe(40);
  expect(curves.reconstruction[0].at(-1)).toBe(2999);
});

test("the verdict says what goes on, and what is wrong", () => {
  const words = (more: Partial<Parameters<typeof verdictOf>[0]>) => {
    const { tone, headline, detail } = verdictOf({ running: true, frame, hasPictures: true, ...more });
    return `${tone}: ${headline}. ${detail}`;
  };
  expect(words({})).toMatch(/^underway: Filters are forming/);
  expect(words({ running: false })).toMatch(/^underway: What it has learned so far/);
  expect(words({ running: false, frame: { ...frame, updates: 0 } })).toMatch(/^underway: A machine that knows nothing/);
  expect(words({ frame: { ...frame, warnings: [{ code: "overfitting", gap: 9, standardError: 1 }] } })).toMatch(
    /^warned: Filters are forming. The model overfits: the free energy of held-out rows is 9 ± 1 above/,
  );
  expect(
    words({ frame: { ...frame, warnings: [{ code: "runaway", dataFreeEnergy: 0, modelFreeEnergy: -99 }] } }),
  ).toMatch(/^astray: It runs away/);
  expect(
    words({ frame: { ...frame, dead: 0.6, warnings: [{ code: "dead-units", dead: [1, 2], hidden: 3 }] } }),
  ).toMatch(/^astray: Most hidden units are dead/);
  expect(words({ error: "training diverged" })).toBe("astray: The training has stopped. Training diverged.");
  expect(words({ error: "404", frame: undefined, hasPictures: false })).toMatch(/^astray: No digits here/);
  expect(words({ frame: undefined, hasPictures: false })).toMatch(/^underway: Fetching/);
});

import { expect, test } from "vitest";
import { certify, Random } from "../../dist/index.js";
import { bitMatrix, estimateSeries } from "../../dist/math/index.js";
import { decodeUnits, encodeUnits } from "../../lab/src/encoding.js";
import { readSetting, writeSetting } from "../../lab/src/mapping/address.js";
import { Quantity } from "../../lab/src/mapping/averages.js";
import { exactOf, machinesOf, portraitOf } from "../../lab/src/mapping/machines.js";
import { another, moved, reversed, smallGlyph } from "../../lab/src/mapping/patterns.js";
import type { ChainFrame, Reading } from "../../lab/src/mapping/protocol.js";
import { Race } from "../../lab/src/mapping/race.js";
import { defaultSetting, factorNames, mostPatterns, sides } from "../../lab/src/mapping/setting.js";
import { certificateInWords, distance, raceInWords } from "../../lab/src/mapping/verdict.js";
import { glyphGallery } from "../../lab/src/recall/gallery-of.js";
import { scientific } from "../../lab/src/words.js";

const unitsOf = (side: number, names: readonly string[]) => names.map((name) => smallGlyph(name, side));
const recipe = { patterns: unitsOf(4, ["N", "G", "M"]), chosen: 0, factor: "qr", field: 0.02 } as const;

test("an address brings every setting back", () => {
  const setting = {
    ...defaultSetting,
    side: 6,
    patterns: [encodeUnits(smallGlyph("T", 6)), "", encodeUnits(smallGlyph("X", 6))],
    chosen: 2,
    factor: "svd",
    layout: "matrix",
    field: 0.055,
    flipped: 33,
    beta: 0.85,
    seed: 12,
    speed: 100,
  } as const;
  expect(readSetting(writeSetting(setting))).toEqual(setting);
  expect(readSetting(writeSetting(defaultSetting))).toEqual(defaultSetting);
});

test("what makes no sense in an address is as on a first visit", () => {
  expect(readSetting("side=7&p=zz&on=9&factor=lu&layout=x&field=-1&flip=99&beta=0&seed=-1&speed=x")).toEqual(
    defaultSetting,
  );
  const pattern = encodeUnits(smallGlyph("T", 8));
  expect(readSetting(`p=${pattern}&`.repeat(9)).patterns).toHaveLength(mostPatterns);
  expect(readSetting(`p=${pattern}&on=3`).chosen).toBe(0);
});

test("glyphs get smaller by the share of their ink", () => {
  const { patterns, names } = glyphGallery;
  const whole = patterns.binary(names.indexOf("heart"));
  expect(smallGlyph("heart", 16)).toEqual(whole);
  const half = smallGlyph("heart", 8);
  for (let k = 0; k < 64; k++) {
    const at = 32 * (k >> 3) + 2 * (k % 8);
    const ink = whole[at] + whole[at + 1] + whole[at + 16] + whole[at + 17];
    expect(half[k]).toBe(ink >= 2 ? 1 : 0);
  }
});

test("the first patterns of every size are a net", () => {
  for (const side of sides) {
    const patterns = readSetting(`side=${side}`).patterns.map((text) => decodeUnits(text, side * side)!);
    expect(machinesOf({ ...recipe, patterns }).rbm.visible.count).toBe(side * side);
    expect(patterns).not.toContainEqual(another(patterns, side));
  }
});

test("a pattern is moved around the edges, and turned over", () => {
  const units = smallGlyph("R", 6);
  const right = moved(units, 6, 1, 0);
  for (let k = 0; k < 36; k++) expect(right[k - (k % 6) + ((k + 1) % 6)]).toBe(units[k]);
  expect(moved(moved(units, 6, 1, -1), 6, -1, 1)).toEqual(units);
  expect(moved(units, 6, 0, 6)).toEqual(units);
  expect(reversed(units)).toEqual(units.map((unit) => 1 - unit));
});

test("every factor gives the same model as its net, and what the page draws of it", () => {
  for (const factor of factorNames) {
    const machines = machinesOf({ ...recipe, patterns: unitsOf(6, ["heart", "T", "X"]), factor });
    expect(certify(machines.memory, machines.rbm, { states: 50, recalls: 5 }).equal, factor).toBe(true);
    const { couplings, filters, largest, residue } = portraitOf(machines);
    expect(residue).toBeLessThan(1e-14);
    expect(largest).toBeGreaterThan(0.01);
    expect(filters).toHaveLength(3 * 36);
    for (let i = 0; i < 36; i++) expect(couplings[37 * i]).toBe(128);
    expect([1, 255]).toContain(couplings.reduce((most, x) => (Math.abs(x - 128) > Math.abs(most - 128) ? x : most)));
  }
});

test("dependent patterns are refused by name, except by Hebb's rule", () => {
  const [a, b] = unitsOf(6, ["T", "X"]);
  expect(() => machinesOf({ ...recipe, patterns: [a, b, a] })).toThrow("pattern 2 is a duplicate of pattern 0");
  expect(() => machinesOf({ ...recipe, patterns: [a, b, reversed(a)] })).toThrow("negative of pattern 0");
  expect(machinesOf({ ...recipe, patterns: [a, b, a], factor: "hebbian" }).rbm.hidden.count).toBe(3);
});

test("one pattern is a Curie-Weiss magnet: exact means are sums over its magnetisations", () => {
  const n = 9;
  const [beta, field] = [1.3, 0.05];
  const pattern = Uint8Array.from({ length: n }, (_, i) => i % 2);
  const machines = machinesOf({ patterns: [pattern], chosen: 0, factor: "qr", field });
  const { meanEnergy, meanOverlap, energies, overlaps } = exactOf(machines, beta)!;
  let [z, e, m, ways] = [0, 0, 0, 1];
  for (let up = 0; up <= n; up++) {
    const overlap = (2 * up) / n - 1;
    const energy = -(n * overlap ** 2) / 2 + 1 / 2 - field * n * overlap;
    const weight = ways * Math.exp(-beta * energy);
    z += weight;
    e += weight * energy;
    m += weight * overlap;
    ways = (ways * (n - up)) / (up + 1);
  }
  expect(meanEnergy).toBeCloseTo(e / z, 12);
  expect(meanOverlap).toBeCloseTo(m / z, 12);
  for (const shares of [energies, overlaps]) expect(shares.reduce((sum, x) => sum + x)).toBeCloseTo(1, 12);
});

test("no energy lies outside its bins", () => {
  for (const factor of factorNames) {
    const { net, scales } = machinesOf({ ...recipe, factor, field: 0.1 });
    const states = bitMatrix(2 ** 16, 16);
    for (let r = 0; r < states.rows; r++) states.words[r * states.stride] = r;
    const energies = net.interaction.energies(states);
    const { low, width, count } = scales.energy;
    expect(energies.reduce((least, x) => Math.min(least, x))).toBeGreaterThan(low);
    expect(energies.reduce((most, x) => Math.max(most, x))).toBeLessThan(low + count * width);
  }
});

test("both chains have the means of the listed distribution, and of each other", () => {
  const beta = 1.2;
  const machines = machinesOf(recipe);
  const exact = exactOf(machines, beta)!;
  const race = new Race(machines, { cue: recipe.patterns[0], beta, seed: 3 });
  race.advance(30_000);
  const { glauber, gibbs, sweeps, course } = race.read(1);
  expect(sweeps).toBe(30_000);
  for (const chain of [glauber, gibbs]) {
    for (const [reading, mean] of [
      [chain.energy, exact.meanEnergy],
      [chain.overlap, exact.meanOverlap],
    ] as const) {
      expect(reading.estimate!.reliable).toBe(true);
      expect(Math.abs(reading.mean - mean)).toBeLessThan(5 * reading.estimate!.standardError);
      expect(reading.counts.reduce((sum, count) => sum + count)).toBe(30_000);
    }
    const overlap = chain.magnetisation.reduce((sum, m, i) => sum + m * (2 * recipe.patterns[0][i] - 1), 0) / 16;
    expect(overlap).toBeCloseTo(chain.overlap.mean, 10);
  }
  expect(distance(glauber.overlap, gibbs.overlap)).toBeLessThan(5);
  expect(course.slice(0, 3)).toEqual([1, expect.any(Number), expect.any(Number)]);
  expect(raceInWords(race.read(1), exact)).toMatchObject({ headline: "Equal averages", tone: "found" });
  race.dispose();
});

test("how many sweeps are asked for at a time changes nothing", () => {
  const machines = machinesOf(recipe);
  const ends = [[300], [1, 7, 64, 228]].map((parts) => {
    const race = new Race(machines, { cue: recipe.patterns[1], beta: 1, seed: 5 });
    for (const part of parts) race.advance(part);
    const frame = race.read(0);
    race.dispose();
    return frame;
  });
  expect(ends[1]).toEqual(ends[0]);
  const late = new Race(machines, { cue: recipe.patterns[1], beta: 1, seed: 5 });
  late.advance(10_000, () => true);
  expect(late.sweeps).toBe(64);
  late.dispose();
});

test("the error of a mean stays what it is when values are put together", () => {
  const random = new Random(2);
  const values = Float64Array.from({ length: 20_000 }, () => 3 + random.normal());
  const quantity = new Quantity({ low: 0, width: 1, count: 6 });
  for (const value of values) quantity.add(value);
  const { mean, estimate, counts } = quantity.read();
  expect(mean).toBeCloseTo(estimateSeries(values).value, 10);
  expect(counts.reduce((sum, count) => sum + count)).toBe(values.length);
  // b independent blocks tell a standard error to one part in sqrt(2 b).
  const blocks = values.length / estimate!.blockLength;
  expect(Math.abs(estimate!.standardError * Math.sqrt(values.length) - 1)).toBeLessThan(5 / Math.sqrt(2 * blocks));
  expect(estimate!.autocorrelationTime).toBeCloseTo(
    (estimate!.standardError ** 2 * values.length) / (2 * variance(values)),
    1,
  );
});

function variance(values: Float64Array): number {
  const mean = values.reduce((sum, x) => sum + x) / values.length;
  return values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
}

test("certificates in words", () => {
  const machines = machinesOf(recipe);
  const same = certificateInWords(certify(machines.memory, machines.rbm, { beta: 1.5 }), undefined);
  expect(same).toMatchObject({ headline: "The same model", tone: "found" });
  expect(same.detail).toMatch(/all 65,536 states.*β = 1\.5.*total variation/);
  const other = machinesOf({ ...recipe, factor: "hebbian" });
  expect(certificateInWords(certify(machines.memory, other.rbm), undefined).headline).toBe("Not the same model");
  expect(certificateInWords(undefined, "pattern 1 is a duplicate")).toMatchObject({
    detail: "Pattern 1 is a duplicate.",
    tone: "astray",
  });
  expect(scientific(2.04e-13)).toBe("2.0\u00a0×\u00a010⁻¹³");
});

test("chains that saw different valleys are told apart", () => {
  const reading = (mean: number, reliable = true): Reading => ({
    counts: new Float64Array(1),
    mean,
    estimate: { value: mean, standardError: 0.01, autocorrelationTime: 1, blockLength: 1, reliable },
  });
  const chain = (overlap: Reading): ChainFrame => ({
    state: new Uint8Array(1),
    magnetisation: new Float64Array(1),
    energy: reading(-3),
    overlap,
  });
  const words = (a: Reading, b: Reading, sweeps = 5000) =>
    raceInWords({ run: 1, sweeps, course: [], glauber: chain(a), gibbs: chain(b) }, undefined).headline;
  expect(words(reading(0.5), reading(0.51))).toBe("Equal averages");
  expect(words(reading(0.5), reading(0.9))).toBe("Apart, so far");
  expect(words(reading(0.5, false), reading(0.9))).toBe("Not yet comparable");
  expect(words({ ...reading(0.5), estimate: undefined }, reading(0.5), 20)).toBe("20 sweeps each");
  expect(words(reading(0.5), reading(0.5), 0)).toBe("Both at the cue");
});

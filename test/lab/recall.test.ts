import { describe, expect, test } from "vitest";
import { decodeUnits, encodeUnits } from "../../lab/src/encoding.js";
import { between, cover } from "../../lab/src/recall/cover.js";
import { cueOf, paintedFor } from "../../lab/src/recall/cue.js";
import { glyphGallery, imageGallery } from "../../lab/src/recall/gallery-of.js";
import { cut, greyOf, idOf } from "../../lab/src/recall/images.js";
import { defaultSetting, sweepsPerSecond } from "../../lab/src/recall/setting.js";
import { fixed, type Standing, verdictOf } from "../../lab/src/recall/verdict.js";
import { footprint, stroke } from "../../lab/src/ui/brush.js";
import { glyphNames } from "../../src/data/glyphs.js";

const shown = (units: Uint8Array, width: number) =>
  Array.from({ length: units.length / width }, (_, y) =>
    Array.from(units.subarray(y * width, (y + 1) * width), (unit) => ".#"[unit]).join(""),
  );

describe("the brush", () => {
  test("draws lines without gaps, and stops at the edges", () => {
    const units = new Uint8Array(25);
    stroke(units, 5, { x: 0, y: 0 }, { x: 4, y: 2 }, 1, 1);
    expect(shown(units, 5)).toEqual(["#....", ".##..", "...##", ".....", "....."].map((row) => row));
    stroke(units, 5, { x: 4, y: 4 }, { x: 4, y: 4 }, 3, 1);
    expect(shown(units, 5).slice(3)).toEqual(["...##", "...##"]);
    stroke(units, 5, { x: 0, y: 0 }, { x: 4, y: 0 }, 5, 0);
    expect(shown(units, 5).slice(0, 3)).toEqual([".....", ".....", "....."]);
  });

  test("has the footprint that the page outlines", () => {
    expect(footprint({ x: 0, y: 3 }, 5, 5, 2)).toEqual({ left: 0, top: 3, width: 2, height: 2 });
    expect(footprint({ x: 0, y: 3 }, 5, 5, 3)).toEqual({ left: 0, top: 2, width: 2, height: 3 });
  });

  test("covers rectangles, the same noise for the same seed", () => {
    const region = between({ x: 3, y: 2 }, { x: 1, y: 1 });
    expect(region).toEqual({ left: 1, top: 1, width: 3, height: 2 });
    expect(shown(cover(new Uint8Array(20), 5, region, "on", 1), 5)).toEqual([".....", ".###.", ".###.", "....."]);
    const noise = cover(new Uint8Array(20), 5, region, "noise", 1);
    expect(cover(new Uint8Array(20), 5, region, "noise", 1)).toEqual(noise);
  });
});

describe("the cue", () => {
  const { patterns } = glyphGallery;
  const setting = defaultSetting(glyphNames);

  test("is the damaged picture, and what was painted over it", () => {
    const exactly = { ...setting, damage: { kind: "exactly", count: 20 } as const };
    const cue = cueOf(exactly, patterns);
    const g = patterns.binary(glyphNames.indexOf("G"));
    expect(cue.filter((unit, i) => unit !== g[i]).length).toBe(20);
    const wanted = cue.map((unit, i) => (i < 16 ? 1 : unit));
    expect(cueOf({ ...exactly, painted: paintedFor(wanted, exactly, patterns) }, patterns)).toEqual(wanted);
  });

  test("may be nothing, or noise, or wait for its pictures", () => {
    expect(cueOf({ ...setting, from: "blank" }, patterns)).toEqual(new Uint8Array(256));
    const noise = cueOf({ ...setting, from: "noise" }, patterns);
    expect(cueOf({ ...setting, from: "noise" }, patterns)).toEqual(noise);
    expect(cueOf({ ...setting, source: "digits", from: 3 }, undefined).length).toBe(784);
  });
});

test("own pictures are cut at the threshold, dark pixels on unless inverted", () => {
  const pixels = [0, 0, 0, 255, 255, 255, 255, 255, 100, 100, 100, 255];
  expect([...greyOf(pixels)]).toEqual([0, 255, 100]);
  // Four by four pixels, whose quarters have the means 0, 255, 100 and 100.
  const grey = Uint8Array.of(0, 0, 255, 255, 0, 0, 255, 255, 50, 150, 100, 100, 150, 50, 100, 100);
  const unitsAt = (threshold: number, invert: boolean) => [
    ...(decodeUnits(cut(grey, { side: 2, threshold, invert }), 4) ?? []),
  ];
  expect(unitsAt(128, false)).toEqual([1, 0, 1, 1]);
  expect(unitsAt(100, false)).toEqual([1, 0, 0, 0]);
  expect(unitsAt(128, true)).toEqual([0, 1, 0, 0]);
  expect(idOf(grey)).toMatch(/^\w{16}$/);
  expect(idOf(grey.map((value, k) => value ^ Number(k === 15)))).not.toBe(idOf(grey));
  const units = encodeUnits(new Uint8Array(256).fill(1, 3, 9));
  expect(imageGallery({ side: 16, items: [{ label: "dash", units }] })?.names).toEqual(["dash"]);
  expect(imageGallery({ side: 16, items: [] })).toBeUndefined();
});

test("the speed slider ends at no limit", () => {
  expect(sweepsPerSecond(0)).toBeCloseTo(0.01);
  expect(sweepsPerSecond(50)).toBe(1);
  expect(sweepsPerSecond(100)).toBe(Number.POSITIVE_INFINITY);
});

describe("the verdict", () => {
  const standing: Standing = {
    names: ["A", "B", "C"],
    from: 0,
    origin: 0,
    isThermal: false,
    ended: false,
    visits: 300,
    sweeps: 3,
    period: 1,
    overlaps: [1, 0.1, 0],
  };
  const part = (index: number, sign: 1 | -1 = 1) => ({ index, sign });
  const words = (more: Partial<Standing>) => {
    const { headline, detail } = verdictOf({ ...standing, ...more });
    return `${headline}. ${detail}`;
  };

  test("names every kind of end", () => {
    expect(words({ attractor: { kind: "stored", parts: [part(0)] } })).toMatch(/“A” recalled exactly.*After 3 sweeps/);
    expect(words({ attractor: { kind: "stored", parts: [part(1)] } })).toMatch(/“B” .*made from “A”/);
    expect(words({ attractor: { kind: "reversed", parts: [part(2, -1)] } })).toMatch(/^The negative of “C”/);
    expect(words({ attractor: { kind: "mixture", parts: [part(0), part(1, -1), part(2)] } })).toMatch(
      /^A mixture: A − B \+ C\./,
    );
    expect(words({ overlaps: [0.5, 0.4, -0.1], attractor: { kind: "spurious", parts: [] } })).toMatch(
      /^A spurious state.*“A”, at overlap 0\.50/,
    );
    expect(words({ overlaps: [0.2, 0.9, 0], attractor: { kind: "spurious", parts: [] } })).toMatch(
      /^Almost “B”.*made from “A”/,
    );
    expect(words({ period: 2 })).toMatch(/^A cycle of length 2/);
  });

  test("says 1.00 of nothing less than 1", () => {
    expect([1, 0.9999, 0.456, -0.001, -0.9999, -1].map(fixed)).toEqual([
      "1.00",
      "0.99",
      "0.46",
      "0.00",
      "−0.99",
      "−1.00",
    ]);
  });

  test("says what goes on before the end", () => {
    const open = { period: 0, overlaps: [0.6, 0.1, 0] };
    expect(words({ ...open, visits: 0 })).toMatch(/^A damaged “A”/);
    expect(words({ ...open, visits: 0, from: undefined, origin: "noise" })).toMatch(/^A random state/);
    expect(words({ ...open, visits: 0, from: undefined, origin: 9 })).toMatch(/^A picture that is not stored/);
    expect(words(open)).toMatch(/^Following the fields/);
    expect(words({ period: 0 })).toMatch(/^“A”, it seems/);
    expect(words({ ...open, isThermal: true })).toMatch(/^Wandering near “A”/);
    expect(words({ ...open, overlaps: [0.1, 0, 0], isThermal: true })).toMatch(/^Lost in noise/);
  });

  test("says that the sweeps are over", () => {
    const over = { period: 0, overlaps: [0.6, 0.1, 0], ended: true, sweeps: 100 };
    expect(words(over)).toMatch(/^It has not settled\. Over after 100 sweeps\. Closest to “A”/);
    expect(words({ ...over, isThermal: true })).toMatch(/^Near “A”\. Over after 100 sweeps/);
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allDynamics, allRules } from "../../dist/index.js";
import { encodeUnits } from "../../lab/src/encoding.js";
import { named } from "../../lab/src/options.js";
import { Query } from "../../lab/src/query.js";
import { readSetting, writeSetting } from "../../lab/src/recall/address.js";
import { defaultSetting, noImages, type Setting, shortLabel } from "../../lab/src/recall/setting.js";
import { glyphNames } from "../../src/data/glyphs.js";
import { namedOf } from "./named.js";

const read = (text: string) => readSetting(text, glyphNames);
const write = (setting: Setting) => writeSetting(setting, glyphNames);

const rows = (count: number) => fc.uniqueArray(fc.nat(count - 1)).map((some) => some.sort((a, b) => a - b));
const painted = (units: number) =>
  fc.uint8Array({ max: 1, minLength: units, maxLength: units }).map((some) => encodeUnits(some));
const shared = {
  rule: namedOf(allRules),
  damage: fc.oneof(
    fc.record({ kind: fc.constant("flip" as const), percent: fc.integer({ min: 0, max: 100 }) }),
    fc.record({ kind: fc.constant("exactly" as const), count: fc.nat(256) }),
  ),
  seed: fc.maxSafeNat(),
  dynamics: namedOf(allDynamics),
  speed: fc.nat(100),
};
const from = (count: number) => fc.oneof(fc.nat(count - 1), fc.constantFrom("noise" as const, "blank" as const));
const settings: fc.Arbitrary<Setting> = fc.oneof(
  fc.record({
    ...shared,
    source: fc.constant("glyphs" as const),
    images: fc.constant(noImages),
    stored: rows(44),
    from: from(44),
    painted: painted(256),
  }),
  fc.record({
    ...shared,
    source: fc.constant("digits" as const),
    images: fc.constant(noImages),
    stored: rows(100),
    from: from(100),
    painted: painted(784),
  }),
  fc.record({
    ...shared,
    source: fc.constant("images" as const),
    images: fc.record({
      side: fc.constant(16),
      threshold: fc.integer({ min: 1, max: 255 }),
      invert: fc.boolean(),
      items: fc.array(
        fc.record(
          { label: fc.string({ unit: "binary" }).map(shortLabel), units: painted(256), id: fc.constant("c0ffee42") },
          { requiredKeys: ["label", "units"] },
        ),
        { minLength: 3, maxLength: 3 },
      ),
    }),
    stored: rows(3),
    from: from(3),
    painted: painted(256),
  }),
);

describe("the address of a setting", () => {
  test("gives the setting back", () => {
    fc.assert(
      fc.property(settings, (setting) => {
        expect(read(write(setting))).toEqual(setting);
      }),
    );
  });

  test("names the rule and the dynamics, and of their options those that are not the defaults", () => {
    const setting = {
      ...defaultSetting(glyphNames),
      rule: named(allRules, "covariance", { activity: 0.25, selfCoupling: true }),
      dynamics: named(allDynamics, "glauber", { beta: 2.5 }),
    };
    expect(write(setting)).toContain("&rule=covariance&rule.activity=0.25&rule.selfCoupling=1&from=");
    expect(write(setting)).toContain("&dynamics=glauber&dynamics.beta=2.5&speed=");
    expect(read(write(setting))).toEqual(setting);
  });

  test("may be one of an earlier release", () => {
    const { rule, dynamics } = read("rule=hebb&self=1&dynamics=glauber&beta=2.5");
    expect(rule).toEqual(named(allRules, "hebb", { selfCoupling: true }));
    expect(dynamics).toEqual(named(allDynamics, "glauber", { beta: 2.5 }));
    expect(read("self=1").rule).toEqual(named(allRules, "projection", { selfCoupling: true }));
    expect(read("rule=projection&self=0&dynamics=synchronous").dynamics).toEqual(named(allDynamics, "synchronous"));
    expect(read("dynamics=glauber").dynamics.options.beta).toBe(4);
  });

  test("is short and can be read", () => {
    expect(write(defaultSetting(glyphNames))).toBe(
      "source=glyphs&store=AEGMNR&rule=projection&from=G&flip=28&seed=7&dynamics=asynchronous&speed=46",
    );
    expect(
      read("store=ENGRAM.heart.cat")
        .stored.map((row) => glyphNames[row])
        .join(" "),
    ).toBe("A E G M N R heart cat");
    expect(read("source=digits&store=0-3.50").stored).toEqual([0, 1, 2, 3, 50]);
  });

  test("is a first visit where it is empty", () => {
    expect(read("")).toEqual(defaultSetting(glyphNames));
  });

  test("falls back, part by part, where it makes no sense", () => {
    const first = defaultSetting(glyphNames);
    const strange =
      "source=cats&rule=magic&rule.kappa=3&from=cow&flip=1e9&seed=-1&dynamics=quantum&speed=&beta=NaN&paint=rAAAA_____w";
    expect(read(strange)).toEqual(first);
    const wrong =
      "rule=gardner&rule.kappa=-1&rule.limit=x&rule.symmetric=maybe&dynamics=asynchronous&dynamics.order=down";
    expect(read(wrong).rule).toEqual(named(allRules, "gardner"));
    expect(read(wrong).dynamics).toEqual(named(allDynamics, "asynchronous"));
    expect(read("source=digits&store=0-999999999.98-99.x.7-3").stored).toEqual([98, 99]);
    expect(read("source=images&side=1000000&image=b:x").images.items).toEqual([]);
  });

  test("knows which of its entries it could not use", () => {
    const unusedOf = (text: string) => {
      const query = new Query(text);
      readSetting(query, glyphNames);
      return query.unused;
    };
    expect(unusedOf("source=images&side=16&image=&image=x:y&image=b:z&stor=1")).toEqual([
      "image=",
      "image=x:y",
      "image=b:z",
      "stor=1",
    ]);
    expect(unusedOf("rule=foo&flip=900&rule.kappa=1&dynamics=glauber&dynamics.beta=-1")).toEqual([
      "rule=foo",
      "flip=900",
      "dynamics.beta=-1",
      "rule.kappa=1",
    ]);
    expect(unusedOf("store=ENGRAM.cow&from=cow&paint=!")).toEqual(["store=ENGRAM.cow", "from=cow", "paint=!"]);
    expect(unusedOf(`image=${"x".repeat(1000)}`)[0].length).toBeLessThan(50);
    fc.assert(
      fc.property(settings, (setting) => {
        expect(unusedOf(write(setting))).toEqual([]);
      }),
    );
    for (const old of ["rule=hebb&self=1&dynamics=glauber&beta=2.5", ""]) expect(unusedOf(old)).toEqual([]);
  });

  test("whatever it is, it never fails and gives a setting that can be written", () => {
    const options = [...allRules, ...allDynamics].flatMap((maker) =>
      Object.keys(maker.options).map((option) => `${maker.sort}.${option}`),
    );
    const keys = [
      ...["source", "store", "from", "flip", "flips", "paint", "seed", "side", "image", "self", "beta", "speed"],
      ...["rule", "dynamics", ...options],
    ];
    const entry = fc.tuple(
      fc.constantFrom(...keys),
      fc.oneof(fc.string(), fc.double().map(String), fc.constantFrom("digits", "gardner", "covariance", "glauber")),
    );
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const setting = read(new URLSearchParams(entries).toString());
        expect(read(write(setting))).toEqual(setting);
      }),
    );
  });
});

import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { toMatrix } from "../../src/interactions/index.js";
import { referenceKernels } from "../../src/kernels/index.js";
import {
  bounded,
  covariance,
  diederichOpper,
  gardner,
  hebb,
  type Learned,
  type LearningRule,
  marginalist,
  perceptron,
  projection,
  ruleByName,
  ruleNames,
  storkey,
} from "../../src/learning/index.js";
import { Random } from "../../src/math/random.js";
import type { PatternSet } from "../../src/patterns/index.js";
import { randomPatterns } from "../support/random-patterns.js";

const rules: LearningRule[] = [
  hebb({ selfCoupling: true }),
  projection({ selfCoupling: false }),
  storkey(),
  storkey({ selfCoupling: true }),
  covariance(),
  covariance({ activity: 0.4, threshold: 0.1, selfCoupling: true }),
  bounded(),
  bounded({ bound: 0.5, selfCoupling: true }),
  marginalist(),
  marginalist({ strength: 3, selfCoupling: true }),
  perceptron({ kappa: 0.2 }),
  diederichOpper({ kappa: 0.5, limit: 200 }),
  gardner({ kappa: 0.3, symmetric: true }),
];
const named = rules.map((rule) => [`${rule.name} ${JSON.stringify(rule.options)}`, rule] as const);

const rows = (patterns: PatternSet, ...indices: number[]) => patterns.select(indices);
const written = ({ couplings, thresholds }: Learned) => ({ W: toMatrix(couplings), thresholds });

describe("every rule", () => {
  const patterns = randomPatterns(9, 30, new Random(1));

  it("is tried here", () => {
    expect(new Set(rules.map((rule) => rule.name))).toEqual(new Set(ruleNames));
  });

  it.each(named)("%s: learned one by one is what is learned at once, to the last bit", (_, rule) => {
    let grown = rule.learn(rows(patterns, 0), referenceKernels);
    for (let count = 2; count <= 9; count++) {
      grown = rule.learn(patterns.select(Uint32Array.from({ length: count }, (_, r) => r)), referenceKernels, grown);
    }
    expect(written(grown)).toEqual(written(rule.learn(patterns, referenceKernels)));
  });

  it.each(named)("%s: does not go on from other patterns, nor from another rule", (_, rule) => {
    const part = rows(patterns, 3, 1, 2, 0);
    const made = written(rule.learn(part, referenceKernels));
    const swapped = rule.learn(rows(patterns, 1, 3), referenceKernels);
    expect(written(rule.learn(part, referenceKernels, swapped))).toEqual(made);
    const foreign = storkey().learn(rows(patterns, 3, 1), referenceKernels);
    expect(written(rule.learn(part, referenceKernels, foreign))).toEqual(made);
  });

  it.each(named)("%s: is made again by its name and options", (_, rule) => {
    const again = ruleByName(rule.name, rule.options);
    expect(again.options).toEqual(rule.options);
    expect(again.selfCoupling).toBe(rule.selfCoupling);
    expect(written(again.learn(patterns, referenceKernels))).toEqual(written(rule.learn(patterns, referenceKernels)));
    expect(ruleByName(rule.name, { ...rule.options, selfCoupling: rule.selfCoupling }).name).toBe(rule.name);
  });

  it.each(named)("%s: has self-couplings only where it says so, and a capacity", (_, rule) => {
    const W = toMatrix(rule.learn(patterns, referenceKernels).couplings);
    for (let i = 0; i < 30; i++) if (!rule.selfCoupling) expect(Math.abs(W[i * 31])).toBeLessThan(1e-14);
    expect(rule.capacity.load(30, 0.5)).toBeGreaterThan(0);
    expect(rule.capacity.source).toMatch(/(19|20)\d\d/);
  });

  it.each<[() => unknown, string]>([
    [() => hebb({ selfCoupling: 1 as never }), "selfCoupling is 1; expected true or false"],
    [() => storkey({ selfCoupling: null as never }), "selfCoupling is null; expected true or false"],
    [() => covariance({ activity: 0 }), 'activity is 0; expected a number between 0 and 1, or "measured"'],
    [() => covariance({ activity: 1 }), 'activity is 1; expected a number between 0 and 1, or "measured"'],
    [() => covariance({ activity: "low" as never }), 'activity is "low"; expected a number between 0 and 1'],
    [() => covariance({ threshold: Number.NaN }), "threshold is NaN; expected a number from"],
    [() => bounded({ bound: 0 }), "bound is 0; expected a number from"],
    [() => bounded({ bound: Number.POSITIVE_INFINITY }), "bound is Infinity; expected a number from"],
    [() => marginalist({ strength: -1 }), "strength is -1; expected a number from"],
    [() => perceptron({ kappa: -0.1 }), "kappa is -0.1; expected a number from 0"],
    [() => perceptron({ limit: 0 }), "limit is 0; expected a whole number from 1"],
    [() => diederichOpper({ kappa: Number.NaN }), "kappa is NaN; expected a number from 0"],
    [() => diederichOpper({ limit: 2.5 }), "limit is 2.5; expected a whole number from 1"],
    [() => gardner({ kappa: "1" as never }), "kappa is 1; expected a number from 0"],
    [() => gardner({ symmetric: "yes" as never }), 'symmetric is "yes"; expected true or false'],
    [() => ruleByName("perceptron", { selfCoupling: true }), "perceptron has no option selfCoupling that may be true"],
    [() => ruleByName("bounded", { bund: 1 }), "bounded has no option bund that may be 1; its options are bound, self"],
  ])("checks its options: %s", (make, message) => {
    expect(make).toThrow(ArgumentError);
    expect(make).toThrow(message);
  });
});

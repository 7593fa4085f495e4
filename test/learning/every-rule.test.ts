import { describe, expect, it } from "vitest";
import { ArgumentError } from "../../src/errors.js";
import { toMatrix } from "../../src/interactions/index.js";
import { referenceKernels } from "../../src/kernels/index.js";
import {
  allRules,
  bounded,
  covariance,
  dense,
  diederichOpper,
  gardner,
  hebb,
  type Learned,
  type LearningRule,
  marginalist,
  perceptron,
  projection,
  ruleByName,
  storkey,
} from "../../src/learning/index.js";
import { Random } from "../../src/math/random.js";
import { PatternSet } from "../../src/patterns/index.js";
import { randomPatterns } from "../support/random-patterns.js";
import { refusal } from "../support/refusal.js";

const rules: LearningRule[] = [
  hebb({ selfCoupling: true }),
  projection(),
  projection({ selfCoupling: true }),
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
  dense(),
  dense({ separation: "exponential", beta: 0.5 }),
];
const named = rules.map((rule) => [`${rule.name} ${JSON.stringify(rule.options)}`, rule] as const);

const rows = (patterns: PatternSet, ...indices: number[]) => patterns.select(indices);
/** All that was learned, of couplings W and theta; else the fields of some states. */
const written = ({ interaction }: Learned) => {
  if (interaction.linear !== undefined) return { W: toMatrix(interaction), thresholds: interaction.thresholds };
  const fields = new Float64Array(50 * 30);
  interaction.fields(randomPatterns(50, 30, new Random(2)).bits, fields);
  return fields;
};

function flipUnit(state: PatternSet, i: number): PatternSet {
  const spins = state.spins(0);
  spins[i] = -spins[i];
  return PatternSet.from([spins]);
}

describe("every rule", () => {
  const patterns = randomPatterns(9, 30, new Random(1));

  it("is tried here", () => {
    expect(new Set(rules.map((rule) => rule.name))).toEqual(new Set(allRules.map(({ name }) => name)));
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
    const both = () => ruleByName(rule.name, { ...rule.options, selfCoupling: rule.selfCoupling }).options;
    if ("selfCoupling" in (rule.options ?? {})) expect(both()).toEqual(rule.options);
    else if (rule.selfCoupling !== undefined) expect(both).toThrow(refusal("selfCoupling"));
  });

  it.each(named)("%s: has self-couplings only where it says so, and a capacity", (_, rule) => {
    const { interaction } = rule.learn(patterns, referenceKernels);
    if (!rule.selfCoupling) {
      // A field does not depend on its own unit.
      for (const state of [patterns.select([0]), randomPatterns(1, 30, new Random(5))]) {
        for (let i = 0; i < 30; i++) {
          const [a, b] = [state, flipUnit(state, i)].map(({ bits }) => {
            const fields = new Float64Array(30);
            interaction.fields(bits, fields);
            return fields[i];
          });
          expect(Math.abs(a - b)).toBeLessThan(1e-14);
        }
      }
    }
    const { capacity } = rule;
    if (capacity === undefined) return expect(rule.name).toBe("dense");
    expect(capacity.load(30, 0.5)).toBeGreaterThan(0);
    expect(capacity.source).toMatch(/(19|20)\d\d/);
  });

  it.each<[() => unknown, string, string]>([
    [() => hebb({ selfCoupling: 1 as never }), "selfCoupling", "selfCoupling is 1; expected true or false"],
    [() => storkey({ selfCoupling: null as never }), "selfCoupling", "selfCoupling is null; expected true or false"],
    [() => covariance({ activity: 0 }), "activity", 'activity is 0; expected a number between 0 and 1 or "measured"'],
    [() => covariance({ activity: 1 }), "activity", 'activity is 1; expected a number between 0 and 1 or "measured"'],
    [
      () => covariance({ activity: "low" as never }),
      "activity",
      'activity is "low"; expected a number between 0 and 1',
    ],
    [() => covariance({ threshold: Number.NaN }), "threshold", "threshold is NaN; expected a number from"],
    [() => bounded({ bound: 0 }), "bound", "bound is 0; expected a number"],
    [() => bounded({ bound: Number.POSITIVE_INFINITY }), "bound", "bound is Infinity; expected a number"],
    [() => marginalist({ strength: -1 }), "strength", "strength is -1; expected a number"],
    [() => perceptron({ kappa: -0.1 }), "kappa", "kappa is -0.1; expected a number of at least 0"],
    [() => perceptron({ limit: 0 }), "limit", "limit is 0; expected a whole number from 1"],
    [() => diederichOpper({ kappa: Number.NaN }), "kappa", "kappa is NaN; expected a number of at least 0"],
    [() => diederichOpper({ limit: 2.5 }), "limit", "limit is 2.5; expected a whole number from 1"],
    [() => gardner({ kappa: "1" as never }), "kappa", 'kappa is "1"; expected a number from 0'],
    [() => gardner({ symmetric: "yes" as never }), "symmetric", 'symmetric is "yes"; expected true or false'],
    [() => ruleByName("perceptron", { selfCoupling: true }), "selfCoupling", "perceptron has no option selfCoupling"],
    [() => ruleByName("bounded", { bund: 1 }), "bund", "bounded has no option bund; did you mean bound?"],
  ])("checks its options: %s", (make, option, message) => {
    expect(make).toThrow(ArgumentError);
    expect(make).toThrow(refusal(option));
    expect(make).toThrow(message);
  });
});

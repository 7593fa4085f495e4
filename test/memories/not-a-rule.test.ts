import { describe, expect, it } from "vitest";
import { asynchronous } from "../../src/dynamics/index.js";
import { ArgumentError } from "../../src/errors.js";
import { hebb } from "../../src/learning/index.js";
import { Associator, Bam, bamKind, Hopfield, hopfieldKind, Recogniser } from "../../src/memories/index.js";
import { Rbm } from "../../src/models/index.js";
import { train } from "../../src/training/index.js";
import { binary } from "../../src/units/index.js";

/** What callers without types pass where a rule, a dynamics or a method belongs. */
const OTHERS: readonly (readonly [what: string, value: unknown])[] = [
  ["an empty object", {}],
  ["a list", []],
  ["an object whose method is none", { learn: 5, start: 5 }],
  ["null", null],
  ["a number", 5],
  ["a maker that was not called", hebb],
];

const hopfield = new Hopfield(3).store([[1, -1, 1]]);
const bam = new Bam(3, 2).store({ left: [[1, -1, 1]], right: [[1, -1]] });
const rbm = new Rbm({ visible: binary(2), hidden: binary(2) });
const PLACES: Readonly<Record<string, (value: never) => unknown>> = {
  "the rule of a Hopfield net": (rule) => new Hopfield(3, { rule }),
  "the rule of its kind": (rule) => hopfieldKind.create(3, { rule }),
  "the rule of a BAM": (rule) => new Bam(3, 2, { rule }),
  "the rule of the BAM's kind": (rule) => bamKind.create({ left: 3, right: 2 }, { rule }),
  "the rule of an associator": (rule) => new Associator(3, 2, { rule }),
  "the rule of a recogniser": (rule) => new Recogniser(3, { rule }),
  "the dynamics of a Hopfield net": (dynamics) => hopfield.recall([1, 1, 1], { dynamics }),
  "the dynamics of a BAM": (dynamics) => bam.recall({ left: [1, 1, 1] }, { dynamics }),
  "the method of a training": (method) => train(rbm, Float64Array.of(0, 1), { epochs: 1, method }).next(),
  "the optimiser of a training": (optimiser) => train(rbm, Float64Array.of(0, 1), { epochs: 1, optimiser }).next(),
};

describe.each(Object.entries(PLACES))("%s", (_, use) => {
  it.each(OTHERS)("is refused at once where it is %s", async (_, value) => {
    const refused: unknown = await (async () => use(value as never))().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ArgumentError);
    expect((refused as ArgumentError).message).toMatch(/^(rule|dynamics|method|optimiser) is [^\n]+; expected [^\n]+$/);
  });
});

it("a maker that was not called is refused with the remedy", () => {
  expect(() => new Hopfield(3, { rule: hebb as never })).toThrow(
    "rule is a function; expected a value with the method learn(); did you mean hebb()?",
  );
  expect(() => hopfield.recall([1, 1, 1], { dynamics: asynchronous as never })).toThrow("did you mean asynchronous()?");
  expect(() => hopfieldKind.create(3, { rule: hebb })).toThrow("did you mean hebb()?");
});

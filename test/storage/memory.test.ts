import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { asynchronous, glauber, synchronous } from "../../src/dynamics/index.js";
import { ArgumentError, StorageError } from "../../src/errors.js";
import {
  allRules,
  bounded,
  covariance,
  diederichOpper,
  gardner,
  hebb,
  marginalist,
  perceptron,
  projection,
  storkey,
} from "../../src/learning/index.js";
import { Random } from "../../src/math/index.js";
import { Hopfield, memoryKinds } from "../../src/memories/index.js";
import { flip, PatternSet } from "../../src/patterns/index.js";
import {
  decodeMemory as decodeAny,
  encodeMemory as encodeAny,
  readSafetensors,
  type Safetensors,
  type Tensor,
  writeSafetensors,
} from "../../src/storage/index.js";
import { damagedBytes } from "../support/damaged-bytes.js";

const encodeMemory = (memory: Hopfield) => encodeAny(memory, { kinds: memoryKinds });

function decodeMemory(bytes: Uint8Array, name?: string): Hopfield {
  const memory = decodeAny(bytes, { kinds: memoryKinds, name });
  expect(memory).toBeInstanceOf(Hopfield);
  return memory as Hopfield;
}

function randomPatterns(count: number, units: number, seed = 1): PatternSet {
  const random = new Random(seed);
  return PatternSet.from(
    Array.from({ length: count }, () => Array.from({ length: units }, () => (random.bernoulli(0.5) ? 1 : -1))),
    { labels: Array.from({ length: count }, (_, r) => `pattern "${r}"\n`) },
  );
}

/** A small memory whose file is easy to forge: 10 units, three patterns. */
const small = new Hopfield(10, { rule: projection({ selfCoupling: false }) }).store(
  PatternSet.from(
    [
      [1, 0, 0, 0, 0, 0, 0, 0, 0, 1],
      [0, 1, 1, 0, 0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 1, 1, 1, 1, 1, 1],
    ],
    { labels: ["a", "b", "c"], shape: [2, 5] },
  ),
);

describe("encodeMemory", () => {
  test("writes the documented tensors and metadata", () => {
    const { tensors, metadata } = readSafetensors(encodeMemory(small));
    expect(Object.fromEntries(metadata)).toEqual({
      format: "engram",
      version: "1",
      model: "hopfield",
      units: "10",
      rule: "projection",
      selfCoupling: "false",
      shape: "[2,5]",
      labels: '["a","b","c"]',
      couplings: "patterns",
      digest: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    const { dtype, shape, data } = tensors.get("patterns")!;
    expect([dtype, shape]).toEqual(["U8", [3, 2]]);
    expect([...data]).toEqual([0b00000001, 0b10, 0b00000110, 0b00, 0b11110000, 0b11]);
    // The patterns of the couplings are the stored ones; the symmetric 3 x 3 middle (X X^T)^-1 is kept up to its diagonal.
    const learned = ["couplings.diagonal", "couplings.divisor", "couplings.middle", "couplings.thresholds"];
    expect([...tensors.keys()].sort()).toEqual([...learned, "patterns"]);
    expect(learned.map((key) => tensors.get(key)?.shape)).toEqual([[10], [1], [6], [10]]);
  });

  test("refuses an empty memory, and a rule that a file cannot name", () => {
    expect(() => encodeMemory(new Hopfield(4))).toThrow("the memory is empty; store patterns before");
    const own = new Hopfield(2, { rule: { name: "mine", learn: hebb().learn } }).store([1, -1]);
    expect(() => encodeMemory(own)).toThrow(ArgumentError);
    expect(() => encodeMemory(own)).toThrow('the rule "mine" cannot be saved');
  });
});

describe("decodeMemory", () => {
  const rules = [true, false]
    .flatMap((selfCoupling) => [hebb({ selfCoupling }), projection({ selfCoupling }), storkey({ selfCoupling })])
    .concat(covariance({ threshold: 0.1 }), bounded({ bound: 0.5 }), marginalist({ strength: 3.3 }))
    .concat(perceptron({ kappa: 0.1 }), diederichOpper({ limit: 99 }), gardner({ kappa: 0.2, symmetric: true }));
  const named = rules.map((rule) => [`${rule.name} ${JSON.stringify(rule.options)}`, rule] as const);
  test.each(named)("recalls bit for bit like the memory that was saved: %s", (_, rule) => {
    const units = 130;
    const thresholds = Float64Array.from({ length: units }, (_, i) => Math.sin(i) / 7);
    const memory = new Hopfield(units, { rule, thresholds });
    memory
      .store(randomPatterns(12, units))
      .forget([3, 7])
      .store(randomPatterns(5, units, 2));
    const loaded = decodeMemory(encodeMemory(memory));
    expect(loaded.items).toEqual(memory.items);
    expect(loaded.thresholds).toEqual(memory.thresholds);
    expect(loaded.inspect()).toEqual(memory.inspect());
    const cues = flip(memory.items!, 0.3, new Random(5));
    for (const dynamics of [asynchronous(), synchronous(), glauber({ beta: 4, sweeps: 5 })]) {
      const options = { dynamics, random: new Random(9) };
      expect(loaded.recallMany(cues, options)).toEqual(memory.recallMany(cues, options));
    }
  });

  test.each(named)("goes on storing like the memory that was saved: %s", (_, rule) => {
    const memory = new Hopfield(130, { rule }).store(randomPatterns(7, 130));
    const loaded = decodeMemory(encodeMemory(memory));
    expect(loaded.rule.options).toEqual(rule.options);
    for (const each of [memory, loaded]) each.store(randomPatterns(5, 130, 2));
    expect(loaded.thresholds).toEqual(memory.thresholds);
    expect(loaded.inspect()).toEqual(memory.inspect());
  });

  test("keeps thresholds of zero that were given to a rule that learns its own", () => {
    const memory = new Hopfield(130, { rule: covariance(), thresholds: new Float64Array(130) });
    const loaded = decodeMemory(encodeMemory(memory.store(randomPatterns(3, 130))));
    expect(loaded.thresholds).toEqual(new Float64Array(130));
  });

  test("keeps labels and shape, and their absence", () => {
    expect(decodeMemory(encodeMemory(small)).items).toMatchObject({ labels: ["a", "b", "c"], shape: [2, 5] });
    const { labels, shape } = decodeMemory(encodeMemory(new Hopfield(3).store([1, -1, 1]))).items!;
    expect([labels, shape]).toEqual([undefined, undefined]);
  });

  const sound = encodeMemory(small);
  /** The file of the small memory with something else in it. */
  function forged(change: { [key: string]: string | undefined }, tensors: { [key: string]: Tensor | undefined } = {}) {
    const file: Safetensors = readSafetensors(sound);
    const mixed = <T>(map: ReadonlyMap<string, T>, changes: { [key: string]: T | undefined }) =>
      new Map(
        Object.entries({ ...Object.fromEntries(map), ...changes }).filter(([, v]) => v !== undefined) as [string, T][],
      );
    return writeSafetensors({ metadata: mixed(file.metadata, change), tensors: mixed(file.tensors, tensors) });
  }
  const u8 = (shape: number[], ...data: number[]): Tensor => ({ dtype: "U8", shape, data: Uint8Array.from(data) });
  const f64 = (...values: number[]): Tensor => ({
    dtype: "F64",
    shape: [values.length],
    data: new Uint8Array(Float64Array.from(values).buffer),
  });

  test.each([
    ["a file of another program", forged({ format: "pt" }), 'm: format is "pt"; expected "engram"'],
    ["a file without metadata", forged({ format: undefined }), "m: format is missing; expected"],
    ["a later version", forged({ version: "2" }), 'm: version is "2"; expected "1"'],
    ["another model", forged({ model: "rbm" }), 'm holds "rbm"; expected hopfield'],
    ["no units", forged({ units: undefined }), "m: units is missing; expected a whole number"],
    ["units that are no number", forged({ units: "1e1" }), 'm: units is "1e1"; expected a whole number'],
    ["units without end", forged({ units: "9".repeat(400) }), 'm: units is "9999'],
    ["an unknown rule", forged({ rule: "stork" }), 'm: rule is "stork"; expected hebb, projection'],
    ["a rule of Object", forged({ rule: "toString" }), 'm: rule is "toString"; expected hebb, projection'],
    ["self-coupling of a kind", forged({ selfCoupling: "yes" }), 'm: selfCoupling is "yes"; expected "true" or'],
    ["options that are none", forged({ ruleOptions: "7" }), 'm: ruleOptions is "7"; expected a JSON object'],
    ["options in two places", forged({ ruleOptions: '{"selfCoupling":true}' }), "m: ruleOptions is"],
    [
      "an option that the rule has not",
      forged({ ruleOptions: '{"a":1}' }),
      "m does not hold a valid rule: projection has no option a",
    ],
    [
      "units that the patterns do not have",
      forged({ units: "17" }),
      'm has U8 of 3 x 2 as "patterns"; expected U8 of n x 3',
    ],
    ["fewer units than bits", forged({ units: "9" }), "m has bits past unit 9 in pattern 0: it is damaged"],
    ["a bit past the last unit", forged({}, { patterns: u8([1, 2], 1, 4) }), "m has bits past unit 10 in pattern 0"],
    ["no patterns", forged({}, { patterns: undefined }), 'm has no array "patterns"; expected U8 of n x 2'],
    ["none in the patterns", forged({}, { patterns: u8([0, 2]) }), 'm has U8 of 0 x 2 as "patterns"'],
    ["patterns of one dimension", forged({}, { patterns: u8([2], 1, 2) }), 'm has U8 of 2 as "patterns"'],
    [
      "patterns of another type",
      forged({}, { patterns: { ...u8([3, 2], 0, 0, 0, 0, 0, 0), dtype: "I8" } }),
      'm has I8 of 3 x 2 as "patterns"',
    ],
    ["a stray tensor", forged({}, { weights: u8([1], 1) }), 'm holds an array "weights", which no Hopfield memory has'],
    [
      "thresholds of another length",
      forged({}, { thresholds: f64(1, 2) }),
      'm has F64 of 2 as "thresholds"; expected F64 of 10',
    ],
    [
      "thresholds that are no numbers",
      forged({}, { thresholds: f64(...Array(9).fill(0), Number.NaN) }),
      "m does not hold a valid Hopfield memory: thresholds[9] is NaN",
    ],
    [
      "a shape that does not hold the units",
      forged({ shape: "[3,4]" }),
      'm: shape is "[3,4]"; expected [height, width]',
    ],
    ["a shape that is none", forged({ shape: "10" }), 'm: shape is "10"; expected [height, width]'],
    ["a shape that is not JSON", forged({ shape: "[2,\n" }), 'm: shape is "[2,\\n"; expected'],
    ["a shape of fractions", forged({ shape: "[2.5,4]" }), 'm: shape is "[2.5,4]"; expected'],
    ["too few labels", forged({ labels: '["a"]' }), 'm: labels is "[\\"a\\"]"; expected a JSON list of 3 strings'],
    ["labels that are no text", forged({ labels: "[1,2,3]" }), "expected a JSON list of 3 strings"],
    ["patterns of another memory", forged({}, { patterns: u8([3, 2], 1, 0, 2, 0, 1, 0) }), "m is damaged: its content"],
    ["another label", forged({ labels: '["a","b","x"]' }), "m is damaged: its content does not match its digest"],
    ["a field that no memory has", forged({ colour: "red" }), 'm holds a field "colour", which no Hopfield memory has'],
    ["nothing that was learned", forged({ couplings: undefined }), "but not what was learned from them"],
    ["couplings of no kind", forged({ couplings: "none" }), 'm: couplings is "none"; expected "patterns", "dense" or'],
    [
      "couplings of another kind",
      forged({ couplings: "dense" }),
      'm has no array "couplings.weights"; expected F64 of',
    ],
    [
      "couplings that are no numbers",
      forged({}, { "couplings.middle": f64(1, 2, 3, 4, 5, Number.NaN) }),
      "m has NaN in couplings.middle; expected finite numbers",
    ],
    [
      "a middle of another size",
      forged({}, { "couplings.middle": f64(1, 2, 3, 4, 5) }),
      'm has F64 of 5 as "couplings.middle"; expected F64 of 6',
    ],
    [
      "no thresholds",
      forged({}, { "couplings.thresholds": undefined }),
      'm has no array "couplings.thresholds"; expected F64 of 10',
    ],
    [
      "a divisor of zero",
      forged({}, { "couplings.divisor": f64(0) }),
      "m has 0 in couplings.divisor; expected a number above 0",
    ],
  ] as [string, Uint8Array, string][])("refuses %s", (_, bytes, line) => {
    const decode = () => decodeMemory(bytes, "m");
    expect(decode).toThrow(StorageError);
    expect(decode).toThrow(line);
  });

  test("refuses a small file that would take a large memory", () => {
    const many = forged(
      { units: "8", shape: undefined, labels: undefined },
      { patterns: { dtype: "U8", shape: [1e6, 1], data: new Uint8Array(1e6) } },
    );
    expect(() => decodeMemory(many)).toThrow(StorageError);
  });

  test("learns nothing again: what a rule would need without end comes from the file, or the file is refused", () => {
    const files = rules.map((rule) => encodeMemory(new Hopfield(20, { rule }).store(randomPatterns(3, 20))));
    const spies = allRules.map((maker) => {
      const make = maker.make.bind(maker);
      const learn = () => {
        throw new Error(`${maker.name} learns again`);
      };
      return vi.spyOn(maker, "make").mockImplementation((options) => ({ ...make(options), learn }));
    });
    for (const bytes of files) expect(decodeMemory(bytes).items).toEqual(randomPatterns(3, 20));
    for (const spy of spies) spy.mockRestore();
    // A rule that never ends on these patterns, and one that would take n^2 numbers for a line of patterns.
    const patterns = { patterns: u8([3, 2], 1, 0, 2, 0, 3, 0) };
    const endless = '{"kappa":1000000,"symmetric":false,"limit":1000000000}';
    const before = { digest: undefined, couplings: undefined, selfCoupling: undefined };
    const stray = Object.fromEntries(
      ["diagonal", "divisor", "middle", "thresholds"].map((key) => [`couplings.${key}`, undefined]),
    );
    for (const rule of ["gardner", "perceptron", "storkey", "projection", "hebb"]) {
      const options = rule === "gardner" ? { ruleOptions: endless } : {};
      const bytes = forged({ ...before, rule, ...options }, { ...patterns, ...stray });
      expect(() => decodeMemory(bytes, "m")).toThrow("m holds patterns but not what was learned from them");
    }
  });

  test("survives damage", () => {
    fc.assert(
      fc.property(damagedBytes(sound), (damaged) => {
        try {
          expect(encodeMemory(decodeMemory(damaged))).toEqual(sound);
        } catch (error) {
          expect(error).toBeInstanceOf(StorageError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

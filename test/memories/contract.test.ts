import {
  type AnyMemory,
  ArgumentError,
  Associator,
  Autoassociator,
  allRules,
  decodeMemory,
  EngramError,
  encodeMemory,
  flip,
  Hopfield,
  kindNamed,
  type MemoryKind,
  memoryKinds,
  type OptionSpec,
  type OptionSpecs,
  PatternSet,
  Random,
  type Recall,
  Recogniser,
  randomPatterns,
  SequenceMemory,
  VectorSet,
  warningMessage,
} from "engram";
import { countOf, hopfieldKind, isMemoryKind, labelOf, selectItems, Unpacking } from "engram/memories";
import { neuralMemoryKinds } from "engram/neural";
import { loadMemory, parallelRecall, RecallPool, saveMemory } from "engram/node";
import { readOptions } from "engram/options";
import type { Packed } from "engram/storage";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../support/folder.js";
import { refusal } from "../support/refusal.js";
import nearestList from "./user-land/nearest-list.mjs";

/*
 * What every kind of memory promises to files, worker threads, the command line and the lab, tried on those of the library
 * and on one of a user's own.
 */

const kinds: readonly MemoryKind[] = [...memoryKinds, ...neuralMemoryKinds, nearestList];
const [COUNT, LEFT, RIGHT] = [4, 60, 35];

type Sides = PatternSet | { readonly left: PatternSet; readonly right: PatternSet };

function labelled(units: number, seed: number, count: number): PatternSet {
  const { bits } = randomPatterns(count, units, new Random(seed));
  return new PatternSet(bits, { labels: Array.from({ length: count }, (_, mu) => `${seed}-${mu}`) });
}

function spinsOf(set: PatternSet): Int8Array[] {
  return Array.from({ length: set.count }, (_, mu) => set.spins(mu));
}

function itemsFor({ items }: MemoryKind, seed = 1, count = COUNT): Sides {
  if (items !== "pairs") return labelled(LEFT, seed, count);
  return { left: labelled(LEFT, seed, count), right: labelled(RIGHT, 100 + seed, count) };
}

const sizeOf = ({ items }: MemoryKind) => (items !== "pairs" ? LEFT : { left: LEFT, right: RIGHT });
const leftOf = (items: Sides) => (items instanceof PatternSet ? items : items.left);
/** A cue for every item, of the left side alone where there are two, with a tenth of its units wrong. */
function cuesFor(items: Sides, seed = 9): PatternSet | { readonly left: PatternSet } {
  const damaged = flip(leftOf(items), 0.1, new Random(seed));
  return items instanceof PatternSet ? damaged : { left: damaged };
}
const cueOf = (cues: PatternSet | { readonly left: PatternSet }, r: number) => selectItems(cues, [r]);

/** Another value than the default of an option. */
function otherValue(spec: OptionSpec): unknown {
  switch (spec.type) {
    case "boolean":
      return !spec.default;
    case "choice":
      return spec.values.find((word) => word !== spec.default);
    case "made":
      return spec.from.find(({ name }) => name !== (spec.default ?? spec.from[0].name))?.name;
    case "integer":
      return (spec.default ?? 4) + 1;
    case "number":
      return typeof spec.default === "string" ? 0.5 : Number(spec.default ?? 1) * 0.75;
    case "range":
      return spec.default?.map((one) => one + 1);
    case "numbers":
      return spec.default?.toReversed();
  }
}
const otherValues = (specs: OptionSpecs) =>
  Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, otherValue(spec)]));

/** Every kind with its default options, and with others. */
const variants = kinds.flatMap((kind) => {
  const others = otherValues(kind.options);
  const plain = { kind, options: {}, recalling: {} };
  const name = (options: object) => `${kind.name} ${JSON.stringify(options)}`;
  const recalling = otherValues(kind.recallOptions);
  return [
    { ...plain, title: kind.name },
    ...(Object.keys(others).length > 0 ? [{ ...plain, title: name(others), options: others }] : []),
    ...(Object.keys(recalling).length > 0
      ? [{ ...plain, title: `${kind.name}, recall ${JSON.stringify(recalling)}`, recalling }]
      : []),
  ];
});

/** The numbers of a state, whatever a kind makes of it: the bits of a process, spins, numbers, or two layers. */
function numbersOf(state: unknown): number[] {
  if (ArrayBuffer.isView(state)) return Array.from(state as Int8Array | Float64Array);
  const { left, right, words } = state as { left?: Int8Array; right?: Int8Array; words?: Uint32Array };
  if (words !== undefined) return Array.from(new PatternSet(state as PatternSet["bits"]).spins(0));
  return [...numbersOf(left), ...numbersOf(right)];
}

/** An error of a wrong call, in one line, of a class that programs know. */
function expectRefusal(call: () => unknown, Kind: new (...args: never[]) => EngramError = ArgumentError): void {
  let thrown: unknown;
  try {
    call();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(Kind);
  expect(thrown).toMatchObject({ fault: "input", message: expect.stringMatching(/^[^\n]{10,300}$/) });
}

async function expectRejection(call: Promise<unknown>): Promise<void> {
  const thrown: unknown = await call.catch((error) => error);
  expectRefusal(() => {
    throw thrown;
  });
}

/** Whatever sees a memory from outside: what it holds, and what it recalls. */
function seen(memory: AnyMemory, items: Sides, recalling: object = {}) {
  const recalls = memory.recallMany(cuesFor(items), { ...recalling, random: new Random(3) });
  return { inspection: memory.inspect(), items: memory.items, recalls };
}

describe.each(variants)("$title", ({ kind, options, recalling: named }) => {
  const items = itemsFor(kind);
  const cues = cuesFor(items);
  const make = () => kind.create(sizeOf(kind), options);
  const recalling = readOptions(kind.name, kind.recallOptions, named);
  const random = () => new Random(3);

  it("says what it is, and is found by its name", () => {
    expect(kindNamed(kind.name, kinds)).toBe(kind);
    expect(isMemoryKind(kind)).toBe(true);
    expect([kind.name, kind.summary, kind.reference].every((text) => /^\S[^\n]*$/.test(text))).toBe(true);
    for (const specs of [kind.options, kind.recallOptions]) {
      for (const { help } of Object.values(specs)) expect(help).toMatch(/^\S[^\n]{3,}$/);
    }
    expect(make().kind).toBe(kind.name);
  });

  it("refuses options and sizes that it does not have", () => {
    expect(() => kind.create(sizeOf(kind), { ...options, colour: "red" })).toThrow(refusal("colour"));
    for (const [name, spec] of Object.entries(kind.options)) {
      const wrong = spec.type === "boolean" ? "perhaps" : Number.NaN;
      if (spec.type !== "made") expect(() => kind.create(sizeOf(kind), { [name]: wrong })).toThrow(refusal(name));
      else expectRefusal(() => kind.create(sizeOf(kind), { [name]: "nothing of the kind" }));
    }
    // Vectors may be stored with values, which are another layer.
    if (kind.items !== "vectors")
      expectRefusal(() => kind.create(kind.items === "patterns" ? { left: 3, right: 4 } : 7));
    expectRefusal(() => kind.create(kind.items !== "pairs" ? 0 : { left: 0, right: 1 }));
  });

  it("stores what it is given, and all the same one by one", () => {
    const memory = make().store(items);
    expect(countOf(memory.items!)).toBe(COUNT);
    for (let mu = 0; mu < COUNT; mu++) expect(labelOf(memory.items!, mu)).toBe(labelOf(items, mu));
    const grown = make();
    for (let mu = 0; mu < COUNT; mu++) grown.store(selectItems(items, [mu]));
    expect(seen(grown, items, recalling)).toEqual(seen(memory, items, recalling));
  });

  it("takes plain arrays for sets", () => {
    const bare = (set: PatternSet) => new PatternSet(set.bits);
    const unnamed = items instanceof PatternSet ? bare(items) : { left: bare(items.left), right: bare(items.right) };
    const given =
      items instanceof PatternSet ? spinsOf(items) : { left: spinsOf(items.left), right: spinsOf(items.right) };
    const [memory, other] = [make().store(given), make().store(unnamed)];
    expect(seen(memory, items, recalling)).toEqual(seen(other, items, recalling));
    const written = cues instanceof PatternSet ? spinsOf(cues) : { left: spinsOf(cues.left) };
    const expected = memory.recallMany(cues, { ...recalling, random: random() });
    expect(memory.recallMany(written, { ...recalling, random: random() })).toEqual(expected);
  });

  it("forgets, and is then as if that had never been stored", () => {
    const memory = make().store(items).forget([0, 2]);
    const rest = selectItems(items, [1, 3]);
    expect(seen(memory, rest, recalling)).toEqual(seen(make().store(rest), rest, recalling));
    expect(seen(memory.forget(0).store(selectItems(items, [1])), rest)).toEqual(
      seen(make().store(selectItems(items, [3, 1])), rest),
    );
    memory.forget([0, 1]);
    expect(memory.items).toBeUndefined();
    expect(memory.inspect()).toEqual(make().inspect());
    memory.store(items);
    expect(seen(memory, items)).toEqual(seen(make().store(items), items));
  });

  it("changes nothing where it refuses to store or to forget", () => {
    const memory = make().store(items);
    const before = seen(memory, items);
    const short = (set: PatternSet) => PatternSet.from(spinsOf(set).map((spins) => spins.subarray(1)));
    const wrong: unknown[] = [
      ...(items instanceof PatternSet
        ? [short(items), spinsOf(items).map((spins) => spins.subarray(1))]
        : [
            { left: short(items.left), right: items.right },
            { left: items.left, right: short(items.right) },
            { left: items.left, right: items.right.select([0]) },
            { left: items.left },
            { right: items.right },
          ]),
    ];
    for (const given of wrong) expectRefusal(() => memory.store(given), EngramError);
    for (const rows of [COUNT, -1, 0.5, [0, COUNT]]) expectRefusal(() => memory.forget(rows));
    expectRefusal(() => make().forget(0));
    expect(seen(memory, items)).toEqual(before);
    expect(seen(memory.forget([]), items)).toEqual(before);
  });

  it("recalls from damaged cues, with the evidence", () => {
    const memory = make().store(items);
    for (let r = 0; r < COUNT; r++) {
      const recall = memory.recall(cueOf(cues, r), { ...recalling, random: random() });
      const { nearest, sweeps, converged, warnings, trace, cueEnergy, energy } = recall;
      // The order of a sequence is replayed: it ends elsewhere.
      if (kind.ordered) expect(nearest.index).toBeGreaterThanOrEqual(0);
      else expect(nearest.index).toBe(r);
      // Neither a replay nor a single step without feedback need come to rest, nor a number of steps that was trained.
      const hasOwnSteps = kind.recallOptions.steps !== undefined && !("default" in kind.recallOptions.steps);
      if (!kind.ordered && !("feedback" in kind.recallOptions) && !hasOwnSteps) expect(converged).toBe(true);
      expect(nearest.label).toBe(labelOf(items, nearest.index));
      expect(sweeps).toBeGreaterThanOrEqual(1);
      expect(warnings).toEqual([]);
      expect(numbersOf(recall.state).every(Number.isFinite)).toBe(true);
      expect([cueEnergy, energy].map((value) => typeof value)).toEqual(
        memory.energy === undefined ? ["undefined", "undefined"] : ["number", "number"],
      );
      if ("trace" in kind.recallOptions && recalling.trace === true) {
        expect([trace?.length, trace?.[0], trace?.at(-1)]).toEqual([sweeps + 1, cueEnergy, energy]);
      } else {
        expect(trace).toBeUndefined();
      }
      if (memory.energy !== undefined) expect(memory.energy(recall.state)).toBe(energy);
    }
  });

  it("recalls many as it recalls each from its own stream", () => {
    const memory = make().store(items);
    const many = memory.recallMany(cues, { ...recalling, random: random() });
    expect(many).toHaveLength(COUNT);
    many.forEach((recall, r) => {
      expect(recall).toEqual(memory.recall(cueOf(cues, r), { ...recalling, random: random().fork(r) }));
    });
  });

  it("recalls nothing else from what it recalled before", () => {
    const memory = make().store(items);
    const first = seen(memory, items, recalling);
    memory.recall(cueOf(cues, 1), { random: new Random(77) });
    expect(seen(memory, items, recalling)).toEqual(first);
  });

  it("starts a recall that can be watched and ends as the recall does", () => {
    const memory = make().store(items);
    // A recall that is watched goes on until it settles.
    const settling = { ...recalling, ...("feedback" in kind.recallOptions ? { feedback: true } : {}) };
    const recall = memory.recall(cueOf(cues, 2), { ...settling, random: random() });
    const process = memory.start(cueOf(cues, 2), { ...settling, random: random() });
    const before = numbersOf(process.read());
    expect([process.sweeps, process.period]).toEqual([0, 0]);
    let changed = 0;
    while (process.period === 0 && process.sweeps < recall.sweeps) changed += process.advance(LEFT + RIGHT);
    expect(numbersOf(process.read())).toEqual(numbersOf(recall.state));
    expect(process.sweeps).toBe(recall.sweeps);
    expect(process.period > 0).toBe(recall.converged);
    if (changed === 0) expect(before).toEqual(numbersOf(recall.state));
    if (process.period > 0) expect(process.advance(1)).toBe(0);
    // What was read is a copy.
    const read = process.read();
    for (const part of [read, (read as PatternSet["bits"]).words])
      if (ArrayBuffer.isView(part)) (part as Int8Array).fill(0);
    expect(numbersOf(process.read())).toEqual(numbersOf(recall.state));
    process.dispose();
  });

  it("measures the overlaps with what is stored", () => {
    const memory = make().store(items);
    const left = leftOf(items);
    for (let r = 0; r < COUNT; r++) {
      const overlaps = memory.overlaps(cueOf(cues, r));
      expect(overlaps).toHaveLength(COUNT);
      const cue = leftOf(cues as Sides).spins(r);
      overlaps.forEach((m, mu) => {
        expect(m).toBeCloseTo(left.spins(mu).reduce((sum, s, i) => sum + s * cue[i], 0) / LEFT, 14);
      });
    }
    expect(memory.overlaps(selectItems(items, [1]))[1]).toBe(1);
  });

  it("inspects itself, empty or not", () => {
    const rule = "rule" in kind.options ? { rule: expect.any(String) } : {};
    const described = { kind: kind.name, units: sizeOf(kind), ...rule };
    expect(make().inspect()).toMatchObject({ ...described, stored: 0, warnings: [] });
    const { warnings, ...inspection } = make().store(items).inspect();
    expect(inspection).toMatchObject({ ...described, stored: COUNT });
    // Of these items none is lost by the rule that a kind takes by default.
    if (Object.keys(options).length === 0) expect(warnings).toEqual([]);
    for (const warning of warnings) expect(warningMessage(warning)).toMatch(/^[^\n]{20,300}$/);
  });

  it("recalls as before when it has been disposed of", () => {
    const memory = make().store(items);
    const before = seen(memory, items, recalling);
    memory.dispose();
    memory.dispose();
    expect(seen(memory, items, recalling)).toEqual(before);
    memory.dispose();
    expect(memory.overlaps(cueOf(cues, 0))).toEqual(make().store(items).overlaps(cueOf(cues, 0)));
  });

  it("refuses cues that do not fit", () => {
    const memory = make().store(items);
    const short = PatternSet.from(spinsOf(leftOf(cues as Sides)).map((spins) => spins.subarray(1)));
    const wrong = cues instanceof PatternSet ? short : { left: short };
    for (const call of ["recall", "start", "overlaps"] as const) {
      expectRefusal(() => memory[call](selectItems(wrong, [0]), { random: random() }), EngramError);
    }
    expectRefusal(() => memory.recallMany(wrong, { random: random() }), EngramError);
  });

  it("recalls, packs and travels only where something is stored", async () => {
    for (const empty of [make(), make().store(items).forget([0, 1, 2, 3])]) {
      const cue = cueOf(cues, 0);
      expectRefusal(() => empty.recall(cue, { random: random() }));
      expectRefusal(() => empty.recallMany(cues, { random: random() }));
      expectRefusal(() => empty.start(cue, { random: random() }));
      expectRefusal(() => empty.overlaps(cue));
      if (empty.energy !== undefined) expectRefusal(() => empty.energy?.(cue));
      expectRefusal(() => kind.pack(empty));
      expectRefusal(() => encodeMemory(empty, { kinds }));
      expectRefusal(() => new RecallPool(empty, { workers: 1, kinds }));
      await expectRejection(parallelRecall(empty, cues, { seed: 3, workers: 1, kinds }));
    }
  });

  it("packed and unpacked it is the same memory, bit for bit, and goes on learning alike", () => {
    const memory = make().store(items).forget(1);
    const parts: Packed = structuredClone({ ...kind.pack(memory) });
    const other = kind.unpack(new Unpacking(parts));
    expect(seen(other, items, recalling)).toEqual(seen(memory, items, recalling));
    for (const each of [memory, other]) each.store(itemsFor(kind, 2, 2)).forget(0);
    expect(seen(other, items, recalling)).toEqual(seen(memory, items, recalling));
  });

  it("unpacked it has what the rule learned, and does not learn", () => {
    if (!("rule" in kind.options)) return;
    const memory = make().store(items);
    const packed = kind.pack(memory);
    const without = (key: RegExp) => ({
      ...packed,
      fields: new Map([...packed.fields].filter(([name]) => !key.test(name))),
      arrays: new Map([...packed.arrays].filter(([name]) => !key.test(name))),
    });
    const learned = without(/^(couplings|middle$|weights$|association$)/);
    expect(() => kind.unpack(new Unpacking(learned, "m"))).toThrow(
      "m holds patterns but not what was learned from them",
    );
  });

  it("comes back from a file the same, bit for bit", async () => {
    const memory = make().store(items);
    const bytes = encodeMemory(memory, { kinds });
    const loaded = decodeMemory(bytes, { kinds });
    expect(loaded.kind).toBe(kind.name);
    expect(seen(loaded, items, recalling)).toEqual(seen(memory, items, recalling));
    expect(encodeMemory(loaded, { kinds })).toEqual(bytes);
    const path = `${temporaryFolder()}/memory.safetensors`;
    await saveMemory(path, memory, { kinds });
    expect(seen(await loadMemory(path, { kinds }), items, recalling)).toEqual(seen(memory, items, recalling));
    expect(seen(await loadMemory(path, { kind }), items, recalling)).toEqual(seen(memory, items, recalling));
    const others = kinds.filter((other) => other !== kind);
    expectRefusal(() => decodeMemory(bytes, { kinds: others, name: "m" }), EngramError);
    expect(() => decodeMemory(bytes, { kinds: others })).toThrow(`"${kind.name}"`);
    expectRefusal(() => encodeMemory(memory, { kinds: others }));
  });

  it.each([1, 2])("recalls over %i threads what it recalls alone", async (workers) => {
    const memory = make().store(items);
    const many = memory.recallMany(cues, { ...recalling, random: random() });
    const over = (given: unknown): Promise<Recall[]> =>
      parallelRecall(memory, given, { ...recalling, seed: 3, workers, kinds });
    expect(await over(cues)).toEqual(many);
    expect(await over(cues instanceof PatternSet ? spinsOf(cues) : { left: spinsOf(cues.left) })).toEqual(many);
  });
});

describe("what some kinds do beside", () => {
  it.each(memoryKinds.filter(({ items }) => items === "pairs"))(
    "$name: takes two layers of different sizes",
    (kind) => {
      expect(kind.create({ left: 3, right: 5 }).inspect().units).toEqual({ left: 3, right: 5 });
    },
  );

  it("a BAM recalls from the right, and from both sides, over threads too", async () => {
    const kind = kindNamed("bam");
    const items = itemsFor(kind) as { left: PatternSet; right: PatternSet };
    const memory = kind.create(sizeOf(kind)).store(items);
    const right = flip(items.right, 0.1, new Random(4));
    for (const cues of [{ right }, { ...(cuesFor(items) as { left: PatternSet }), right }]) {
      const many = memory.recallMany(cues, { random: new Random(3) });
      expect(many.map(({ nearest }) => nearest.index)).toEqual([0, 1, 2, 3]);
      expect(await parallelRecall(memory, cues, { seed: 3, workers: 2 })).toEqual(many);
    }
  });

  it("an associator refuses a cue on the right alone, in one line", () => {
    const kind = kindNamed("associator");
    const items = itemsFor(kind) as { left: PatternSet; right: PatternSet };
    const memory = kind.create(sizeOf(kind)).store(items);
    expectRefusal(() => memory.recall({ right: items.right.select([0]) }), EngramError);
  });

  it.each(["associator", "autoassociator", "recogniser"])(
    "%s: real vectors come back, over threads too",
    async (name) => {
      const kind = kindNamed(name);
      const random = new Random(8);
      const real = (count: number, units: number) => {
        const values = Float64Array.from({ length: count * units }, () => random.normal());
        return { rows: count, columns: units, values };
      };
      const vectors = new VectorSet(real(3, 6), { labels: ["a", "b", "c"], shape: [2, 3] });
      const given = kind.items !== "pairs" ? vectors : { left: vectors, right: new VectorSet(real(3, 4)) };
      const size = kind.items !== "pairs" ? 6 : { left: 6, right: 4 };
      const memory = kind.create(size, "activation" in kind.options ? { activation: "identity" } : {}).store(given);
      const cues = real(5, 6);
      const many = memory.recallMany(cues);
      expect(many).toHaveLength(5);
      const loaded = decodeMemory(encodeMemory(memory, { kinds: memoryKinds }), { kinds: memoryKinds });
      expect([loaded.items, loaded.inspect()]).toEqual([memory.items, memory.inspect()]);
      expect(loaded.recallMany(cues)).toEqual(many);
      for (const workers of [1, 2]) {
        expect(await parallelRecall(memory, cues, { seed: 1, workers })).toEqual(many);
        expect(await parallelRecall(memory, new VectorSet(cues), { seed: 1, workers })).toEqual(many);
      }
    },
  );

  it("over threads a memory keeps the types of its cues, options and recalls", async () => {
    const patterns = labelled(20, 1, 2);
    const associator = new Associator(20, 1).store({ left: patterns, right: [[1], [-1]] });
    const [output] = await parallelRecall(associator, { left: patterns }, { seed: 1, workers: 1 });
    expect(output.excitation).toEqual(associator.recall(patterns.select([0])).excitation);
    const recogniser = new Recogniser(20).store(patterns);
    const [named] = await parallelRecall(recogniser, patterns, { seed: 1, workers: 1 });
    expect(named.nearest.label).toBe(patterns.labels?.[0]);
    const autoassociator = new Autoassociator(20).store(patterns);
    const [settled] = await parallelRecall(autoassociator, patterns, { seed: 1, workers: 1, feedback: true });
    expect(settled.period).toBe(1);
    // @ts-expect-error: a recogniser feeds nothing back.
    const wrong = parallelRecall(recogniser, patterns, { seed: 1, workers: 1, feedback: true });
    await expect(wrong).rejects.toThrow(refusal("feedback"));
  });

  it("a sequence of one pattern is refused in one line, and stored, and packed", () => {
    const memory = new SequenceMemory(LEFT).store(itemsFor(kindNamed("sequence")) as PatternSet).forget([1, 2, 3]);
    expectRefusal(() => memory.recall(memory.items!, { random: new Random(1) }));
    expectRefusal(() => memory.start(memory.items!, { random: new Random(1) }));
    expect(memory.overlaps(memory.items!)).toEqual(Float64Array.of(1));
    const loaded = decodeMemory(encodeMemory(memory, { kinds: memoryKinds }), { kinds: memoryKinds });
    expect(loaded.items).toEqual(memory.items);
  });

  it.each(allRules)("a Hopfield memory by $name, with thresholds, is the same in another thread", async (rule) => {
    const thresholds = Float64Array.from({ length: LEFT }, (_, i) => ((i % 5) - 2) / 64);
    const items = itemsFor(hopfieldKind) as PatternSet;
    for (const given of [undefined, thresholds]) {
      const memory = new Hopfield(LEFT, { rule: rule.make(), thresholds: given }).store(items);
      const cues = cuesFor(items) as PatternSet;
      const many = memory.recallMany(cues, { random: new Random(3) });
      const other = hopfieldKind.unpack(new Unpacking(structuredClone({ ...hopfieldKind.pack(memory) })));
      expect(other.thresholds).toEqual(memory.thresholds);
      expect(other.inspect()).toEqual(memory.inspect());
      expect(other.recallMany(cues, { random: new Random(3) })).toEqual(many);
      expect(await parallelRecall(memory, cues, { seed: 3, workers: 2 })).toEqual(many);
    }
  });
});

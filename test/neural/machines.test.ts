import { Random } from "engram";
import { referenceWorkspace, wasmWorkspace } from "engram/kernels";
import {
  allocationOf,
  alongLink,
  associativeRecall,
  checkGradient,
  compile,
  contentWeights,
  copy,
  damagedPatterns,
  damagedPatternsOf,
  interpolated,
  isParameter,
  leaves,
  linkedBy,
  machineKinds,
  machines,
  mapTree,
  nGram,
  ntm,
  prioritySort,
  readRows,
  repeatCopy,
  SequenceMachine,
  type Sequences,
  type Shape,
  sequenceTasks,
  sequenceTraining,
  sharpened,
  shifted,
  type Tensor,
  used,
  writtenRows,
} from "engram/neural";
import { decodeModel, encodeModel } from "engram/storage";
import { type TrainingCheckpoint, trainBy } from "engram/training";
import { describe, expect, it } from "vitest";

type Given = { readonly [name: string]: readonly [Shape, readonly number[]] };

/** The numbers of a traced function of these numbers, in double precision. */
function computed(given: Given, build: (tensors: { readonly [name: string]: Tensor }) => Tensor): number[] {
  const shapes = Object.fromEntries(Object.entries(given).map(([name, [shape]]) => [name, shape]));
  const program = compile(shapes, (tensors) => ({ y: build(tensors) }), {
    precision: "double",
  });
  const inputs = program.inputs as unknown as Readonly<Record<string, Float64Array>>;
  for (const [name, [, values]] of Object.entries(given)) inputs[name].set(values);
  program.run();
  return Array.from(program.results.y);
}

const numbers = new Random(3);
const some = (count: number) => Array.from({ length: count }, () => numbers.normal());
const total = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0);
/** A weighting: positive numbers that sum to 1. */
const weighting = (rows: number) => {
  const raw = Array.from({ length: rows }, () => numbers.uniform() + 0.01);
  return raw.map((x) => x / total(raw));
};
const ROWS = 7;

describe("content addressing", () => {
  const memory = some(ROWS * 4);
  const key = some(4);
  const weigh = (given: readonly number[], strength: number, by = key) =>
    computed({ memory: [[1, ROWS, 4], given], key: [[1, 1, 4], by], beta: [[1, 1, 1], [strength]] }, (x) =>
      contentWeights(x.memory, x.key, x.beta),
    );

  it("is the softmax of strength times cosine, and 1 / rows without strength", () => {
    const cosine = (row: number) => {
      const own = memory.slice(4 * row, 4 * row + 4);
      const dot = (a: readonly number[], b: readonly number[]) => total(a.map((x, k) => x * b[k]));
      return dot(own, key) / Math.sqrt((dot(own, own) + 1e-6) * (dot(key, key) + 1e-6));
    };
    const terms = Array.from({ length: ROWS }, (_, row) => Math.exp(3 * cosine(row)));
    weigh(memory, 3).forEach((w, row) => {
      expect(w).toBeCloseTo(terms[row] / total(terms), 12);
    });
    for (const w of weigh(memory, 0)) expect(w).toBeCloseTo(1 / ROWS, 14);
  });

  it("picks the nearest row as the strength grows", () => {
    const weights = weigh(memory, 1e4);
    expect(Math.max(...weights)).toBeCloseTo(1, 12);
    expect(weights.indexOf(Math.max(...weights))).toBe(weigh(memory, 1).indexOf(Math.max(...weigh(memory, 1))));
  });

  it("follows a permutation of the rows", () => {
    const order = [3, 0, 6, 2, 5, 1, 4];
    const moved = order.flatMap((row) => memory.slice(4 * row, 4 * row + 4));
    const weights = weigh(memory, 2);
    weigh(moved, 2).forEach((w, k) => {
      expect(w).toBeCloseTo(weights[order[k]], 14);
    });
  });

  it("has finite slopes at a memory of zeros", () => {
    const { largest } = checkGradient(
      { memory: [1, ROWS, 4], key: [1, 1, 4], beta: [1, 1, 1] },
      { memory: new Array(ROWS * 4).fill(0), key, beta: [2] },
      (x) => contentWeights(x.memory, x.key, x.beta),
      { h: 1e-5 },
    );
    expect(largest).toBeLessThan(1e-6);
  });
});

describe("addressing by place", () => {
  const weights = weighting(ROWS);
  const shift = (by: readonly number[], given: readonly number[] = weights) =>
    computed({ w: [[1, 1, ROWS], given], s: [[1, 1, by.length], by] }, (x) => shifted(x.w, x.s));
  const sharpen = (gamma: number) =>
    computed({ w: [[1, 1, ROWS], weights], gamma: [[1, 1, 1], [gamma]] }, (x) => sharpened(x.w, x.gamma));

  it("shifts by one, by none, and all around", () => {
    expect(shift([0, 0, 1])).toEqual([weights[ROWS - 1], ...weights.slice(0, ROWS - 1)]);
    expect(shift([0, 1, 0])).toEqual(weights);
    expect(shift([1, 0, 0])).toEqual([...weights.slice(1), weights[0]]);
    let around = weights;
    for (let k = 0; k < ROWS; k++) around = shift([0, 0, 1], around);
    expect(around).toEqual(weights);
  });

  it("blurs by a mixture of shifts, as the circular convolution says, and keeps the sum", () => {
    const by = weighting(5);
    const expected = weights.map((_, i) => total(by.map((s, k) => s * weights[(i - (k - 2) + 2 * ROWS) % ROWS])));
    shift(by).forEach((w, i) => {
      expect(w).toBeCloseTo(expected[i], 14);
    });
    expect(total(shift(by))).toBeCloseTo(1, 14);
  });

  it("sharpens: not at all at 1, to the largest weight as gamma grows", () => {
    // 1e-12 is added to each weight before it is raised.
    sharpen(1).forEach((w, i) => {
      expect(Math.abs(w - weights[i])).toBeLessThan(ROWS * 1e-12);
    });
    const sharp = sharpen(1e4);
    expect(sharp[weights.indexOf(Math.max(...weights))]).toBeCloseTo(1, 10);
    expect(total(sharpen(3))).toBeCloseTo(1, 14);
  });

  it("interpolates: a gate of 0 ignores the content, 1 the step before", () => {
    const before = weighting(ROWS);
    const gated = (gate: number) =>
      computed({ w: [[1, 1, ROWS], weights], b: [[1, 1, ROWS], before], g: [[1, 1, 1], [gate]] }, (x) =>
        interpolated(x.w, x.b, x.g),
      );
    expect(gated(0)).toEqual(before);
    gated(1).forEach((w, i) => {
      expect(w).toBeCloseTo(weights[i], 15);
    });
  });
});

describe("reading and writing", () => {
  const memory = some(ROWS * 4);
  const oneHot = Array.from({ length: ROWS }, (_, row) => (row === 2 ? 1 : 0));
  const write = (weights: readonly number[], erase: readonly number[], added: readonly number[]) =>
    computed(
      { m: [[1, ROWS, 4], memory], w: [[1, 1, ROWS], weights], e: [[1, 1, 4], erase], a: [[1, 1, 4], added] },
      (x) => writtenRows(x.m, x.w, x.e, x.a),
    );

  it("replaces a row by erasing all of it, and leaves the others with all their bits", () => {
    const added = some(4);
    const expected = [...memory.slice(0, 8), ...added, ...memory.slice(12)];
    expect(write(oneHot, [1, 1, 1, 1], added)).toEqual(expected);
    expect(write(weighting(ROWS), [0, 0, 0, 0], [0, 0, 0, 0])).toEqual(memory);
  });

  it("reads the weighted sum of the rows", () => {
    const weights = weighting(ROWS);
    const found = computed({ m: [[1, ROWS, 4], memory], w: [[1, 1, ROWS], weights] }, (x) => readRows(x.m, x.w));
    found.forEach((r, k) => {
      expect(r).toBeCloseTo(total(weights.map((w, row) => w * memory[4 * row + k])), 14);
    });
  });
});

describe("allocation", () => {
  const allocate = (usage: readonly number[]) => computed({ u: [[1, usage.length], usage] }, (x) => allocationOf(x.u));

  it("is the published sum over the free list, sorted by hand, ties by number", () => {
    const usage = [0.9, 0.2, 0.5, 0.2, 1];
    // The order of usage: 1, 3, 2, 0, 4. Usage is kept 1e-6 above 0, which moves each weight by at most 5e-6.
    const expected = [0.2 * 0.2 * 0.5 * 0.1, 0.8, 0.2 * 0.2 * 0.5, 0.2 * 0.8, 0];
    allocate(usage).forEach((a, k) => {
      expect(Math.abs(a - expected[k])).toBeLessThan(5e-6);
    });
  });

  it("goes to the single free row alone, and to none if all are used", () => {
    const free = allocate([1, 1, 0, 1]);
    expect(free[2]).toBeGreaterThan(1 - 1e-5);
    expect(total(free)).toBeLessThanOrEqual(1);
    for (const a of allocate([1, 1, 1])) expect(Math.abs(a)).toBeLessThan(1e-15);
  });

  it("has the derivatives of differences, first and second", () => {
    const usage = { u: [[0.3, 0.8, 0.55, 0.1].flat(), [0.9, 0.15, 0.4, 0.65]].flat() };
    for (const order of [1, 2] as const) {
      const check = checkGradient({ u: [2, 4] }, usage as never, ({ u }) => allocationOf(u), { order });
      expect(check.largest).toBeLessThan(1e-6);
    }
  });

  it("frees a row that was read with a free gate of 1, and marks one that was written", () => {
    const hard = (row: number) => [0, 1, 2].map((k) => (k === row ? 1 : 0));
    const usage = (free: number) =>
      computed(
        {
          u: [
            [1, 3],
            [1, 0.5, 0],
          ],
          w: [[1, 3], hard(2)],
          r: [[1, 1, 3], hard(0)],
          f: [[1, 1, 1], [free]],
        },
        (x) => used(x.u, x.w, x.r, x.f, false),
      );
    expect(usage(1)).toEqual([0, 0.5, 1]);
    expect(usage(0)).toEqual([1, 0.5, 1]);
  });
});

describe("the temporal link", () => {
  const size = 4;
  const offDiagonal = Float64Array.from({ length: size * size }, (_, k) => (k % (size + 1) === 0 ? 0 : 1));
  /** The link and the precedence after these writes. */
  function linkAfter(writes: readonly (readonly number[])[]) {
    let link = new Array<number>(size * size).fill(0);
    let precedence = new Array<number>(size).fill(0);
    for (const w of writes) {
      link = computed({ l: [[1, size, size], link], w: [[1, size], w], p: [[1, size], precedence] }, (x) =>
        linkedBy(x.l, x.w, x.p, offDiagonal),
      );
      precedence = precedence.map((p, k) => (1 - total(w)) * p + w[k]);
    }
    return link;
  }
  const hard = (row: number) => Array.from({ length: size }, (_, k) => (k === row ? 1 : 0));
  const follow = (link: readonly number[], from: readonly number[], modes: readonly number[]) =>
    computed(
      {
        l: [[1, size, size], link],
        b: [[1, 1, size], from],
        c: [[1, 1, size], hard(0)],
        m: [[1, 1, 3], modes],
      },
      (x) => alongLink(x.l, x.b, x.c, x.m),
    );

  it("leads from each row to the one that was written next, and back", () => {
    const link = linkAfter([hard(3), hard(1), hard(2)]);
    expect(follow(link, hard(3), [0, 0, 1])).toEqual(hard(1));
    expect(follow(link, hard(1), [0, 0, 1])).toEqual(hard(2));
    expect(follow(link, hard(2), [1, 0, 0])).toEqual(hard(1));
    expect(follow(link, hard(1), [1, 0, 0])).toEqual(hard(3));
    expect(follow(link, hard(1), [0, 1, 0])).toEqual(hard(0));
  });

  it("is at least 0, with a diagonal of 0 and sums of rows and columns of at most 1", () => {
    const link = linkAfter(Array.from({ length: 12 }, () => weighting(size).map((w) => w * numbers.uniform())));
    expect(Math.min(...link)).toBeGreaterThanOrEqual(0);
    for (let i = 0; i < size; i++) {
      expect(link[i * size + i]).toBe(0);
      expect(total(link.slice(i * size, (i + 1) * size))).toBeLessThanOrEqual(1 + 1e-12);
      expect(total(link.filter((_, k) => k % size === i))).toBeLessThanOrEqual(1 + 1e-12);
    }
  });
});

const isShape = (value: unknown): value is Shape => Array.isArray(value) && typeof value[0] === "number";

const isFloats = (value: unknown): value is Float32Array => value instanceof Float32Array;

/** A small machine of each maker, with parameters so large that nothing is nearly linear. */
function small(maker: (typeof machines)[number], options: object = {}, seed = 5): SequenceMachine {
  const sizes = maker.name === "lstm" ? { units: 5 } : { rows: 5, width: 3, units: 5 };
  const model = new SequenceMachine(copy({ bits: 2, length: [1, 2] }), {
    machine: maker.make({ ...sizes, ...options }),
    random: new Random(seed),
  });
  const draws = new Random(seed).fork(9);
  for (const { values } of leaves(model.parameters, isParameter).values()) {
    for (let k = 0; k < values.length; k++) values[k] += 0.3 * draws.normal();
  }
  return model;
}

const VARIANTS: readonly [string, object][] = [
  ["ntm", {}],
  ["ntm", { reads: 2, writes: 2, shift: 2, memory: "learned", controller: "feedforward" }],
  ["ntm", { memory: "random" }],
  ["dnc", { reads: 2 }],
  ["dnc", { link: false, controller: "feedforward" }],
  ["dnc", { detachUsage: true }],
  ["lstm", { layers: 2 }],
];
const makerOf = (name: string) => machines.find((maker) => maker.name === name) as (typeof machines)[number];

describe.each(VARIANTS)("%s %o", (name, options) => {
  it("has the gradient of differences through time, whole", () => {
    const model = small(makerOf(name), options);
    const parameters = mapTree(model.parameters, isParameter, ({ shape }) => shape);
    const values = mapTree(model.parameters, isParameter, (own) => own.values);
    const draws = new Random(6);
    const inputs = Array.from({ length: 3 * 2 * model.inputs }, () => draws.normal());
    // What is detached has no derivative: the differences would see one.
    const names = [...leaves(parameters, isShape).keys()]
      .filter((key) => !("memory" in options && options.memory === "random" && key === "start.memory"))
      .map((key) => `parameters.${key}`);
    const check = checkGradient(
      { parameters, inputs: [3, 2, model.inputs] } as never,
      { parameters: values, inputs } as never,
      ({ parameters: own, inputs: x }: never) => model.trace(own, x),
      { differentiate: names },
    );
    if ("detachUsage" in options) expect(check.largest).toBeGreaterThan(1e-5);
    else expect(check.largest).toBeLessThan(1e-6);
  });

  it("answers step by step what the trace of the whole sequence answers, alone and among others", () => {
    const model = small(makerOf(name), options);
    const { batch, steps, inputs } = copy({ bits: 2, length: [2, 2] }).draw(new Random(7), 3);
    const stepped = model.start({ batch });
    const width = batch * model.inputs;
    const answers = Array.from({ length: steps }, (_, t) =>
      Array.from(stepped.step(inputs.subarray(t * width, (t + 1) * width)).outputs),
    );
    stepped.dispose();
    const second = Float32Array.from({ length: steps * model.inputs }, (_, k) => {
      const t = Math.floor(k / model.inputs);
      return inputs[t * width + model.inputs + (k % model.inputs)];
    });
    const run = model.run(second);
    for (let t = 0; t < steps; t++) {
      for (let k = 0; k < model.outputs; k++) {
        const z = answers[t][model.outputs + k];
        expect(run.outputs[t * model.outputs + k]).toBe(Math.fround(1 / (1 + Math.exp(-z))));
      }
    }
    const program = compile(
      { parameters: mapTree(model.parameters, isParameter, ({ shape }) => shape), x: [steps, batch, model.inputs] },
      (own) => ({ y: model.trace(own.parameters, own.x) }),
    );
    const own = leaves(program.inputs, isFloats);
    for (const [key, { values }] of leaves(model.parameters, isParameter)) own.get(`parameters.${key}`)?.set(values);
    own.get("x")?.set(inputs);
    program.run();
    expect(Array.from(program.results.y)).toEqual(answers.flat());
    program.dispose();
  });

  it("learns, resumes to the same bits, and has the same bits in all workspaces", async () => {
    const task = copy({ bits: 2, length: [1, 2] });
    const settings = { epochs: 3, sequences: 32, batch: 4, rate: 0.03, seed: 8, optimiser: "adam" } as never;
    const [whole, reference, broken, other] = [1, 1, 1, 2].map((seed) => small(makerOf(name), options, seed));
    const losses: number[] = [];
    const options_ = { ...(settings as object) } as { epochs: number };
    for await (const { training } of trainBy(sequenceTraining, whole, task, { ...options_, workspace: wasmWorkspace }))
      losses.push(training.loss / training.bits);
    expect(losses[2]).toBeLessThan(losses[0]);
    for await (const _ of trainBy(sequenceTraining, reference, task, { ...options_, workspace: referenceWorkspace }));
    expect(reference.parameters).toEqual(whole.parameters);
    let resume: TrainingCheckpoint | undefined;
    for await (const report of trainBy(sequenceTraining, broken, task, { ...options_, reportEvery: 1 })) {
      if (report.updates !== 8) continue;
      resume = report.checkpoint();
      break;
    }
    for await (const _ of trainBy(sequenceTraining, other, task, { ...options_, resume }));
    expect(other.parameters).toEqual(whole.parameters);
  });

  it("comes back from a file with the same bits and its task", () => {
    const model = small(makerOf(name), options);
    const { model: found } = decodeModel<SequenceMachine>(encodeModel(model, { kinds: machineKinds }), {
      kinds: machineKinds,
    });
    const sequences = copy({ bits: 2, length: [2, 2] }).draw(new Random(7), 2);
    expect(found.score(sequences)).toEqual(model.score(sequences));
    expect(found.machine.options).toEqual(model.machine.options);
    expect(found.task?.options).toEqual({ bits: 2, length: [1, 2] });
  });
});

describe("the weightings of a machine", () => {
  it("are at least 0 and sum to 1 at every step of an NTM, to at most 1 of a DNC", () => {
    for (const [name, most] of [
      ["ntm", 1 + 1e-5],
      ["dnc", 1 + 1e-5],
    ] as const) {
      const model = small(makerOf(name), { reads: 2 });
      const { inputs } = copy({ bits: 2, length: [2, 2] }).draw(new Random(7), 1);
      const { evidence, steps } = model.run(inputs);
      for (const head of ["read", "write"]) {
        const { values, shape } = evidence[head];
        expect(shape).toEqual([head === "read" ? 2 : 1, 5]);
        for (let at = 0; at < values.length; at += 5) {
          const own = Array.from(values.subarray(at, at + 5));
          expect(Math.min(...own)).toBeGreaterThanOrEqual(0);
          expect(total(own)).toBeLessThan(most);
          if (name === "ntm") expect(total(own)).toBeGreaterThan(1 - 1e-5);
        }
      }
      expect(evidence.memory.values.length).toBe(steps * 5 * 3);
    }
  });
});

describe("tasks", () => {
  const at = ({ batch }: Sequences, width: number, t: number, b: number) => (t * batch + b) * width;
  const rowOf = (values: Float32Array, from: number, width: number) => Array.from(values.subarray(from, from + width));

  it.each(sequenceTasks.map((maker) => [maker.name, maker] as const))("%s repeats the bits of its seed", (_, maker) => {
    const task = maker.make();
    expect(task.draw(new Random(4), 3)).toEqual(task.draw(new Random(4), 3));
    expect(task.draw(new Random(4), 3)).not.toEqual(task.draw(new Random(5), 3));
    for (let seed = 0; seed < 20; seed++) {
      const { steps, inputs, targets, counts } = task.draw(new Random(seed), 2);
      expect(steps).toBeGreaterThanOrEqual(task.steps[0]);
      expect(steps).toBeLessThanOrEqual(task.steps[1]);
      expect([inputs.length, targets.length, counts.length]).toEqual([
        steps * 2 * task.inputs,
        steps * 2 * task.outputs,
        steps * 2 * task.outputs,
      ]);
    }
  });

  it("copy asks for what it showed", () => {
    const task = copy({ bits: 3, length: [4, 4] });
    const drawn = task.draw(new Random(1), 2);
    expect(drawn.steps).toBe(10);
    for (let b = 0; b < 2; b++) {
      for (let t = 0; t < 4; t++) {
        const shown = rowOf(drawn.inputs, at(drawn, 5, 1 + t, b), 3);
        expect(rowOf(drawn.targets, at(drawn, 3, 6 + t, b), 3)).toEqual(shown);
        // Nothing is shown while the answer is given.
        expect(rowOf(drawn.inputs, at(drawn, 5, 6 + t, b), 5)).toEqual([0, 0, 0, 0, 0]);
      }
    }
    expect(total(Array.from(drawn.counts))).toBe(2 * 4 * 3);
  });

  it("repeat copy asks for each copy and the end marker", () => {
    const task = repeatCopy({ bits: 2, length: [3, 3], repeats: [4, 4], normalised: [1, 5] });
    const drawn = task.draw(new Random(1), 1);
    // 4 less the mean 3, over the deviation sqrt(2) of 1 to 5.
    expect(drawn.inputs[at(drawn, 4, 4, 0) + 3]).toBe(Math.fround(1 / Math.SQRT2));
    for (let t = 0; t < 3; t++) {
      const shown = rowOf(drawn.inputs, at(drawn, 4, 1 + t, 0), 2);
      for (let r = 0; r < 4; r++)
        expect(rowOf(drawn.targets, at(drawn, 3, 5 + 3 * r + t, 0), 3)).toEqual([...shown, 0]);
    }
    expect(rowOf(drawn.targets, at(drawn, 3, 17, 0), 3)).toEqual([0, 0, 1]);
    expect(total(Array.from(drawn.counts))).toBe(12 * 3 + 1);
  });

  it("associative recall asks for the item after the one that it shows again", () => {
    const task = associativeRecall({ bits: 3, itemLength: 2, items: [4, 4] });
    for (let seed = 0; seed < 10; seed++) {
      const drawn = task.draw(new Random(seed), 1);
      const item = (first: number) => [0, 1].flatMap((t) => rowOf(drawn.inputs, at(drawn, 5, first + t, 0), 3));
      const items = [0, 1, 2, 3].map((i) => item(3 * i + 1).join());
      const asked = items.indexOf(item(13).join());
      expect(asked).toBeLessThan(4);
      const answer = [0, 1].flatMap((t) => rowOf(drawn.targets, at(drawn, 3, 16 + t, 0), 3));
      // Equal items may be drawn: the answer follows one of them.
      expect(items.some((one, i) => one === items[asked] && items[i + 1] === answer.join())).toBe(true);
    }
  });

  it("priority sort asks for the vectors in the order of their priorities", () => {
    const task = prioritySort({ bits: 4, vectors: 6, answers: 3 });
    const drawn = task.draw(new Random(2), 1);
    const order = [0, 1, 2, 3, 4, 5].sort(
      (i, j) => drawn.inputs[at(drawn, 6, j, 0) + 4] - drawn.inputs[at(drawn, 6, i, 0) + 4],
    );
    for (let t = 0; t < 3; t++) {
      expect(rowOf(drawn.targets, at(drawn, 4, 7 + t, 0), 4)).toEqual(
        rowOf(drawn.inputs, at(drawn, 6, order[t], 0), 4),
      );
    }
  });

  it("damaged patterns asks for the pattern of each cue", () => {
    const task = damagedPatterns({ bits: 40, patterns: [5, 5], cues: 3, flip: 0.1 });
    const drawn = task.draw(new Random(2), 4);
    expect([drawn.steps, total(Array.from(drawn.counts))]).toEqual([8, 4 * 3 * 40]);
    for (let b = 0; b < 4; b++) {
      const stored = [0, 1, 2, 3, 4].map((t) => rowOf(drawn.inputs, at(drawn, 41, t, b), 41));
      expect(stored.every((row) => row[40] === 0 && row.slice(0, 40).every((x) => x * x === 1))).toBe(true);
      for (let t = 5; t < 8; t++) {
        const cue = rowOf(drawn.inputs, at(drawn, 41, t, b), 41);
        const answer = rowOf(drawn.targets, at(drawn, 40, t, b), 40).map((bit) => 2 * bit - 1);
        expect(cue[40]).toBe(1);
        expect(stored.map((row) => row.slice(0, 40).join())).toContain(answer.join());
        // 4 of 40 flips are expected; 15 or more have a probability below 1e-5.
        expect(answer.filter((x, i) => x !== cue[i]).length).toBeLessThan(15);
      }
    }
    const still = damagedPatterns({ bits: 9, patterns: [2, 2], cues: 1, flip: 0 }).draw(new Random(3), 1);
    const shown = rowOf(still.inputs, at(still, 10, 2, 0), 9);
    expect(rowOf(still.targets, at(still, 9, 2, 0), 9)).toEqual(shown.map((x) => (x + 1) / 2));
  });

  it("damaged patterns takes different rows of what it is given", () => {
    const values = [-1, -1, -1, -1, -1, 1, -1, 1, -1, -1, 1, 1];
    const task = damagedPatternsOf({ units: 3, values }, { patterns: [4, 4], cues: 1 });
    const drawn = task.draw(new Random(1), 1);
    const stored = [0, 1, 2, 3].map((t) => rowOf(drawn.inputs, at(drawn, 4, t, 0), 3).join());
    expect(stored.sort()).toEqual([0, 3, 6, 9].map((from) => values.slice(from, from + 3).join()).sort());
    expect(() => damagedPatternsOf({ units: 5, values })).toThrow("values has 12 numbers for rows of 5");
    expect(() => damagedPatternsOf({ units: 3, values }, { patterns: [1, 5] })).toThrow(
      "vectors has 4 rows; a sequence needs 5 different ones",
    );
  });

  it("n-gram has the optimum of the predictive distribution, which no fixed prediction beats on average", () => {
    const task = nGram({ context: 2, length: [60, 60] });
    let [best, even] = [0, 0];
    for (let seed = 0; seed < 200; seed++) {
      const drawn = task.draw(new Random(seed), 1);
      best += task.optimum?.(drawn) ?? Number.NaN;
      even += total(Array.from(drawn.counts));
    }
    // A table of the arcsine law has the mean entropy 2 - 1 / ln 2 bits = .557; the estimate costs some bits more.
    expect(best / even).toBeGreaterThan(2 - 1 / Math.LN2);
    expect(best / even).toBeLessThan(0.75);
    // One context and one bit: p(1) = 1/2, then 3/4 for the bit that was seen.
    const two = { batch: 1, steps: 2, inputs: [1, 1], targets: [1, 1], counts: [1, 1] } as never;
    expect(nGram({ context: 1 }).optimum?.(two)).toBeCloseTo(1 + Math.log2(4 / 3), 12);
  });
});

describe("a machine at work", () => {
  it.each(machines.map((maker) => [maker.name, maker] as const))("%s goes on from a state that was set", (_, maker) => {
    const model = new SequenceMachine(
      { inputs: 3, outputs: 2 },
      { machine: maker.make({ units: 4, ...(maker.name !== "lstm" && { rows: 3, width: 3 }) }) },
    );
    const [one, two] = [model.start(), model.start()];
    one.step([1, -1, 0.5]);
    for (const [name, values] of one.state) two.state.get(name)?.set(values);
    const next = Array.from(one.step([0, 1, 1]).outputs);
    expect(Array.from(two.step([0, 1, 1]).outputs)).toEqual(next);
    expect(Array.from(model.start().step([0, 1, 1]).outputs)).not.toEqual(next);
  });
});

describe("bad input", () => {
  const task = copy({ bits: 2, length: [1, 3] });
  const model = new SequenceMachine(task, { machine: ntm({ rows: 4, width: 3, units: 4 }) });
  const train = async (data: unknown, options: object = { epochs: 1 }) => {
    for await (const _ of trainBy(sequenceTraining, model, data as never, options as never));
  };

  it("is refused in one line, before anything changes", async () => {
    const refused: [() => unknown, string][] = [
      [() => copy({ length: [3, 1] }), "length is [3,1]; expected two whole numbers from 1 to 10000"],
      [() => copy({ length: [0, 1] }), "length is [0,1]"],
      [() => ntm({ rows: 0 }), "rows is 0"],
      [() => model.run([]), "inputs has 0 numbers"],
      [() => model.run([1, 2, 3]), "inputs has 3 numbers; expected 4 for each time step"],
      [() => model.run([1, 2, Number.NaN, 4]), "inputs: number 2 is NaN"],
      [() => model.start({ batch: 0 }), "batch is 0"],
      [() => model.start().step([1]), "inputs has 1 numbers; expected 4"],
      [() => model.score(copy({ bits: 3, length: [1, 1] }).draw(new Random(1), 1)), "the sequences have"],
    ];
    for (const [call, message] of refused) expect(call).toThrow(message);
    const trainings: [unknown, object, string][] = [
      [copy({ bits: 3 }), { epochs: 1 }, "the task has 5 inputs and 3 outputs but the machine has 4 and 2"],
      [copy({ bits: 2, length: [1, 9] }), { epochs: 1 }, "asks to hold 9 vectors but the memory has 4 rows"],
      ["copy", { epochs: 1 }, "data is not a task"],
      [task, { epochs: 1, batch: 0 }, "batch is 0"],
    ];
    for (const [data, options, message] of trainings) await expect(train(data, options)).rejects.toThrow(message);
  });

  it("names the operation that made the first number that is not finite, and keeps the parameters of the last report", async () => {
    const before = mapTree(model.parameters, isParameter, ({ values }) => Array.from(values));
    const broken = {
      ...task,
      name: "broken",
      draw: (random: Random, batch: number) => {
        const drawn = task.draw(random, batch);
        drawn.inputs.fill(Number.NaN);
        return drawn;
      },
    };
    await expect(train(broken)).rejects.toThrow(
      /training diverged in epoch 1: gradients are no longer finite, from the operation \w+ \(number \d+\) on/,
    );
    expect(mapTree(model.parameters, isParameter, ({ values }) => Array.from(values))).toEqual(before);
  });
});

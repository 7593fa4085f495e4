import { Random } from "engram";
import {
  add,
  affine,
  checkGradient,
  columns,
  compile,
  constant,
  detach,
  endsOf,
  exp,
  fixed,
  gradient,
  haltingLoss,
  isParameter,
  leaves,
  Memo,
  type MemoParameters,
  type MemoTensors,
  mapTree,
  memoKind,
  memoTraining,
  multiply,
  negate,
  neuralModelKinds,
  type Parameter,
  pairedInference,
  pairedInferenceOf,
  reinforce,
  reshape,
  scoreMemo,
  softplus,
  sum,
  type Tensor,
} from "engram/neural";
import { decodeModel, encodeModel } from "engram/storage";
import { type TrainingCheckpoint, trainBy } from "engram/training";
import { describe, expect, it } from "vitest";

const UNITS = 6;
const small = (options: object = {}) =>
  new Memo(UNITS, { dimension: 5, heads: 2, hops: 3, random: new Random(1), ...options });
const TASK = pairedInference({ units: UNITS, sequences: [2, 3] });

describe("paired associative inference", () => {
  it("tells neighbours of sequences as pairs, and asks along them with a lure from the same place", () => {
    const [length, units] = [4, 3];
    const task = pairedInference({ items: length, sequences: [3, 3], units, direct: 0.3 });
    expect(task.facts).toEqual([9]);
    const { items, cues, candidates, answers, distances, facts } = task.draw(new Random(2), 200);
    const key = (all: Float32Array, row: number) => all.subarray(row * units, (row + 1) * units).join();
    for (let b = 0; b < 200; b++) {
      const neighbours = new Map<string, string[]>();
      for (let f = 0; f < facts; f++) {
        const [x, y] = [0, 1].map((place) => key(items, (b * facts + f) * 2 + place));
        neighbours.set(x, [...(neighbours.get(x) ?? []), y]);
        neighbours.set(y, [...(neighbours.get(y) ?? []), x]);
      }
      // Three chains of four items: six ends and six with two neighbours.
      expect(
        [...neighbours.values()]
          .map(({ length: n }) => n)
          .sort((a, b) => a - b)
          .join(""),
      ).toBe("111111222222");
      const steps = (from: string, to: string) => {
        let [seen, far] = [new Set([from]), 0];
        while (!seen.has(to) && far <= length) {
          seen = new Set([...seen].flatMap((item) => [item, ...(neighbours.get(item) ?? [])]));
          far++;
        }
        return far;
      };
      const cue = key(cues, b);
      const [match, lure] = [answers[b], 1 - answers[b]].map((c) => key(candidates, b * 2 + c));
      expect(steps(cue, match)).toBe(distances[b]);
      expect(steps(cue, lure)).toBeGreaterThan(length);
      expect(neighbours.get(lure)?.length).toBe(neighbours.get(match)?.length);
    }
    const counts = [1, 2, 3].map((distance) => distances.filter((d) => d === distance).length);
    // 0.3 of 200, and half of the rest each: within four standard errors.
    [60, 70, 70].forEach((mean, k) => {
      expect(Math.abs(counts[k] - mean)).toBeLessThan(4 * Math.sqrt(mean * (1 - mean / 200)));
    });
    expect(answers.reduce((total, answer) => total + answer, 0)).toBeGreaterThan(60);
  });

  it("can take its items from given vectors, each once in an episode", () => {
    const values = Float32Array.from({ length: 20 * 2 }, (_, k) => k);
    const task = pairedInferenceOf({ units: 2, values }, { sequences: [4, 4] });
    const { items } = task.draw(new Random(3), 1);
    const rows = new Set(Array.from({ length: 16 }, (_, row) => items[row * 2]));
    expect(rows.size).toBe(12);
    for (const first of rows) expect(first % 2).toBe(0);
    expect(() => pairedInferenceOf({ units: 2, values }, { sequences: [4, 8] })).toThrow(
      "vectors has 20 rows; an episode needs 24 different ones",
    );
  });
});

describe("a MEMO", () => {
  it.each([
    ["shared", "apart"],
    ["shared", "summed"],
    ["free", "apart"],
    ["free", "summed"],
  ])("with %s maps and pairs %s has the gradient of differences, whole", (maps, pairs) => {
    const memo = small({ maps, pairs, hops: 2, halting: reinforce({ policyUnits: 3 }) });
    const random = new Random(4);
    const own = mapTree(memo.parameters, isParameter, ({ shape }) => shape);
    const shapes = { parameters: own, inputs: memo.shapes(2, 3, 2) };
    const normal = (count: number) => Array.from({ length: count }, () => random.normal());
    const values = {
      parameters: mapTree(memo.parameters, isParameter, ({ values: first }) =>
        first.map((x) => x + 0.1 * random.normal()),
      ),
      inputs: { items: normal(2 * 6 * UNITS), cues: normal(2 * UNITS), candidates: normal(4 * UNITS) },
    };
    const { largest, compared } = checkGradient(
      shapes as never,
      values as never,
      ({ parameters, inputs }: { parameters: MemoParameters<Tensor>; inputs: MemoTensors }) => {
        const { logits, stops, values: expected } = memo.trace(parameters, inputs);
        // What decides when to stop sees the attention as a constant; its own derivatives are checked below.
        return { logits, stops: stops.map(detach), expected: expected.map(detach) };
      },
      {
        differentiate: [...leaves(memo.parameters, isParameter).keys()]
          .filter((name) => !name.startsWith("halting"))
          .map((name) => `parameters.${name}`),
      },
    );
    expect(compared).toBeGreaterThan(50);
    expect(largest).toBeLessThan(1e-6);
    const policy = checkGradient(
      shapes as never,
      values as never,
      ({ parameters, inputs }: { parameters: MemoParameters<Tensor>; inputs: MemoTensors }) => {
        const { stops, values: expected } = memo.trace(parameters, inputs);
        return { stops, expected };
      },
      {
        differentiate: ["hops", "gates.weights", "candidate.weights", "stop.weights", "value.bias"].map(
          (n) => `parameters.halting.${n}`,
        ),
      },
    );
    expect(policy.largest).toBeLessThan(1e-6);
  });

  it("answers the same whatever the order of its facts", () => {
    for (const maps of ["shared", "free"]) {
      const memo = small({ maps });
      const episodes = TASK.draw(new Random(5), 1);
      const order = new Random(6).permutation(new Uint32Array(episodes.facts));
      const items = new Float32Array(episodes.items.length);
      order.forEach((from, to) => {
        items.set(episodes.items.subarray(from * 2 * UNITS, (from + 1) * 2 * UNITS), to * 2 * UNITS);
      });
      const [[before], [after]] = [memo.answer(episodes), memo.answer({ ...episodes, items })];
      expect(after.answer).toBe(before.answer);
      for (let hop = 0; hop < 3; hop++) {
        order.forEach((from, to) => {
          // Sums in another order differ in the last bits of single precision.
          expect(after.attention[hop][to]).toBeCloseTo(before.attention[hop][from], 5);
        });
      }
      after.probabilities.forEach((p, c) => {
        expect(p).toBeCloseTo(before.probabilities[c], 5);
      });
    }
  });

  it("answers each episode with the same bits alone and among others", () => {
    for (const halting of [fixed(), reinforce()]) {
      const memo = small({ halting });
      const episodes = pairedInference({ units: UNITS, sequences: [3, 3] }).draw(new Random(7), 40);
      const all = memo.answer(episodes);
      for (const b of [0, 17, 39]) {
        const part = (values: Float32Array) =>
          values.subarray((b * values.length) / 40, ((b + 1) * values.length) / 40);
        const { items, cues, candidates, facts } = episodes;
        const alone = { batch: 1, facts, items: part(items), cues: part(cues), candidates: part(candidates) };
        expect(memo.answer(alone)).toEqual([all[b]]);
      }
    }
  });

  it("infers C from A over A-B and B-C in two hops, by one head with weights set by hand", () => {
    const task = orthonormal(3);
    const memo = handSet(task.units, 2);
    const episodes = task.draw(new Random(8), 300);
    const found = memo.answer(episodes);
    found.forEach(({ answer, attention }, b) => {
      expect(answer).toBe(episodes.answers[b]);
      // From an end of a sequence to the other, each hop takes the only fact that leads on.
      if (episodes.distances[b] === 1) return;
      const [first, second] = attention.map((weights) => weights.findIndex((weight) => weight > 0.999));
      const which = (all: Float32Array, row: number) =>
        all.subarray(row * task.units, (row + 1) * task.units).indexOf(1);
      const fact = (f: number) => [0, 1].map((place) => which(episodes.items, (b * episodes.facts + f) * 2 + place));
      const [start, end] = [which(episodes.cues, b), which(episodes.candidates, 2 * b + answer)];
      expect([fact(first)[0], fact(second)]).toEqual([start, [fact(first)[1], end]]);
    });
    // One hop does not reach C.
    const single = handSet(task.units, 1).answer(episodes);
    const wrong = single.filter(({ answer }, b) => answer !== episodes.answers[b]).length;
    expect(wrong).toBeGreaterThan(50);
  });

  it("stores facts, recalls, and forgets", () => {
    const memo = small();
    const { items, cues, candidates, facts } = TASK.draw(new Random(9), 1);
    const rows = (values: Float32Array, first: number, step: number) => {
      const found: number[][] = [];
      for (let at = first * UNITS; at < values.length; at += step * UNITS)
        found.push(Array.from(values.subarray(at, at + UNITS)));
      return found;
    };
    const [left, right] = [rows(items, 0, 2), rows(items, 1, 2)];
    memo
      .store({ left: left.slice(0, 1), right: right.slice(0, 1) })
      .store({ left: left.slice(1), right: right.slice(1) });
    expect(memo.stored).toBe(facts);
    const found = memo.recall(Array.from(cues), rows(candidates, 0, 1));
    expect(found).toEqual(memo.answer({ batch: 1, facts, items, cues, candidates })[0]);
    expect([found.hops, found.attention.length, found.probabilities.length]).toEqual([3, 3, 2]);
    expect(() => memo.store({ left, right: right.slice(1) })).toThrow(`left has ${facts} items but right has`);
    expect(() => memo.store({ left: [[1, 2]], right: [[1, 2]] })).toThrow("left");
    expect(memo.stored).toBe(facts);
    expect(() => memo.recall(left, left)).toThrow("cue has");
    expect(() => memo.forget().recall(left[0], right)).toThrow("there is no fact; store at least one before you ask");
    expect(() => memo.answer({ batch: 1, facts: 1, items: items.subarray(0, 5), cues, candidates })).toThrow(
      "expected items of 6",
    );
    const bad = cues.map(() => Number.NaN);
    expect(() => memo.answer({ batch: 1, facts, items, cues: bad, candidates })).toThrow("entry 0 of cues is NaN");
  });

  it("comes back from a file with the same bits", () => {
    for (const options of [{}, { maps: "free", pairs: "summed", halting: reinforce({ cost: 0.2, policyUnits: 4 }) }]) {
      const memo = small(options);
      const bytes = encodeModel(memo, { kinds: neuralModelKinds });
      const { model } = decodeModel<Memo>(bytes, { kinds: [memoKind] });
      const episodes = TASK.draw(new Random(10), 9);
      expect(model.answer(episodes)).toEqual(memo.answer(episodes));
      expect(model.halting.options).toEqual(memo.halting.options);
    }
  });
});

/** Paired inference on unit vectors, with pairs in the order of the sequence and questions from its first item to its last. */
function orthonormal(length: number) {
  const count = 4 * length;
  const values = new Float32Array(count * count);
  for (let k = 0; k < count; k++) values[k * (count + 1)] = 1;
  const task = pairedInferenceOf({ units: count, values }, { items: length, sequences: [4, 4], direct: 0.2 });
  return {
    units: count,
    draw(random: Random, batch: number) {
      const episodes = task.draw(random, batch);
      const { items, facts, cues } = episodes;
      const turn = (at: number) => {
        const first = items.slice(at, at + count);
        items.copyWithin(at, at + count, at + 2 * count);
        items.set(first, at + count);
      };
      // Turns facts until all begin at the end of their chain that the cue is on, if it is at an end, or where they began.
      for (let b = 0; b < batch; b++) orient(b, episodes, count, turn);
      return { ...episodes, items, facts, cues };
    },
  };
}

/** Turns the facts of an episode so that a walk from the cue goes from first to second items. */
function orient(
  b: number,
  { items, facts, cues }: { items: Float32Array; facts: number; cues: Float32Array },
  units: number,
  turn: (at: number) => void,
): void {
  const which = (from: number, all = items) => all.subarray(from, from + units).indexOf(1);
  let reached = new Set([which(b * units, cues)]);
  for (let round = 0; round < facts; round++) {
    for (let f = 0; f < facts; f++) {
      const at = (b * facts + f) * 2 * units;
      const [first, second] = [which(at), which(at + units)];
      if (reached.has(second) && !reached.has(first)) {
        turn(at);
        reached = new Set([...reached, first]);
      } else if (reached.has(first)) reached = new Set([...reached, second]);
    }
  }
}

/** One head that asks for first items and gets second ones, sharply; what it gets joins the question. */
function handSet(units: number, hops: number): Memo {
  const memo = new Memo(units, { dimension: units, heads: 1, hops });
  const set = (name: string, numbers: ArrayLike<number>) =>
    (leaves(memo.parameters, isParameter).get(name) as Parameter).values.set(numbers);
  const identity = Float32Array.from({ length: units * units }, (_, k) => (k % (units + 1) === 0 ? 1 : 0));
  set("item.weights", identity);
  set("answer", identity);
  // Gains are in parts of sqrt(dimension).
  set("maps.keys", [5, 0]);
  // A cue has the entry sqrt(units - 1) after it is normalised: what is got outweighs what asked for it.
  set("maps.values", [0, 2]);
  set("maps.output", [1 / Math.sqrt(units)]);
  // Below what a fact scores that fits, above what others score.
  set("empty", [2]);
  return memo;
}

describe("halting", () => {
  /** All ways to end: after hop 1, 2, 3 or 4. */
  const HOPS = 4;
  const RIGHT = [0, 1, 0, 1];
  const COST = 0.15;
  const ways = Array.from({ length: HOPS }, (_, end) =>
    Array.from({ length: HOPS - 1 }, (__, hop) => (hop === end ? 1 : 0)),
  );

  it("has a policy gradient whose expectation is the gradient of the expected reward, whatever the baseline", () => {
    const one = (x: number) => constant(x, [1, 1]);
    const program = compile(
      { inputs: [1, HOPS - 1], baselines: [1, HOPS - 1] },
      ({ inputs, baselines }) => {
        const stops = Array.from({ length: HOPS - 1 }, (_, hop) => columns(inputs, hop, hop + 1));
        const values = Array.from({ length: HOPS - 1 }, (_, hop) => detach(columns(baselines, hop, hop + 1)));
        const terms = ways.map((halts, end) => {
          // log p of the way: -softplus(x) for going on, x - softplus(x) for stopping.
          const logs = stops.slice(0, end + 1).map((x, hop) => add(negate(softplus(x)), multiply(x, one(halts[hop]))));
          const p = exp(logs.reduce((a, b) => add(a, b), one(0)));
          const loss = haltingLoss({ stops, values, halts: halts.map(one), right: RIGHT.map(one), cost: COST });
          return {
            expected: multiply(p, RIGHT[end] - COST * (end + 1)),
            policy: multiply(reshape(loss, [1, 1]), detach(p)),
            p,
          };
        });
        const total = (parts: readonly Tensor[]) => sum(parts.reduce((a, b) => add(a, b)));
        const [exact] = gradient(negate(total(terms.map(({ expected }) => expected))), [inputs]);
        const [estimated] = gradient(total(terms.map(({ policy }) => policy)), [inputs]);
        return { exact, estimated, all: total(terms.map(({ p }) => p)) };
      },
      { precision: "double" },
    );
    for (const baselines of [
      [0, 0, 0],
      [0.7, -1, 0.2],
    ]) {
      program.inputs.inputs.set([0.3, -0.8, 0.5]);
      program.inputs.baselines.set(baselines);
      program.run();
      const { exact, estimated, all } = program.results;
      expect(all[0]).toBeCloseTo(1, 12);
      for (let hop = 0; hop < HOPS - 1; hop++) {
        expect(Math.abs(exact[hop])).toBeGreaterThan(0.01);
        expect(estimated[hop]).toBeCloseTo(exact[hop], 12);
      }
    }
  });

  it("moves the baseline to the reward, and by nothing else", () => {
    const one = (x: number) => constant(x, [1, 1]);
    const program = compile(
      { stops: [1, 2], baselines: [1, 2] },
      ({ stops, baselines }) => {
        const at = (x: Tensor) => [0, 1].map((hop) => columns(x, hop, hop + 1));
        const [halts, right] = [[0, 1].map(one), [0, 1, 0].map(one)];
        return gradient(haltingLoss({ stops: at(stops), values: at(baselines), halts, right, cost: COST }), [
          baselines,
        ]);
      },
      { precision: "double" },
    );
    program.inputs.stops.set([0.4, -0.3]);
    program.inputs.baselines.set([0.9, 0.1]);
    program.run();
    // It stops after the second hop with the right answer.
    const reward = 1 - 2 * COST;
    [0.9, 0.1].forEach((value, hop) => {
      expect(program.results[0][hop]).toBeCloseTo(value - reward, 12);
    });
  });

  it("ends each episode once, at the first hop at which it stops or the last", () => {
    const halts = [
      [0, 1, 0],
      [1, 1, 0],
      [0, 1, 0],
    ];
    const program = compile(
      { halts: [3, 3] },
      ({ halts: given }) =>
        endsOf(
          [0, 1, 2].map((hop) => reshape(columns(affine(given, 1), hop, hop + 1), [3, 1])),
          3,
        ).ends,
      { precision: "double" },
    );
    // Row e is an episode.
    program.inputs.halts.set([0, 1, 0].flatMap((_, e) => halts.map((of) => of[e])));
    program.run();
    expect(program.results.map((end) => Array.from(end))).toEqual([
      [0, 1, 0],
      [1, 0, 0],
      [0, 0, 0],
      [0, 0, 1],
    ]);
  });

  it("never stops early at a cost of 0, and does where it has learned to", () => {
    const episodes = TASK.draw(new Random(11), 20);
    const eager = (cost: number) => {
      const memo = small({ halting: reinforce({ cost }) });
      (leaves(memo.parameters, isParameter).get("halting.stop.bias") as Parameter).values.fill(50);
      return memo.answer(episodes).map(({ hops }) => hops);
    };
    expect(new Set(eager(0))).toEqual(new Set([3]));
    expect(new Set(eager(0.1))).toEqual(new Set([1]));
  });

  it("learns to stop after the first hop where no further one helps", async () => {
    const memo = small({ halting: reinforce({ cost: 0.3 }) });
    const hops: number[] = [];
    const task = pairedInference({ units: UNITS, sequences: [2, 2], direct: 1 });
    for await (const { training } of trainBy(memoTraining, memo, task, {
      epochs: 6,
      episodes: 800,
      rate: 0.01,
      seed: 12,
    })) {
      hops.push(training.hops);
    }
    expect(hops[0]).toBeGreaterThan(1.5);
    expect(hops.at(-1)).toBeLessThan(1.2);
  });
});

describe("the training of a MEMO", () => {
  it("infers C from A, of which it has never been told together", { timeout: 120_000 }, async () => {
    const task = pairedInference({ units: 48, sequences: [3, 3] });
    const memo = new Memo(48, { dimension: 48, random: new Random(13) });
    for await (const _ of trainBy(memoTraining, memo, task, { epochs: 5, episodes: 3200, seed: 14, rate: 0.002 }));
    const { accuracy } = scoreMemo(memo, task, { episodes: 400, random: new Random(15) });
    // A tenth is more than six standard errors of 95 % in 200 episodes.
    for (const share of accuracy) expect(share).toBeGreaterThan(0.85);
  });

  it.each([
    ["fixed", {}],
    ["reinforce", { halting: reinforce() }],
  ])("resumes to the same bits: %s", async (_, how) => {
    const train = (memo: Memo, options: object = {}) =>
      trainBy(memoTraining, memo, TASK, { epochs: 3, episodes: 48, batch: 16, seed: 16, ...options });
    const [whole, broken, other] = [small(how), small(how), small({ ...how, random: new Random(99) })];
    for await (const __ of train(whole));
    let resume: TrainingCheckpoint | undefined;
    for await (const report of train(broken, { reportEvery: 1 })) {
      if (report.updates !== 4) continue;
      resume = report.checkpoint();
      break;
    }
    for await (const __ of train(other, { resume }));
    expect(other.parameters).toEqual(whole.parameters);
    await expect(train(small(how), { resume, clip: 2 }).next()).rejects.toThrow("clip");
  });

  it("refuses what it cannot learn from, each in one line", async () => {
    const first = (options: object, task: unknown = TASK) =>
      trainBy(memoTraining, small(), task as never, { epochs: 1, ...options }).next();
    await expect(first({}, pairedInference({ units: 7 }))).rejects.toThrow("items of 7 entries but the model has 6");
    await expect(first({}, [])).rejects.toThrow("data is not a task on pairs");
    await expect(first({ batch: 0 })).rejects.toThrow("batch is 0");
    await expect(first({ episodes: 0 })).rejects.toThrow("episodes is 0");
    expect(() => small({ heads: 0 })).toThrow("heads is 0");
    expect(() => small({ maps: "own" })).toThrow("maps");
    expect(() => reinforce({ cost: -1 })).toThrow("cost is -1");
    expect(() => pairedInference({ items: 2 })).toThrow("items is 2");
    expect(() => scoreMemo(small(), TASK, { episodes: 0, random: new Random(1) })).toThrow("episodes is 0");
  });
});

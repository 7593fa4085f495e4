import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { estimateSeries } from "../../dist/math/index.js";
import { learnLogic, logicNetworks } from "../../dist/memories/index.js";
import { readSetting, writeSetting } from "../../lab/src/landscape/address.js";
import { endsOf } from "../../lab/src/landscape/attractors.js";
import { Ball } from "../../lab/src/landscape/ball.js";
import { changedUnits, withLock, withWeight } from "../../lab/src/landscape/edit.js";
import { hypercube, ladder, ticks } from "../../lab/src/landscape/layout.js";
import { type Analysis, analyse, cancelling } from "../../lab/src/landscape/net.js";
import { occupancy } from "../../lab/src/landscape/occupancy.js";
import { presetNames, unitMeanings } from "../../lab/src/landscape/presets.js";
import { scenes } from "../../lab/src/landscape/scenes.js";
import { LandscapeSession } from "../../lab/src/landscape/session.js";
import { defaultSetting, presetSetting, type Setting, updatesPerSecond } from "../../lab/src/landscape/setting.js";
import { contour, coordinate, GRID, levels, memoryOf, surfaceOf } from "../../lab/src/landscape/surface.js";
import { percent, shown, signsOf, wordFrom } from "../../lab/src/landscape/words.js";
import { Query } from "../../lab/src/query.js";

const words = (states: string) => states.split(" ").map(wordFrom);
const valleysOf = ({ valleys, units }: Analysis) =>
  valleys.map((valley) => [valley.words.map((word) => signsOf(word, units)).join(" "), valley.kind, valley.energy]);

/** What a net does, computed anew by sums. */
function counted({ units: n, weights, thresholds }: Setting) {
  const spin = (word: number, i: number) => ((word >> i) & 1) * 2 - 1;
  let [moves, fixed] = [0, 0];
  for (let word = 0; word < 2 ** n; word++) {
    let isFixed = true;
    for (let i = 0; i < n; i++) {
      let field = -thresholds[i];
      for (let j = 0; j < n; j++) field += weights[i * n + j] * spin(word, j);
      if (spin(word, i) * field < -1e-9) {
        moves++;
        isFixed = false;
      }
    }
    if (isFixed) fixed++;
  }
  return { moves, fixed };
}

describe("the examples", () => {
  test("three units have two valleys and eight moves, none upwards", () => {
    const analysis = analyse(presetSetting("three"));
    expect(analysis.states.map(({ energy }) => energy)).toEqual([1.5, 1.5, 1.5, -2.5, -3.5, 0.5, 0.5, 0.5]);
    expect(valleysOf(analysis)).toEqual([
      ["++−", "other", -2.5],
      ["−−+", "other", -3.5],
    ]);
    expect(analysis.arrows.length).toBe(8);
    expect(analysis.arrows.every(({ probability, rises }) => !rises && probability === 1 / 3)).toBe(true);
    expect(analysis.valleys.map(({ sure }) => sure)).toEqual([2, 4]);
    expect(analysis.hasEnergy).toBe(true);
  });

  test("the flip-flop holds its two states, and blinks when both units are updated at once", () => {
    const analysis = analyse(presetSetting("flipflop"));
    expect(valleysOf(analysis)).toEqual([
      ["+−", "stored", -1],
      ["−+", "stored", -1],
    ]);
    expect(analysis.arrows.map(({ from, to }) => [from, to])).toEqual([
      [0, 1],
      [0, 2],
      [3, 1],
      [3, 2],
    ]);
    expect(Array.from(analysis.shares)).toEqual([0.5, 0.5, 1, 0, 0, 1, 0.5, 0.5]);
    expect(analysis.synchronous.map(({ states, basin }) => [Array.from(states), basin])).toEqual([
      [[0, 3], 2],
      [[1], 1],
      [[2], 1],
    ]);
    const together = analyse({ ...presetSetting("flipflop"), update: "all" });
    expect(valleysOf(together).map(([states, kind]) => [states, kind])).toEqual([
      ["−− ++", "cycle"],
      ["+−", "stored"],
      ["−+", "stored"],
    ]);
    expect(together.valleys[0]).toMatchObject({ sure: 2, share: 0.5, isCycle: true });
  });

  test("OR is stored in four rows, XOR only with a fourth unit, as learning finds them", () => {
    const or = analyse(presetSetting("or"));
    expect(valleysOf(or)).toEqual([
      ["−−−", "stored", -2],
      ["+−+", "stored", -6],
      ["−++", "stored", -6],
      ["+++", "stored", -6],
    ]);
    const xor = analyse(presetSetting("xor"));
    expect(xor).toMatchObject({ storable: "never", lost: words("++-") });
    expect(cancelling(xor.stored, 3)).toBe(2);
    const helped = analyse(presetSetting("helped"));
    expect(helped).toMatchObject({ storable: "holds", lost: [] });
    expect(valleysOf(helped)).toEqual([
      ["++−−", "stored", -6],
      ["−−−+", "stored", -2],
      ["+−++", "stored", -2],
      ["−+++", "stored", -2],
    ]);
    for (const [preset, network, factor] of [
      ["or", logicNetworks.or, 12],
      ["helped", logicNetworks.xor, 2],
    ] as const) {
      const { net } = learnLogic(network);
      const { thresholds, weights, units } = presetSetting(preset);
      const row = new Float64Array(units);
      for (let i = 0; i < units; i++) {
        net.interaction.linear!.row(i, row);
        for (let j = 0; j < units; j++) expect(weights[i * units + j]).toBeCloseTo(factor * row[j], 12);
        expect(thresholds[i]).toBeCloseTo(factor * net.thresholds[i], 12);
      }
    }
  });

  test("two patterns come with their negatives, three with mixtures that are not as deep", () => {
    const two = analyse(presetSetting("two"));
    expect(two.valleys.map(({ kind, energy, sure, share }) => [kind, energy, sure, share])).toEqual(
      ["reversed", "stored", "reversed", "stored"].map((kind) => [kind, -8, 4, 0.25]),
    );
    const { valleys } = analyse(presetSetting("three9"));
    const kinds = valleys.map(({ kind }) => kind);
    expect(["stored", "reversed", "mixture"].map((kind) => kinds.filter((other) => other === kind).length)).toEqual([
      3, 3, 8,
    ]);
    const depths = (kind: string) => valleys.filter((valley) => valley.kind === kind).map(({ energy }) => energy);
    expect(Math.min(...depths("mixture"))).toBeGreaterThan(Math.max(...depths("stored")));
  });

  test("asymmetric weights lead round a cycle, also upwards", () => {
    const analysis = analyse(presetSetting("cycle"));
    expect(valleysOf(analysis)).toEqual([["−−− +−− ++− +++ −++ −−+", "cycle", 0]]);
    expect(analysis.valleys[0]).toMatchObject({ isCycle: true, sure: 8, share: 1 });
    expect(analysis.hasEnergy).toBe(false);
    expect(analysis.arrows.length).toBe(12);
    expect(analysis.arrows.filter(({ rises }) => rises).length).toBe(2);
  });

  test.for(presetNames)(
    "%s has the moves and fixed points that sums give, and an energy if it is symmetric",
    (name) => {
      const setting = presetSetting(name);
      const analysis = analyse(setting);
      const { moves, fixed } = counted(setting);
      expect(analysis.arrows.length).toBe(moves);
      expect(analysis.valleys.filter(({ words: own }) => own.length === 1).length).toBe(fixed);
      if (analysis.hasEnergy) expect(analysis.arrows.some(({ rises }) => rises)).toBe(false);
      const { length } = analysis.valleys;
      for (let word = 0; word < analysis.states.length; word++) {
        const all = analysis.shares.subarray(word * length, (word + 1) * length);
        expect(all.reduce((sum, share) => sum + share)).toBeCloseTo(1, 9);
      }
      expect(unitMeanings[name]?.length ?? setting.units).toBe(setting.units);
    },
  );
});

test("ends of runs are the sets that no move leaves, with the chances of a random walk", () => {
  // 0 <- 1 <-> 2 <-> 3 -> 4 <-> 5: a gambler at 1, 2 or 3.
  const half = (...to: number[]) => to.map((state) => ({ to: state, probability: 0.5 }));
  const { sets, isCycle, shares } = endsOf([[], half(0, 2), half(1, 3), half(2, 4), half(5), half(4)]);
  expect(sets).toEqual([[0], [4, 5]]);
  expect(isCycle).toEqual([true, true]);
  [1, 0.75, 0.5, 0.25, 0, 0].forEach((chance, state) => {
    expect(shares[2 * state]).toBeCloseTo(chance, 6);
    expect(shares[2 * state + 1]).toBeCloseTo(1 - chance, 6);
  });
  expect(endsOf([half(1, 2), half(0), half(0)])).toMatchObject({ sets: [[0, 1, 2]], isCycle: [false] });
});

describe("the ball", () => {
  test("follows its fields one unit at a time, down to a fixed point, the same way for the same seed", () => {
    for (let seed = 0; seed < 20; seed++) {
      const setting = { ...presetSetting("random", seed, 7), seed };
      const analysis = analyse(setting);
      const [ball, same] = [0, 1].map(() => new Ball(analysis, setting));
      for (let k = 0; k < 200 && !ball.isSettled; k++) {
        const { word, next } = ball.standing;
        ball.step();
        same.step();
        const after = ball.standing.word;
        const field = analysis.states[word].fields[next!.unit];
        const wanted = Math.abs(field) < 1e-9 ? word : field > 0 ? word | (1 << next!.unit) : word & ~(1 << next!.unit);
        expect(after).toBe(wanted);
      }
      expect(ball.isSettled).toBe(true);
      expect(analysis.states[ball.standing.word].fixed).toBe(true);
      expect(same.standing).toEqual(ball.standing);
    }
  });

  test("sweeps visit every unit, and synchronous steps follow the successors", () => {
    const setting = presetSetting("cycle");
    const ball = new Ball(analyse(setting), setting);
    ball.step();
    ball.sweep();
    expect(ball.standing.visits).toBe(3);
    const together = { ...setting, update: "all" as const };
    const other = new Ball(analyse(together), together);
    for (let k = 0; k < 6; k++) other.sweep();
    expect(other.standing.path.map((word) => signsOf(word, 3))).toEqual("+++ −++ −−+ −−− +−− ++− +++".split(" "));
    expect(other.standing).toMatchObject({ visits: 18, flips: 6, next: undefined });
  });

  test("at a temperature it is in every state as often as the Boltzmann distribution says", () => {
    const setting = { ...presetSetting("two"), temperature: 2 };
    const analysis = analyse(setting);
    const ball = new Ball(analysis, setting);
    const expected = new Map(occupancy(analysis, ball.counts, 0, 2).map((row) => [row.word, row.expected]));
    const found = Array.from({ length: 40_000 }, () => {
      ball.step();
      return ball.standing.word;
    });
    for (const [word, share] of expected) {
      const { value, standardError } = estimateSeries(Float64Array.from(found, (other) => Number(other === word)));
      expect(Math.abs(value - share)).toBeLessThan(5 * standardError);
      expect(value).toBeCloseTo(ball.counts[word] / found.length, 12);
    }
  });
});

describe("the picture", () => {
  const boxes = [
    { left: 10, top: 20, width: 300, height: 440 },
    { left: 0, top: 0, width: 620, height: 420 },
    { left: 0, top: 0, width: 288, height: 140 },
  ];

  test("has all states in its box, none on another where there are few", () => {
    for (const box of boxes) {
      for (let units = 2; units <= 10; units++) {
        const analysis = analyse(presetSetting("random", 1, units));
        for (const { x, y, radius } of [hypercube(analysis, box), ladder(analysis, box)]) {
          for (let word = 0; word < 2 ** units; word++) {
            expect(x[word]).toBeGreaterThanOrEqual(box.left);
            expect(x[word]).toBeLessThanOrEqual(box.left + box.width);
            expect(y[word]).toBeGreaterThanOrEqual(box.top);
            expect(y[word]).toBeLessThanOrEqual(box.top + box.height);
            for (let other = 0; other < word && units < 5; other++) {
              const distance = Math.hypot(x[word] - x[other], y[word] - y[other]);
              expect(distance).toBeGreaterThan(1.2 * radius);
            }
          }
        }
      }
    }
  });

  test("has lower energies lower, and more units that are on higher", () => {
    const analysis = analyse(presetSetting("helped"));
    const { y, axis } = ladder(analysis, boxes[0]);
    const energies = analysis.states.map(({ energy }) => energy);
    for (let a = 0; a < 16; a++) {
      for (let b = 0; b < 16; b++) if (energies[a] < energies[b]) expect(y[a]).toBeGreaterThan(y[b]);
    }
    expect(axis!.map(({ energy }) => energy)).toEqual([-5, 0, 5, 10]);
    const rows = hypercube(analyse(presetSetting("two")), boxes[0]).y;
    expect(rows[31]).toBeLessThan(rows[15]);
    expect(rows[0]).toBeGreaterThan(rows[1]);
  });

  test("has round numbers on its axis", () => {
    expect(ticks(-3.5, 1.5)).toEqual([-2, 0]);
    expect(ticks(0, 100)).toEqual([0, 50, 100]);
    expect(ticks(2, 2)).toEqual([2]);
  });
});

describe("edits", () => {
  test("keep W symmetric where it is locked", () => {
    const three = presetSetting("three");
    expect(withWeight(three, 0, 2, 4).weights).toEqual([0, 1, 4, 1, 0, -1, 4, -1, 0]);
    expect(withWeight({ ...three, locked: false }, 0, 2, 4).weights).toEqual([0, 1, 4, 1, 0, -1, -1, -1, 0]);
    expect(withLock(presetSetting("cycle"), true)).toEqual({
      locked: true,
      weights: [0, 0.5, -1, 0.5, 0, 0.5, -1, 0.5, 0],
    });
  });

  test("add units without weights and take the last ones away", () => {
    const or = presetSetting("or");
    expect(changedUnits(or, 4)).toMatchObject({
      weights: [0, -2, 3, 0, -2, 0, 3, 0, 3, 3, 0, 0, 0, 0, 0, 0],
      thresholds: [1, 1, -4, 0],
    });
    expect(changedUnits(or, 2)).toMatchObject({ weights: [0, -2, -2, 0], thresholds: [1, 1], stored: [0, 1, 2, 3] });
  });

  test("make a net one's own, with the ball where it stands", () => {
    const session = new LandscapeSession("net=three");
    session.step();
    const { word } = session.standing.value;
    session.weigh(0, 1, -3);
    expect(session.setting.value).toMatchObject({ preset: "own", at: word });
    expect(session.address).toBe(
      `net=own&n=3&w=-3,-1,-1&theta=0,0,-0.5${word === 0 ? "" : `&at=${Array.from({ length: 3 }, (_, i) => (word >> i) & 1).join("")}`}`,
    );
    session.resize(5);
    expect(session.analysis.value.states.length).toBe(32);
    session.preset("flipflop");
    expect(session.address).toBe("net=flipflop");
    session.store([]);
    expect(session.analysis.value.valleys.map(({ kind }) => kind)).toEqual(["other", "other"]);
    expect(session.address).toBe("net=flipflop&store=");
  });
});

describe("the address of a setting", () => {
  const weight = fc.integer({ min: -990, max: 990 }).map((w) => w / 10 + 0);
  const point = fc
    .tuple(fc.integer({ min: -150, max: 150 }), fc.integer({ min: -150, max: 150 }))
    .map(([x, y]) => [x / 100 + 0, y / 100 + 0] as const);
  const common = (units: number) => ({
    stored: fc.uniqueArray(fc.nat(2 ** units - 1), { maxLength: 8 }),
    locked: fc.boolean(),
    view: fc.constantFrom("cube", "ladder", "both", "surface"),
    update: fc.constantFrom("one", "all"),
    temperature: fc.integer({ min: 0, max: 60 }).map((k) => k / 20),
    at: fc.nat(2 ** units - 1),
    seed: fc.maxSafeNat(),
    speed: fc.nat(100),
    surface: fc.record({
      patterns: fc.array(point, { minLength: 1, maxLength: 8 }),
      beta: fc.integer({ min: 2, max: 400 }).map((k) => k / 10),
      starts: fc.array(point, { maxLength: 12 }),
    }),
  });
  const own = fc.integer({ min: 2, max: 10 }).chain((units) =>
    fc.record({
      preset: fc.constant("own"),
      draw: fc.constant(1),
      units: fc.constant(units),
      weights: fc.array(weight, { minLength: units * units, maxLength: units * units }),
      thresholds: fc.array(weight, { minLength: units, maxLength: units }),
      ...common(units),
    }),
  );
  const given = fc
    .tuple(fc.constantFrom(...presetNames), fc.nat(99), fc.integer({ min: 2, max: 10 }))
    .chain(([name, draw, units]) => {
      const setting = name === "random" ? presetSetting(name, draw, units) : presetSetting(name);
      return fc.record(common(setting.units)).map((part) => ({ ...setting, ...part }));
    });

  test("gives the setting back", () => {
    fc.assert(
      fc.property(fc.oneof(own, given) as fc.Arbitrary<Setting>, (setting) => {
        const query = new Query(writeSetting(setting));
        expect(readSetting(query)).toEqual(setting);
        expect(query.unused).toEqual([]);
      }),
    );
  });

  test("is short for what a first visit shows, and for symmetric weights", () => {
    expect(writeSetting(defaultSetting)).toBe("net=three");
    expect(readSetting("")).toEqual(defaultSetting);
    expect(readSetting("net=own&n=3&w=1,2,3").weights).toEqual([0, 1, 2, 1, 0, 3, 2, 3, 0]);
  });

  test.for([
    ["net=nothing", "net=nothing"],
    ["net=own&n=11", "n=11"],
    ["net=own&n=3&w=1,2", "w=1,2"],
    ["net=own&n=3&w=1,,2", "w=1,,2"],
    ["net=own&n=3&theta=1,2", "theta=1,2"],
    ["net=own&n=2&w=1e9", "w=1e9"],
    ["net=flipflop&store=10.1", "store=10.1"],
    ["net=flipflop&store=10.10", "store=10.10"],
    ["net=flipflop&at=102", "at=102"],
    ["net=flipflop&T=-1", "T=-1"],
    ["net=three&x=", "x="],
    ["net=three&x=1:2:3", "x=1:2:3"],
    ["net=three&from=9:9", "from=9:9"],
    ["net=three&beta=0", "beta=0"],
    ["net=three&draw=4", "draw=4"],
    ["net=three&more=1", "more=1"],
  ])("%s is damaged, and says so", ([address, unused]) => {
    const session = new LandscapeSession(address);
    expect(session.unused.value).toEqual([unused]);
    expect(readSetting(session.address)).toEqual(session.setting.value);
  });
});

describe("the surface", () => {
  const setting = { ...defaultSetting.surface, beta: 3 };

  test("is E = -lse(beta, X xi) + |xi|^2 / 2 but for a constant, and retrievals lower it", () => {
    const { energies, trajectories } = surfaceOf(setting);
    const direct = (x: number, y: number) => {
      const sum = setting.patterns.reduce((all, [a, b]) => all + Math.exp(setting.beta * (a * x + b * y)), 0);
      return -Math.log(sum) / setting.beta + (x * x + y * y) / 2;
    };
    const constant = energies[0] - direct(coordinate(0, GRID), coordinate(0, GRID));
    for (let k = 0; k < energies.length; k += 7) {
      const [c, r] = [k % GRID, Math.floor(k / GRID)];
      expect(energies[k]).toBeCloseTo(constant + direct(coordinate(c, GRID), coordinate(r, GRID)), 5);
    }
    const memory = memoryOf(setting);
    for (const { points } of trajectories) {
      expect(points.length).toBeGreaterThan(2);
      for (let k = 1; k < points.length; k++) {
        expect(memory.energy([...points[k]])).toBeLessThan(memory.energy([...points[k - 1]]) + 1e-9);
      }
    }
  });

  test("goes from one average to single patterns", () => {
    const kinds = (beta: number) => surfaceOf({ ...setting, beta }).ends.map(({ kind }) => kind);
    expect(kinds(0.8)).toEqual(["average"]);
    expect(kinds(6).sort()).toEqual(["metastable", "stored", "stored"]);
    expect(kinds(25)).toEqual(["stored", "stored", "stored", "stored"]);
  });

  test("has contours where a value is", () => {
    const size = 21;
    const values = Float64Array.from({ length: size * size }, (_, k) =>
      Math.hypot((k % size) - 10, Math.floor(k / size) - 10),
    );
    const circle = contour(values, size, 6);
    expect(circle.length).toBeGreaterThan(30);
    for (const [x1, y1, x2, y2] of circle) {
      for (const [x, y] of [
        [x1, y1],
        [x2, y2],
      ])
        expect(Math.abs(Math.hypot(x - 10, y - 10) - 6)).toBeLessThan(0.05);
    }
    expect(contour(values, size, 99)).toEqual([]);
    expect(levels({ low: 0, high: 1 }, 2)).toEqual([0.0625, 0.5625]);
  });
});

test.for(scenes)("$title: the headline is as promised, and the address is the page's own", ({ address, promise }) => {
  const session = new LandscapeSession(address);
  expect(session.unused.value).toEqual([]);
  expect(session.address).toBe(address);
  for (let k = 0; k < 200; k++) session.step();
  expect(session.verdict.value.headline).toMatch(promise);
  expect(session.address).toBe(address);
});

test("numbers and speeds in words", () => {
  expect(shown(-0.0001)).toBe("0");
  expect(shown(-2.5)).toBe("−2.5");
  expect([0, 0.004, 0.25, 0.996, 1].map(percent)).toEqual(["0 %", "< 1 %", "25 %", "> 99 %", "100 %"]);
  expect([0, 100].map(updatesPerSecond)).toEqual([0.5, 1000]);
});

import { referenceWorkspace, wasmWorkspace } from "engram/kernels";
import { Random } from "engram/math";
import {
  add,
  affine,
  arrange,
  arrangeBack,
  ascendingOrder,
  checkGradient,
  columns,
  compile,
  concat,
  constant,
  detach,
  divide,
  entry,
  exp,
  gather,
  gradient,
  inverseRoot,
  isTensor,
  largest,
  leaves,
  log,
  logSumExp,
  maxRows,
  mean,
  meanRows,
  multiply,
  negate,
  normalise,
  padColumns,
  product,
  products,
  quadraticForm,
  reciprocal,
  relu,
  reshape,
  roll,
  scatter,
  sigmoid,
  softmax,
  softplus,
  split,
  spread,
  square,
  stack,
  step,
  subtract,
  sum,
  sumRows,
  sumTo,
  swapMiddle,
  symmetric,
  type Tensor,
  tanh,
  trace,
  transpose,
  unitRows,
} from "engram/neural";
import { describe, expect, it } from "vitest";
import { nativeWorkspace } from "../../src/kernels/wasm/workspace.js";
import { nativeTiers } from "../support/native.js";

/** Numbers away from 0, where functions may not be smooth, and above 0 if asked. */
function numbers(count: number, seed: number, positive = false): Float64Array {
  const random = new Random(seed);
  return Float64Array.from({ length: count }, () => {
    const size = 0.3 + 1.4 * random.uniform();
    return positive || random.uniform() < 0.5 ? size : -size;
  });
}

type Case = readonly [name: string, shapes: readonly (readonly number[])[], build: (...inputs: Tensor[]) => unknown];

const positive = new Set(["log", "inverseRoot"]);

const cases: readonly Case[] = [
  ...Object.entries({ exp, tanh, sigmoid, softplus, square, relu, reciprocal, log, inverseRoot, negate }).map(
    ([name, f]): Case => [name, [[2, 3]], f],
  ),
  ["affine", [[2, 3]], (x) => affine(x, 3, 2)],
  ["step", [[2, 3]], (x) => multiply(step(x), x)],
  ["detach", [[2, 3]], (x) => add(square(x), detach(constant(2, [2, 3])))],
  ...[[2, 3], [3], [2, 1], [1]].flatMap((shape): Case[] => [
    [`add ${shape.join(" x ")}`, [[2, 3], shape], add],
    [`subtract ${shape.join(" x ")}`, [[2, 3], shape], subtract],
    [`multiply ${shape.join(" x ")}`, [[2, 3], shape], multiply],
    [`divide ${shape.join(" x ")}`, [[2, 3], shape], divide],
    [`a smaller one less a larger ${shape.join(" x ")}`, [shape, [2, 3]], subtract],
    [`spread ${shape.join(" x ")}`, [shape], (x) => square(spread(x, [2, 3]))],
    [`sumTo ${shape.join(" x ")}`, [[2, 3]], (x) => square(sumTo(x, shape))],
  ]),
  [
    "a row per block",
    [
      [2, 3, 2],
      [2, 1, 2],
    ],
    multiply,
  ],
  ["sums per block", [[2, 3, 2]], (x) => square(sumTo(x, [2, 1, 2]))],
  ["sum", [[2, 3]], (x) => square(sum(x))],
  ["mean", [[2, 3]], (x) => square(mean(x))],
  ["sumRows", [[2, 2, 3]], (x) => square(sumRows(x))],
  ["meanRows", [[2, 2, 3]], (x) => square(meanRows(x))],
  ["softmax", [[3, 4]], softmax],
  ["logSumExp", [[3, 4]], logSumExp],
  ["maxRows", [[3, 4]], (x) => square(maxRows(x))],
  ["largest", [[3, 4]], (x) => multiply(largest(x), square(x))],
  ["normalise", [[3, 4]], (x) => normalise(x)],
  ["unitRows", [[3, 4]], (x) => unitRows(x)],
  [
    "product",
    [
      [2, 3],
      [3, 4],
    ],
    product,
  ],
  [
    "product with more axes",
    [
      [2, 2, 3],
      [3, 4],
    ],
    (a, b) => square(product(a, b)),
  ],
  [
    "products",
    [
      [2, 3, 2],
      [2, 2, 4],
    ],
    (a, b) => square(products(a, b)),
  ],
  [
    "products with a transpose",
    [
      [2, 3, 2],
      [2, 4, 2],
    ],
    (a, b) => square(products(a, transpose(b))),
  ],
  [
    "memory times key",
    [
      [2, 4, 3],
      [2, 3],
    ],
    (a, b) => square(products(a, reshape(b, [2, 3, 1]))),
  ],
  [
    "outer products",
    [
      [2, 4],
      [2, 3],
    ],
    (a, b) => square(products(reshape(a, [2, 4, 1]), reshape(b, [2, 1, 3]))),
  ],
  ["transpose", [[2, 3]], (a) => product(transpose(a), a)],
  ["symmetric", [[2, 3, 3]], (x) => square(symmetric(x))],
  [
    "quadraticForm",
    [
      [2, 4, 3],
      [2, 3, 3],
    ],
    (x, w) => square(quadraticForm(x, symmetric(w))),
  ],
  ["columns", [[2, 5]], (x) => square(columns(x, 1, 4))],
  ["padColumns", [[2, 2]], (x) => square(padColumns(x, 5, 2))],
  ["split", [[2, 5]], (x) => split(x, [2, 3]).map(square)],
  [
    "concat",
    [
      [2, 2],
      [2, 3],
    ],
    (a, b) => square(concat([a, b, a])),
  ],
  [
    "stack and entry",
    [
      [2, 2],
      [2, 2],
    ],
    (a, b) => multiply(entry(stack([a, b]), 1), a),
  ],
  ["roll", [[2, 5]], (x) => multiply(roll(x, 2), roll(x, -1))],
  // Their derivatives are added in place.
  ["columns that overlap", [[2, 4]], (x) => multiply(columns(x, 1, 4), columns(x, 0, 3))],
  ["an entry that is read twice", [[3, 2]], (x) => multiply(entry(x, 1), tanh(entry(x, 1)))],
  ["swapMiddle", [[2, 3, 2, 2]], (x) => multiply(swapMiddle(swapMiddle(x)), x)],
  ["gather", [[4, 3]], (x) => square(gather(x, constant([1, 3, 1], [3])))],
  [
    "arrange and arrangeBack",
    [
      [2, 3],
      [2, 3],
    ],
    (x, y) => {
      const order = ascendingOrder(y);
      return multiply(arrange(x, order), square(arrangeBack(y, order)));
    },
  ],
  ["scatter", [[3, 3]], (x) => square(scatter(x, constant([1, 3, 1], [3]), 5))],
];

function check([name, shapes, build]: Case, order: 1 | 2) {
  const inputs = shapes.map((shape, k) => {
    return numbers(
      shape.reduce((a, b) => a * b, 1),
      7 + k,
      positive.has(name),
    );
  });
  return checkGradient(shapes, inputs as never, (tensors) => build(...(tensors as unknown as Tensor[])), { order });
}

describe("operations", () => {
  // With steps of 1e-3 the error of the differences is about 1e-12 of the fifth derivative, and that of rounding 1e-13 of the value.
  it.each(cases)("%s has the gradient of differences, and the second derivatives", (...each) => {
    expect(check(each, 1).largest).toBeLessThan(1e-9);
    expect(check(each, 2).largest).toBeLessThan(1e-9);
  });

  it.each(cases)("%s gives the same bits operation by operation, in lists, and on every backend", (...each) => {
    const [name, shapes, build] = each;
    const makers = [referenceWorkspace, wasmWorkspace, ...nativeTiers.map(nativeWorkspace)];
    const [expected, ...others] = makers.map((workspace) => {
      const program = compile(
        shapes,
        (inputs) => {
          const own = inputs as unknown as Tensor[];
          const results = [...leaves(build(...own), isTensor).values()] as Tensor[];
          return {
            results,
            slopes: gradient(
              results.map(sum).reduce((a, b) => add(a, b)),
              own,
            ),
          };
        },
        { workspace },
      );
      const given = program.inputs as unknown as Float32Array[];
      given.forEach((array, k) => {
        array.set(numbers(array.length, 7 + k, positive.has(name)));
      });
      const { results, slopes } = program.results;
      const copied = () => [...results, ...slopes].map((array) => array.slice());
      program.run();
      const once = copied();
      program.run();
      const again = copied();
      program.firstNotFinite();
      expect([again, copied()]).toEqual([once, once]);
      program.dispose();
      return once;
    });
    for (const other of others) expect(other).toEqual(expected);
  });

  it("finds a wrong gradient", () => {
    const wrong = (x: Tensor) => add(square(x), detach(square(x)));
    expect(checkGradient({ x: [2] }, { x: [1, 2] }, ({ x }) => wrong(x)).largest).toBeGreaterThan(0.4);
  });

  it("softmax gives zeros where nothing is allowed, and ignores what is not", () => {
    const minus = Number.NEGATIVE_INFINITY;
    const program = compile({ x: [2, 3] }, ({ x }) => ({ p: softmax(x), e: logSumExp(x) }), { precision: "double" });
    program.inputs.x.set([0, minus, Math.log(3), minus, minus, minus]);
    program.run();
    expect(Array.from(program.results.p, (p) => Math.round(p * 1e12) / 1e12)).toEqual([0.25, 0, 0.75, 0, 0, 0]);
    expect(program.results.e[1]).toBe(minus);
  });

  it("refuses shapes that do not fit, by name", () => {
    const x = constant(1, [2, 3]);
    expect(() => add(x, constant(1, [2]))).toThrow("a tensor of the shape 2 does not spread over 2 x 3");
    expect(() => product(x, x)).toThrow("2 x 3 and 2 x 3 cannot be multiplied");
    expect(() => reshape(x, [5])).toThrow("2 x 3 cannot become 5");
    expect(() => gradient(x, [x])).toThrow("a gradient is taken of one number");
    expect(() => constant([1, 2], [3])).toThrow("2 numbers; expected 3");
    expect(() => columns(x, 2, 5)).toThrow("columns 2 to 5");
  });
});

describe("a program", () => {
  it("adds cotangents that are shared without changing them", () => {
    // The cotangent of the sum goes to both of its inputs, of which one is used again.
    const shared: Case = [
      "shared",
      [[2, 3]],
      (a) => {
        const [s, t] = [add(a, a), add(exp(a), a)];
        const u = add(s, t);
        return [multiply(add(u, s), add(t, u)), u];
      },
    ];
    expect(check(shared, 1).largest).toBeLessThan(1e-9);
    expect(check(shared, 2).largest).toBeLessThan(1e-9);
  });

  it("does not overwrite what another input still reads", () => {
    const hazards: Case[] = [
      ["a row of itself", [[3, 3]], (a) => ((b) => multiply(b, entry(b, 0)))(exp(a))],
      [
        "its own product",
        [
          [3, 3],
          [3, 3],
        ],
        (a, w) => ((b) => add(b, product(b, w)))(tanh(a)),
      ],
      ["the product of a transpose", [[3, 3]], (a) => ((b) => add(b, product(transpose(b), b)))(tanh(a))],
      ["a view of itself", [[2, 3]], (a) => ((b) => subtract(b, reshape(detach(b), [2, 3])))(exp(a))],
    ];
    for (const [name, shapes, build] of hazards) {
      const inputs = shapes.map((shape, k) =>
        numbers(
          shape.reduce((x, y) => x * y, 1),
          3 + k,
        ),
      );
      const run = (keep: boolean) => {
        const kept: Tensor[] = [];
        const program = compile(
          shapes,
          (tensors) => {
            const result = build(...(tensors as unknown as Tensor[])) as Tensor;
            // What is a result of the program is never overwritten.
            if (keep) kept.push(...ancestorsOf(result));
            return { result, kept };
          },
          { precision: "double" },
        );
        inputs.forEach((values, k) => {
          (program.inputs as unknown as Float64Array[])[k].set(values);
        });
        program.run();
        return Array.from(program.results.result as unknown as Float64Array);
      };
      expect(run(false), name).toEqual(run(true));
    }
  });

  it("gives the same with and without memory that is shared, for graphs at random", () => {
    for (let seed = 0; seed < 60; seed++) {
      const run = (keep: boolean) => {
        const random = new Random(seed);
        const program = compile(
          { x: [3, 3], w: [3, 3] },
          ({ x, w }) => {
            const pool: Tensor[] = [x, w];
            const pick = () => pool[Math.floor(random.uniform() * pool.length)];
            for (let k = 0; k < 14; k++) pool.push(randomOperation(random, pick));
            const y = sum(pool.slice(-3).reduce((a, b) => add(a, b)));
            const slopes = gradient(y, [x, w]);
            return { y, slopes, kept: keep ? slopes.flatMap(ancestorsOf) : [] };
          },
          { precision: "double" },
        );
        program.inputs.x.set(numbers(9, seed));
        program.inputs.w.set(numbers(9, seed + 1000).map((v) => v / 3));
        program.run();
        return [program.results.y, ...program.results.slopes].map((values) => Array.from(values));
      };
      expect(run(false), `seed ${seed}`).toEqual(run(true));
    }
  });

  it("shares memory between tensors that are not needed at the same time", () => {
    const deep = (steps: number) =>
      trace({ x: [64] }, ({ x }) => {
        let y = x;
        for (let k = 0; k < steps; k++) y = tanh(affine(y, 2, 1));
        return { y };
      }).plan.length;
    expect(deep(100)).toBe(deep(1));
  });

  it("has room for inputs on which nothing depends", () => {
    const program = compile({ x: [64], unused: [1000] }, ({ x }) => ({ y: tanh(x) }));
    program.inputs.unused.fill(1);
    program.inputs.x.fill(0.5);
    program.run();
    expect(program.results.y[63]).toBeCloseTo(Math.tanh(0.5), 6);
    program.dispose();
  });

  it("leaves out what no result depends on, and computes what is traced once once", () => {
    const { plan } = trace({ x: [4, 4] }, ({ x }) => {
      exp(x);
      return { a: product(x, transpose(x)), b: product(square(x), transpose(x)) };
    });
    expect(plan.calls.map(({ result }) => result.operation?.name)).toEqual([
      "transpose",
      "product",
      "multiply",
      "product",
    ]);
  });

  it("runs again with other numbers, and says which operation is first not finite", () => {
    const program = compile({ x: [2] }, ({ x }) => ({ y: sum(log(subtract(x, 1))) }), { precision: "double" });
    program.inputs.x.set([2, 3]);
    program.run();
    expect(program.results.y[0]).toBeCloseTo(Math.log(2), 14);
    expect(program.firstNotFinite()).toBeUndefined();
    program.inputs.x.set([2, 0]);
    program.run();
    expect(program.firstNotFinite()).toEqual({ operation: "log", at: 1 });
  });

  it("has gradients of 0 for inputs that do not count", () => {
    const program = compile({ x: [2], y: [2] }, ({ x, y }) => gradient(sum(square(x)), [x, y]), {
      precision: "double",
    });
    program.inputs.x.set([1, 2]);
    program.run();
    expect(program.results.map((values) => Array.from(values))).toEqual([
      [2, 4],
      [0, 0],
    ]);
  });
});

function ancestorsOf(tensor: Tensor): Tensor[] {
  const found = new Set([tensor]);
  for (const each of found) for (const input of each.operation?.inputs ?? []) found.add(input);
  return [...found];
}

function randomOperation(random: Random, pick: () => Tensor): Tensor {
  const [a, b] = [pick(), pick()];
  const operations = [
    () => add(a, b),
    () => multiply(a, b),
    () => subtract(a, b),
    () => tanh(a),
    () => sigmoid(a),
    () => product(tanh(a), b),
    () => product(transpose(a), tanh(b)),
    () => multiply(a, entry(b, 1)),
    () => softmax(a),
    () => roll(a, 1),
    () => add(a, product(tanh(b), tanh(a))),
    () => reshape(reshape(a, [9]), [3, 3]),
  ];
  return operations[Math.floor(random.uniform() * operations.length)]();
}

describe("the order of a row", () => {
  it("ascends, equal numbers in the order of their places, and is undone", () => {
    const program = compile(
      { x: [2, 4] },
      ({ x }) => {
        const order = ascendingOrder(x);
        return { order, sorted: arrange(x, order), back: arrangeBack(arrange(x, order), order) };
      },
      { precision: "double" },
    );
    program.inputs.x.set([3, 1, 2, 1, 0, 0, -1, 5]);
    program.run();
    expect(Array.from(program.results.order)).toEqual([1, 3, 2, 0, 2, 0, 1, 3]);
    expect(Array.from(program.results.sorted)).toEqual([1, 1, 2, 3, -1, 0, 0, 5]);
    expect(Array.from(program.results.back)).toEqual([3, 1, 2, 1, 0, 0, -1, 5]);
  });
});

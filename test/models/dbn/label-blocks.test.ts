import { expect, it } from "vitest";
import { type MakeWorkspace, referenceWorkspace, wasmWorkspace } from "../../../src/kernels/index.js";
import { Random } from "../../../src/math/random.js";
import { DeepBeliefNet, labelProbabilities } from "../../../src/models/index.js";
import { binary, softmax } from "../../../src/units/index.js";
import { normals } from "../../units/layers.js";

const random = new Random(1);
const WIDTH = 9;
const net = DeepBeliefNet.ofLayers([binary(WIDTH), binary(6), binary(5)], { labels: softmax(1, 3) });
for (const { weights, visible, hidden } of net.rbms) {
  weights.values.set(normals(weights.values.length, random));
  visible.parameters.set(normals(visible.parameters.length, random));
  hidden.parameters.set(normals(hidden.parameters.length, random));
}
const VALUES = Float64Array.from({ length: 300 * WIDTH }, () => random.uniform());
const dataOf = (from: number, to: number) => ({
  rows: to - from,
  columns: WIDTH,
  values: VALUES.subarray(from * WIDTH, to * WIDTH),
});

const one = Array.from({ length: 300 }, (_, r) => Array.from(labelProbabilities(net, dataOf(r, r + 1)).values));

it.each([1, 127, 128, 129, 200, 256, 257, 300])(
  "label probabilities of %i rows at once are those of the rows one by one",
  (count) => {
    const { rows, columns, values } = labelProbabilities(net, dataOf(0, count));
    expect([rows, columns]).toEqual([count, 3]);
    expect(Array.from(values)).toEqual(one.slice(0, count).flat());
    // Another first row, so that every row lies at another place of its block.
    const shifted = labelProbabilities(net, dataOf(300 - count, 300));
    expect(Array.from(shifted.values)).toEqual(one.slice(300 - count).flat());
  },
);

it.each([
  ["reference", referenceWorkspace],
  ["wasm", wasmWorkspace],
] as const)("no rows are worked out but those that are asked for: %s", (_, make) => {
  const counted = (count: number): number => {
    let rows = 0;
    const workspace: MakeWorkspace = (bytes) => {
      const room = make(bytes);
      return new Proxy(room, {
        get(target, name) {
          const member: unknown = Reflect.get(target, name, target);
          if (typeof member !== "function") return member;
          return (...given: unknown[]) => {
            if (name === "product") rows += (given[0] as { readonly rows: number }).rows;
            return Reflect.apply(member, target, given) as unknown;
          };
        },
      });
    };
    labelProbabilities(net, dataOf(0, count), { workspace });
    return rows;
  };
  for (const count of [128, 129, 200, 300]) expect(counted(count)).toBe(count * counted(1));
});

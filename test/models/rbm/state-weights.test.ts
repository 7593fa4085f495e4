import { describe, expect, it } from "vitest";
import { binary, Random, Rbm, spin } from "../../../src/index.js";
import { eachState, eachStateWeight, setStateNumber } from "../../../src/models/rbm/state-weights.js";
import { LAYERS, TYPES } from "../../units/layers.js";
import { FINITE, machine, pairs } from "../rbm-machines.js";

/** The weights of all states of a layer, in either way. */
function bothWays(rbm: Rbm, layer: "visible" | "hidden", beta: number): [number[], number[]] {
  const [one, other]: [number[], number[]] = [[], []];
  eachState(rbm, layer, beta, (_, __, logWeight) => one.push(logWeight));
  eachStateWeight(rbm, layer, beta, (logWeight) => other.push(logWeight));
  return [one, other];
}

describe("weights of all states", () => {
  it.each(pairs(FINITE, TYPES))("of %s units beside %s units, with and without their states", (a, b) => {
    const random = new Random(1);
    const [own, other] = [LAYERS[a](4, random), LAYERS[b](3, random)];
    for (const layer of ["visible", "hidden"] as const) {
      const rbm = layer === "visible" ? machine(own, other, random, 1) : machine(other, own, random, 1);
      const [one, two] = bothWays(rbm, layer, 0.8);
      expect(one).toHaveLength(own.states ** 4);
      one.forEach((logWeight, m) => {
        expect(two[m]).toBeCloseTo(logWeight, 11);
      });
    }
  });

  it.each([
    ["fields whose product overflows", 8],
    ["fields that overflow alone", 800],
  ])("with %s", (_, bias) => {
    const random = new Random(2);
    for (const hidden of [binary(301, { bias }), spin(301, { bias })]) {
      const [one, two] = bothWays(machine(binary(5), hidden, random, 1), "visible", 1);
      one.forEach((logWeight, m) => {
        expect(Math.abs(two[m] - logWeight)).toBeLessThan(1e-13 * logWeight);
      });
    }
  });

  it.each(FINITE)("%s units: states are numbered in the order of the walk", (type) => {
    const random = new Random(3);
    const rbm = new Rbm({ visible: LAYERS[type](4, random), hidden: binary(1) });
    const row = new Float64Array(rbm.visible.width);
    let number = 0;
    eachState(rbm, "visible", 1, (state) => {
      setStateNumber(rbm.visible, number, row);
      expect(row).toEqual(state);
      number++;
    });
    expect(number).toBe(rbm.visible.states ** 4);
  });
});

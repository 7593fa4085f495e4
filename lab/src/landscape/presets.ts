import { toMatrix } from "engram/interactions";
import { referenceKernels } from "engram/kernels";
import { hebb } from "engram/learning";
import { Random } from "engram/math";
import { type LogicNetwork, logicNetworks } from "engram/memories";
import type { PatternSet } from "engram/patterns";
import { setOf, wordFrom, wordsOf } from "./words.js";

/** A net worth seeing. */
export interface Preset {
  /** w_ij row by row. */
  readonly weights: readonly number[];
  readonly thresholds: readonly number[];
  /** The states that shall be stable, as words. */
  readonly stored: readonly number[];
  /** Where the ball starts. */
  readonly at: number;
  /** Whether w_ij = w_ji is kept when weights are changed; it is by default. */
  readonly locked?: boolean;
}

export const presetTitles = {
  three: "Three units",
  flipflop: "Flip-flop",
  or: "OR",
  xor: "XOR fails",
  helped: "XOR with a helper",
  two: "Two patterns",
  three9: "Three patterns",
  cycle: "Asymmetric: a cycle",
  random: "Random weights",
} as const;

export type PresetName = keyof typeof presetTitles;
export const presetNames = Object.keys(presetTitles) as PresetName[];

/** What the units of a preset mean, where they mean something. */
export const unitMeanings: Partial<Record<PresetName, readonly string[]>> = {
  flipflop: logicNetworks.flipFlop.units,
  or: logicNetworks.or.units,
  xor: logicNetworks.xorOfThree.units,
  helped: logicNetworks.xor.units,
};

/** What `learnLogic` finds for OR, times 12: whole numbers. */
const OR = { weights: [0, -2, 3, -2, 0, 3, 3, 3, 0], thresholds: [1, 1, -4] };

/** The net of a preset. `draw` and `units` are those of random weights. */
export function presetNamed(name: PresetName, draw: number, units = 6): Preset {
  switch (name) {
    case "three":
      // The net whose state graph the lectures on Rojas 1996 draw: units 1 and 2 support each other, both inhibit unit 3.
      return net([0, 1, -1, 1, 0, -1, -1, -1, 0], [0, 0, -0.5], [], "+--");
    case "flipflop":
      return logic(logicNetworks.flipFlop, [0, -1, -1, 0], [0, 0], "++");
    case "or":
      return logic(logicNetworks.or, OR.weights, OR.thresholds, "++-");
    case "xor":
      // The weights of OR: three of the four rows are stable, and no weights do better.
      return logic(logicNetworks.xorOfThree, OR.weights, OR.thresholds, "++-");
    case "helped":
      // What `learnLogic` finds, times 2.
      return logic(logicNetworks.xor, [0, -1, 1, -2, -1, 0, 1, -2, 1, 1, 0, 2, -2, -2, 2, 0], [-1, -1, 1, 0], "+++-");
    case "two":
      return hebbian(["++++-", "+--++"], "+-++-");
    case "three9":
      return hebbian(["+++-+++-+", "-+++--+++", "-+-++-+--"], "+-+-+---+");
    case "cycle":
      // Unit 2 follows unit 1, unit 3 follows unit 2, and unit 1 opposes unit 3.
      return { ...net([0, 0, -2, 1, 0, 0, 0, 1, 0], [0, 0, 0], [], "+++"), locked: false };
    case "random":
      return random(draw, units);
  }
}

function net(weights: readonly number[], thresholds: readonly number[], stored: readonly number[], at: string): Preset {
  return { weights, thresholds, stored, at: wordFrom(at) };
}

function logic(
  { states }: LogicNetwork,
  weights: readonly number[],
  thresholds: readonly number[],
  at: string,
): Preset {
  return net(weights, thresholds, wordsOf(states), at);
}

function hebbian(patterns: readonly string[], at: string): Preset {
  const set = setOf(patterns.map(wordFrom), at.length);
  return net(hebbWeights(set), new Array(at.length).fill(0), wordsOf(set), at);
}

/** Hebb's rule without its factor 1/n: whole numbers. */
export function hebbWeights(patterns: PatternSet): number[] {
  const { interaction } = hebb().learn(patterns, referenceKernels);
  return Array.from(toMatrix(interaction), (w) => Math.round(w * patterns.units));
}

/** Normal weights, symmetric, to one decimal. */
function random(draw: number, n: number): Preset {
  const source = new Random(draw);
  const weights = new Array<number>(n * n).fill(0);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      weights[i * n + j] = Math.round(10 * source.normal()) / 10 + 0;
      weights[j * n + i] = weights[i * n + j];
    }
  }
  return { weights, thresholds: new Array(n).fill(0), stored: [], at: source.integer(2 ** n) };
}

import { glyphs } from "../../src/data/index.js";
import { philox4x32, Random } from "../../src/math/random.js";
import { flip, flipExactly, occlude, randomPatterns } from "../../src/patterns/index.js";
import { binary, gaussian, joined, relu, softmax, spin } from "../../src/units/index.js";
import { LAYERS, normals } from "../units/layers.js";
import type { Scenarios } from "./scenario.js";

const many = (draw: () => number, count = 200) => Float64Array.from({ length: count }, draw);

/** Numbers, patterns and units that are drawn. */
export const streams: Scenarios = {
  "block cipher": () => {
    const out = new Uint32Array(4);
    philox4x32(1, 2, 3, 4, 5, 6, out);
    return out;
  },
  "random numbers": () => {
    const random = new Random(12345);
    return [
      Uint32Array.from(random.key),
      many(() => random.word()),
      many(() => random.uniform()),
      many(() => random.integer(7)),
      many(() => random.normal()),
      many(() => random.logistic()),
      many(() => Number(random.bernoulli(0.3))),
      random.permutation(Uint32Array.from({ length: 50 }, (_, k) => k)),
      random.sample(9, 60),
      random.skip(1000).uniform(),
    ];
  },
  "forked streams": () => {
    const random = new Random(2 ** 40 + 3);
    return [0, 1, 2 ** 32 - 1].map((k) => [
      Uint32Array.from(random.fork(k).key),
      many(() => random.fork(k).fork(2).uniform(), 4),
    ]);
  },
  "random patterns and damage": () => {
    const patterns = randomPatterns(5, 77, new Random(1));
    return [
      patterns.bits.words,
      flip(patterns, 0.2, new Random(2)).bits.words,
      flipExactly(patterns, 9, new Random(3)).bits.words,
      occlude(glyphs("ENGRAM"), { top: 2, left: 1, height: 3, width: 4 }, "noise", new Random(4)).bits.words,
    ];
  },
  "units, drawn": () => {
    const random = new Random(6);
    const layers = [
      LAYERS.binary(7, random),
      LAYERS.spin(7, random),
      LAYERS.gaussian(7, random),
      LAYERS.softmax(4, random),
      LAYERS.relu(7, random),
      joined(LAYERS.binary(3, random), LAYERS.softmax(2, random)),
    ];
    return layers.map((units) => {
      const rows = 5;
      const inputs = normals(rows * units.width, random);
      const out = () => new Float64Array(rows * units.width);
      const own = Array.from({ length: rows }, (_, r) => new Random(7).fork(r));
      return [
        units.sample(inputs, 1.2, own, out()),
        units.mean(inputs, 1.2, out()),
        units.variance(inputs, 1.2, out()),
        units.cumulant(inputs, 1.2, new Float64Array(rows)),
      ];
    });
  },
  "units, fitted": () => {
    const layers = [binary(3), spin(3), gaussian(3), relu(3), softmax(1, 3)];
    return layers.map((units) => {
      units.fitTo({ rows: 10, means: Float64Array.of(0.2, 0.3, 0.5), variances: Float64Array.of(0.1, 0.2, 0.3) }, 1);
      return units.parameters;
    });
  },
};

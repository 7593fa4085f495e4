import { describe, expect, it } from "vitest";
import { DenseCouplings, quadratic, toMatrix } from "../../src/interactions/index.js";
import { referenceKernels } from "../../src/kernels/index.js";
import { hebb, projection } from "../../src/learning/index.js";
import { Random } from "../../src/math/random.js";
import { randomPatterns } from "../support/random-patterns.js";

describe("couplings kept as patterns", () => {
  it.each([
    ["hebb", hebb()],
    ["hebb with self-coupling", hebb({ selfCoupling: true })],
    ["projection", projection({ selfCoupling: true })],
    ["projection without self-coupling", projection()],
  ])("%s: fields and energies are those of the matrix", (_, rule) => {
    const { interaction } = rule.learn(randomPatterns(6, 45, new Random(1)), referenceKernels);
    const W = toMatrix(interaction);
    const states = randomPatterns(4, 45, new Random(2));
    const fields = new Float64Array(4 * 45);
    interaction.fields(states.bits, fields);
    const energies = interaction.energies(states.bits);
    for (let r = 0; r < 4; r++) {
      const s = states.spins(r);
      let sum = 0;
      for (let i = 0; i < 45; i++) {
        const h = s.reduce((total, spin, j) => total + W[i * 45 + j] * spin, 0);
        expect(Math.abs(fields[r * 45 + i] - h)).toBeLessThan(1e-12);
        sum += s[i] * h;
      }
      expect(Math.abs(-2 * energies[r] - sum)).toBeLessThan(1e-11);
    }
  });

  it("can be disposed of and used again", () => {
    const { interaction } = hebb().learn(randomPatterns(3, 20, new Random(1)), referenceKernels);
    expect(interaction.linear?.parts.kind).toBe("patterns");
    const before = interaction.energies(randomPatterns(1, 20, new Random(2)).bits);
    interaction.dispose();
    expect(interaction.energies(randomPatterns(1, 20, new Random(2)).bits)).toEqual(before);
  });
});

describe("DenseCouplings", () => {
  it("multiplies by its matrix, row into unit, and need not be symmetric", () => {
    const couplings = new DenseCouplings([0, 1, -2, 0.5, 0, 3, 4, -1, 0], 3);
    const fields = new Float64Array(3);
    couplings.fields({ rows: 1, columns: 3, stride: 4, words: Uint32Array.of(0b101, 0, 0, 0) }, fields);
    expect([...fields]).toEqual([-3, 3.5, 5]);
    expect([...toMatrix(quadratic(couplings))]).toEqual([0, 1, -2, 0.5, 0, 3, 4, -1, 0]);
  });

  it.each([
    [[1, 2, 3], 2, "weights has 3 entries; 2 units need 2 x 2"],
    [[1, 2, Number.NaN, 4], 2, "weights[1][0] is NaN; expected a finite number"],
    [[1, Number.POSITIVE_INFINITY, 3, 4], 2, "weights[0][1] is Infinity; expected a finite number"],
    [[1e308, 1e308, 1, 1], 2, "the values add up to Infinity; expected a finite sum"],
    [[], 0, "units is 0; expected a whole number of at least 1"],
  ])("refuses %j for %i units", (weights, units, message) => {
    expect(() => new DenseCouplings(weights, units)).toThrow(message);
  });
});

import { describe, expect, it } from "vitest";
import { stabilities } from "../../src/analysis/index.js";
import { Bam, Hopfield, projection, Random } from "../../src/index.js";
import { warningMessage } from "../../src/warnings.js";

const WALSH = [
  [1, 1, 1, 1],
  [1, 1, -1, -1],
  [1, -1, 1, -1],
  [1, -1, -1, 1],
];

describe("a memory whose couplings are all 0", () => {
  it("is said to hold nothing: projection without self-coupling of as many patterns as units", () => {
    const rule = projection({ selfCoupling: false });
    const { warnings, warning, minStability, stabilities: each } = new Hopfield(4, { rule }).store(WALSH).inspect();
    expect(warnings[0]).toEqual({ code: "holds-nothing", rule: "projection", items: "patterns", stored: 4 });
    expect(warning).toBe(warnings[0]);
    expect(warningMessage(warnings[0])).toMatch(/every state stays as it is and nothing is recalled; store fewer/);
    // toBe tells 0 from -0.
    for (const kappa of [minStability, ...each]) expect(kappa).toBe(0);
    const three = new Hopfield(4, { rule }).store(WALSH.slice(0, 3)).inspect();
    expect(three.warnings.map(({ code }) => code)).not.toContain("holds-nothing");
    expect(new Hopfield(4, { rule }).inspect()).toMatchObject({ warnings: [] });
  });

  it("is said to hold nothing whatever its thresholds are", () => {
    const thresholds = [0.5, -0.5, 1, -1];
    const memory = new Hopfield(4, { rule: projection({ selfCoupling: false }), thresholds }).store(WALSH);
    expect(memory.inspect().warnings[0]?.code).toBe("holds-nothing");
  });

  it("is said to hold nothing: a BAM of contradictory pairs", () => {
    const left = [
      [1, -1, 1],
      [1, -1, 1],
    ];
    const contradictory = new Bam(3, 2).store({
      left,
      right: [
        [1, -1],
        [-1, 1],
      ],
    });
    const { warnings, minStability } = contradictory.inspect();
    expect(warnings[0]).toEqual({ code: "holds-nothing", rule: "correlation", items: "pairs", stored: 2 });
    expect(minStability).toBe(0);
    const agreeing = new Bam(3, 2).store({
      left,
      right: [
        [1, -1],
        [1, -1],
      ],
    });
    expect(agreeing.inspect().warnings.map(({ code }) => code)).not.toContain("holds-nothing");
  });

  it("has energies and stabilities of 0, without a sign", () => {
    const memory = new Hopfield(4, { rule: projection({ selfCoupling: false }) }).store(WALSH);
    const { energy, cueEnergy } = memory.recall([1, 1, 1, -1], { random: new Random(1) });
    const { values, least } = stabilities(memory, WALSH);
    for (const zero of [energy, cueEnergy, memory.energy([1, -1, -1, -1]), least, ...values]) expect(zero).toBe(0);
    const sides = [
      [1, -1, 1],
      [1, -1, 1],
    ];
    const bam = new Bam(3, 2).store({
      left: sides,
      right: [
        [1, -1],
        [-1, 1],
      ],
    });
    for (let k = 0; k < 32; k++) {
      const state = Array.from({ length: 5 }, (_, i) => ((k >> i) % 2 === 0 ? 1 : -1));
      expect(bam.energy({ left: state.slice(0, 3), right: state.slice(3) })).toBe(0);
    }
  });
});

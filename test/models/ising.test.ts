import { describe, expect, it } from "vitest";
import {
  HopfieldNet,
  hebb,
  IsingLattice,
  IsingModel,
  metropolis,
  PatternSet,
  quadratic,
  Random,
  squareLattice,
} from "../../src/index.js";
import { DenseCouplings } from "../../src/interactions/index.js";
import { referenceKernels } from "../../src/kernels/index.js";
import { bitMatrix } from "../../src/math/index.js";
import { criticalTemperature, latticeEnergy, spontaneousMagnetisation } from "../../src/models/index.js";
import { randomPatterns } from "../support/random-patterns.js";

/** Exact means over all states of an L x L lattice, by enumeration: a spin is a bit of the state's number. */
function exactMeans(size: number, temperature: number, field = 0) {
  const n = size * size;
  const right = Array.from({ length: n }, (_, k) => k - (k % size) + ((k + 1) % size));
  const below = Array.from({ length: n }, (_, k) => (k + size) % n);
  const sums = { Z: 0, energy: 0, magnetisation: 0, squaredMagnetisation: 0, fourth: 0 };
  for (let word = 0; word < 2 ** n; word++) {
    let bonds = 0;
    let m = 0;
    for (let k = 0; k < n; k++) {
      const spin = ((word >> k) & 1) * 2 - 1;
      bonds += spin * ((((word >> right[k]) & 1) + ((word >> below[k]) & 1)) * 2 - 2);
      m += spin;
    }
    const energy = -bonds - field * m;
    const weight = Math.exp(-(energy + (2 + field) * n) / temperature);
    sums.Z += weight;
    sums.energy += (weight * energy) / n;
    sums.magnetisation += (weight * Math.abs(m)) / n;
    sums.squaredMagnetisation += weight * (m / n) ** 2;
    sums.fourth += weight * (m / n) ** 4;
  }
  const of = (sum: number) => sum / sums.Z;
  return {
    energy: of(sums.energy),
    magnetisation: of(sums.magnetisation),
    squaredMagnetisation: of(sums.squaredMagnetisation),
    binder: 1 - of(sums.fourth) / (3 * of(sums.squaredMagnetisation) ** 2),
  };
}

describe("IsingLattice", () => {
  it("has an energy of 0 without a sign", () => {
    const lattice = new IsingLattice(4, { temperature: 10, random: new Random(2), algorithm: "glauber" });
    let zeros = 0;
    for (let k = 0; k < 200; k++) {
      const { energy } = lattice.sweep();
      if (energy !== 0) continue;
      expect(energy).toBe(0);
      zeros++;
    }
    expect(zeros).toBeGreaterThan(0);
  });

  it.each<[size: number, temperature: number, field: number, algorithm: "metropolis" | "glauber"]>([
    [3, 2.5, 0, "metropolis"],
    [3, 2.5, 0, "glauber"],
    [3, 3, 0.3, "metropolis"],
    [3, 3, 0.3, "glauber"],
    [4, 2.269, 0, "metropolis"],
    [4, 2.269, 0, "glauber"],
    [4, 4, 0, "metropolis"],
  ])(
    "%i spins a side at T = %s, H = %s, %s: the means are those of exact enumeration",
    (size, temperature, field, algorithm) => {
      const exact = exactMeans(size, temperature, field);
      const lattice = new IsingLattice(size, { temperature, field, algorithm, random: new Random(11) });
      const measured = lattice.measure({ sweeps: 30_000 });
      expect(measured.warning).toBeUndefined();
      for (const name of ["energy", "magnetisation", "squaredMagnetisation", "binder"] as const) {
        const { value, standardError } = measured[name];
        // Five standard errors: 28 comparisons, each wrong once in a million.
        expect(Math.abs(value - exact[name]), name).toBeLessThan(5 * standardError);
        expect(standardError, name).toBeLessThan(0.02);
      }
    },
  );

  it.each([1.8, 2.1])("at T = %s has the magnetisation of Yang and the energy of Onsager", (temperature) => {
    const { magnetisation, energy } = new IsingLattice(48, { temperature, random: new Random(5) }).measure({
      sweeps: 1500,
    });
    expect(Math.abs(magnetisation.value - spontaneousMagnetisation(temperature))).toBeLessThan(
      5 * magnetisation.standardError,
    );
    expect(Math.abs(energy.value - latticeEnergy(temperature))).toBeLessThan(5 * energy.standardError);
    expect(magnetisation.standardError).toBeLessThan(0.003);
  });

  it("orders below the critical temperature and not above it, as Binder's cumulant says", () => {
    const at = (temperature: number, size: number) =>
      new IsingLattice(size, { temperature, random: new Random(size) }).measure({ sweeps: 3000 }).binder;
    const within = (binder: { value: number; standardError: number }, low: number, high: number) => {
      expect(binder.value + 5 * binder.standardError).toBeGreaterThan(low);
      expect(binder.value - 5 * binder.standardError).toBeLessThan(high);
    };
    // 2/3 far below; falls with the size above. At T_c, where all sizes meet, 0.6107 (Kamieniarz and Bloete 1993).
    within(at(1.5, 8), 0.666, 2 / 3);
    const [small, large] = [at(3, 4), at(3, 12)];
    expect(small.value - large.value).toBeGreaterThan(5 * Math.hypot(small.standardError, large.standardError));
    within(at(criticalTemperature, 8), 0.6, 0.62);
  });

  it("keeps energy and magnetisation up to date, as the model and its Hopfield net say", () => {
    const lattice = new IsingLattice(7, {
      temperature: 3,
      field: 0.25,
      interaction: 0.5,
      random: new Random(2),
      start: "random",
    });
    const model = lattice.model();
    const net = model.toNet();
    for (let round = 0; round < 20; round++) {
      lattice.sweep();
      const spins = lattice.spins();
      expect(lattice.energy).toBeCloseTo(model.energy(spins), 10);
      expect(net.energy(spins)).toBeCloseTo(model.energy(spins), 10);
      expect(lattice.magnetisation).toBe(model.magnetisation(spins));
    }
  });

  it("draws the same from the same seed, however the sweeps are cut", () => {
    const make = () => new IsingLattice(9, { temperature: 2.3, random: new Random(4) });
    expect(make().sweep(3).sweep(4).spins()).toEqual(make().sweep(7).spins());
  });

  it.each([
    ["0 sweeps", 0, 0],
    ["5 sweeps", 5, 5],
    ["a tenth of the measured sweeps, rounded up, by default", undefined, 2],
  ])("measures after every sweep that follows a warm-up of %s", (_, warmup, before) => {
    const make = () => new IsingLattice(6, { temperature: 2.5, random: new Random(4) });
    const sweeps = 16;
    const lattice = make();
    const { energy, magnetisation } = lattice.measure({ sweeps, warmup });
    expect(lattice.spins()).toEqual(
      make()
        .sweep(before + sweeps)
        .spins(),
    );
    const expected = make().sweep(before);
    const sums = { energy: 0, magnetisation: 0 };
    for (let t = 0; t < sweeps; t++) {
      expected.sweep();
      sums.energy += expected.energy / 36;
      sums.magnetisation += Math.abs(expected.magnetisation);
    }
    expect(energy.value).toBeCloseTo(sums.energy / sweeps, 14);
    expect(magnetisation.value).toBeCloseTo(sums.magnetisation / sweeps, 14);
  });

  it("warns of runs that are too short for their correlations", () => {
    const critical = new IsingLattice(32, { temperature: criticalTemperature, random: new Random(1) });
    expect(critical.measure({ sweeps: 64 }).warning).toMatchObject({ code: "too-few-sweeps", sweeps: 64 });
  });

  it.each<[string, () => unknown, string]>([
    [
      "a negative temperature",
      () => new IsingLattice(4, { temperature: -1, random: new Random(1) }),
      "temperature is -1; expected a finite number above 0",
    ],
    [
      "temperature 0",
      () => new IsingLattice(4, { temperature: 0, random: new Random(1) }),
      "temperature is 0; expected a finite number above 0",
    ],
    ["NaN", () => new IsingLattice(4, { temperature: Number.NaN, random: new Random(1) }), "temperature is NaN"],
    [
      "a lattice of 2",
      () => new IsingLattice(2, { temperature: 1, random: new Random(1) }),
      "size is 2; expected a whole number from 3 to 4096",
    ],
    [
      "no generator",
      () => new IsingLattice(4, { temperature: 1 } as never),
      "random is missing; a lattice at a temperature needs a generator",
    ],
    [
      "an unknown algorithm",
      () => new IsingLattice(4, { temperature: 1, random: new Random(1), algorithm: "wolff" as never }),
      'algorithm is "wolff"; expected "metropolis" or "glauber"',
    ],
    [
      "a field that is not finite",
      () => new IsingLattice(4, { temperature: 1, random: new Random(1), field: Number.NaN }),
      "field is NaN; expected a finite number",
    ],
    [
      "an interaction whose energies overflow",
      () => new IsingLattice(4, { temperature: 1, random: new Random(1), interaction: 1e308 }),
      "the magnitudes of interactions and fields add up to Infinity; expected at most 2^900: make them smaller",
    ],
    [
      "a field whose energies overflow",
      () => new IsingLattice(4, { temperature: 1, random: new Random(1), field: -1e270 }),
      "the magnitudes of interactions and fields add up to 1.6e+271; expected at most 2^900: make them smaller",
    ],
    [
      "to measure energies whose squares overflow",
      () =>
        new IsingLattice(4, { temperature: 1e200, random: new Random(1), interaction: 1e200 }).measure({ sweeps: 64 }),
      "standard error of the energy is Infinity; expected a finite number",
    ],
    [
      "no sweeps",
      () => new IsingLattice(4, { temperature: 1, random: new Random(1) }).measure({ sweeps: 3 }),
      "sweeps is 3; expected a whole number of at least 16",
    ],
  ])("refuses %s", (_, act, message) => {
    expect(act).toThrow(message);
  });
});

describe("IsingModel", () => {
  const random = new Random(9);
  const bonds = Array.from({ length: 6 }, (_, j) =>
    Array.from({ length: j }, (_, i) => [j, i, random.normal()] as const),
  ).flat();
  const model = new IsingModel(6, bonds, { field: Array.from({ length: 6 }, () => random.normal()) });
  const states = Array.from(
    { length: 64 },
    (_, word) => new PatternSet(bitMatrix(1, 6, Uint32Array.of(word, 0, 0, 0))),
  );

  it("has the energy -sum J_ij s_i s_j - sum H_i s_i", () => {
    for (const state of states) {
      const s = state.spins(0);
      let expected = 0;
      for (const [i, j, interaction] of bonds) expected -= interaction * s[i] * s[j];
      for (let i = 0; i < 6; i++) expected -= model.field[i] * s[i];
      expect(model.energy(state)).toBeCloseTo(expected, 13);
    }
  });

  it("is a Hopfield net, there and back, with the same energies", () => {
    const net = model.toNet();
    const back = IsingModel.fromNet(net);
    expect(back.bonds.map(([i, j]) => [i, j])).toEqual(
      [...model.bonds].sort(([a, b], [c, d]) => a - c || b - d).map(([i, j]) => [i, j]),
    );
    for (const state of states) {
      expect(net.energy(state)).toBeCloseTo(model.energy(state), 12);
      expect(back.energy(state)).toBeCloseTo(model.energy(state), 12);
    }
  });

  it("of a net with self-couplings has them in its constant", () => {
    const W = [
      [2, -1, 0.5],
      [-1, -3, 0],
      [0.5, 0, 1],
    ];
    const net = new HopfieldNet(W, [0.1, -0.2, 0.3]);
    const ising = IsingModel.fromNet(net);
    expect(ising.constant).toBe(0);
    expect(ising.bonds).toEqual([
      [0, 1, -1],
      [0, 2, 0.5],
    ]);
    const shifted = IsingModel.fromNet(new HopfieldNet(quadratic(new DenseCouplings([4, 1, 1, 0], 2))));
    expect(shifted.constant).toBe(-2);
    for (const state of [
      [1, 1],
      [1, -1],
      [-1, -1],
    ]) {
      expect(shifted.energy(state)).toBe(
        new HopfieldNet([
          [4, 1],
          [1, 0],
        ]).energy(state),
      );
    }
    for (let word = 0; word < 8; word++) {
      const state = new PatternSet(bitMatrix(1, 3, Uint32Array.of(word, 0, 0, 0)));
      expect(ising.energy(state)).toBeCloseTo(net.energy(state), 14);
    }
  });

  it("of a memory: its energies are those of the patterns' net", () => {
    const { interaction } = hebb().learn(randomPatterns(3, 20, new Random(1)), referenceKernels);
    const net = new HopfieldNet(interaction);
    const ising = IsingModel.fromNet(net);
    const probe = randomPatterns(5, 20, new Random(2));
    for (let r = 0; r < 5; r++) expect(ising.energy(probe.select([r]))).toBeCloseTo(net.energy(probe.select([r])), 12);
  });

  it("as a net is sampled by the dynamics: the energy of a 3 x 3 lattice", () => {
    const net = squareLattice(3).toNet();
    const { energy } = exactMeans(3, 4);
    const chains = 600;
    let sum = 0;
    let squares = 0;
    for (let chain = 0; chain < chains; chain++) {
      const run = net.run(new Int8Array(9).fill(1), {
        dynamics: metropolis({ beta: 1 / 4, sweeps: 15 }),
        random: new Random(7).fork(chain),
      });
      sum += run.energy / 9;
      squares += (run.energy / 9) ** 2;
    }
    const mean = sum / chains;
    const error = Math.sqrt((squares / chains - mean * mean) / chains);
    expect(Math.abs(mean - energy)).toBeLessThan(5 * error);
  });

  it.each<[string, () => unknown, string]>([
    [
      "a bond of a spin with itself",
      () => new IsingModel(2, [[1, 1, 1]]),
      "bonds[0] joins spin 1 to itself; expected two spins",
    ],
    [
      "a bond of a spin that is not there",
      () => new IsingModel(2, [[0, 2, 1]]),
      "bonds[0][1] is 2; expected a whole number from 0 to 1",
    ],
    [
      "an interaction that is not finite",
      () => new IsingModel(2, [[0, 1, Number.NaN]]),
      "bonds[0][2] is NaN; expected a finite number",
    ],
    [
      "a field that does not fit",
      () => new IsingModel(2, [], { field: [1] }),
      "field has 1 values but the network has 2 units",
    ],
    [
      "a net that is not symmetric",
      () =>
        IsingModel.fromNet(
          new HopfieldNet([
            [0, 1],
            [-1, 0],
          ]),
        ),
      "couplings are not symmetric: W[0][1] is 1 but W[1][0] is -1; an Ising model needs W_ij = W_ji",
    ],
    ["a lattice of 2", () => squareLattice(2), "size is 2; expected a whole number from 3 to 4096"],
  ])("refuses %s", (_, act, message) => {
    expect(act).toThrow(message);
  });
});

describe("the exact solutions", () => {
  it("have the published values", () => {
    expect(criticalTemperature).toBeCloseTo(2 / Math.log(1 + Math.SQRT2), 14);
    expect(spontaneousMagnetisation(2)).toBeCloseTo(0.911319, 6);
    expect(spontaneousMagnetisation(criticalTemperature)).toBe(0);
    expect(spontaneousMagnetisation(3)).toBe(0);
    expect(latticeEnergy(criticalTemperature)).toBeCloseTo(-Math.SQRT2, 6);
    expect(latticeEnergy(0.1)).toBeCloseTo(-2, 12);
    // High temperatures: -2 tanh(1/T) to the third order in 1/T.
    expect(latticeEnergy(100)).toBeCloseTo(-2 * Math.tanh(0.01) - 4 * 0.01 ** 3, 8);
    expect(() => latticeEnergy(-1)).toThrow("temperature is -1; expected a finite number above 0");
    expect(() => spontaneousMagnetisation(Number.NaN)).toThrow("temperature is NaN");
  });

  it("are the derivative of Onsager's free energy", () => {
    // -beta f = log 2 + 1/(2 pi^2) integral over 0..pi squared of log(cosh^2 2K - sinh 2K (cos a + cos b)), by midpoints.
    const pressure = (K: number) => {
      const m = 200;
      let sum = 0;
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < m; j++) {
          const cosines = Math.cos(((i + 0.5) * Math.PI) / m) + Math.cos(((j + 0.5) * Math.PI) / m);
          sum += Math.log(Math.cosh(2 * K) ** 2 - Math.sinh(2 * K) * cosines);
        }
      }
      return Math.log(2) + sum / (2 * m * m);
    };
    for (const temperature of [1.5, 2, 3, 5]) {
      const K = 1 / temperature;
      const slope = (pressure(K + 1e-4) - pressure(K - 1e-4)) / 2e-4;
      expect(latticeEnergy(temperature)).toBeCloseTo(-slope, 6);
    }
  });
});

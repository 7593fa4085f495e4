import { glauber, metropolis } from "../../src/dynamics/index.js";
import { Random } from "../../src/math/random.js";
import { IsingLattice, IsingModel, squareLattice } from "../../src/models/index.js";
import { evidenceOf } from "./recalls.js";
import { cross, type Scenarios } from "./scenario.js";

/** Spins that interact, on a lattice and on any graph. */
export const ising: Scenarios = {
  ...cross(
    { metropolis: "metropolis", glauber: "glauber" } as const,
    { "from up": "up", "from random": "random" } as const,
    (algorithm, start) => {
      const lattice = new IsingLattice(10, {
        temperature: 2.4,
        interaction: 1,
        field: 0.1,
        algorithm,
        start,
        random: new Random(1),
      });
      const { energy, magnetisation, squaredMagnetisation, binder } = lattice.measure({ sweeps: 128, warmup: 10 });
      return [
        lattice.sweep(3).spins(),
        lattice.energy,
        lattice.magnetisation,
        [energy, magnetisation, squaredMagnetisation].map(({ value, standardError }) => [value, standardError]),
        binder.value,
        binder.standardError,
      ];
    },
  ),
  "model as a net": () => {
    const models = [
      squareLattice(6, { interaction: 0.7, field: 0.2 }),
      new IsingModel(
        4,
        [
          [0, 1, 0.3],
          [1, 2, -0.7],
          [0, 3, 1.1],
        ],
        { field: [0.1, -0.2, 0.3, 0], constant: 0.5 },
      ),
    ];
    return models.map((model) => {
      const state = Int8Array.from({ length: model.spins }, (_, i) => (i % 3 === 0 ? 1 : -1));
      const back = IsingModel.fromNet(model.toNet());
      const runs = [glauber({ beta: 0.4, sweeps: 20 }), metropolis({ beta: 0.4, sweeps: 20 })].map((dynamics) =>
        evidenceOf(model.toNet().run(state, { dynamics, random: new Random(2), trace: true })),
      );
      return [model.energy(state), model.magnetisation(state), back.bonds, back.field, runs];
    });
  },
};

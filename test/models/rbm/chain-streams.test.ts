import { describe, expect, it } from "vitest";
import { Random } from "../../../src/index.js";
import { referenceWorkspace, wasmWorkspace } from "../../../src/kernels/index.js";
import { ChainStreams } from "../../../src/layers/index.js";
import { WorkspaceChains } from "../../../src/models/index.js";
import { LAYERS, TYPES } from "../../units/layers.js";
import { machine } from "../rbm-machines.js";

/** Generators whose keys differ in the high word only. */
const SEEDS = [5, 5 + 2 ** 32, 5 + 3 * 2 ** 32];

describe("streams of chains", () => {
  it("have both words of the generator's key", () => {
    for (const seed of SEEDS) {
      const random = new Random(seed);
      const streams = new ChainStreams(referenceWorkspace(2 ** 12), random, 3);
      expect([...streams.key]).toEqual([...random.key]);
      const drawn = streams.at(7, 3).map((stream) => stream.uniform());
      expect(drawn).toEqual([0, 1, 2].map((r) => random.fork(7).fork(r).uniform()));
    }
  });

  it.each(TYPES)("whose keys differ in the high word only draw other %s units", (type) => {
    for (const workspace of [referenceWorkspace, wasmWorkspace]) {
      const source = new Random(1);
      const rbm = machine(LAYERS[type](20, source), LAYERS.binary(6, source), source);
      const drawn = SEEDS.map((seed) => {
        const chains = new WorkspaceChains(rbm, { random: new Random(seed), count: 4, workspace });
        // The first states are drawn from the visible units' biases alone.
        const first = chains.states();
        const later = chains.advance(2).states();
        chains.dispose();
        return [first, later];
      });
      for (const at of [0, 1]) {
        expect(new Set(drawn.map((states) => states[at].join())).size).toBe(SEEDS.length);
      }
    }
  });
});

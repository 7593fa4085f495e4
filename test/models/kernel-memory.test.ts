import { describe, expect, it } from "vitest";
import {
  asynchronous,
  Bam,
  flip,
  glauber,
  Hopfield,
  hebb,
  metropolis,
  projection,
  Random,
  randomPatterns,
  SequenceMemory,
  storkey,
  synchronous,
} from "../../src/index.js";
import { WasmKernels } from "../../src/kernels/wasm/index.js";

const patterns = randomPatterns(4, 70, new Random(1));
const cue = flip(patterns.select([2]), 0.2, new Random(2));

/** Bytes of the kernels' memory in use after each of 100 calls. No finalizer runs in between: nothing is awaited. */
function bytesInUse(kernels: WasmKernels, call: () => unknown): number[] {
  return Array.from({ length: 100 }, () => {
    call();
    return kernels.bytes;
  });
}

describe("the memory of the kernels does not grow, whether or not the collector comes by,", () => {
  it.each([hebb(), projection(), projection({ selfCoupling: true })])(
    "with patterns that $name stores and forgets again",
    (rule) => {
      const kernels = new WasmKernels();
      const memory = new Hopfield(70, { rule, kernels }).store(patterns);
      const recall = () => memory.recall(cue, { dynamics: asynchronous({ order: "fixed" }) });
      recall();
      const before = kernels.bytes;
      expect(before).toBeGreaterThan(0);
      const again = () => {
        memory.forget([2, 3]).store(patterns.select([2, 3]));
        recall();
      };
      expect(new Set(bytesInUse(kernels, again))).toEqual(new Set([before]));
    },
  );

  it("with patterns that a rule with a matrix stores and forgets again", () => {
    const kernels = new WasmKernels();
    const memory = new Hopfield(70, { rule: storkey(), kernels }).store(patterns);
    const before = kernels.bytes;
    const again = () => memory.forget(3).store(patterns.select([3]));
    expect(new Set(bytesInUse(kernels, again))).toEqual(new Set([before]));
  });

  it.each([asynchronous(), synchronous(), glauber({ beta: 2, sweeps: 3 }), metropolis({ beta: 2, sweeps: 3 })])(
    "with recalls by $name dynamics",
    (dynamics) => {
      const kernels = new WasmKernels();
      const memory = new Hopfield(70, { kernels }).store(patterns);
      const recall = () => memory.recall(cue, { dynamics, random: new Random(3) });
      recall();
      const before = kernels.bytes;
      expect(new Set(bytesInUse(kernels, recall))).toEqual(new Set([before]));
    },
  );

  it("with pairs that are stored and forgotten again, and recalls of them", () => {
    const kernels = new WasmKernels();
    const memory = new Bam(70, 70, { kernels }).store({ left: patterns, right: patterns });
    const recall = () => memory.recall({ left: cue }, { random: new Random(3) });
    recall();
    const before = kernels.bytes;
    expect(before).toBeGreaterThan(0);
    const again = () => {
      memory.forget(3).store({ left: patterns.select([0]), right: patterns.select([1]) });
      recall();
    };
    expect(new Set(bytesInUse(kernels, again))).toEqual(new Set([before]));
  });

  it("with replays of a sequence", () => {
    const kernels = new WasmKernels();
    const memory = new SequenceMemory(70, { kernels }).store(patterns);
    const replay = () => memory.recall(cue, { sweeps: 2, random: new Random(3) });
    replay();
    const before = kernels.bytes;
    expect(new Set(bytesInUse(kernels, replay))).toEqual(new Set([before]));
  });
});

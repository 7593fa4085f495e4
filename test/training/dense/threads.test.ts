import { DenseClassifier, Random, train } from "engram";
import { wasmWorkspace } from "engram/kernels";
import { workspaceThreads } from "engram/node";
import { describe, expect, it } from "vitest";

describe("a dense classifier on several threads ends with the bits of one", () => {
  const random = new Random(4);
  const [rows, pixels, memories] = [120, 300, 250];
  const images = Float32Array.from({ length: rows * pixels }, () => 2 * random.uniform() - 1);
  const labels = Array.from({ length: rows }, () => random.integer(5));

  it.each([
    ["direct", 3],
    ["direct", 30],
    ["dual", 2],
  ] as const)("%s form, power %i", async (form, power) => {
    const learned = async (workspace: typeof wasmWorkspace) => {
      const setting = { pixels, memories, classes: 5, power, form, temperature: 60, mean: 0, deviation: 0.3 };
      const classifier = DenseClassifier.random({ ...setting, random: new Random(1) });
      for await (const _ of train(classifier, images, { labels, epochs: 2, batch: 50, workspace }));
      return [classifier.memories.values, classifier.gaps({ rows, columns: pixels, values: images }, { workspace })];
    };
    const expected = await learned(wasmWorkspace);
    for (const threads of [2, 3]) {
      const crew = await workspaceThreads(threads);
      try {
        expect(await learned(crew.makeWorkspace)).toEqual(expected);
      } finally {
        await crew.dispose();
      }
    }
  });
});

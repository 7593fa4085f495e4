import { experimentById, order, runTask } from "engram/experiments";
import { expect, test } from "vitest";
import { fakeImages } from "./fake-images.js";
import { keptInMemory, stopAfter } from "./kept-in-memory.js";

const parameters = {
  train: 200,
  test: 100,
  validation: 50,
  hidden: [12, 10, 14],
  batch: { greedy: 20, fineTuning: 20 },
  epochs: { lower: 2, top: 3 },
  fineTuning: { epochs: 3, rate: 0.1, patience: 2 },
  pictures: { each: 2, steps: 5 },
};
const work = { ...order(experimentById("dbn/mnist"), { setting: "quick", seed: 4 }), parameters };

test.each([
  ["in a lower RBM", 0, 1],
  ["in the top one", 0, 6],
  ["while it is fine-tuned", 1, 8],
])("a deep belief net on MNIST, stopped %s, goes on from there and gives the same part", async (_, task, last) => {
  const whole = await runTask(work, task, { images: fakeImages });
  const kept = keptInMemory();
  const stopped = runTask(work, task, { images: fakeImages, kept, ...stopAfter(last) });
  await expect(stopped).rejects.toThrow(/abort/i);
  expect(kept.files.size).toBe(1);
  let again = 0;
  const rest = await runTask(work, task, { images: fakeImages, kept, progress: () => void again++ });
  expect(rest).toEqual(whole);
  expect(again).toBeLessThan(task === 0 ? 7 : 10);
});

import { experimentById, order, runTask } from "engram/experiments";
import { describe, expect, test } from "vitest";
import { fakeImages } from "./fake-images.js";
import { keptInMemory } from "./kept-in-memory.js";

const small = {
  "rbm/mnist-500": {
    train: 60,
    test: 20,
    epochs: 6,
    steps: 1,
    batch: 30,
    rate: 0.05,
    draws: 2,
    annealing: { chains: 4, temperatures: 10, steps: 2 },
    curve: { every: 2, digits: 10, chains: 2, temperatures: 5 },
  },
  "rbm/features": {
    train: 200,
    test: 100,
    features: [{ kind: "RBM", size: 16 }],
    rbm: { epochs: 6, rate: 0.1, batch: 20 },
    regression: { l2: 1e-3, iterations: 30 },
    fineTuning: { epochs: 1, rate: 0.1, dropout: 0 },
  },
};

describe.each(Object.entries(small))("%s", (id, parameters) => {
  const work = { ...order(experimentById(id), { setting: "quick", seed: 4 }), parameters };

  test("stopped in the midst of a training, a task goes on from there and gives the same part", async () => {
    const whole = await runTask(work, 0, { images: fakeImages });
    const kept = keptInMemory();
    const stop = new AbortController();
    const parts: number[] = [];
    const progress = (part: number) => {
      parts.push(part);
      if (parts.length === 4) stop.abort();
    };
    const stopped = runTask(work, 0, { images: fakeImages, kept, progress, signal: stop.signal });
    await expect(stopped).rejects.toThrow(/abort/i);
    expect([...kept.files.keys()]).toEqual(["training"]);
    const later: number[] = [];
    const again = await runTask(work, 0, { images: fakeImages, kept, progress: (part) => later.push(part) });
    expect(again).toEqual(whole);
    // Three epochs were kept, the fourth was stopped before it was.
    expect(later[0]).toBeGreaterThan(parts[2]);
    expect(later).toEqual([...later].sort((a, b) => a - b));
    expect(later.every((part) => part > 0 && part <= 1)).toBe(true);
  });

  test("what was put aside is what is used", async () => {
    const kept = keptInMemory();
    await runTask(work, 0, { images: fakeImages, kept });
    const other = { ...work, seed: 5 };
    await expect(runTask(other, 0, { images: fakeImages, kept })).rejects.toThrow(/the checkpoint has seed/);
  });
});

import { join } from "node:path";
import { expect, test } from "vitest";
import { earlierRates, keepTraining, keptTraining } from "../../src/cli/train/training-file.js";
import { runTraining, type TrainingTask } from "../../src/cli/train/training-run.js";
import { DivergenceError } from "../../src/errors.js";
import type { TrainingCheckpoint } from "../../src/training/index.js";
import type { Warning } from "../../src/warnings.js";
import { temporaryFolder } from "../support/folder.js";

const checkpointOf = (rate: string): TrainingCheckpoint => ({
  arrays: new Map([["weights", Float32Array.of(Number(rate))]]),
  metadata: { kind: "rbm training 1", settings: { rate } },
});

test("a checkpoint that a diverging training puts back says of earlier rates what it said before", async () => {
  const file = join(temporaryFolder(), "m.checkpoint.safetensors");
  const earlier = [{ epochs: 2, rate: "0.1" }];
  await keepTraining(file, checkpointOf("0.05"), { epochs: 6, done: 4, init: "normal", leastError: 1, earlier });
  const resumed = (await keptTraining(file))!;
  const between: unknown[] = [];
  const task: TrainingTask = {
    options: { out: "m.safetensors", every: 0, threads: 1 },
    file,
    resumed,
    rate: "0.5",
    asked: { epochs: 6, init: "normal", earlier: earlierRates(resumed, 0.5) },
    log: { seconds: 0, warnings: [], clear: () => undefined, print: () => undefined },
    async *steps() {
      const warnings: Warning[] = [{ code: "divergence", error: 2, best: 1 }];
      const step = {
        epochs: 4.5,
        entry: undefined,
        warnings,
        checkpoint: () => checkpointOf("0.5"),
        show: () => undefined,
      };
      yield step;
      between.push(await keptTraining(file));
      throw new DivergenceError("weights are no longer finite", { epoch: 5, rate: 0.5 });
    },
    save: async () => undefined,
  };
  await expect(runTraining(task, [])).rejects.toThrow("holds the training after 4 epochs");
  // The diverging one was there for a while, and knew until when the rate was another.
  const until4 = [...earlier, { epochs: 4, rate: "0.05" }];
  expect(between).toMatchObject([{ rate: "0.5", run: { done: 4.5, earlier: until4 } }]);
  const kept = await keptTraining(file);
  expect(kept).toMatchObject({ rate: "0.05", run: { epochs: 6, done: 4, earlier } });
  expect(kept?.checkpoint.arrays).toEqual(resumed.checkpoint.arrays);
  expect(earlierRates(kept, 0.01)).toEqual(until4);
});

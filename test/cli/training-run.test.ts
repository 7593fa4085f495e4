import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { earlierRates, keepTraining, keptTraining } from "../../src/cli/train/training-file.js";
import { runTraining, type TrainingTask } from "../../src/cli/train/training-run.js";
import { DivergenceError, FileError } from "../../src/errors.js";
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

describe("a training whose checkpoint cannot be written", () => {
  /** A training of three steps, whose checkpoint lies in a folder that is not there before the second. */
  async function runWith(options: { keep: boolean; mendAt: number; save?: () => Promise<void> }) {
    const folder = temporaryFolder();
    const file = join(folder, "gone/m.checkpoint.safetensors");
    const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    const saved: number[] = [];
    const task: TrainingTask = {
      options: { out: "m.safetensors", every: 0, threads: 1, ...(options.keep && { keepCheckpoint: true }) },
      file,
      resumed: undefined,
      rate: "0.1",
      asked: { epochs: 3, init: "normal" },
      log: { seconds: 0, warnings: [], clear: () => undefined, print: () => undefined },
      async *steps() {
        for (let epochs = 1; epochs <= 3; epochs++) {
          if (epochs === options.mendAt) mkdirSync(join(folder, "gone"));
          yield {
            epochs,
            entry: undefined,
            warnings: [],
            checkpoint: () => checkpointOf("0.1"),
            show: () => undefined,
          };
        }
      },
      save: async (epochs) => {
        await options.save?.();
        saved.push(epochs);
      },
    };
    const outcome = await runTraining(task, []).then(
      ({ epochs }) => epochs,
      (error: Error) => error.message.replaceAll(folder, ""),
    );
    const warnings = stderr.mock.calls.map(([text]) => String(text).replaceAll(folder, ""));
    stderr.mockRestore();
    return { outcome, saved, warnings, kept: await keptTraining(file) };
  }

  const reason = "/gone/m.checkpoint.safetensors cannot be written: its folder does not exist; make it first";
  const warning = `warning: ${reason}. The training goes on, and tries again every 0 s\n`;

  test("goes on, warns once, and writes it when it can", async () => {
    const { outcome, saved, warnings, kept } = await runWith({ keep: true, mendAt: 3 });
    expect([outcome, saved, kept?.run.done]).toEqual([3, [3], 3]);
    expect(warnings).toEqual([warning]);
  });

  test("writes the model nevertheless, and fails if the checkpoint was wanted", async () => {
    const { outcome, saved, warnings } = await runWith({ keep: true, mendAt: 9 });
    expect([outcome, saved]).toEqual([`${reason}; m.safetensors contains the model`, [3]]);
    expect(warnings).toEqual([warning]);
    expect(await runWith({ keep: false, mendAt: 9 })).toMatchObject({ outcome: 3, saved: [3] });
  });

  test("says so if the model cannot be written either, else how to get the model", async () => {
    const save = () => Promise.reject(new FileError("m.safetensors cannot be written: the disk is full", full));
    expect(await runWith({ keep: false, mendAt: 9, save })).toMatchObject({
      outcome:
        "m.safetensors cannot be written: the disk is full; nor can /gone/m.checkpoint.safetensors: the training is lost",
    });
    expect(await runWith({ keep: false, mendAt: 3, save })).toMatchObject({
      outcome:
        "m.safetensors cannot be written: the disk is full; /gone/m.checkpoint.safetensors holds the training: then repeat the command with --resume",
      kept: { run: { epochs: 3, done: 3 } },
    });
  });
});

const full = { path: "m.safetensors", code: "ENOSPC" };

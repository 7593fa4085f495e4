import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { StorageError } from "../../src/errors.js";
import { binary, gaussian, Hopfield, initialise, momentum, Random, Rbm, train } from "../../src/index.js";
import { kindOfFile, loadCheckpoint, loadModel, saveCheckpoint, saveMemory, saveModel } from "../../src/node/index.js";
import type { SavedCheckpoint } from "../../src/training/index.js";
import { temporaryFolder } from "../support/folder.js";

const random = new Random(3);
const data = Float32Array.from({ length: 6 * 40 }, () => random.integer(2));

/** A machine after some epochs, and its checkpoint. */
async function trained(epochs: number, resume?: SavedCheckpoint) {
  const rbm = new Rbm({ visible: binary(6), hidden: gaussian(3) });
  initialise(rbm, { random: new Random(1), data });
  for await (const report of train(rbm, data, {
    epochs,
    batch: 10,
    seed: 4,
    optimiser: momentum({ momentum: 0.5 }),
    resume,
  })) {
    if (report.epoch === epochs) return { rbm, checkpoint: report.checkpoint() };
  }
  throw new Error("training ended early");
}

test("a training that goes on from a checkpoint in a file ends with the same bits", async () => {
  const path = join(temporaryFolder(), "checkpoint");
  await saveCheckpoint(path, (await trained(2)).checkpoint);
  const { rbm } = await trained(5, await loadCheckpoint(path));
  const unbroken = (await trained(5)).rbm;
  expect(rbm.weights).toEqual(unbroken.weights);
  expect(rbm.visible.parameters).toEqual(unbroken.visible.parameters);
  expect(rbm.hidden.parameters).toEqual(unbroken.hidden.parameters);
});

test("models come back, whichever they are", async () => {
  const folder = temporaryFolder();
  const { rbm } = await trained(1);
  await saveModel(join(folder, "rbm"), rbm, { shape: [2, 3], notes: { seed: 4 } });
  const stored = await loadModel(join(folder, "rbm"));
  expect(stored).toMatchObject({ shape: [2, 3], notes: { seed: 4 } });
  expect(stored.kind.name).toBe("rbm");
  expect((stored.model as Rbm).weights).toEqual(rbm.weights);
  await saveMemory(join(folder, "memory"), new Hopfield(3).store([[1, -1, 1]]));
  expect(await kindOfFile(join(folder, "memory"))).toBe("hopfield");
  expect(await kindOfFile(join(folder, "rbm"))).toBe("rbm");
});

test("a file that is no model is named", async () => {
  const path = join(temporaryFolder(), "text");
  writeFileSync(path, "no model at all");
  for (const load of [kindOfFile, loadModel, loadCheckpoint]) {
    const failure = (await (load(path) as Promise<unknown>).catch((error: unknown) => error)) as Error;
    expect(failure).toBeInstanceOf(StorageError);
    expect(failure.message).toMatch(/text is not a model file: it is a text; /);
    await expect(load(`${path}.gone`)).rejects.toThrow(/text.gone cannot be read: there is no such file or folder$/);
  }
});

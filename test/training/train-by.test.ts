import { expect, it } from "vitest";
import { CheckpointError } from "../../src/errors.js";
import { readOptions } from "../../src/options.js";
import {
  Epochs,
  type TrainingCommon,
  type TrainingKind,
  type TrainingReport,
  type TrainingStage,
  train,
  trainBy,
} from "../../src/training/index.js";

/** A number that learns the mean of others, one at a time. */
interface Mean {
  value: number;
}

const specs = {
  epochs: { type: "integer", low: 1, help: "passes over the data" },
  rate: { type: "number", above: 0, high: 1, default: 0.5, help: "learning rate" },
} as const;

type Options = { readonly epochs: number; readonly rate?: number } & TrainingCommon<Mean>;
type Report = TrainingReport & { readonly value: number };

const meanTraining: TrainingKind<Mean, readonly number[], Options, Report> = {
  name: "mean",
  title: "a mean",
  reference: "this test",
  options: specs,
  trains: (model): model is Mean => typeof (model as Mean).value === "number",
  plan(model, data, { epochs: count, rate: given, monitors = [], reportEvery = Number.POSITIVE_INFINITY }) {
    const { rate, epochs: last } = readOptions("the training of a mean", specs, { epochs: count, rate: given });
    const own = new Float64Array(1);
    const epochs = new Epochs(data.length, 1);
    const stage: TrainingStage<Report> = {
      kind: "mean training 1",
      arrays: new Map([
        ["progress", epochs.progress],
        ["value", own],
      ]),
      settings: () => ({ rate: String(rate) }),
      epochs,
      get isOver() {
        return epochs.epoch >= last;
      },
      seed: 0,
      reportEvery,
      monitors: monitors.map((monitor) => (context) => monitor(model, context)),
      begin: () => own.fill(model.value),
      restore: () => undefined,
      update: () => {
        own[0] += rate * (data[epochs.rows[0]] - own[0]);
        return epochs.advance();
      },
      store: () => {
        model.value = own[0];
      },
      status: () => ({ rate, value: own[0] }),
      dispose: () => undefined,
    };
    return { stages: 1, start: () => stage };
  },
};

async function run(model: Mean, options: Options): Promise<Report[]> {
  const reports: Report[] = [];
  for await (const report of trainBy(meanTraining, model, [1, 3, 2], options)) reports.push(report);
  return reports;
}

it("a kind of training of one's own has reports, monitors and checkpoints like all others", async () => {
  const whole = { value: 0 };
  const monitors = [({ value }: Mean) => ({ values: { twice: 2 * value }, warnings: [] })];
  const reports = await run(whole, { epochs: 2, monitors, reportEvery: 2 });
  expect(reports.map(({ epoch, updates, value, values }) => [epoch, updates, value, values.twice])).toEqual([
    [0, 2, 1.75, undefined],
    [1, 3, 1.875, 3.75],
    [1, 4, 1.4375, undefined],
    [2, 6, 2.109375, 4.21875],
  ]);
  let kept: ReturnType<Report["checkpoint"]> | undefined;
  for await (const report of trainBy(meanTraining, { value: 0 }, [1, 3, 2], { epochs: 2, reportEvery: 2 })) {
    kept ??= report.checkpoint();
  }
  const resumed = { value: 0 };
  await run(resumed, { epochs: 2, resume: kept });
  expect(resumed).toEqual(whole);
  const refused = await run(resumed, { epochs: 2, rate: 0.1, resume: kept }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(CheckpointError);
  expect(refused).toMatchObject({ setting: "rate", saved: "0.5", wanted: "0.1" });
});

it("what no kind of training is for is refused", () => {
  const attempt = () => train({ weights: [] } as never, [] as never, {} as never);
  expect(attempt).toThrow("model is not one that can be trained; expected an RBM, a Boltzmann machine");
});

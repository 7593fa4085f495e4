import { filterSheet } from "../../data/index.js";
import { Random } from "../../math/index.js";
import { saveRbm, writeGreyPng } from "../../node/index.js";
import { train } from "../../training/index.js";
import { rateOf } from "./rbm-options.js";
import type { RbmPlan } from "./rbm-plan.js";
import { settingsOf } from "./rbm-words.js";
import { earlierRates, withRate } from "./training-file.js";
import { TrainingLog } from "./training-log.js";
import { monitorsOf } from "./training-monitors.js";
import { describeRate, methodOf, updatesAnEpoch } from "./training-options.js";
import { lookEvery, type TrainingTask } from "./training-run.js";

/** The stream of the seed that what is watched is drawn from. */
const WATCHED = 101;

/** The training of an RBM as `runTraining` takes it. */
export function rbmTask(plan: RbmPlan): TrainingTask {
  const { options, learned, heldOut, rbm, data, file, resumed } = plan;
  const { batch, epochs, momentum, l1, l2, sparsity, sparsityCost, centred, seed, out, filters } = options;
  const rate = rateOf(options);
  const updates = updatesAnEpoch(learned.count, batch);
  const log = new TrainingLog({ epochs, updates, measured: true, apart: heldOut !== undefined, quiet: options.json });
  return {
    options,
    file,
    resumed,
    asked: { epochs, init: resumed?.run.init ?? options.init, earlier: earlierRates(resumed, describeRate(rate)) },
    log,
    async *steps(workspace, signal) {
      const training = train(rbm, data, {
        method: methodOf(options),
        batch,
        epochs,
        rate,
        momentum,
        l1,
        l2,
        sparsity: sparsity === undefined ? undefined : { target: sparsity, cost: sparsityCost },
        centred,
        seed,
        reportEvery: lookEvery,
        monitors: monitorsOf(plan, updates, new Random(seed).fork(WATCHED)),
        resume: resumed && withRate(resumed.checkpoint, describeRate(rate)),
        workspace,
        signal,
      });
      for await (const report of training) {
        yield log.step(report, { part: report.updates / updates });
      }
    },
    async save(done) {
      const { shape } = learned;
      await saveRbm(out, rbm, { shape, notes: settingsOf(plan, done) });
      if (filters !== undefined) await writeGreyPng(filters, filterSheet(rbm.weights, { shape }));
    },
  };
}

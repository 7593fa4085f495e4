import { type AsyncDisposes, asyncDisposeSymbol } from "../disposing.js";
import { ArgumentError } from "../errors.js";
import { listed } from "../names.js";
import { Pauses } from "../pauses.js";
import type { Warning } from "../warnings.js";
import { restoreCheckpoint, takeCheckpoint } from "./checkpoint.js";
import type { TrainingCommon, TrainingKind, TrainingPlan, TrainingReport, TrainingStage } from "./training.js";
import {
  type Trainable,
  type TrainingDataOf,
  type TrainingOptionsOf,
  type TrainingReportOf,
  trainings,
} from "./trainings.js";

/**
 * Trains a model: an RBM, a Boltzmann machine, a deep belief net, a deep Boltzmann machine, a classifier or a dense
 * classifier. The kinds of
 * training, `trainings`, document how each learns, and what its options and reports add to the common ones. A report comes at
 * the end of every epoch, and within epochs after every `reportEvery` updates; the model then has its weights and parameters.
 *
 * The same seed gives the same bits, with any workspace and any number of threads, also if the training was resumed from a
 * checkpoint.
 *
 * @param model changed in place
 * @throws ArgumentError for an option out of its range or a model that cannot be trained; ShapeError or DataError for data that
 *   do not fit the model; CheckpointError for a checkpoint of another training; DivergenceError if parameters are no longer
 *   finite, in which case the model keeps those of the last report; the signal's reason if it was aborted
 */
export function train<Model extends Trainable>(
  model: Model,
  data: TrainingDataOf<Model>,
  options: TrainingOptionsOf<Model>,
): TrainingRun<TrainingReportOf<Model>> {
  const kind = trainings.find((candidate) => candidate.trains(model));
  if (kind === undefined) {
    throw new ArgumentError(`model is not one that can be trained; expected ${listed(titles(), "or")}`);
  }
  return trainBy(
    kind as unknown as TrainingKind<Model, TrainingDataOf<Model>, TrainingOptionsOf<Model>, TrainingReportOf<Model>>,
    model,
    data,
    options,
  );
}

function titles(): string[] {
  return trainings.map(({ title }) => title);
}

/** `train` with a custom kind of training. */
export function trainBy<Model, Data, Options extends object, Report extends TrainingReport>(
  kind: TrainingKind<Model, Data, Options, Report>,
  model: Model,
  data: Data,
  options: Options,
): TrainingRun<Report> {
  const reports = (async function* () {
    yield* follow(kind.plan(model, data, options), (options ?? {}) as TrainingCommon<never>);
  })();
  return Object.assign(reports, {
    async [asyncDisposeSymbol]() {
      await reports.return();
    },
  });
}

/** A training: its reports as they come. Ended early, by `return()` or `await using`, it releases its memory. */
export type TrainingRun<Report> = AsyncGenerator<Report, void> & AsyncDisposes;

/** Runs a plan: all stages, from the beginning or from a checkpoint. */
async function* follow<Report extends TrainingReport>(
  plan: TrainingPlan<Report>,
  { resume, signal, onStart }: Pick<TrainingCommon<never>, "resume" | "signal" | "onStart">,
): AsyncGenerator<Report, void> {
  signal?.throwIfAborted();
  const first = resume === undefined ? 0 : (plan.stageOf?.(resume) ?? 0);
  for (let s = first; s < plan.stages; s++) {
    const saved = s === first ? resume : undefined;
    const stage = plan.start(s, saved);
    try {
      if (saved === undefined) stage.begin();
      else {
        restoreCheckpoint(stage, saved, () => {
          stage.epochs.restore();
          stage.restore();
        });
      }
      if (s === first) onStart?.();
      yield* followStage(stage, signal);
    } finally {
      stage.dispose();
    }
  }
}

async function* followStage<Report extends TrainingReport>(
  stage: TrainingStage<Report>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Report, void> {
  const pauses = new Pauses();
  while (!stage.isOver) {
    if (pauses.due) await pauses.take();
    signal?.throwIfAborted();
    const over = stage.update();
    if (!over && stage.epochs.updates % stage.reportEvery !== 0) continue;
    for (const _ of over ? (stage.measure?.() ?? []) : []) {
      if (pauses.due) await pauses.take();
      signal?.throwIfAborted();
    }
    stage.store();
    const { epoch, updates } = stage.epochs;
    const { warnings: own = [], ...status } = stage.status(over);
    const values: Record<string, number> = {};
    const warnings: Warning[] = [...own];
    for (const monitor of over ? stage.monitors : []) {
      const measured = await monitor({ epoch, updates, seed: stage.seed, signal });
      Object.assign(values, measured.values);
      warnings.push(...(measured.warnings ?? []));
    }
    let current = true;
    const checkpoint = () => {
      if (current) return takeCheckpoint(stage);
      throw new ArgumentError("checkpoint: the training has gone on; call it before the next report is asked for");
    };
    yield { epoch, updates, ...status, values, warnings, checkpoint } as unknown as Report;
    current = false;
  }
  stage.finish?.();
}

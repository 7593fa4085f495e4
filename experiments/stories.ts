import { Random } from "engram";
import { type Story, vocabularyOf } from "engram/data";
import { standardErrorOfMean, studentQuantile } from "engram/math";
import { drawStories, MemoryNetwork, type StoryTask, scoreStories, storyTraining } from "engram/neural";
import { halvingDecay, trainBy } from "engram/training";
import { type Context, colours, type Plot, type PlotOptions } from "./experiment.js";
import { type Interval, mean, median } from "./statistics.js";

/** The tasks of stories. */
export const TASKS = [1, 2, 3] as const;

/** Stories of a task to learn from and to test with. */
export interface TaskStories {
  readonly task: StoryTask;
  readonly training: readonly Story[];
  readonly test: readonly Story[];
}

/** Draws stories of a task. */
export function storiesOf(task: StoryTask, count: number, tested: number, random: Random): TaskStories {
  return {
    task,
    training: drawStories(task, { count, random: random.fork(2 * task) }),
    test: drawStories(task, { count: tested, random: random.fork(2 * task + 1) }),
  };
}

/** A trained network: the fraction of wrong answers in the last epoch of training, and on test stories. */
export interface Outcome {
  readonly trained: number;
  readonly tested: number;
}

/** Trains a network on the stories of a task and tests it, with the rate and the batches of the authors' program. */
export async function trainedOn(
  { training, test }: TaskStories,
  network: Omit<NonNullable<ConstructorParameters<typeof MemoryNetwork>[1]>, "random">,
  {
    epochs,
    seed,
    ...options
  }: { readonly epochs: number; readonly seed: number; readonly linear?: number; readonly empty?: number },
  { workspace, signal }: Pick<Context, "workspace" | "signal">,
): Promise<Outcome> {
  const model = new MemoryNetwork(vocabularyOf([...training, ...test]), {
    ...network,
    random: new Random(seed).fork(0),
  });
  let trained = 1;
  const rate = halvingDecay({ from: 0.01, every: epochs / 4 });
  for await (const report of trainBy(storyTraining, model, training, {
    epochs,
    seed,
    rate,
    workspace,
    signal,
    ...options,
  })) {
    trained = report.training.errorRate;
  }
  return { trained, tested: scoreStories(model, test, { workspace }).errorRate };
}

/** A mean with Student's 95 % interval. */
export function interval(values: readonly number[]): Interval {
  const value = mean(values);
  const reach = studentQuantile(0.975, values.length - 1) * standardErrorOfMean(values, value);
  return { value, low: value - reach, high: value + reach };
}

/** "6.7 %" */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** Errors in percent on test stories: one point a seed, and the medians. `Key` says what the networks differ in. */
export interface StoryFigure<Key extends string> {
  readonly points: readonly StoryPoint<Key>[];
  readonly medians: readonly StoryPoint<Key>[];
}

type StoryPoint<Key extends string> = { readonly [K in Key]: string } & {
  readonly task: string;
  readonly error: number;
};

/**
 * The data of a figure of errors on stories.
 *
 * @param names of the networks
 * @param errors of network number k on task number t, each from 0: the fraction of wrong answers of each seed
 */
export function storyFigure<const Key extends string>(
  key: Key,
  names: readonly string[],
  errors: (k: number, t: number) => readonly number[],
): StoryFigure<Key> {
  const pointsOf = (shown: (values: readonly number[]) => readonly number[]) =>
    names.flatMap((name, k) =>
      TASKS.flatMap((task, t) =>
        shown(errors(k, t)).map(
          (error) => ({ [key]: name, task: `task ${task}`, error: 100 * error }) as StoryPoint<Key>,
        ),
      ),
    );
  return { points: pointsOf((values) => values), medians: pointsOf((values) => [median(values)]) };
}

/** The figure: a row a network, a facet a task, small dots for seeds and large ones for medians. */
export function plotStories<Key extends string>(
  Plot: Plot,
  key: Key,
  { points, medians }: StoryFigure<Key>,
  { height, radius }: { readonly height: number; readonly radius: number },
): PlotOptions {
  return {
    width: 720,
    height,
    marginLeft: 150,
    x: { label: "wrong answers in % →", grid: true },
    y: { label: null, domain: [...new Set(medians.map((median) => median[key]))] },
    fx: { label: null },
    marks: [
      Plot.dot(points, { x: "error", y: key, fx: "task", r: radius, fill: colours.other, fillOpacity: 0.5 }),
      Plot.dot(medians, { x: "error", y: key, fx: "task", r: 5, fill: colours.ours }),
    ],
  };
}

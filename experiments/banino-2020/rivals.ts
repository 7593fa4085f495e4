import { Random } from "engram";
import { dnc, lstm, type PairTask, SequenceMachine, type SequenceTask, sequenceTraining } from "engram/neural";
import { adam, linearDecay, trainBy } from "engram/training";
import type { Context } from "../experiment.js";

/** Machines for sequences, which get one fact a step. */
export const RIVALS = [
  { name: "DNC", machine: dnc({ rows: 32, width: 64, reads: 2, units: 128 }) },
  { name: "LSTM", machine: lstm({ units: 256 }) },
] as const;

/** Steps after the question in which a machine may look things up before it answers, as many as MEMO has hops. */
export const THINKING = 3;

/** Episodes of an update, and of a test at a time. */
const [BATCH, TOGETHER] = [32, 100];

/** A task on pairs as one on sequences: a fact a step, a question, steps without input; the last step answers with one bit. */
export function toldInSteps(task: PairTask): SequenceTask {
  const stepsOf = (facts: number) => facts + 1 + THINKING;
  const [least, most] = [task.facts[0], task.facts[task.facts.length - 1]];
  return {
    // The cue and both candidates, or the items of a fact; then whether it is the question.
    inputs: 3 * task.units + 1,
    outputs: 1,
    steps: [stepsOf(least), stepsOf(most)],
    holds: most,
    draw: (random, batch) => sequencesOf(task, task.draw(random, batch)),
  };
}

/** Episodes as sequences. */
function sequencesOf({ units }: PairTask, episodes: ReturnType<PairTask["draw"]>): ReturnType<SequenceTask["draw"]> {
  const { batch, facts, items, cues, candidates, answers } = episodes;
  const [steps, width] = [facts + 1 + THINKING, 3 * units + 1];
  const inputs = new Float32Array(steps * batch * width);
  const targets = new Float32Array(steps * batch);
  const counts = new Float32Array(steps * batch);
  const part = (values: Float32Array, k: number, size: number) => values.subarray(k * size, (k + 1) * size);
  for (let b = 0; b < batch; b++) {
    for (let f = 0; f < facts; f++) {
      inputs.set(part(items, b * facts + f, 2 * units), (f * batch + b) * width);
    }
    const question = (facts * batch + b) * width;
    inputs.set(part(cues, b, units), question);
    inputs.set(part(candidates, b, 2 * units), question + units);
    inputs[question + width - 1] = 1;
    const answer = (steps - 1) * batch + b;
    targets[answer] = answers[b];
    counts[answer] = 1;
  }
  return { batch, steps, inputs, targets, counts };
}

/** Trains a machine on a task on pairs, with as many episodes as MEMO. */
export async function trainRival(
  { machine: kind }: (typeof RIVALS)[number],
  task: PairTask,
  { epochs, episodes, seed }: { readonly epochs: number; readonly episodes: number; readonly seed: number },
  { workspace, signal }: Pick<Context, "workspace" | "signal">,
  report: (epoch: number) => void,
): Promise<SequenceMachine> {
  const told = toldInSteps(task);
  const machine = new SequenceMachine(told, { machine: kind, random: new Random(seed).fork(1) });
  const options = {
    epochs,
    sequences: episodes,
    batch: BATCH,
    rate: linearDecay({ from: 0.001, to: 0, epochs }),
    optimiser: adam(),
    seed,
    workspace,
    signal,
  };
  for await (const { epoch } of trainBy(sequenceTraining, machine, told, options)) report(epoch);
  return machine;
}

/** The share of right answers by distance, direct questions first. */
export function scoreRival(
  machine: SequenceMachine,
  task: PairTask,
  { episodes, random, workspace }: { readonly episodes: number; readonly random: Random } & Pick<Context, "workspace">,
): number[] {
  const right = new Float64Array(task.distances);
  const asked = new Float64Array(task.distances);
  for (let done = 0; done < episodes; done += TOGETHER) {
    const drawn = task.draw(random.fork(done), Math.min(TOGETHER, episodes - done));
    const { batch, steps, inputs } = sequencesOf(task, drawn);
    const stepped = machine.start({ batch, workspace });
    const width = batch * machine.inputs;
    try {
      for (let t = 0; t < steps - 1; t++) stepped.step(inputs.subarray(t * width, (t + 1) * width));
      const { outputs } = stepped.step(inputs.subarray((steps - 1) * width));
      for (let b = 0; b < batch; b++) {
        const distance = drawn.distances[b] - 1;
        asked[distance]++;
        if (outputs[b] > 0 === (drawn.answers[b] === 1)) right[distance]++;
      }
    } finally {
      stepped.dispose();
    }
  }
  return Array.from(right, (count, k) => count / asked[k]);
}

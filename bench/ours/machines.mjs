/** Gradient steps of a neural Turing machine; the work of rivals/machines_torch.py. */
import { Random } from "../../dist/math/index.js";
import { copy, isParameter, leaves, ntm, SequenceMachine, sequenceTraining } from "../../dist/neural/index.js";
import { workspaceThreads } from "../../dist/node/index.js";
import { adam, trainBy } from "../../dist/training/index.js";
import { race, serve, threads } from "./serve.mjs";

const { length, bits, rows, width, units, rate, beta2, clip, seed, works } = race;
const { makeWorkspace: workspace } = await workspaceThreads(threads);

/** One training goes on through all runs; it is traced, and makes its first step, before they are timed. */
async function training({ batch, updates }) {
  const task = copy({ bits, length: [length, length] });
  const machine = new SequenceMachine(task, {
    machine: ntm({ rows, width, units }),
    random: new Random(seed).fork(0),
  });
  const steps = trainBy(sequenceTraining, machine, task, {
    epochs: 1,
    sequences: batch * 10_000,
    batch,
    rate,
    optimiser: adam({ beta2 }),
    clip,
    seed,
    reportEvery: 1,
    workspace,
  })[Symbol.asyncIterator]();
  await steps.next();
  const run = async () => {
    for (let k = 0; k < updates; k++) await steps.next();
    return machine;
  };
  const encode = ({ parameters }) =>
    Float32Array.from([...leaves(parameters, isParameter).values()].flatMap(({ values }) => [...values]));
  return { run, encode };
}

await serve(Object.fromEntries(Object.entries(works).map(([name, work]) => [name, () => training(work)])));

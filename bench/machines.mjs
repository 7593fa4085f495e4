/**
 * Gradient steps of a neural Turing machine that learns to copy 20 vectors, beside PyTorch: from the same parameters, on the same
 * sequences, by Adam with clipped gradients. Rounding differs, so the parameters after some steps are compared to a tolerance.
 */
import { Random } from "../dist/math/index.js";
import { copy, isParameter, leaves, ntm, SequenceMachine } from "../dist/neural/index.js";
import { withContestants } from "./contestants.mjs";
import { raceWork } from "./race.mjs";

const settings = {
  length: 20,
  bits: 8,
  rows: 128,
  width: 20,
  units: 100,
  rate: 0.001,
  beta2: 0.99,
  clip: 10,
  seed: 2014,
};
/** Sequences of an update, and updates of a run. */
const works = { "batch 1": { batch: 1, updates: 10 }, "batch 32": { batch: 32, updates: 2 } };
/** Batches that are given to the rival, which takes them in turn. */
const BATCHES = 12;
const rivals = [{ name: "PyTorch", program: "machines_torch.py", module: "torch" }];

export async function race(base) {
  const { length, bits, rows, width, units, seed } = settings;
  const task = copy({ bits, length: [length, length] });
  const machine = ntm({ rows, width, units });
  const { parameters } = new SequenceMachine(task, { machine, random: new Random(seed).fork(0) });
  const named = [...leaves(parameters, isParameter)];
  const start = Float32Array.from(named.flatMap(([, { values }]) => [...values]));
  const drawn = Object.entries(works).map(([name, { batch }]) => {
    // The sequences of update s, as our training with this seed draws them.
    const batches = Array.from({ length: BATCHES }, (_, s) => task.draw(new Random(seed).fork(1).fork(s), batch));
    const joined = (key) => Float32Array.from(batches.flatMap((one) => [...one[key]]));
    return { name, inputs: joined("inputs"), targets: joined("targets") };
  });
  const files = {
    ...Object.fromEntries(
      drawn.flatMap(({ name, inputs, targets }) => [
        [`${name} inputs.bin`, inputs],
        [`${name} targets.bin`, targets],
      ]),
    ),
    "parameters.bin": start,
    "race.json": JSON.stringify({
      ...settings,
      works,
      batches: BATCHES,
      steps: task.steps[1],
      parameters: named.map(([name, { shape }]) => ({ name, shape })),
    }),
  };
  return withContestants({ files, ours: "machines.mjs", rivals }, async (contestants) => {
    const session = { ...contestants, ...base };
    const found = [];
    for (const [work, { batch, updates }] of Object.entries(works)) {
      found.push(
        ...(await raceWork(session, {
          work,
          what: `gradient step of a neural Turing machine: memory ${rows} x ${width}, LSTM of ${units}, copy of ${length} vectors of ${bits} bits, ${batch} sequence${batch === 1 ? "" : "s"}`,
          per: "gradient step",
          ours: [{ work, amount: updates }],
          rivals: [{ name: "PyTorch", work, amount: updates }],
          agrees: (ours, theirs) => alike(floats(ours), floats(theirs)),
          agreement: "parameters after the first steps within a tenth of the length of the way that they went",
        })),
      );
    }
    return { ...settings, contestants, rows: found };
  });

  function alike(ours, theirs) {
    const norm = (x) => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));
    const way = norm(ours.map((value, k) => value - start[k]));
    const apart = norm(ours.map((value, k) => value - theirs[k]));
    if (apart <= 0.1 * way) return;
    return `parameters are ${apart.toPrecision(3)} apart after a way of ${way.toPrecision(3)}`;
  }
}

function floats(bytes) {
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

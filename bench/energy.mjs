/**
 * Meta-gradient steps of an energy memory beside PyTorch: from the same parameters, on the same episodes of random patterns, by
 * Adam with clipped gradients through the steps of writing and reading. Rounding differs, so the trained parameters are compared
 * to a tolerance.
 */
import { Random } from "../dist/math/index.js";
import { EnergyMemory, EpisodeSource, flips, isParameter, leaves, reconstruction } from "../dist/neural/index.js";
import { withContestants } from "./contestants.mjs";
import { raceWork } from "./race.mjs";

const settings = {
  units: 64,
  features: 128,
  patterns: 16,
  batch: 16,
  updates: 20,
  writeSteps: 5,
  readSteps: 5,
  writeRate: 8,
  readRate: 0.5,
  rate: 0.003,
  clip: 1,
  seed: 2019,
};
const rivals = [{ name: "PyTorch", program: "energy_torch.py", module: "torch" }];

export async function race(base) {
  const { units, features, patterns, batch, updates, writeSteps, readSteps, writeRate, readRate, seed } = settings;
  const { parameters } = new EnergyMemory({
    units,
    energy: reconstruction({ features }),
    write: { steps: writeSteps, rate: writeRate },
    read: { steps: readSteps, rate: readRate },
    random: new Random(seed).fork(0),
  });
  const named = [...leaves(parameters, isParameter)];
  // The episodes that the seed of our training draws.
  const source = new EpisodeSource(units, undefined, { patterns, damage: flips({ probability: 0.15 }) });
  const size = batch * patterns * units;
  const [stored, cues] = [new Float32Array(updates * size), new Float32Array(updates * size)];
  for (let u = 0; u < updates; u++) {
    const part = (values) => values.subarray(u * size, (u + 1) * size);
    source.draw(part(stored), part(cues), new Random(seed).fork(1).fork(u));
  }
  const start = Float32Array.from(named.flatMap(([, { values }]) => [...values]));
  const files = {
    "patterns.bin": stored,
    "cues.bin": cues,
    "parameters.bin": start,
    "race.json": JSON.stringify({ ...settings, parameters: named.map(([name, { shape }]) => ({ name, shape })) }),
  };
  return withContestants({ files, ours: "energy.mjs", rivals }, async (contestants) => {
    const session = { ...contestants, ...base };
    const rows = await raceWork(session, {
      work: "updates",
      what: `meta-gradient steps of an energy memory: ${batch} episodes of ${patterns} patterns of ${units} units, ${features} features of two factors, ${writeSteps} steps of writing and ${readSteps} of reading`,
      per: "update",
      ours: [{ work: "updates", amount: updates }],
      rivals: [{ name: "PyTorch", work: "updates", amount: updates }],
      agrees: (ours, theirs) => alike(floats(ours), floats(theirs)),
      agreement: "trained parameters within a tenth of the length of the way that they went",
    });
    return { contestants, rows, ...settings };
  });

  /** Adam's steps do not shrink with the gradient: where that is rounding alone, signs differ. Compared is the whole of the way. */
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

import { PatternSet, type Random, VectorSet } from "engram";
import { matrix } from "engram/math";
import { EnergyMemory, flips, isParameter, leaves, mapTree, reconstruction, trainEnergyMemory } from "engram/neural";
import { linearDecay } from "engram/training";
import type { Lessons, Means, Trained, Trainee } from "./contestant.js";
import { held, NIBBLE, rounded, SCALE } from "./counted.js";

/** Patterns of an episode of training for each feature, and at most. */
const [LOAD, MOST] = [1 / 4, 32];
/** Episodes of an update, and the learning rate, which falls linearly to 0. */
const [EPISODES, RATE] = [16, 0.003];
/** Steps of writing and of reading. */
const STEPS = 5;
/** Updates of a training for each of the lessons. */
const SHARE = 1 / 20;
const DAMAGE = flips({ probability: 0.1 });

/** The energy memory: a reconstruction from learned features, of which the read-out is written. */
export function energyMemory(): Trainee {
  return {
    name: "energy memory",
    keeps: "rounded numbers",
    counted: `n F numbers of ${NIBBLE} bits, F features`,
    async train(lessons, budgets, means) {
      const trained: Trained[] = [];
      for (const [k, budget] of budgets.entries())
        trained.push(await learned(lessons, budget, means, means.random.fork(k)));
      return trained;
    },
  };
}

async function learned(
  { units, patterns: given, hundreds }: Lessons,
  budget: number,
  { workspace, signal }: Means,
  random: Random,
): Promise<Trained> {
  const features = Math.floor((budget - SCALE) / (units * NIBBLE));
  const patterns = Math.max(2, Math.min(MOST, Math.round(LOAD * features)));
  const memory = new EnergyMemory({
    units,
    energy: reconstruction({ features }),
    // Near-orthogonal patterns learn independently: the mean over them divides the rate of each by their number.
    write: { steps: STEPS, rate: patterns / 2 },
    read: { steps: STEPS },
    random: random.fork(0),
  });
  const epochs = Math.ceil(SHARE * hundreds);
  const options = {
    data: given && vectorsOf(given),
    epochs,
    episodes: 100 * EPISODES,
    batch: EPISODES,
    patterns,
    damage: DAMAGE,
    rate: linearDecay({ from: RATE, to: 0, epochs }),
    seed: random.fork(1).word(),
    workspace,
    signal,
  };
  for await (const _ of trainEnergyMemory(memory, options));
  const { fixedNumbers, writtenNumbers } = memory.inspect();
  return {
    // The written numbers, too, begin with what was learned.
    weights: fixedNumbers + writtenNumbers,
    training: `${(100 * epochs).toLocaleString("en")} updates of ${EPISODES} sets of ${patterns}`,
    most: () => Math.floor(budget / units),
    bits: () => features * units * NIBBLE + SCALE,
    learn(stored) {
      if (memory.items !== undefined) memory.forget(Array.from({ length: memory.items.count }, (_, r) => r));
      const items = vectorsOf(stored);
      const written = held(() => memory.store(items).written);
      if (written === undefined) return undefined;
      memory.restore(items, roundedFrom(memory.parameters.energy.written, written));
      return (cues) => PatternSet.from(memory.recallMany(cues).map(({ state }) => state.map((x) => (x >= 0 ? 1 : -1))));
    },
  };
}

/** What writing has added to the trained start, rounded. */
function roundedFrom(start: object, written: object): object {
  const origin = leaves(start, isParameter);
  const isArray = (value: unknown): value is Float64Array => value instanceof Float64Array;
  return mapTree<object, Float64Array, Float64Array, object>(written, isArray, (values, name) => {
    const from = origin.get(name)?.values ?? new Float32Array(values.length);
    const added = rounded(
      values.map((x, k) => x - from[k]),
      NIBBLE,
    );
    return added.map((x, k) => x + from[k]);
  });
}

/** Patterns as vectors of -1 and +1. */
function vectorsOf(set: PatternSet): VectorSet<Float32Array> {
  const values = new Float32Array(set.count * set.units);
  for (let r = 0; r < set.count; r++) values.set(set.spins(r), r * set.units);
  return new VectorSet(matrix(set.count, set.units, values), set);
}

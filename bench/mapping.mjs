/**
 * Sampling a Hopfield net of the projection rule at an inverse temperature: single-spin Glauber dynamics beside block Gibbs
 * sampling through the RBM that is the same model, one chain and a hundred, ours and in NumPy. A sweep of one moves a chain
 * further than a sweep of the other, so what counts is the time an effective sample takes: that of a sweep times 2 tau.
 */
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { workspaceThreads } from "../dist/node/index.js";
import { autocorrelationTime, meanOfChains } from "./autocorrelation.mjs";
import { gibbs, glauberChains, nets, seed, startsOf } from "./mapping-chains.mjs";
import { figures, printMachine, seconds, table, withRival } from "./tools.mjs";

/** Chains that run at once. */
const chains = 100;
/** Chains whose energies and overlaps are recorded, and the number of sweeps. */
const [watched, burnIn, steps] = [20, 200, 600];
const rivalSteps = 200;
/** Sweeps of each work of the rival, and approximate seconds of each of ours. */
const rivalSweeps = { "gibbs-1": 500, [`gibbs-${chains}`]: 40, "glauber-1": 20, [`glauber-${chains}`]: 5 };
const turn = 0.15;
const rounds = 5;
const most = availableParallelism();

export async function race() {
  const settings = await nets();
  const files = Object.assign({}, ...settings.map(filesOf), { "race.json": JSON.stringify(description(settings)) });
  const crew = await workspaceThreads(most);
  const compete = async (alone, many, machine, directory) => {
    printMachine({ ...machine, threads: `1 and ${most}` });
    const rivals = alone.isThere ? { alone, many, directory } : undefined;
    const found = [];
    for (const setting of settings) found.push(await run(setting, crew, rivals));
    console.log(`\nMedians (lowest - highest). ${watched} chains of ${steps} sweeps tell tau; 1/2 is independence.`);
    return { race: "mapping", machine: { ...machine, threads: most }, seed, chains, watched, steps, settings: found };
  };
  // NumPy's number of threads is set for the whole process.
  const program = "mapping_numpy.py";
  try {
    return await withRival(program, files, (many) =>
      withRival(program, files, (...alone) => compete(alone[0], many, alone[1], alone[2]), [], 1),
    );
  } finally {
    await crew.dispose();
  }
}

/** Statistics of the chains: autocorrelation times, energies, and how many are where they started. */
function watch({ memory, patterns }, sampler) {
  const { units, count } = patterns;
  const series = () => Array.from({ length: watched }, () => new Float64Array(steps));
  const [energy, overlap] = [series(), series()];
  const overlaps = new Int32Array(watched * count);
  let stayed = 0;
  sampler.advance(burnIn);
  for (let step = 0; step < steps; step++) {
    sampler.advance(1);
    const bits = sampler.bits();
    const energies = memory.interaction.energies(bits);
    memory.interaction.overlaps(bits, overlaps);
    stayed = 0;
    for (let r = 0; r < watched; r++) {
      const sizes = overlaps.subarray(r * count, (r + 1) * count).map(Math.abs);
      const largest = sizes.reduce((a, b) => Math.max(a, b));
      energy[r][step] = energies[r];
      overlap[r][step] = largest / units;
      if (sizes[r % count] === largest) stayed++;
    }
  }
  sampler.dispose();
  return {
    tau: { energy: autocorrelationTime(energy), overlap: autocorrelationTime(overlap) },
    energy: meanOfChains(energy),
    overlap: meanOfChains(overlap),
    stayed: stayed / watched,
  };
}

async function run(setting, crew, rivals) {
  const seen = {
    gibbs: watch(setting, gibbs(setting, watched)),
    glauber: watch(setting, glauberChains(setting.dense, setting, watched)),
  };
  requireSame(`${setting.name}: Glauber dynamics and block Gibbs sampling`, seen.gibbs.energy, seen.glauber.energy);
  for (const dynamics of rivals === undefined ? [] : ["gibbs", "glauber"]) {
    const energies = await rivalEnergies(setting, dynamics, rivals);
    requireSame(`${setting.name}: ${dynamics} and NumPy's`, seen[dynamics].energy, energies);
  }
  const contestants = contestantsOf(setting, crew, rivals);
  const times = contestants.map(() => []);
  for (let k = 0; k < rounds; k++) {
    for (const [i, { sweepSeconds }] of contestants.entries()) times[i].push(await sweepSeconds());
  }
  const rows = contestants.map(({ name, dynamics, count, own, dispose }, i) => {
    dispose?.();
    const { median, spread } = figures(times[i]);
    const effective = ({ value, error }) => ({
      value: (2 * value * median) / count,
      error: (2 * error * median) / count,
    });
    const { energy, overlap } = seen[dynamics].tau;
    const secondsPerEffectiveSample = { energy: effective(energy), overlap: effective(overlap) };
    return { name, dynamics, own, chains: count, secondsPerSweep: median, spread, secondsPerEffectiveSample };
  });
  const ratios = [1, chains].map((count) => ratiosOf(count, rows));
  report(setting, seen, rows, ratios);
  const { name, what, beta, patterns } = setting;
  return { name, what, units: patterns.units, patterns: patterns.count, beta, seen, rows, ratios };
}

/** Times an effective sample of the energy takes, over that of our block Gibbs sampling at its best. */
function ratiosOf(count, rows) {
  const best = (own, dynamics) => {
    const all = rows.filter((row) => row.own === own && row.dynamics === dynamics && row.chains === count);
    return all.map((row) => row.secondsPerEffectiveSample.energy).sort((a, b) => a.value - b.value)[0];
  };
  const ours = best(true, "gibbs");
  const over = (other, isSameLaw) => {
    if (other === undefined) return null;
    const value = other.value / ours.value;
    // Two samplers of the same law share one tau.
    return { value, error: isSameLaw ? 0 : value * Math.hypot(other.error / other.value, ours.error / ours.value) };
  };
  return { chains: count, glauber: over(best(true, "glauber")), numpy: over(best(false, "gibbs"), true) };
}

/** Who races: what makes sweeps and says how many seconds one took, of all chains together. */
function contestantsOf(setting, crew, rivals) {
  const ours = (name, dynamics, count, sampler) => {
    const trial = seconds(() => sampler.advance(3)) / 3;
    const sweeps = Math.max(1, Math.round(turn / trial));
    const sweepSeconds = () => seconds(() => sampler.advance(sweeps)) / sweeps;
    return { name, dynamics, count, own: true, sweepSeconds, dispose: () => sampler.dispose() };
  };
  const theirs = (name, dynamics, count, rival) => {
    const key = `${dynamics}-${count}`;
    const sweepSeconds = async () => (await rival.ask(`${setting.name}-${key}`)).seconds / rivalSweeps[key];
    return { name, dynamics, count, own: false, sweepSeconds };
  };
  const { memory, dense } = setting;
  return [1, chains].flatMap((count) => [
    ours("Glauber, patterns", "glauber", count, glauberChains(memory.net, setting, count)),
    ours("Glauber, N x N couplings", "glauber", count, glauberChains(dense, setting, count)),
    ours("block Gibbs, 1 thread", "gibbs", count, gibbs(setting, count)),
    ...(count > 1 && most > 1
      ? [ours(`block Gibbs, ${most} threads`, "gibbs", count, gibbs(setting, count, crew.makeWorkspace))]
      : []),
    ...(rivals === undefined
      ? []
      : [
          theirs("NumPy Glauber", "glauber", count, rivals.alone),
          theirs("NumPy block Gibbs, 1 thread", "gibbs", count, rivals.alone),
          ...(count > 1 && most > 1 ? [theirs(`NumPy block Gibbs, ${most} threads`, "gibbs", count, rivals.many)] : []),
        ]),
  ]);
}

async function rivalEnergies({ name }, dynamics, { alone, directory }) {
  await alone.ask(`${name}-${dynamics}-energies`);
  const bytes = readFileSync(join(directory, `${name}-${dynamics}-energies.bin`));
  const values = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  return meanOfChains(Array.from({ length: watched }, (_, r) => values.subarray(r * rivalSteps, (r + 1) * rivalSteps)));
}

/** Means of chains from the same starts differ by no more than five standard errors. */
function requireSame(what, a, b) {
  if (Math.abs(a.value - b.value) <= 5 * Math.hypot(a.error, b.error)) return;
  throw new Error(`${what} have the mean energies ${a.value} +- ${a.error} and ${b.value} +- ${b.error}`);
}

function filesOf({ name, rbm, patterns }) {
  const starts = startsOf(patterns, chains);
  return {
    [`${name}.weights.bin`]: Float32Array.from(rbm.weights.values),
    [`${name}.starts.bin`]: starts.bits.words,
  };
}

function description(settings) {
  return {
    seed,
    chains,
    watched,
    burnIn,
    rivalSteps,
    rivalSweeps,
    settings: settings.map(({ name, beta, patterns: { units, count, bits } }) => ({
      name,
      beta,
      units,
      patterns: count,
      stride: bits.stride,
    })),
  };
}

function report({ name, what }, seen, rows, ratios) {
  const micro = (s) => (1e6 * s).toPrecision(3);
  const plusMinus = ({ value, error }, digits = 2) => `${value.toFixed(digits)} +- ${error.toFixed(digits)}`;
  console.log(`\n${name}: ${what}`);
  for (const [dynamics, { tau, energy, stayed }] of Object.entries(seen)) {
    const times = `tau of the energy ${plusMinus(tau.energy)}, of the largest overlap ${plusMinus(tau.overlap)} sweeps`;
    console.log(`${dynamics}: ${times}; energy ${plusMinus(energy)}; ${100 * stayed} % of chains at their pattern`);
  }
  table([
    ["microseconds", "chains", "a sweep", "", "an effective sample: energy", "largest overlap"],
    ...rows.map(({ name, chains, secondsPerSweep, spread, secondsPerEffectiveSample: { energy, overlap } }) => [
      name,
      `${chains}`,
      micro(secondsPerSweep),
      `(${spread.map(micro).join(" - ")})`,
      `${micro(energy.value)} +- ${micro(energy.error)}`,
      `${micro(overlap.value)} +- ${micro(overlap.error)}`,
    ]),
  ]);
  for (const { chains, glauber, numpy } of ratios) {
    const times = `${plusMinus(glauber, 1)} times that of block Gibbs`;
    const rival = numpy === null ? "" : `, NumPy's block Gibbs ${numpy.value.toFixed(2)} times ours`;
    console.log(`${chains} ${chains === 1 ? "chain" : "chains"}, an effective energy: Glauber takes ${times}${rival}`);
  }
}

/**
 * Sampling a Hopfield net of the projection rule at an inverse temperature: single-spin Glauber dynamics beside block Gibbs
 * sampling through the RBM that is the same model, one chain and a hundred, ours and in NumPy. A sweep of one moves a chain
 * further than a sweep of the other, so what counts is the time an effective sample takes: that of a sweep times 2 tau.
 */
import { meanOfChains } from "./autocorrelation.mjs";
import { withContestants } from "./contestants.mjs";
import { netOf, seed, settings, startsOf } from "./mapping-chains.mjs";
import { chains as chainsIn, statisticsOf } from "./mapping-statistics.mjs";
import { numpy } from "./memory.mjs";
import { numbers, raceWork } from "./race.mjs";
import { aligned } from "./rows.mjs";

/** Chains that run at once. */
const chains = 100;
/** Chains whose energies and overlaps are recorded, and the number of sweeps. */
const watching = { watched: 20, burnIn: 200, steps: 600 };
const rivalSteps = 200;

export async function race(base) {
  const given = await settings();
  const files = Object.assign({}, ...given.map(filesOf), { "race.json": JSON.stringify(description(given)) });
  const rivals = [numpy("mapping_numpy.py")];
  return withContestants({ files, ours: "mapping.mjs", rivals }, async (contestants) => {
    const session = { ...contestants, ...base };
    const rows = [];
    const found = [];
    for (const setting of given) {
      const seen = await compareChains(session, setting);
      const own = [];
      for (const count of [1, chains]) {
        own.push(...(await raceWork(session, gibbsWork(setting, count))));
        own.push(...(await raceWork(session, glauberWork(setting, count))));
      }
      rows.push(...own);
      const { name, beta, patterns } = setting;
      const samples = effectiveSamples(seen, own);
      found.push({
        name,
        what: describe(setting),
        units: patterns.units,
        patterns: patterns.count,
        beta,
        seen,
        samples,
      });
      base.print(textOf(setting, seen, samples));
    }
    return { contestants, seed, chains, ...watching, settings: found, rows };
  });
}

const describe = ({ patterns, beta, source }) =>
  `${patterns.units} spins, ${patterns.count} patterns, beta = ${beta}; ${source}`;
const chainsOf = (count) => `${count} ${count === 1 ? "chain" : "chains"}`;

const gibbsWork = (setting, count) => ({
  work: `${setting.name}-gibbs-${count}`,
  what: `${setting.name}, block Gibbs sampling through the RBM, ${chainsOf(count)} (${describe(setting)})`,
  per: "sweep",
  ours: [{ work: `${setting.name}-gibbs-${count}`, amount: 1 }],
  rivals: [{ name: "NumPy", work: `${setting.name}-gibbs-${count}`, amount: 1 }],
});

/** Glauber dynamics runs on one thread. */
const glauberWork = (setting, count) => ({
  work: `${setting.name}-glauber-${count}`,
  what: `${setting.name}, Glauber dynamics, ${chainsOf(count)} (${describe(setting)})`,
  per: "sweep",
  ours: [
    { work: `${setting.name}-glauber-${count}`, program: "N x N couplings", amount: 1, threads: [1] },
    { work: `${setting.name}-glauber-patterns-${count}`, program: "patterns", amount: 1, threads: [1] },
  ],
  rivals: [{ name: "NumPy", work: `${setting.name}-glauber-${count}`, amount: 1, threads: [1] }],
});

/** Statistics of both dynamics; their mean energies and those of the rival's chains must be the same. */
async function compareChains({ ours: [own], rivals: [rival] }, { name }) {
  const seen = {};
  for (const dynamics of ["gibbs", "glauber"]) {
    const work = `${name}-${dynamics}-series`;
    await own.ask(work, 1, true);
    seen[dynamics] = statisticsOf(numbers(own.result(work)), watching);
  }
  requireSame(`${name}: Glauber dynamics and block Gibbs sampling`, seen.gibbs.energy, seen.glauber.energy);
  for (const dynamics of rival === undefined ? [] : ["gibbs", "glauber"]) {
    const work = `${name}-${dynamics}-energies`;
    await rival.contestant.ask(work, 1, true);
    const values = numbers(rival.contestant.result(work));
    const energies = meanOfChains(chainsIn(values, watching.watched, rivalSteps));
    requireSame(`${name}: ${dynamics} and NumPy's`, seen[dynamics].energy, energies);
  }
  return seen;
}

/** Means of chains from the same starts differ by no more than five standard errors. */
function requireSame(what, a, b) {
  if (Math.abs(a.value - b.value) <= 5 * Math.hypot(a.error, b.error)) return;
  throw new Error(`${what} have the mean energies ${a.value} +- ${a.error} and ${b.value} +- ${b.error}`);
}

/** Seconds an effective sample of the energy and of the largest overlap takes: a sweep of all chains times 2 tau over the chains. */
function effectiveSamples(seen, rows) {
  return rows.map(({ work, kernels, threads, program, rivalName, rivalThreads, ours, rival }) => {
    const [, dynamics, count] = work.split("-");
    const { tau } = seen[dynamics];
    const of = (seconds) =>
      Object.fromEntries(
        Object.entries(tau).map(([what, { value, error }]) => {
          const factor = (2 * seconds) / Number(count);
          return [what, { value: value * factor, error: error * factor }];
        }),
      );
    const both = { ours: of(ours), rival: rival === null ? null : of(rival) };
    return { work, kernels, threads, program, rivalName, rivalThreads, ...both };
  });
}

function textOf({ name, ...setting }, seen, samples) {
  const plusMinus = ({ value, error }, scale = 1, digits = 2) =>
    `${(scale * value).toFixed(digits)} +- ${(scale * error).toFixed(digits)}`;
  const micro = (side) =>
    side === null ? ["-", "-"] : [side.energy, side.overlap].map((one) => plusMinus(one, 1e6, 1));
  return [
    `\n${name}: ${describe(setting)}`,
    ...Object.entries(seen).map(([dynamics, { tau, energy, stayed }]) => {
      const times = `tau of the energy ${plusMinus(tau.energy)}, of the largest overlap ${plusMinus(tau.overlap)} sweeps`;
      return `${dynamics}: ${times}; energy ${plusMinus(energy)}; ${100 * stayed} % of chains at their pattern`;
    }),
    ...aligned([
      ["microseconds an effective sample", "threads", "energy", "largest overlap", "NumPy: energy", "largest overlap"],
      ...samples.map(({ work, kernels, program, threads, ours, rival }) => [
        [work, kernels, program].filter(Boolean).join(", "),
        `${threads}`,
        ...micro(ours),
        ...micro(rival),
      ]),
    ]),
  ].join("\n");
}

function filesOf({ name, patterns, beta }) {
  return {
    [`${name}.patterns.bin`]: patterns.bits.words,
    [`${name}.weights.bin`]: Float32Array.from(netOf(patterns, beta).rbm.weights.values),
    [`${name}.starts.bin`]: startsOf(patterns, chains).bits.words,
  };
}

function description(given) {
  return {
    seed,
    chains,
    ...watching,
    rivalSteps,
    settings: given.map(({ name, beta, patterns: { units, count, bits } }) => ({
      name,
      beta,
      units,
      patterns: count,
      stride: bits.stride,
    })),
  };
}

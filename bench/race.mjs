/** How a race runs: contestants in turn, equal results, rows. */
import { cpus, loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { threadCounts } from "./contestants.mjs";
import { rowsOf } from "./rows.mjs";

/** Least seconds of a turn: shorter works are repeated. */
const TURN = 0.2;
/** Seconds between turns, in which the threads of the last one fall asleep. */
const PAUSE = 0.05;
/** Turns of each contestant, if nothing else is asked for. */
export const ROUNDS = 5;

/** What the machine is, and how busy before, during and after a race. */
export class Machine {
  #turns = { others: 0, all: 0 };
  #before = loadavg();

  describe() {
    const { others, all } = this.#turns;
    return {
      cpu: cpus()[0].model.trim(),
      cores: cpus().length,
      platform: `${process.platform} ${process.arch}`,
      /** Load of the last 1, 5 and 15 minutes. */
      load: { before: this.#before, after: loadavg() },
      /** The part of the cores' time in the turns that other programs took. */
      busyWithOthers: all === 0 ? null : Math.max(0, others / all),
    };
  }

  /** Watches a turn, whose answer says how much of the busy time was its own. */
  async watch(turn) {
    const before = busySeconds();
    const start = performance.now();
    const answer = await turn();
    const wall = (performance.now() - start) / 1000;
    this.#turns.others += busySeconds() - before - answer.cpu;
    this.#turns.all += wall * cpus().length;
    return answer;
  }
}

/** Seconds that all cores together have been busy since the machine started. */
const busySeconds = () =>
  cpus().reduce((sum, { times: { user, nice, sys, irq } }) => sum + user + nice + sys + irq, 0) / 1000;

/**
 * Races one work and returns its rows. `ours` and `rivals` are entries { work, amount, threads, program }: the work's name in the
 * contestant's program, how many `per` one run does, the numbers of threads that make sense, and what to call it; `rivals` with
 * the rival's `name`. Our results must be the same bits for all kernels and numbers of threads; `agrees(ours, theirs)` compares
 * them with a rival's and throws if they differ.
 */
export async function raceWork(session, { ours, rivals, agrees, ...description }) {
  const { machine, rounds } = session;
  const own = entrants(
    session.ours.map((contestant) => ({ contestant })),
    ours,
  );
  const others = entrants(session.rivals, rivals);
  const all = [...own, ...others];
  for (const entrant of all) {
    progress(`${description.work}: warming up ${titleOf(entrant)}`);
    await warmUp(entrant, agrees !== undefined);
  }
  if (agrees !== undefined) compareResults(own, others, agrees, description.what);
  for (let round = 1; round <= rounds; round++) {
    for (const entrant of all) {
      const { work, times, amount, contestant } = entrant;
      const { wall, cpu } = await machine.watch(() => contestant.ask(work, times));
      entrant.wall.push(wall / times / amount);
      entrant.cpu.push(cpu / times / amount);
      progress(
        `${description.work}: round ${round} of ${rounds}, ${titleOf(entrant)}: ${(wall / times).toPrecision(3)} s`,
      );
      await sleep(1000 * PAUSE);
    }
  }
  const [{ amount }] = ours;
  const shared = others.map((other) => ({ ...other, share: other.amount / amount }));
  return rowsOf(description, own, shared);
}

/** Who does which entry: all contestants of its name and numbers of threads. */
function entrants(contestants, entries) {
  return entries.flatMap(({ name, threads = threadCounts, ...entry }) =>
    contestants
      .filter((one) => (name === undefined || one.name === name) && threads.includes(one.contestant.about.threads))
      .map(({ contestant }) => ({ ...entry, ...identity(contestant.about), contestant, wall: [], cpu: [] })),
  );
}

function identity({ name, version, blas, threads, kernels, node }) {
  return kernels === undefined ? { name: `${name} ${version}, ${blas}`, threads } : { name, threads, kernels, node };
}

const titleOf = ({ name, kernels, program, threads }) =>
  `${[name, kernels, program].filter(Boolean).join(", ")} on ${threads} ${threads === 1 ? "thread" : "threads"}`;

/**
 * Prepares, runs once for the result, which also makes what is kept from run to run, then until the time of a run is that of compiled
 * code, which tells how many make a turn.
 */
async function warmUp(entrant, keep) {
  const { contestant, work } = entrant;
  await contestant.ask(work, 0);
  await contestant.ask(work, 1, keep);
  const { wall } = await contestant.ask(work, 1);
  entrant.times = 1;
  for (let run = wall; run * entrant.times < TURN && entrant.times < 1e7; ) {
    entrant.times = Math.ceil(TURN / Math.max(run, 1e-7));
    run = (await contestant.ask(work, entrant.times)).wall / entrant.times;
  }
}

function compareResults(own, others, agrees, what) {
  const [expected, ...rest] = own.map(({ contestant, work }) => contestant.result(work));
  const different = rest.findIndex((bytes) => Buffer.compare(expected, bytes) !== 0);
  if (different >= 0) {
    throw new Error(`${what}: the results of ${titleOf(own[0])} and of ${titleOf(own[different + 1])} differ`);
  }
  for (const other of others) {
    const complaint = agrees(expected, other.contestant.result(other.work));
    if (complaint) throw new Error(`${what}: the result of ${titleOf(other)} differs from ours: ${complaint}`);
  }
}

/** Races take minutes. */
function progress(line) {
  process.stderr.write(`${line}\n`);
}

/** The numbers in bytes. */
export const numbers = (bytes, Numbers = Float64Array) => new Numbers(bytes.buffer);

/** A complaint unless `theirs` are the first bytes of `ours`. */
export const sameBits = (ours, theirs) =>
  theirs.length > 0 && Buffer.compare(ours.subarray(0, theirs.length), theirs) === 0 ? undefined : "other bits";

/** Who raced and who could not, for the result. */
export function told({ ours, rivals, missing }) {
  return { contestants: [...ours, ...rivals.map(({ contestant }) => contestant)].map(({ about }) => about), missing };
}

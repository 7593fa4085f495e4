import { fork } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "./build.mjs";

/*
 * Reads damaged and forged files by all readers, and counts what becomes of them: npm run fuzz -- --inputs 100000. The inputs
 * are a function of the seed. A run that was stopped goes on where it was; files that a reader did not treat well are written
 * to the folder, with their outcome.
 */

const { values: given } = parseArgs({
  options: {
    inputs: { type: "string", default: "20000" },
    seed: { type: "string", default: "1" },
    folder: { type: "string" },
    only: { type: "string" },
    json: { type: "string" },
  },
});
const [inputs, seed] = [Number(given.inputs), Number(given.seed)];
const folder = given.folder ?? join(tmpdir(), `engram-fuzz-${seed}`);
const stateFile = join(folder, "state.json");
const place = join(folder, "at");
/** Number of inputs between two looks, and the seconds of CPU time without progress after which an input hangs. */
const CHUNK = 250;
const STUCK = 20;

await build();
mkdirSync(folder, { recursive: true });
const { flaws, inputOf, outcomes, prepared } = await import("./fuzz/judge.mjs");
const state = load() ?? { seed, done: {}, counts: {}, faults: [] };

let worker;
const { readers } = await start();
const chosen = readers.filter(({ name }) => given.only === undefined || name.includes(given.only));
const shares = chosen.reduce((sum, { share }) => sum + share, 0);
const goals = new Map(chosen.map(({ name, share }) => [name, Math.ceil((inputs * share) / shares)]));

// Readers in turn, each as far as its share, so that a run that is stopped early has seen all of them.
for (let part = 0.05; part < 1.04; part += 0.05) {
  for (const [name, goal] of goals) {
    const until = Math.round(goal * Math.min(1, part));
    while ((state.done[name] ?? 0) < until) await look(name, Math.min(until, (state.done[name] ?? 0) + CHUNK));
  }
}
worker.process.disconnect();
report();
const isSound = Object.values(state.counts).every((counts) => flaws.every((outcome) => !counts[outcome]));
process.exit(isSound ? 0 : 1);

async function look(name, to) {
  const from = state.done[name] ?? 0;
  const { counts, faults, next } = await ask({ name, from, to });
  state.counts[name] ??= {};
  const all = state.counts[name];
  for (const [outcome, count] of Object.entries(counts)) all[outcome] = (all[outcome] ?? 0) + count;
  for (const found of faults) {
    // Garbage of the inputs before it may have counted as its own: it is read again by a process that reads it first.
    const fault = found.outcome === "dear" ? await alone(found) : found;
    all[found.outcome]--;
    all[fault.outcome] = (all[fault.outcome] ?? 0) + 1;
    if (flaws.includes(fault.outcome)) await keep(fault);
  }
  if (faults.some(({ outcome }) => outcome === "dear")) await start();
  state.done[name] = next;
  save();
}

/** The answer of the process; if it ends or hangs, the input that it was reading is a crash, and a new one goes on after it. */
async function ask(message) {
  const answer = await exchange(message);
  if (answer !== undefined) return answer;
  const k = new Float64Array(Uint8Array.from(readFileSync(place)).buffer)[0];
  await start();
  const before = k > message.from ? await ask({ ...message, to: k }) : { counts: {}, faults: [] };
  const counts = { ...before.counts, crash: (before.counts.crash ?? 0) + 1 };
  const fault = { name: message.name, k, outcome: "crash", detail: "the process ended or hung" };
  return { counts, faults: [...before.faults, fault], next: k + 1 };
}

function exchange(message) {
  const { process: child } = worker;
  return new Promise((resolve) => {
    let used = cpuOf(child.pid);
    let at = "";
    const watch = setInterval(() => {
      const now = readFileSync(place, "latin1");
      const time = cpuOf(child.pid);
      if (now !== at) [at, used] = [now, time];
      else if (time - used > STUCK) child.kill("SIGKILL");
    }, 1000);
    const done = (answer) => {
      clearInterval(watch);
      child.removeAllListeners("message").removeAllListeners("exit");
      resolve(answer);
    };
    child.once("message", done).once("exit", () => done(undefined));
    child.send(message);
  });
}

/** Seconds of CPU time of a process; where /proc is missing, the time that has passed. */
function cpuOf(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1].split(" ");
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return performance.now() / 1000;
  }
}

async function start() {
  if (worker?.process.connected) worker.process.kill("SIGKILL");
  const file = new URL("fuzz/worker.mjs", import.meta.url);
  const child = fork(file, [String(seed), place, folder], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  worker = { process: child };
  return new Promise((resolve, reject) => {
    child
      .once("message", resolve)
      .once("exit", () => reject(new Error("the process of the readers ended at its start")));
  }).finally(() => child.removeAllListeners("exit"));
}

/** What becomes of an input in a process that reads it first. */
async function alone({ name, k }) {
  await start();
  const { counts, faults } = await ask({ name, from: k, to: k + 1 });
  return faults[0] ?? { name, k, outcome: Object.keys(counts)[0] };
}

async function keep(fault) {
  state.faults.push(fault);
  const { allReaders } = await import("./fuzz/readers.mjs");
  const reader = (await allReaders(folder, { lab: true })).find(({ name }) => name === fault.name);
  const path = join(folder, `${fault.outcome}-${fault.name.replaceAll(" ", "-")}-${fault.k}.bin`);
  writeFileSync(path, inputOf(await prepared(reader), seed, fault.k));
  console.log(`${fault.outcome}: ${path}: ${fault.detail}`);
}

function load() {
  try {
    const found = JSON.parse(readFileSync(stateFile, "utf8"));
    return found.seed === seed ? found : undefined;
  } catch {
    return undefined;
  }
}

function save() {
  writeFileSync(`${stateFile}.new`, JSON.stringify(state));
  renameSync(`${stateFile}.new`, stateFile);
}

function report() {
  const width = Math.max(...chosen.map(({ name }) => name.length), 5);
  const line = (name, cells) =>
    console.log(`${name.padEnd(width)}  ${cells.map((cell) => String(cell).padStart(9)).join("")}`);
  line("reader", ["inputs", ...outcomes]);
  const total = {};
  for (const { name } of chosen) {
    const counts = state.counts[name] ?? {};
    for (const outcome of outcomes) total[outcome] = (total[outcome] ?? 0) + (counts[outcome] ?? 0);
    line(name, [sum(counts), ...outcomes.map((outcome) => counts[outcome] ?? 0)]);
  }
  line("all", [sum(total), ...outcomes.map((outcome) => total[outcome])]);
  if (given.json !== undefined)
    writeFileSync(given.json, `${JSON.stringify({ seed, counts: state.counts, total }, null, 2)}\n`);
}

function sum(counts) {
  return Object.values(counts).reduce((all, count) => all + count, 0);
}

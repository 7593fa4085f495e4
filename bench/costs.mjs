/**
 * node bench/costs.mjs [results.json]
 *
 * CPU time of all memories of the experiment memories/equal-bits at its largest budget, with the numbers of patterns of its
 * committed results: to store one pattern of a set, to recall from one cue, and to train before. Prints JSON, or writes it. Times are
 * medians over sets, on one thread; a training is timed by a short one, and its time multiplied by the number of updates.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { contestants } from "../dist/experiments/memories/compared.js";
import { sourceOf } from "../dist/experiments/memories/patterns.js";
import { flip, Random } from "../dist/index.js";
import { defaultKernels, defaultWorkspace } from "../dist/kernels/index.js";
import { statistics } from "./rows.mjs";

/** Sets of patterns, the first of which warms up, and cues of each. */
const [SETS, CUES] = [6, 48];
/** Random patterns alone: digits cost the same, and need a data set. */
const DATA = ["random 64", "random 196"];

const results = new URL("../experiments/memories/results/equal-bits.json", import.meta.url);
const { figure, rows: table, parameters } = JSON.parse(readFileSync(results, "utf8"));
const kbit = Math.max(...parameters.budgets);
const means = { kernels: defaultKernels(), workspace: defaultWorkspace, signal: new AbortController().signal };
const random = new Random(7);
const rows = [];
for (const data of DATA) {
  const source = await sourceOf(data);
  for (const contestant of contestants) {
    const entry = figure.find((one) => one.data === data && one.kbit === kbit && one.memory === contestant.name);
    if (entry === undefined) continue;
    rows.push({
      data,
      memory: contestant.name,
      patterns: entry.patterns,
      ...(await costsOf(contestant, source, entry)),
    });
    console.error(JSON.stringify(rows.at(-1)));
  }
}
const found = { machine: { cpu: cpus()[0].model, node: process.version }, kbit, threads: 1, rows };
const [file] = process.argv.slice(2);
if (file === undefined) console.log(JSON.stringify(found, undefined, 2));
else writeFileSync(file, `${JSON.stringify(found, undefined, 2)}\n`);

async function costsOf(contestant, source, { data, memory, patterns }) {
  const budget = kbit * 1024;
  const { ready, training } = await trained(contestant, source, budget, remarkOf(data, memory));
  const [storing, recalling] = [[], []];
  for (let k = 0; k < SETS; k++) {
    const own = random.fork(k);
    const stored = source.draw(patterns, own.fork(0));
    let recall;
    const store = await cpuOf(async () => {
      recall = await ready.learn(stored, { ...means, budget, random: own.fork(1) });
    });
    const some = Array.from({ length: CUES }, (_, r) => r % patterns);
    const cues = flip(stored.select(some), 0.1, own.fork(2));
    const asked = await cpuOf(() => recall?.(cues, own.fork(3)));
    if (k === 0) continue;
    storing.push((1000 * store) / patterns);
    recalling.push((1000 * asked) / CUES);
  }
  const brief = (times) => Number(statistics(times).median.toPrecision(2));
  return { storeMilliseconds: brief(storing), recallMilliseconds: brief(recalling), ...training };
}

/** The remark of a memory's row, which says how long it was trained. */
function remarkOf(data, memory) {
  return table.find(({ label }) => label.startsWith(`${data}: ${memory}, `) && label.endsWith(" stored"))?.remark;
}

/** The memory after a short training, with the time that the whole one takes. */
async function trained(contestant, source, budget, remark) {
  if (contestant.train === undefined) return { ready: contestant };
  const updatesOf = (text) => Number(/([\d,]+) updates/.exec(text)[1].replaceAll(",", ""));
  const lessons = { units: source.units, patterns: undefined, hundreds: 1 };
  const train = async () => {
    [ready] = await contestant.train(lessons, [budget], { ...means, random: random.fork(9) });
  };
  let ready;
  await train();
  const seconds = await cpuOf(train);
  const whole = (seconds / updatesOf(ready.training)) * updatesOf(remark);
  return { ready, training: { trainingSeconds: Number(whole.toPrecision(2)) } };
}

/** CPU seconds. */
async function cpuOf(work) {
  const { user, system } = process.cpuUsage();
  await work();
  const after = process.cpuUsage();
  return (after.user - user + after.system - system) / 1e6;
}

/**
 * npm run bench -- <race> [--rounds n] [--json [file]] [--force]
 *
 * Runs a race against the programs that people use today: same data, same results, which are compared, both sides in
 * turn in one run. ENGRAM_NODES, a colon-separated list of Node binaries, lets our side race on them as well; ENGRAM_PYTHON
 * names the Python of the rivals, ENGRAM_MODULES a folder with the npm packages of others.
 */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

const races = {
  recall: `a Hebbian memory of 1,000 patterns of 10,000 units: one synchronous update of one cue and of 100, and
              asynchronous recall to a fixed point, bit for bit; storing the patterns by the projection rule; against NumPy`,
  hopfield: `asynchronous recall with 400 patterns of 4,000 units against NumPy, bit for bit, one cue after the other and
              2,000 in one call; recall with couplings that are given, dense and sparse; all fixed points of 24 units and basins
              of attraction of 400 units`,
  rbm: `one epoch of PCD-1 on MNIST, 784 x 500 binary units in batches of 100, against scikit-learn's BernoulliRBM and
              loops in PyTorch and NumPy; annealing of 500 chains at 1,000 temperatures against NumPy`,
  classifier: `an epoch of a dense classifier of 2,000 memories on MNIST, n = 3 and n = 30 in the direct form, against PyTorch in
              place with shared overlaps, powers by torch.pow and by squaring; minutes`,
  mapping: `a Hopfield net at a temperature, mixing and metastable: Glauber dynamics against block Gibbs sampling through
              its RBM, one chain and 100, ours and NumPy's; time a sweep and time an effective sample`,
  pooling: `a training epoch of a classifier of bags of digits, pooling by association, against PyTorch`,
  machines: `a gradient step of a neural Turing machine that learns to copy 20 vectors, for 1 sequence and 32, against PyTorch`,
  energy: `meta-gradient steps of an energy memory, through five steps of writing and five of reading, against PyTorch`,
  stories: `a gradient step of a memory network that learns to answer from two supporting facts, against PyTorch`,
  modern: `a step of retrieval from 1,000,000 vectors of 128 entries, for 1 query and 64, exact and with at most 1e-7 of the
            weight omitted, against NumPy in place, and usearch's exact search (takes 8 GB of memory)`,
  digits: `recall of 1,000 damaged digits from a dense memory, F(x) = e^x, of all 60,000 of MNIST, against float32 products in NumPy`,
  dense: `a float32 product of 512 x 512 matrices against NumPy's BLAS with the same number of threads, in GFLOP/s`,
};

const usage = `usage: npm run bench -- <race> [--rounds n] [--json [file]] [--force]

Times Engram and its rivals in turn on the same data and compares their results: wall and CPU time, on one thread and on
one per core, each side's best against the other's. A rival that is not installed is left out, and so is NumPy with the
reference BLAS. Times mean something on an idle machine only. --rounds is the number of turns of each side (default
5). --json alone prints the result as JSON, --json out.json writes it to that file.

races:
${Object.entries(races)
  .map(([race, text]) => `  ${race.padEnd(12)}${text}`)
  .join("\n")}`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  // A flag that may have a value: parseArgs has no such type.
  args: process.argv.slice(2).map((arg, k, args) => (arg === "--json" && !isFile(args[k + 1]) ? "--json=" : arg)),
  options: { json: { type: "string" }, force: { type: "boolean" }, rounds: { type: "string" } },
});
const [name] = positionals;
const isPrinted = values.json === "";

/** Whether --json takes an argument as its file. */
function isFile(arg) {
  return arg !== undefined && !arg.startsWith("-");
}

if (races[name] === undefined) {
  console.error(usage);
  process.exit(2);
}
if (values.json && !/\.json$/i.test(values.json)) {
  console.error(`--json is ${values.json}; expected the name of a file that ends in .json, or nothing to print`);
  process.exit(2);
}
if (!/^[1-9]\d{0,3}$/.test(values.rounds ?? "1")) {
  console.error(`--rounds is ${values.rounds}; expected a whole number from 1 to 9999`);
  process.exit(2);
}
if (!existsSync(new URL("../dist/kernels/index.js", import.meta.url))) {
  console.error("the library is not built; run: npm run build");
  process.exit(1);
}
// A script of a workspace runs in the workspace's folder; npm says where the caller stood.
const file = values.json ? resolve(process.env.INIT_CWD ?? process.cwd(), values.json) : undefined;
const { writeFileAtomic } = await import("../dist/node/index.js");
const { Machine, ROUNDS, told } = await import("./race.mjs");
const { describe, notesOf, tableOf } = await import("./rows.mjs");
const { claimOutputs } = await import("../dist/cli/io/output-files.js");
const format = { title: "JSON", endings: [".json"], matches: (head) => /^\s*[[{]/.test(head.toString("latin1")) };
try {
  await claimOutputs([{ flag: "--json", path: file, format }], { force: values.force });
} catch (error) {
  console.error(error.message);
  process.exit(2);
}
// With --json alone the result is all that standard output gets; the table goes beside it.
const print = isPrinted ? console.error : console.log;
const { race } = await import(`./${name}.mjs`);
const machine = new Machine();
const rounds = Number(values.rounds ?? ROUNDS);
const { rows, contestants, ...settings } = await race({ machine, rounds, print });
const result = { race: name, machine: machine.describe(), rounds, ...told(contestants), ...settings, rows };
print(`\n${describe(result)}\n${tableOf(rows)}\n\n${notesOf(rows)}`);
const json = `${JSON.stringify(result, null, 2)}\n`;
if (isPrinted) process.stdout.write(json);
if (file !== undefined) {
  await writeFileAtomic(file, Buffer.from(json));
  print(`\nwritten: ${file}`);
}

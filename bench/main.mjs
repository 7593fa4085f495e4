/**
 * npm run bench -- <race> [--json [file]] [--force]
 *
 * Runs a race against the programs that people use today: same data, same results, which are compared, both sides in
 * turn in one run. Set ENGRAM_NODES to a colon-separated list of Node binaries to time our side on them as well.
 */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

const races = {
  recall: `a Hebbian memory of 1,000 patterns of 10,000 units: one synchronous update of one cue and of 100, and
            asynchronous recall to a fixed point; one thread, against NumPy, bit for bit`,
  hopfield: `asynchronous recall with 400 patterns of 4,000 units against NumPy, bit for bit, by the kernels on one
            thread and by one call over worker threads; all fixed points of 24 units and basins of attraction of 400
            units, over worker threads, against NumPy; with the speed-up over one worker and the share of the time
            that the workers were busy`,
  rbm: `one epoch of PCD-1 on MNIST, 784 x 500 binary units in batches of 100, on one thread and on all, against
            scikit-learn's BernoulliRBM and loops in PyTorch and NumPy; annealing of 500 chains at 1,000 temperatures`,
  mapping: `a Hopfield net at a temperature, mixing and metastable: Glauber dynamics against block Gibbs sampling through
            its RBM, one chain and 100, ours and NumPy's; time a sweep and time an effective sample`,
};

const usage = `usage: npm run bench -- <race> [--json [file]] [--force]

Times Engram and its rivals in turn on the same data and compares their results. A rival that is not installed is left
out. Rates and times are medians, with the lowest and the highest; they mean something on an idle machine only. --json
alone prints the result as JSON, --json out.json writes it to that file.

races:
${Object.entries(races)
  .map(([race, text]) => `  ${race.padEnd(10)}${text}`)
  .join("\n")}`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  // A flag that may have a value: parseArgs has no such type.
  args: process.argv.slice(2).map((arg, k, args) => (arg === "--json" && !isFile(args[k + 1]) ? "--json=" : arg)),
  options: { json: { type: "string" }, force: { type: "boolean" }, ours: { type: "boolean" } },
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
if (!existsSync(new URL("../dist/kernels/index.js", import.meta.url))) {
  console.error("the library is not built; run: npm run build");
  process.exit(1);
}
// A script of a workspace runs in the workspace's folder; npm says where the caller stood.
const file = values.json ? resolve(process.env.INIT_CWD ?? process.cwd(), values.json) : undefined;
const { writeFileAtomic } = await import("../dist/node/index.js");
const { claimOutputs } = await import("../dist/cli/io/output-files.js");
const format = { title: "JSON", endings: [".json"], matches: (head) => /^\s*[[{]/.test(head.toString("latin1")) };
try {
  await claimOutputs([{ flag: "--json", path: file, format }], { force: values.force });
} catch (error) {
  console.error(error.message);
  process.exit(2);
}
const { race, ours } = await import(`./${name}.mjs`);
if (values.ours) {
  // For another Node that runs our side only.
  console.log(JSON.stringify(ours()));
} else {
  // With --json alone the result is all that standard output gets; a race reports as it goes.
  if (isPrinted) console.log = console.error;
  const result = await race();
  if (isPrinted) process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  if (file !== undefined) {
    await writeFileAtomic(file, Buffer.from(`${JSON.stringify(result, null, 2)}\n`));
    console.log(`\nwritten: ${file}`);
  }
}

/**
 * npm run soak -- [--kills 1000] [--seed 1] [--round 5] [--only train]
 *
 * Kills every command that writes with SIGKILL at random moments. In a round a command is killed several times in one
 * folder and then runs to its end. After each kill every file must be whole: the old one, the new one or, of a training, a
 * checkpoint. After the last run all files must have the bits of an unbroken run, and no temporary file and no lock may be
 * left. Exits with 1 if one of this fails.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Failure, main, root } from "./tools.mjs";

const program = join(root, "dist/cli/main.js");
const SIZE = [10, 10];
const OLD = Buffer.from("old\n");

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    round: { type: "string", default: "5" },
    only: { type: "string", default: "" },
  },
});

const train = ["--every", "0.02", "--threads", "1"];
const reproduce = ["reproduce", "rojas-1996/capacity-rule", "--quick", "--threads", "2"];

/** The commands that write, with the files that they write; `../in` holds what they read. */
const writers = [
  { name: "store", args: ["store", "../in/pictures", "--out", "m.safetensors", "--force"], files: ["m.safetensors"] },
  {
    name: "recall",
    args: ["recall", "../in/memory", "--cue", "../in/pictures/a1.png", "--png", "r.png", "--force"],
    files: ["r.png"],
  },
  { name: "sample", args: ["sample", "../in/rbm", "--burn-in", "50", "--png", "s.png", "--force"], files: ["s.png"] },
  { name: "inspect", args: ["inspect", "../in/rbm", "--png", "f.png", "--force"], files: ["f.png"] },
  ...[".npz", ".csv", ".safetensors"].map((ending) => ({
    name: `features to ${ending}`,
    args: ["features", "../in/rbm", "--data", "../in/dots", "--out", `t${ending}`, "--force"],
    files: [`t${ending}`],
  })),
  { name: "convert to .npz", args: ["convert", "../in/rbm.safetensors", "r.npz", "--force"], files: ["r.npz"] },
  {
    name: "convert to .safetensors",
    args: ["convert", "../in/rbm.npz", "r.safetensors", "--force"],
    files: ["r.safetensors"],
  },
  {
    name: "reproduce",
    args: [...reproduce, "--json", "r.json", "--svg", "r.svg", "--force"],
    files: ["r.json", "r.svg"],
  },
  ...[
    ["rbm", "--hidden", "32", "--epochs", "60"],
    ["boltzmann", "--hidden", "4", "--epochs", "20"],
    ["dbn", "--layers", "24,16", "--epochs", "20"],
    ["dbm", "--lower", "16", "--upper", "8", "--pretraining", "10", "--epochs", "10"],
    ["kanerva", "--rows", "4", "--code", "3", "--hidden", "8", "--items", "4", "--epochs", "40"],
    ["classifier", "--from", "../in/dbn", "--epochs", "200", "--batch", "10"],
  ].map(([kind, ...options]) => ({
    name: `train ${kind}`,
    args: ["train", kind, "--data", "../in/dots", ...options, ...train, "--out", "m.safetensors", "--resume"],
    files: ["m.safetensors"],
    isTraining: true,
  })),
];

/** Starts a command in a folder, with a cache of its own. */
function start(args, cwd) {
  const env = { ...process.env, NO_COLOR: "1", XDG_CACHE_HOME: join(cwd, "cache") };
  const child = spawn(process.execPath, [program, ...args], { cwd, env, stdio: ["ignore", "ignore", "pipe"] });
  child.complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text) => (child.complaint += text));
  return child;
}

async function complete({ name, args }, cwd) {
  const child = start(args, cwd);
  const [code] = await once(child, "close");
  if (code !== 0) throw new Failure(`${name} ended with ${code}: ${child.complaint}`);
}

/** Kills a command somewhere in its usual time, or at a change of its folder and a little later. */
async function kill({ args }, cwd, random, milliseconds) {
  const onChange = random.uniform() < 0.5;
  const skipped = Math.floor(random.uniform() * 8);
  const wait = random.uniform() * (onChange ? 4 : milliseconds);
  const child = start(args, cwd);
  let changes = 0;
  const strike = () => setTimeout(() => child.kill("SIGKILL"), wait);
  const watcher = onChange
    ? watch(cwd, { persistent: false }, () => {
        if (changes++ === skipped) strike();
      })
    : undefined;
  if (!onChange) strike();
  const [code, signal] = await once(child, "close");
  watcher?.close();
  if (signal !== "SIGKILL" && code !== 0) throw new Failure(`ended with ${code}: ${child.complaint}`);
  return signal === "SIGKILL";
}

/** What a file holds, without what differs from run to run. */
function contentOf(path) {
  if (!existsSync(path)) return undefined;
  const bytes = readFileSync(path);
  if (!path.endsWith(".json") || bytes.equals(OLD)) return bytes.toString("latin1");
  const { run: _, ...record } = JSON.parse(bytes.toString("utf8"));
  return JSON.stringify(record);
}

const contentsIn = (cwd, { files }) => files.map((file) => contentOf(join(cwd, file)));

/** Temporary files and locks. */
const leftIn = (cwd) => readdirSync(cwd, { recursive: true }).filter((name) => /\.(engram-tmp|lock)$/.test(name));

/** Writes what the commands read. */
async function prepare(folder) {
  const [{ Random, Rbm, DeepBeliefNet, Hopfield, PatternSet, binary }, { writeIdx }, node] = await Promise.all(
    ["index.js", "data/index.js", "node/index.js"].map((file) => import(join(root, "dist", file))),
  );
  const random = new Random(1);
  const pictures = Array.from({ length: 300 }, () =>
    Uint8Array.from({ length: 100 }, () => Number(random.bernoulli(0.4))),
  );
  mkdirSync(join(folder, "pictures"), { recursive: true });
  mkdirSync(join(folder, "dots"));
  for (let k = 0; k < 8; k++) await node.writePng(join(folder, `pictures/a${k}.png`), pictures[k], SIZE);
  const pixels = Uint8Array.from(pictures.flatMap((picture) => [...picture].map((bit) => 200 * bit)));
  writeFileSync(join(folder, "dots/images-idx3-ubyte"), writeIdx({ shape: [300, ...SIZE], values: pixels }));
  const labels = Uint8Array.from({ length: 300 }, (_, r) => r % 3);
  writeFileSync(join(folder, "dots/labels-idx1-ubyte"), writeIdx({ shape: [300], values: labels }));
  const patterns = PatternSet.from(pictures.slice(0, 8), { shape: SIZE });
  await node.saveMemory(join(folder, "memory"), new Hopfield(100).store(patterns));
  const weights = Array.from({ length: 100 }, () => Array.from({ length: 400 }, () => random.normal()));
  const rbm = new Rbm({ visible: binary(100), hidden: binary(400), weights });
  for (const name of ["rbm", "rbm.safetensors"]) await node.saveModel(join(folder, name), rbm, { shape: SIZE });
  await node.saveScikitLearn(join(folder, "rbm.npz"), rbm);
  const net = DeepBeliefNet.ofLayers([binary(100), binary(16)]);
  await node.saveModel(join(folder, "dbn"), net, { shape: SIZE });
  return { random: new Random(Number(values.seed)), loadCheckpoint: node.loadCheckpoint };
}

/** The bits of an unbroken run of each command, and how long it took. */
const references = new Map();

async function referenceOf(writer, base) {
  if (!references.has(writer)) {
    const cwd = join(base, `whole-${references.size}`);
    mkdirSync(cwd);
    const begun = performance.now();
    await complete(writer, cwd);
    references.set(writer, { contents: contentsIn(cwd, writer), milliseconds: performance.now() - begun });
  }
  return references.get(writer);
}

/** One round in a folder of its own; returns the number of kills. */
async function round(writer, base, { random, loadCheckpoint }, kills) {
  const { contents, milliseconds } = await referenceOf(writer, base);
  const cwd = mkdtempSync(join(base, "round-"));
  const complain = (what) => {
    throw new Failure(`${writer.name} (seed ${values.seed}): ${what}; see ${cwd}`);
  };
  if (!writer.isTraining) for (const file of writer.files) writeFileSync(join(cwd, file), OLD);
  let killed = 0;
  let left = 0;
  for (let k = 0; k < kills; k++) {
    if (await kill(writer, cwd, random, 1.1 * milliseconds)) killed++;
    left += leftIn(cwd).length;
    contentsIn(cwd, writer).forEach((content, f) => {
      const before = writer.isTraining ? undefined : OLD.toString("latin1");
      if (content !== before && content !== contents[f])
        complain(`${writer.files[f]} is neither the old nor the new file`);
    });
    const checkpoint = join(cwd, "m.checkpoint.safetensors");
    if (existsSync(checkpoint)) await loadCheckpoint(checkpoint).catch((error) => complain(error.message));
  }
  await complete(writer, cwd);
  contentsIn(cwd, writer).forEach((content, f) => {
    if (content !== contents[f]) complain(`${writer.files[f]} differs from that of an unbroken run`);
  });
  if (leftIn(cwd).length > 0) complain(`${leftIn(cwd).join(", ")} is left after the next run`);
  rmSync(cwd, { recursive: true });
  return { killed, left };
}

await main(async () => {
  if (!existsSync(program)) throw new Failure("the command line is not built; run npm run build");
  const base = mkdtempSync(join(tmpdir(), "engram-soak-"));
  const tools = await prepare(join(base, "in"));
  const chosen = writers.filter(({ name }) => name.startsWith(values.only));
  const counts = new Map(chosen.map(({ name }) => [name, 0]));
  const wanted = Number(values.kills);
  let [killed, left, rounds] = [0, 0, 0];
  while (killed < wanted) {
    const writer = chosen[(rounds++ + Number(values.seed)) % chosen.length];
    const found = await round(writer, base, tools, Math.min(Number(values.round), wanted - killed));
    killed += found.killed;
    left += found.left;
    counts.set(writer.name, counts.get(writer.name) + found.killed);
    console.log(`${killed} kills in ${rounds} rounds, nothing lost: ${writer.name}`);
  }
  rmSync(base, { recursive: true });
  for (const [name, count] of counts) console.log(`${name.padEnd(24)}${count} kills`);
  console.log(`${killed} kills in ${rounds} rounds: 0 files lost, the bits of unbroken runs, and of ${left} temporary`);
  console.log("files and locks that kills left, 0 after the next run");
});

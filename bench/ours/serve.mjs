/**
 * Our side of a race, in a process of its own: the counterpart of rivals/rival.py, with the same requests and answers. It is
 * started with the folder of its data, a folder for its results, and a number of threads; ENGRAM_KERNELS says which kernels.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { bitMatrix } from "../../dist/math/index.js";
import { kernelsInUse } from "../kernels.mjs";

const [, , dataFolder, resultFolder, count] = process.argv;

/** Number of threads of this process. */
export const threads = Number(count);

/** What race.json says. */
export const race = readJson("race.json");

/** What a file of the race in JSON says. */
export function readJson(name) {
  return JSON.parse(readFileSync(join(dataFolder, name), "utf8"));
}

/** The numbers in a file of the race. */
export function read(name, Numbers) {
  const bytes = readFileSync(join(dataFolder, name));
  return new Numbers(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** Rows of packed bits. */
export function readBits(name, columns, stride) {
  const words = read(name, Uint32Array);
  return bitMatrix(words.length / stride, columns, words);
}

/** Rows of bits without the filling at their ends, as NumPy packs them. */
export function unpadded({ words, stride, rows, columns }) {
  const width = Math.ceil(columns / 8);
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  const out = new Uint8Array(rows * width);
  for (let r = 0; r < rows; r++) out.set(bytes.subarray(r * stride * 4, r * stride * 4 + width), r * width);
  return out;
}

/**
 * Does the works asked for. A work prepares, outside the measured time, and returns `run`, which is timed and whose result may
 * be a promise, and `encode`, which makes an array of numbers of the result. `about` says who does them.
 */
export async function serve(works, about = { name: "Engram", node: process.version, kernels: kernelsInUse() }) {
  answer({ ...about, threads });
  const prepared = new Map();
  for await (const line of createInterface({ input: process.stdin })) {
    const { work, times, keep } = JSON.parse(line);
    if (!prepared.has(work)) prepared.set(work, await works[work]());
    const { run, encode } = prepared.get(work);
    const start = performance.now();
    const used = process.cpuUsage();
    let result;
    for (let k = 0; k < times; k++) {
      result = run();
      if (result instanceof Promise) result = await result;
    }
    const wall = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(used);
    if (keep) {
      const { buffer, byteOffset, byteLength } = encode(result);
      writeFileSync(join(resultFolder, `${work}.bin`), new Uint8Array(buffer, byteOffset, byteLength));
    }
    answer({ wall, cpu: (user + system) / 1e6 });
  }
  process.exit();
}

function answer(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

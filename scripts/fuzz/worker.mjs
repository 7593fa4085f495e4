import { openSync, writeSync } from "node:fs";
import { flaws, inputOf, judge, prepared } from "./judge.mjs";
import { allReaders } from "./readers.mjs";

/*
 * The process in which damaged files are read. It writes down which input it reads, so that one that ends or stops the process
 * is known.
 */

const [seed, place, folder] = process.argv.slice(2);
const file = openSync(place, "w");
const now = new Float64Array(1);
const readers = await Promise.all((await allReaders(folder, { lab: true })).map(prepared));
const atStart = process.memoryUsage.rss();

process.on("message", (message) => void answer(message));
process.send({ readers: readers.map(({ reader: { name, share } }) => ({ name, share })) });

async function answer({ name, from, to }) {
  const found = readers.find(({ reader }) => reader.name === name);
  const counts = {};
  const faults = [];
  let k = from;
  for (; k < to; k++) {
    now[0] = k;
    writeSync(file, new Uint8Array(now.buffer), 0, 8, 0);
    const { outcome, detail } = await judge(found, inputOf(found, Number(seed), k), atStart);
    counts[outcome] = (counts[outcome] ?? 0) + 1;
    if (!flaws.includes(outcome)) continue;
    faults.push({ name, k, outcome, detail });
    // The largest memory so far stays the largest: the next inputs go to a new process.
    if (outcome === "dear") {
      k++;
      break;
    }
  }
  process.send({ counts, faults, next: k });
}

import { Dice, damage } from "./damage.mjs";
import { isRefusal } from "./reader.mjs";

/** What may become of a damaged file by a fault of the reader. */
export const flaws = ["wrong", "dear", "crash"];
/** All that may become of one. */
export const outcomes = ["same", "harmless", "refused", ...flaws];

/** The largest CPU time of an input in microseconds, and the memory that any input may take, and each byte of a larger one. */
const mostTime = 2e6;
const leastRoom = 2 ** 28;
const room = 64;

/** A reader with the contents of its sound files. */
export async function prepared(reader) {
  const sounds = await reader.sounds();
  const values = new Set();
  for (const bytes of sounds) {
    const { value, faithful, warned } = await reader.read(Uint8Array.from(bytes));
    if (faithful === false || warned) throw new Error(`${reader.name} does not read a sound file as it is`);
    values.add(value);
  }
  return { reader, sounds, values };
}

/** Input k of a reader: a function of the seed, the reader's name and k alone. */
export function inputOf({ reader, sounds }, seed, k) {
  const dice = new Dice(seed, ...Buffer.from(reader.name), k);
  const sound = dice.of(sounds);
  if (reader.forge !== undefined && dice.below(4) === 0) return reader.forge(sound, dice);
  return damage(sound, dice, dice.of(sounds));
}

/**
 * Reads an input and judges the outcome:
 *
 * - same: it is read as one of the sound files is;
 * - harmless: it is read as something else, but as exactly what its bytes say: its format has no checksum, or the file has no
 *   digest any more, which the reader warned of;
 * - refused: by an error for bad input, in one line;
 * - wrong: it is read as something else without any of this;
 * - dear: it took more than two seconds of CPU time, or more memory than the larger of 256 MiB and 64 times its size;
 * - crash: another error.
 */
export async function judge({ reader, values }, bytes, atStart) {
  const before = process.cpuUsage();
  let outcome;
  let detail = "";
  try {
    const { value, faithful, warned } = await reader.read(bytes);
    const isSame = values.has(value);
    outcome = faithful === false ? "wrong" : isSame ? "same" : faithful || warned ? "harmless" : "wrong";
    if (outcome === "wrong") detail = value.slice(0, 300);
  } catch (error) {
    outcome = isRefusal(error) ? "refused" : "crash";
    if (outcome === "crash") detail = String(error?.stack ?? error).slice(0, 1000);
  }
  const { user, system } = process.cpuUsage(before);
  const memory = process.resourceUsage().maxRSS * 1024 - atStart;
  if (user + system > mostTime || memory > Math.max(leastRoom, room * bytes.length)) {
    return {
      outcome: "dear",
      detail: `${((user + system) / 1e6).toFixed(2)} s, ${(memory / 2 ** 20).toFixed(0)} MiB (${outcome})`,
    };
  }
  return { outcome, detail };
}

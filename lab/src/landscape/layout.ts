import { popcount } from "engram/math";
import type { Analysis } from "./net.js";

/** Where the states lie in a picture, in its pixels. */
export interface Layout {
  readonly box: Box;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Of a state's disc. */
  readonly radius: number;
  /** Whether there is room for the signs of every state. */
  readonly isLabelled: boolean;
  /** Lines across at some energies, with the height at which they lie. */
  readonly axis?: readonly { readonly energy: number; readonly y: number }[];
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Largest and smallest radius of a disc. */
const [MOST, LEAST] = [19, 1.6];
/** Room for the numbers of the axis, and at the other edge for marks that are larger than discs. */
const [AXIS, EDGE] = [38, 6];

/** The states at the corners of a square, a cube or two cubes; of more units in rows by the number of +. */
export function hypercube({ units, states }: Pick<Analysis, "units" | "states">, box: Box): Layout {
  if (units > 4) return rows(units, box);
  const isWide = box.width > box.height;
  const bit = (word: number, i: number) => (word >>> i) & 1;
  // The third unit leads backwards, the fourth to another cube.
  const place = (word: number): [number, number] => {
    const [a, b, c, d] = [0, 1, 2, 3].map((i) => bit(word, i));
    return [a + 0.42 * c + (isWide ? 1.85 : 0.22) * d, b + 0.36 * c + (isWide ? 0.2 : 1.8) * d];
  };
  const last = place(states.length - 1);
  const radius = Math.max(9, Math.min(MOST, Math.min(box.width / last[0], box.height / last[1]) / 6.4));
  const margin = radius + 7;
  const across = box.width - 2 * margin;
  const down = box.height - 2 * margin;
  // A cube is not drawn out much longer than it is wide.
  const [unitX, unitY] = limited(across / last[0], down / last[1]);
  const left = box.left + margin + (across - unitX * last[0]) / 2;
  const bottom = box.top + box.height - margin - (down - unitY * last[1]) / 2;
  const x = Float64Array.from(states, (_, word) => left + unitX * place(word)[0]);
  const y = Float64Array.from(states, (_, word) => bottom - unitY * place(word)[1]);
  return { box, x, y, radius, isLabelled: radius >= 5.5 * Math.sqrt(units) };
}

/** Two lengths of which neither is more than 1.5 times the other. */
function limited(a: number, b: number): [number, number] {
  return [Math.min(a, 1.5 * b), Math.min(b, 1.5 * a)];
}

/** Rows by the number of +, the most at the top; long rows take several lines. */
function rows(units: number, box: Box): Layout {
  const count = 2 ** units;
  const classes = Array.from({ length: units + 1 }, (): number[] => []);
  for (let word = 0; word < count; word++) classes[popcount(word)].push(word);
  let spacing = Math.min(56, box.width / 4, box.height / (units + 1));
  const perLine = () => Math.max(1, Math.floor(box.width / spacing));
  const lines = () => classes.reduce((sum, words) => sum + Math.ceil(words.length / perLine()), 0);
  // A quarter of a line between two rows.
  while (spacing > 2 && (lines() + units / 4) * spacing > box.height) spacing *= 0.97;
  const [x, y] = [new Float64Array(count), new Float64Array(count)];
  const step = Math.min(1.6 * spacing, box.height / (lines() + units / 4));
  const top = box.top + (box.height - (lines() + units / 4) * step) / 2;
  let line = 0.5;
  for (const words of [...classes].reverse()) {
    const needed = Math.ceil(words.length / perLine());
    const each = Math.ceil(words.length / needed);
    const wide = Math.min(box.width / each, 2.2 * spacing);
    for (const [k, word] of words.entries()) {
      const inLine = Math.min(each, words.length - Math.floor(k / each) * each);
      x[word] = box.left + box.width / 2 + ((k % each) - (inLine - 1) / 2) * wide;
      y[word] = top + (line + Math.floor(k / each)) * step;
    }
    line += needed + 0.25;
  }
  const radius = Math.max(LEAST, Math.min(MOST, 0.38 * Math.min(spacing, step)));
  return { box, x, y, radius, isLabelled: radius >= 4.2 * Math.sqrt(units) + 4 };
}

/**
 * The states by their energy. The states of one valley stand around its column, those between two valleys between their
 * columns.
 */
export function ladder(
  { states, valleys, shares, units }: Pick<Analysis, "states" | "valleys" | "shares" | "units">,
  box: Box,
): Layout {
  const energies = states.map(({ energy }) => energy);
  const [low, high] = [Math.min(...energies), Math.max(...energies)];
  const { columns, count } = columnsOf(energies, valleys.length, shares, (high - low) / LEVELS);
  const pitch = (box.width - AXIS - EDGE) / count;
  const x = columns.map((column) => box.left + AXIS + (column + 0.5) * pitch);
  // Room for discs, and below them for the signs of a valley.
  const [above, below] = [MOST + 9, MOST + 14];
  const scale = high > low ? (box.height - above - below) / (high - low) : 0;
  const heightOf = (energy: number) => box.top + (scale > 0 ? above + (high - energy) * scale : box.height / 2);
  const y = Float64Array.from(energies, heightOf);
  const radius = Math.max(LEAST, Math.min(MOST, 0.47 * leastDistance(x, y), 0.5 * pitch));
  const marks = ticks(low, high).map((energy) => ({ energy, y: heightOf(energy) }));
  return { box, x, y, radius, isLabelled: radius >= 5.2 * Math.sqrt(units), axis: marks };
}

/** Parts of the range of energies in which states stand beside each other. */
const LEVELS = 14;

/** The column of each state: every group of states with the same goals has as many as its fullest level. */
function columnsOf(energies: readonly number[], valleys: number, shares: Float64Array, level: number) {
  const groups = new Map<number, Map<number, number[]>>();
  const low = Math.min(...energies);
  for (let word = 0; word < energies.length; word++) {
    let middle = 0;
    for (let k = 0; k < valleys; k++) middle += k * shares[word * valleys + k];
    const key = Math.round(1000 * middle);
    const at = level > 0 ? Math.round((energies[word] - low) / level) : 0;
    const levels = groups.get(key) ?? new Map<number, number[]>();
    levels.set(at, [...(levels.get(at) ?? []), word]);
    groups.set(key, levels);
  }
  const columns = new Float64Array(energies.length);
  let count = 0;
  for (const key of [...groups.keys()].sort((a, b) => a - b)) {
    const levels = [...(groups.get(key) as Map<number, number[]>).values()];
    const width = Math.max(...levels.map(({ length }) => length));
    for (const words of levels) {
      for (const [k, word] of words.entries()) columns[word] = count + (width - words.length) / 2 + k;
    }
    count += width;
  }
  return { columns, count };
}

/** The least distance of two points. */
function leastDistance(x: Float64Array, y: Float64Array): number {
  const order = Array.from(x.keys()).sort((a, b) => x[a] - x[b]);
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k < order.length; k++) {
    for (let m = k + 1; m < order.length && x[order[m]] - x[order[k]] < least; m++) {
      least = Math.min(least, Math.hypot(x[order[m]] - x[order[k]], y[order[m]] - y[order[k]]));
    }
  }
  return least;
}

/** Three to six round numbers from the lowest to the highest energy. */
export function ticks(low: number, high: number): number[] {
  if (high <= low) return [low];
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough) as number) * power;
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, k) => (first + k) * step);
}

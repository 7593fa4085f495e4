import { ArgumentError, DataError, ShapeError } from "../../errors.js";
import type { Random } from "../../math/random.js";
import { allFinite } from "../../math/vector.js";

/** Bags of instances, such as images, of which only the label of the bag is known (multiple instance learning). */
export interface BagSet {
  /** Entries of an instance. */
  readonly units: number;
  /** The instances, row after row. */
  readonly values: Float32Array;
  /** The numbers of the instances of all bags, bag after bag. */
  readonly rows: Uint32Array;
  /** Where the instances of each bag begin in `rows`, and where the last ones end. */
  readonly starts: Uint32Array;
  /** Of each bag: 1 if one of its instances is of the class that is looked for, else 0. */
  readonly labels: Uint8Array;
  /** Where each row of `values` comes from, if it was drawn: its number in the data. */
  readonly from?: Uint32Array | undefined;
}

/** Number of bags. */
export function bagCount({ starts }: BagSet): number {
  return starts.length - 1;
}

/** Number of instances of the largest bag. */
export function largestBag({ starts }: BagSet): number {
  let most = 0;
  for (let b = 1; b < starts.length; b++) most = Math.max(most, starts[b] - starts[b - 1]);
  return most;
}

/** The instances of a bag, by their numbers. */
export function bagRows({ rows, starts }: BagSet, bag: number): Uint32Array {
  return rows.subarray(starts[bag], starts[bag + 1]);
}

/** How bags are drawn. */
export interface DrawBagsOptions {
  /** Number of bags; half of them, rounded up, hold an instance of the class. */
  readonly bags: number;
  /** The class that is looked for. */
  readonly holds: number;
  /** Mean of the number of instances in a bag; defaults to 10. */
  readonly size?: number | undefined;
  /** Its standard deviation; defaults to 2. */
  readonly deviation?: number | undefined;
  readonly random: Random;
}

/**
 * Bags of labelled instances as in Ilse, Tomczak and Welling, Attention-based deep multiple instance learning (2018, section
 * 4.2): the number of instances is normal, rounded and at least 1. Here bags are balanced: a bag that shall hold the class
 * is drawn until it does, the others without it.
 *
 * @throws ArgumentError for numbers out of range, DataError if there is nothing of the class, or nothing else
 */
export function drawBags(
  values: Float32Array,
  classes: ArrayLike<number>,
  { bags, holds, size = 10, deviation = 2, random }: DrawBagsOptions,
): BagSet {
  const count = classes.length;
  if (!(Number.isInteger(bags) && bags >= 2))
    throw new ArgumentError(`bags is ${bags}; expected a whole number of at least 2`);
  if (!(size >= 1 && size <= 10_000)) throw new ArgumentError(`size is ${size}; expected a mean from 1 to 10,000`);
  if (!(deviation >= 0 && deviation <= 10_000))
    throw new ArgumentError(`deviation is ${deviation}; expected 0 to 10,000`);
  if (count === 0 || values.length % count !== 0) {
    throw new ShapeError(`values has ${values.length} numbers for ${count} classes; expected rows of the same length`);
  }
  const others = Uint32Array.from(Array.from({ length: count }, (_, r) => r).filter((r) => classes[r] !== holds));
  if (others.length === count) throw new DataError(`no instance is of the class ${holds}; name one of the data`);
  if (others.length === 0)
    throw new DataError(`all instances are of the class ${holds}; bags without it cannot be drawn`);
  const [rows, starts, labels] = [[] as number[], new Uint32Array(bags + 1), new Uint8Array(bags)];
  for (let b = 0; b < bags; b++) {
    labels[b] = b % 2 === 0 ? 1 : 0;
    const own = Math.max(1, Math.round(size + deviation * random.normal()));
    const drawn = () =>
      Array.from({ length: own }, () =>
        labels[b] === 1 ? random.integer(count) : others[random.integer(others.length)],
      );
    let bag = drawn();
    while (labels[b] === 1 && !bag.some((r) => classes[r] === holds)) bag = drawn();
    rows.push(...bag);
    starts[b + 1] = rows.length;
  }
  return { ...compact(values, values.length / count, rows), starts, labels };
}

/** The rows that are used, each once, in ascending order. */
function compact(values: Float32Array, units: number, used: readonly number[]) {
  const from = Uint32Array.from(new Set(used)).sort();
  const numbers = new Map(Array.from(from, (row, k) => [row, k]));
  const own = new Float32Array(from.length * units);
  from.forEach((row, k) => {
    own.set(values.subarray(row * units, (row + 1) * units), k * units);
  });
  return { units, values: own, rows: Uint32Array.from(used, (row) => numbers.get(row) as number), from };
}

/** Throws unless a set is one of bags of instances with this number of entries. */
export function requireBags(name: string, bags: BagSet, units: number): void {
  if (bags?.starts === undefined || bags.values === undefined)
    throw new ArgumentError(`${name} is not a set of bags; see drawBags`);
  if (bags.units !== units)
    throw new ShapeError(`${name} has instances of ${bags.units} entries but the model has ${units}`);
  const rows = bags.values.length / bags.units;
  const count = bagCount(bags);
  if (!(count >= 1) || bags.labels.length !== count || bags.starts[count] !== bags.rows.length) {
    throw new ShapeError(
      `${name} has ${count} bags, ${bags.labels.length} labels and ${bags.rows.length} instances up to ${bags.starts[count]}`,
    );
  }
  for (let b = 0; b < count; b++) {
    if (bags.starts[b + 1] <= bags.starts[b])
      throw new DataError(`${name}: bag ${b} is empty; a bag has at least one instance`);
    if (bags.labels[b] > 1) throw new DataError(`${name}: the label of bag ${b} is ${bags.labels[b]}; expected 0 or 1`);
  }
  const outside = bags.rows.find((r) => r >= rows);
  if (outside !== undefined) throw new DataError(`${name} names instance ${outside} of ${rows}`);
  if (allFinite(bags.values)) return;
  const bad = bags.values.findIndex((value) => !Number.isFinite(value));
  throw new DataError(
    `${name}: entry ${bad % units} of instance ${Math.floor(bad / units)} is ${bags.values[bad]}; expected a finite number`,
  );
}

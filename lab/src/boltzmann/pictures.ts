import { digits, glyphNames, glyphs, mnistFiles, readIdx } from "engram/data";
import { PatternSet } from "engram/patterns";
import { bundledDigits } from "../digits.js";
import { samplesOf } from "./setting.js";

/** What a machine learns from and is shown. */
export interface Pictures {
  readonly training: PatternSet;
  readonly heldOut: PatternSet;
  /** Some of the held-out ones, and what they show. */
  readonly samples: PatternSet;
  readonly names: readonly string[];
  /** Whether they are the few digits that come with the lab. */
  readonly areFew?: boolean;
}

/** Places on either side of the middle that a glyph is moved to, along both axes. */
const REACH = 2;
/** One in this number of places is held out. */
const PART = 5;

/** Every built-in glyph at 25 places, five of which are held out. */
export function glyphPictures(): Pictures {
  const all = glyphs();
  const side = 16;
  const training: Uint8Array[] = [];
  const heldOut: Uint8Array[] = [];
  for (let glyph = 0; glyph < all.count; glyph++) {
    const units = all.binary(glyph);
    for (let dy = -REACH, place = 0; dy <= REACH; dy++) {
      for (let dx = -REACH; dx <= REACH; dx++, place++) {
        // Other places for other glyphs, so that each place is learned from some and held out of others.
        ((3 * place + glyph) % PART === 0 ? heldOut : training).push(moved(units, side, dx, dy));
      }
    }
  }
  const held = PatternSet.from(heldOut, { shape: [side, side] });
  const rows = Array.from({ length: all.count }, (_, glyph) => glyph * PART + (PART >> 1));
  return {
    training: PatternSet.from(training, { shape: [side, side] }),
    heldOut: held,
    samples: held.select(rows),
    names: glyphNames,
  };
}

/** A picture moved by whole pixels, with empty pixels coming in. */
function moved(units: Uint8Array, side: number, dx: number, dy: number): Uint8Array {
  return Uint8Array.from(units, (_, i) => {
    const [x, y] = [(i % side) - dx, Math.floor(i / side) - dy];
    return x >= 0 && x < side && y >= 0 && y < side ? units[y * side + x] : 0;
  });
}

/** Grey values above this are on. */
const THRESHOLD = 127;

/** MNIST, where the server has it; else the digits that come with the lab. */
export async function digitPictures({ folder, bundle }: { folder: string; bundle: string }): Promise<Pictures> {
  try {
    return await mnistPictures(folder);
  } catch {
    return fewDigits(await bundledDigits(bundle));
  }
}

/** Of the digits that come with the lab, the first fifth of each class is held out. */
function fewDigits(set: PatternSet): Pictures {
  const each = set.count / 10;
  const rows = Array.from({ length: set.count }, (_, row) => row);
  const isHeld = (row: number) => row % each < each / 5;
  const perClass = samplesOf("digits") / 10;
  const samples = set.select(Array.from({ length: 10 * perClass }, (_, r) => (r % 10) * each + Math.floor(r / 10)));
  return {
    training: set.select(rows.filter((row) => !isHeld(row))),
    heldOut: set.select(rows.filter(isHeld)),
    samples,
    names: samples.labels ?? [],
    areFew: true,
  };
}

/** Its training part to learn from, its test part held out. */
async function mnistPictures(folder: string): Promise<Pictures> {
  const { train, test } = mnistFiles;
  const [images, others, labels] = await Promise.all(
    [train.images, test.images, test.labels].map((name) => fetchIdx(`${folder}${name}.gz`)),
  );
  const perClass = samplesOf("digits") / 10;
  const chosen = digits(others, labels, { perClass, threshold: THRESHOLD });
  // One of every class, then the next one of every class.
  const rows = Array.from({ length: chosen.count }, (_, r) => (r % 10) * perClass + Math.floor(r / 10));
  const samples = chosen.select(rows);
  return {
    training: digits(images, undefined, { threshold: THRESHOLD }),
    heldOut: digits(others, undefined, { threshold: THRESHOLD }),
    samples,
    names: samples.labels ?? [],
  };
}

async function fetchIdx(address: string) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  return readIdx(new Uint8Array(await response.arrayBuffer()), { name: address });
}

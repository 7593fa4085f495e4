import { signal } from "@preact/signals";
import { forgetPictures, keepPictures, keptPictures } from "../kept.js";
import { cut, type Decoded, idOf } from "./images.js";
import { type Cut, imageLimit, type OwnImage, type OwnImages } from "./setting.js";

/** Grey pixels by their id, undefined where this browser does not have them. */
const known = signal<ReadonlyMap<string, Uint8Array | undefined>>(new Map());
/** Whether the browser keeps pixels after the page is closed. */
export const areKept = signal(true);

/** The grey pixels that a picture was cut from; undefined where they are not, or not yet, known here. */
export function pixelsOf({ id, units }: OwnImage, now: Cut): Uint8Array | undefined {
  const pixels = id === undefined ? undefined : known.value.get(id);
  // An address may name any pixels.
  return pixels !== undefined && cut(pixels, now) === units ? pixels : undefined;
}

/** Looks for the pixels of pictures that came with an address. */
export async function findPixels({ items }: OwnImages): Promise<void> {
  const ids = items.flatMap(({ id }) => (id === undefined || known.value.has(id) ? [] : [id]));
  if (ids.length === 0) return;
  const found = await keptPictures(ids);
  const all = new Map([...ids.map((id) => [id, undefined] as const), ...known.value]);
  for (const { id, pixels } of found) all.set(id, pixels);
  known.value = all;
}

/** Whether all pixels that this browser may have were looked for. */
export function isSearched({ items }: OwnImages): boolean {
  return items.every(({ id }) => id === undefined || known.value.has(id));
}

/** Pictures with more of them at the end, and the rows of those. */
export interface Extended {
  readonly images: OwnImages;
  readonly added: readonly number[];
  /** Whether some are missing because there would be too many. */
  readonly isFull: boolean;
}

export function withMore(images: OwnImages, decoded: readonly Decoded[]): Extended {
  const items: OwnImage[] = [...images.items];
  const added: number[] = [];
  const pictures = decoded.map(({ label, pixels }) => ({ label, pixels, id: idOf(pixels) }));
  known.value = new Map([...known.value, ...pictures.map(({ id, pixels }) => [id, pixels] as const)]);
  let isFull = false;
  for (const { label, pixels, id } of pictures) {
    const units = cut(pixels, images);
    // What came with the address gets its pixels; of the same file no second picture is made.
    const same = items.findIndex((item) => item.label === label && item.units === units);
    if (same >= 0) items[same] = { label, units, id };
    else if (items.length === imageLimit) isFull = true;
    else added.push(items.push({ label, units, id }) - 1);
  }
  void keepPictures(pictures.map(({ id, pixels }) => ({ id, pixels }))).then((kept) => {
    areKept.value = kept;
  });
  return { images: { ...images, items }, added, isFull };
}

/** The pictures cut in another way, as far as their pixels are known. */
export function recut(images: OwnImages, part: Partial<Cut>): OwnImages {
  const now = { ...images, ...part };
  const items = images.items.map((item) => {
    const pixels = pixelsOf(item, images);
    return pixels === undefined ? item : { ...item, units: cut(pixels, now) };
  });
  return { ...now, items };
}

/** No pictures, and nothing kept of those there were. */
export function withoutAny(images: OwnImages): OwnImages {
  void forgetPictures(images.items.flatMap(({ id }) => id ?? []));
  return { ...images, items: [] };
}
